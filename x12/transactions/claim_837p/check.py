"""What payers reject or underpay on in an 837P, beyond its structure (domain B.3 to B.7)."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Generic

from x12.errors import ERROR, WARNING, Fault
from x12.transactions.claim_837p.check_claim import check_claim
from x12.transactions.claim_837p.model import (
    BillingProvider,
    BillingProviderLoop,
    ClaimBatch837P,
    ClaimT,
    Party,
    PatientLoop,
    SubscriberLoop,
)
from x12.values import npi_is_valid

_TAXONOMY = re.compile(r"[0-9A-Z]{9}X", re.ASCII)
_POST_BOX = re.compile(r"P\.? ?O\.? *BOX\b|POST OFFICE BOX\b")
_STATES = frozenset(
    """
    AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ
    NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY
    AS FM GU MH MP PR PW VI AA AE AP
    """.split()  # noqa: SIM905 - fifty names in quotes would not be easier to read
)


def check(record: ClaimBatch837P) -> list[Fault]:
    """Every finding over the batch: identifiers, balances, pointers, numbers that go together."""
    return check_batch(record.billing_providers, record.created_at.date(), check_claim)


CheckClaim = Callable[[ClaimT, date | None, date], Iterator[Fault]]


def check_batch(
    loops: Sequence[BillingProviderLoop[ClaimT]], written_on: date, check: CheckClaim[ClaimT]
) -> list[Fault]:
    """The findings over a batch of either guide; `check` finds those of one claim."""
    found = BatchCheck(check, written_on)
    for loop in loops:
        found.provider(loop.provider)
        for subscriber in loop.subscribers:
            found.subscriber(subscriber)
            for claim in subscriber.claims:
                found.claim(claim)
            for patient in subscriber.patients:
                found.patient(patient)
                for claim in patient.claims:
                    found.claim(claim)
    return found.finish()


class BatchCheck(Generic[ClaimT]):
    """Checks a batch as its levels and claims come, one after the other, and keeps none of them.

    The loops that are given need not hold their claims and patients: those come by themselves.
    """

    def __init__(self, check: CheckClaim[ClaimT], written_on: date) -> None:
        self._check = check
        self._written_on = written_on
        self._numbers: set[str] = set()
        self._subscriber: SubscriberLoop[ClaimT] | None = None
        self._born_on: date | None = None
        self._patients = self._own_claims = 0
        self._faults: list[Fault] = []

    def provider(self, provider: BillingProvider) -> None:
        """A billing provider begins."""
        self._close()
        self._faults += _billing_provider(provider)

    def subscriber(self, loop: SubscriberLoop[ClaimT]) -> None:
        """A subscriber begins."""
        self._close()
        self._subscriber = loop
        self._born_on = loop.subscriber.birth_date
        self._faults += _insured(loop)

    def patient(self, loop: PatientLoop[ClaimT]) -> None:
        """A patient of the subscriber begins."""
        self._patients += 1
        self._born_on = loop.patient.birth_date
        self._faults += _described(loop.patient, "patient", loop.segment_number)

    def claim(self, claim: ClaimT) -> None:
        """A claim of the patient, or of the subscriber while no patient came."""
        self._own_claims += not self._patients
        self._faults += self._check(claim, self._born_on, self._written_on)
        number = claim.patient_control_number
        if number in self._numbers:
            message = "the patient control number stands for two claims of the batch"
            self._faults.append(
                Fault(
                    "C-CLM01", WARNING, message, claim.segment_number, "CLM", "CLM01",
                    claim_number=number,
                )
            )  # fmt: skip
        self._numbers.add(number)

    def finish(self) -> list[Fault]:
        """Every finding, once nothing more comes."""
        self._close()
        return self._faults

    def _close(self) -> None:
        loop = self._subscriber
        if loop is not None:
            self._faults += _levels(loop, bool(self._patients), bool(self._own_claims))
        self._subscriber, self._born_on = None, None
        self._patients = self._own_claims = 0


def _billing_provider(provider: BillingProvider) -> Iterator[Fault]:
    def fault(code: str, message: str, element: str, severity: str = ERROR) -> Fault:
        place = provider.segment_number
        return Fault(code, severity, message, place, element[:-2], element, loop_id="2010AA")

    if not npi_is_valid(provider.npi):
        yield fault("C-NPI", "the billing provider's NPI does not pass its check digit", "NM109")
    if not (len(provider.tax_id) == 9 and provider.tax_id.isdigit()):
        yield fault("C-TIN", "the billing provider's tax id has not nine digits", "REF02")
    if not _is_zip9(provider.address.zip):
        yield fault("C-ZIP9", "the billing provider's ZIP code has not nine digits", "N403")
    if provider.address.state not in _STATES:
        yield fault("C-STATE", "the billing provider's state is none", "N402")
    if provider.taxonomy_code and not _TAXONOMY.fullmatch(provider.taxonomy_code):
        yield fault("C-TAXONOMY", "the billing provider's taxonomy code is none", "PRV03")
    if _POST_BOX.match(provider.address.line1.upper()):
        yield fault("C-POBOX", "the billing provider's address is a post office box", "N301")


def _is_zip9(text: str) -> bool:
    return len(text) == 9 and text.isascii() and text.isdigit()


def _insured(loop: SubscriberLoop[ClaimT]) -> Iterator[Fault]:
    place = loop.segment_number
    if not loop.subscriber.member_id:
        yield _person("C-MEMBER", "the subscriber has no member id", place, "NM109")
    if not loop.claim_filing_code:
        yield _person("C-FILING", "the kind of plan is missing", place, "SBR09")
    if loop.relationship_code == "18":
        yield from _described(loop.subscriber, "subscriber", place)


def _levels(loop: SubscriberLoop[ClaimT], has_patients: bool, has_claims: bool) -> Iterator[Fault]:
    """Whether what came under a subscriber is what its SBR02 announces."""
    place, is_patient = loop.segment_number, loop.relationship_code == "18"
    if is_patient and has_patients:
        message = "the subscriber is the patient, yet a patient follows"
        yield _person("C-HL", message, place, "SBR02")
    if not is_patient and not has_patients:
        message = "the subscriber is not the patient, and no patient follows"
        yield _person("C-HL", message, place, "SBR02")
    if not is_patient and has_claims:
        message = "a claim stands under a subscriber who is not its patient"
        yield _person("C-HL", message, place, "SBR02")


def _described(party: Party, who: str, place: int) -> Iterator[Fault]:
    if not party.last_name or (party.is_person and not party.first_name):
        yield _person("C-NAME", f"the {who}'s name is not complete", place, "NM103")
    if party.birth_date is None or not party.sex:
        yield _person("C-DMG", f"the {who}'s birth date or sex is missing", place, "DMG02")
    address = party.address
    if address is None or not (address.line1 and address.city and address.zip):
        yield _person("C-ADDRESS", f"the {who}'s address is not complete", place, "N301")
    elif address.state not in _STATES:
        yield _person("C-STATE", f"the {who}'s state is none", place, "N402")
    elif not re.fullmatch(r"[0-9]{5}(?:[0-9]{4})?", address.zip):
        yield _person("C-ZIP", f"the {who}'s ZIP code has not five or nine digits", place, "N403")


def _person(code: str, message: str, place: int, element: str) -> Fault:
    return Fault(code, ERROR, message, place, element[:-2], element)
