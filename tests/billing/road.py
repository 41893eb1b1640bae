"""Accounts as they are when a payer answers: charges posted by the service, claims on their way.

Worked examples name their claims (SFM1001), so claims and attempts are written here with those
numbers; `tests/scenarios` has the road on which the services choose them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count

from billing.posting.post_charges import post_charges
from claims.choices import VersionState
from claims.models import (
    Claim,
    ClaimChargeLine,
    ClaimVersion,
    ClaimVersionLine,
    SubmissionAttempt,
    SubmissionBatch,
    TradingPartner,
)
from coding.choices import LineState
from coding.models import ChargeLine, CodingCase
from core.models import Practice
from core.services.documents import store_document
from patients.models import (
    BillingProvider,
    Coverage,
    Encounter,
    Guarantor,
    Patient,
    Payer,
    PayerPlan,
    Provider,
    ServiceFacility,
)
from tests.billing.books import ADDRESS

PAYERS = {
    "MEDICARE PART B": ("medicare", "MB"),
    "ACME HEALTH PLAN": ("commercial", "12"),
    "ACME SUPPLEMENT": ("commercial", "CI"),
    "STATE MEDICAID": ("medicaid", "MC"),
}
VISIT_DAY = date(2026, 10, 12)
_numbers = count(400_000)


@dataclass
class Account:
    """One patient's claim as it stands with a payer."""

    claim: Claim
    version: ClaimVersion
    lines: list[ChargeLine]

    @property
    def patient(self) -> Patient:
        return Patient.objects.get(pk=self.claim.patient_id)

    def fresh(self) -> "Account":
        """The same account, read again."""
        return Account(
            Claim.objects.get(pk=self.claim.pk),
            ClaimVersion.objects.get(pk=self.version.pk),
            self.lines,
        )


def payer_named(practice: Practice, name: str) -> Payer:
    """One of the fictional payers of the worked examples."""
    kind, _ = PAYERS[name]
    payer, _ = Payer.objects.get_or_create(
        practice=practice, name=name, defaults={"payer_number": name[:8], "kind": kind}
    )
    return payer


def new_patient(practice: Practice, guarantor: Guarantor | None = None) -> Patient:
    """A fictional patient without coverage."""
    guarantor = guarantor or Guarantor.objects.create(
        practice=practice, first_name="Joan", last_name="Testpatient", **ADDRESS
    )
    return Patient.objects.create(
        practice=practice,
        mrn=str(next(_numbers)),
        first_name="Joan",
        last_name="Testpatient",
        birth_date=date(1950, 1, 1),
        sex="F",
        guarantor=guarantor,
        **ADDRESS,
    )


def cover(patient: Patient, payer_name: str, rank: int = 1) -> Coverage:
    """Give `patient` a coverage that was in force all year."""
    payer = payer_named(patient.practice, payer_name)
    plan, _ = PayerPlan.objects.get_or_create(
        practice=patient.practice,
        payer=payer,
        name="Standard",
        defaults={"claim_filing_code": PAYERS[payer_name][1]},
    )
    return Coverage.objects.create(
        practice=patient.practice,
        patient=patient,
        plan=plan,
        rank=rank,
        member_id=f"M{patient.mrn}",
        effective_from=date(2026, 1, 1),
    )


def charged_visit(
    patient: Patient, charges: Sequence[str], on: date = VISIT_DAY
) -> list[ChargeLine]:
    """A visit whose charges are released and posted, one line for each of `charges`."""
    encounter = _encounter(patient, on)
    case = CodingCase.objects.create(
        practice=patient.practice, encounter=encounter, patient=patient
    )
    lines = [
        ChargeLine.objects.create(
            practice=patient.practice,
            case=case,
            encounter=encounter,
            patient=patient,
            position=position,
            procedure_code="99213",
            description="Office visit",
            charge_amount=Decimal(charge),
            service_date_from=on,
            service_date_to=on,
            state=LineState.RELEASED,
        )
        for position, charge in enumerate(charges, start=1)
    ]
    post_charges(practice=patient.practice, charge_line_ids=[line.pk for line in lines])
    return lines


def sent_claim(
    patient: Patient, number: str, charges: Sequence[str], *, codes: Sequence[str] = ()
) -> Account:
    """A claim called `number` over a visit with `charges`, sent to the patient's primary payer."""
    lines = charged_visit(patient, charges)
    coverage = patient.coverages.order_by("rank").first()
    assert coverage is not None
    claim = Claim.objects.create(
        practice=patient.practice,
        control_number=number,
        patient=patient,
        billing_provider=lines[0].encounter.billing_provider,
        facility=lines[0].encounter.facility,
        rendering_provider=lines[0].encounter.rendering_provider,
        charge_amount=sum((line.charge_amount for line in lines), Decimal(0)),
        service_date_from=lines[0].service_date_from,
        service_date_to=lines[0].service_date_from,
    )
    for line in lines:
        ClaimChargeLine.objects.create(practice=patient.practice, claim=claim, charge_line=line)
    version = add_version(claim, coverage, lines, codes=codes)
    return Account(claim, version, lines)


def charged_claim(
    practice: Practice,
    number: str,
    payer_name: str,
    lines: Sequence[tuple[str, tuple[str, ...], str, date]],
) -> Account:
    """A sent claim over lines of (code, modifiers, charge, day)."""
    patient = new_patient(practice)
    cover(patient, payer_name)
    account = sent_claim(patient, number, [charge for _, _, charge, _ in lines])
    stated = ClaimVersionLine.objects.filter(version=account.version).order_by("line_number")
    for row, (code, modifiers, _, on) in zip(stated, lines, strict=True):
        row.procedure_code, row.modifiers, row.service_date = code, list(modifiers), on
        row.save()
    return account


def add_version(
    claim: Claim,
    coverage: Coverage,
    lines: Sequence[ChargeLine],
    *,
    codes: Sequence[str] = (),
) -> ClaimVersion:
    """A version of `claim` at the payer and rank of `coverage`, sent."""
    practice = claim.practice
    version = ClaimVersion.objects.create(
        practice=practice,
        claim=claim,
        number=claim.versions.count() + 1,
        payer=coverage.plan.payer,
        plan=coverage.plan,
        coverage=coverage,
        rank=coverage.rank,
        state=VersionState.PAYER_ACCEPTED,
        snapshot={},
        snapshot_hash="0" * 64,
        charge_amount=claim.charge_amount,
    )
    ClaimVersionLine.objects.bulk_create(
        ClaimVersionLine(
            practice=practice,
            version=version,
            charge_line=line,
            line_number=number,
            control_number=f"{claim.control_number}L{number}",
            procedure_code=codes[number - 1] if codes else line.procedure_code,
            charge_amount=line.charge_amount,
            service_date=line.service_date_from,
        )
        for number, line in enumerate(lines, start=1)
    )
    version.current_attempt = SubmissionAttempt.objects.create(
        practice=practice, version=version, number=1, batch=_batch(practice),
        set_control_number="0001",
    )  # fmt: skip
    version.save()
    claim.current_version = version
    claim.save()
    return version


def accounts_of(
    practice: Practice, claims: Iterable[tuple[str, Sequence[str]]], *payer_names: str
) -> dict[str, Account]:
    """One patient each, covered by these payers in rank order, for (number, charges) claims."""
    found = {}
    for number, charges in claims:
        patient = new_patient(practice)
        for rank, name in enumerate(payer_names, start=1):
            cover(patient, name, rank)
        found[number] = sent_claim(patient, number, charges)
    return found


def _encounter(patient: Patient, on: date) -> Encounter:
    practice = patient.practice
    billing_provider, _ = BillingProvider.objects.get_or_create(
        practice=practice, npi="2000000010",
        defaults={
            "name": "Summit Family Medicine PLLC", "tax_id": "841234567",
            "taxonomy_code": "207Q00000X", "phone": "3035550100", **ADDRESS,
        },
    )  # fmt: skip
    facility, _ = ServiceFacility.objects.get_or_create(
        practice=practice, name="Main office", defaults=ADDRESS
    )
    provider, _ = Provider.objects.get_or_create(
        practice=practice, npi="2000000028",
        defaults={
            "first_name": "Avery", "last_name": "Example", "taxonomy_code": "207Q00000X",
        },
    )  # fmt: skip
    return Encounter.objects.create(
        practice=practice,
        number=f"E{next(_numbers)}",
        patient=patient,
        billing_provider=billing_provider,
        facility=facility,
        rendering_provider=provider,
        service_date_from=on,
        service_date_to=on,
        place_of_service_code="11",
    )


def _batch(practice: Practice) -> SubmissionBatch:
    partner, _ = TradingPartner.objects.get_or_create(
        practice=practice,
        name="Demo clearinghouse",
        transport="folder",
        sender_id="SUMMIT01",
        receiver_id="DEMOCH",
        outbound_folder="/nowhere",
    )
    batch = SubmissionBatch.objects.filter(practice=practice).first()
    if batch is None:
        batch = SubmissionBatch.objects.create(
            practice=practice, partner=partner, reference="B1",
            interchange_control_number="000000001", group_control_number="1", claim_count=1,
            charge_amount=Decimal(1),
            document=store_document(
                practice=practice, kind="x12.837p", content=b"ISA", content_type="text/plain",
                label="837P",
            ),
        )  # fmt: skip
    return batch
