"""What payers reject or underpay on in an 837P, beyond its structure (domain B.3 to B.7)."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from x12.errors import ERROR, WARNING, Fault
from x12.transactions.claim_837p.check_claim import check_claim
from x12.transactions.claim_837p.model import (
    BillingProvider,
    BillingProviderLoop,
    ClaimBatch837P,
    ClaimT,
    Party,
    SubscriberLoop,
    claims_of,
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
    return list(check_batch(record.billing_providers, record.created_at.date(), check_claim))


CheckClaim = Callable[[ClaimT, date | None, date], Iterator[Fault]]


def check_batch(
    loops: Sequence[BillingProviderLoop[ClaimT]], written_on: date, check: CheckClaim[ClaimT]
) -> Iterator[Fault]:
    """The findings over a batch of either guide; `check` finds those of one claim."""
    numbers: set[str] = set()
    for loop in loops:
        yield from _billing_provider(loop.provider)
        for subscriber in loop.subscribers:
            yield from _subscriber(subscriber, written_on, check)
    for claim in claims_of(loops):
        if claim.patient_control_number in numbers:
            message = "the patient control number stands for two claims of the batch"
            yield Fault(
                "C-CLM01", WARNING, message, claim.segment_number, "CLM", "CLM01",
                claim_number=claim.patient_control_number,
            )  # fmt: skip
        numbers.add(claim.patient_control_number)


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


def _subscriber(
    loop: SubscriberLoop[ClaimT], written_on: date, check: CheckClaim[ClaimT]
) -> Iterator[Fault]:
    is_patient = loop.relationship_code == "18"
    place = loop.segment_number
    if not loop.subscriber.member_id:
        yield _person("C-MEMBER", "the subscriber has no member id", place, "NM109")
    if not loop.claim_filing_code:
        yield _person("C-FILING", "the kind of plan is missing", place, "SBR09")
    if is_patient:
        yield from _described(loop.subscriber, "subscriber", place)
        if loop.patients:
            message = "the subscriber is the patient, yet a patient follows"
            yield _person("C-HL", message, place, "SBR02")
        yield from _claims(loop.claims, loop.subscriber, written_on, check)
    else:
        if not loop.patients:
            message = "the subscriber is not the patient, and no patient follows"
            yield _person("C-HL", message, place, "SBR02")
        if loop.claims:
            message = "a claim stands under a subscriber who is not its patient"
            yield _person("C-HL", message, place, "SBR02")
            yield from _claims(loop.claims, loop.subscriber, written_on, check)
    for patient in loop.patients:
        yield from _described(patient.patient, "patient", patient.segment_number)
        yield from _claims(patient.claims, patient.patient, written_on, check)


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


def _claims(
    claims: tuple[ClaimT, ...], patient: Party, written_on: date, check: CheckClaim[ClaimT]
) -> Iterator[Fault]:
    for claim in claims:
        yield from check(claim, patient.birth_date, written_on)


def _person(code: str, message: str, place: int, element: str) -> Fault:
    return Fault(code, ERROR, message, place, element[:-2], element)
