"""Claims that were sent and accepted, with their charges in the books, laid out by the thousand.

Rows are written past the services, for the figures only; the charges are posted by the ledger's
own code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

import django

django.setup()

from bench.frame import PLACE, Frame, many, settle  # noqa: E402
from billing.ledger.entries import record_journals  # noqa: E402
from billing.ledger.lines import JournalDraft, Source  # noqa: E402
from billing.models import Journal, JournalLine  # noqa: E402
from billing.posting.facts import Party  # noqa: E402
from billing.posting.plan_charges import ChargeFact, plan_charge  # noqa: E402
from claims.models import (  # noqa: E402
    Claim,
    ClaimChargeLine,
    ClaimVersion,
    ClaimVersionLine,
    ExpectedLine,
    SubmissionAttempt,
)
from coding.choices import LineState  # noqa: E402
from coding.models import ChargeLine, CodingCase  # noqa: E402
from core import clock  # noqa: E402
from core.models import Practice  # noqa: E402
from core.updating import update_each  # noqa: E402
from patients.models import Coverage, Encounter, Guarantor, Patient  # noqa: E402

_PART = 5000
_TABLES = (Patient, Guarantor, Coverage, ChargeLine, Claim, ClaimVersion, ClaimVersionLine,
           ClaimChargeLine, SubmissionAttempt, Journal, JournalLine)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A patient: a member of the plan of `payer`, and of `second`, by their place in the frame."""

    member: str
    last_name: str
    first_name: str
    birth_date: date
    sex: str
    payer: int
    second: int | None = None


@dataclass(frozen=True, slots=True)
class SentLine:
    """One service as it was billed, and what the payer should allow, where that was frozen."""

    code: str
    modifiers: tuple[str, ...]
    charge: Decimal
    expected: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SentClaim:
    """A claim as it left, to the first payer of its patient."""

    number: str
    person: Person
    day: date
    lines: tuple[SentLine, ...]

    @property
    def charge(self) -> Decimal:
        """What was billed in all."""
        return sum((line.charge for line in self.lines), Decimal(0))


def lay_out_claims(practice: Practice, frame: Frame, claims: Sequence[SentClaim]) -> None:
    """Everything behind `claims`, as after their acceptance by the payer."""
    patients = _patients(frame, claims)
    encounters = many(
        Encounter(number=f"{practice.pk}E{n}", patient=patients[claim.person],
                  service_date_from=claim.day, service_date_to=claim.day,
                  place_of_service_code="11", **frame.visit)
        for n, claim in enumerate(claims)
    )  # fmt: skip
    cases = many(
        CodingCase(encounter=one, patient_id=one.patient_id, **frame.own) for one in encounters
    )
    charges = many(
        ChargeLine(case=case, encounter=encounter, patient_id=encounter.patient_id, position=place,
                   procedure_code=line.code, modifiers=list(line.modifiers),
                   charge_amount=line.charge, service_date_from=claim.day,
                   service_date_to=claim.day, state=LineState.RELEASED, **frame.own)
        for claim, case, encounter in zip(claims, cases, encounters, strict=True)
        for place, line in enumerate(claim.lines, start=1)
    )  # fmt: skip
    _claims(frame, claims, encounters, charges)
    _charge(practice, frame, claims, patients, charges)
    settle(_TABLES)


def _patients(frame: Frame, claims: Sequence[SentClaim]) -> dict[Person, Patient]:
    owed: dict[Person, Decimal] = {}
    for claim in claims:
        owed[claim.person] = owed.get(claim.person, Decimal(0)) + claim.charge
    guarantors = many(
        Guarantor(first_name=one.first_name, last_name=one.last_name, **frame.own, **PLACE)
        for one in owed
    )
    rows = many(
        Patient(mrn=f"{frame.own['practice'].pk}B{n}", first_name=one.first_name,
                last_name=one.last_name, sex=one.sex, birth_date=one.birth_date,
                guarantor=guarantor, insurance_balance_amount=amount, **frame.own, **PLACE)
        for n, ((one, amount), guarantor) in enumerate(zip(owed.items(), guarantors, strict=True))
    )  # fmt: skip
    patients = dict(zip(owed, rows, strict=True))
    many(
        Coverage(patient=patient, plan=frame.plans[payer], rank=rank, member_id=one.member,
                 effective_from=date(2020, 1, 1), **frame.own)
        for one, patient in patients.items()
        for rank, payer in enumerate((one.payer, one.second), start=1)
        if payer is not None
    )  # fmt: skip
    return patients


def _claims(
    frame: Frame,
    sent: Sequence[SentClaim],
    encounters: Sequence[Encounter],
    charges: Sequence[ChargeLine],
) -> None:
    claims = many(
        Claim(control_number=one.number, patient_id=encounter.patient_id, charge_amount=one.charge,
              service_date_from=one.day, service_date_to=one.day,
              insurance_balance_amount=one.charge, **frame.visit)
        for one, encounter in zip(sent, encounters, strict=True)
    )  # fmt: skip
    coverages = dict(Coverage.objects.filter(rank=1).values_list("patient_id", "pk"))
    versions = many(
        ClaimVersion(claim=claim, number=1, payer=frame.payers[one.person.payer],
                     plan=frame.plans[one.person.payer], rank=1,
                     coverage_id=coverages[claim.patient_id], state="payer_accepted",
                     snapshot={"diagnoses": [], "lines": []},  # as far as its page needs it
                     snapshot_hash="0" * 64, charge_amount=one.charge, **frame.own)
        for one, claim in zip(sent, claims, strict=True)
    )  # fmt: skip
    by_claim = _by_claim(sent, charges)
    many(
        ClaimChargeLine(claim=claim, charge_line=line, **frame.own)
        for claim, lines in zip(claims, by_claim, strict=True)
        for line in lines
    )
    stated = many(
        ClaimVersionLine(version=version, charge_line=line, line_number=place,
                         control_number=f"{one.number}L{place}",
                         procedure_code=line.procedure_code, modifiers=line.modifiers,
                         charge_amount=line.charge_amount, service_date=one.day, **frame.own)
        for one, version, lines in zip(sent, versions, by_claim, strict=True)
        for place, line in enumerate(lines, start=1)
    )  # fmt: skip
    _freeze(frame, stated, [line.expected for one in sent for line in one.lines])
    was_sent(frame, versions)
    for version, claim in zip(versions, claims, strict=True):
        claim.current_version = version
    update_each(claims, ["current_version"])


def _freeze(
    frame: Frame, stated: Sequence[ClaimVersionLine], expected: Sequence[Decimal | None]
) -> None:
    many(
        ExpectedLine(version_id=row.version_id, version_line=row,
                     charge_line_id=row.charge_line_id, amount=amount, basis="fixed",
                     contract_name="Bench 2026", trace=[["any code", ""]], **frame.own)
        for row, amount in zip(stated, expected, strict=True)
        if amount is not None
    )  # fmt: skip


def was_sent(frame: Frame, versions: Sequence[ClaimVersion]) -> None:
    """An attempt of each of `versions`, in the frame's batch."""
    attempts = many(
        SubmissionAttempt(version=version, number=1, batch=frame.batch, set_control_number="0001",
                          sent_at=clock.now(), **frame.own)
        for version in versions
    )  # fmt: skip
    for version, attempt in zip(versions, attempts, strict=True):
        version.current_attempt = attempt
    update_each(versions, ["current_attempt"])


def _by_claim(
    sent: Sequence[SentClaim], charges: Sequence[ChargeLine]
) -> list[Sequence[ChargeLine]]:
    ends = [0]
    for one in sent:
        ends.append(ends[-1] + len(one.lines))
    return [charges[start:end] for start, end in pairwise(ends)]


def _charge(
    practice: Practice,
    frame: Frame,
    claims: Sequence[SentClaim],
    patients: dict[Person, Patient],
    charges: Sequence[ChargeLine],
) -> None:
    guarantors = {patient.pk: patient.guarantor_id for patient in patients.values()}
    payers = [frame.payers[one.person.payer].pk for one in claims for _ in one.lines]
    for start in range(0, len(charges), _PART):
        drafts = []
        for line, payer in zip(
            charges[start : start + _PART], payers[start : start + _PART], strict=True
        ):
            fact = ChargeFact(line.pk, line.patient_id, guarantors[line.patient_id],
                              line.charge_amount, Party(payer, 1))  # fmt: skip
            planned = plan_charge(fact)
            if planned is not None:
                source, key = Source("charge", line.pk), f"charge:{line.control_number}"
                drafts.append(JournalDraft(clock.today(practice), source, key, (planned,)))
        record_journals(practice=practice, drafts=drafts)
