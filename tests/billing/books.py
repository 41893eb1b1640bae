"""Rows that the ledger points at, for tests of the kernel: a patient, payers, charge lines.

Only what the keys need. Tests of the road go through the services of each app instead.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from billing.ledger.accounts import Account
from billing.ledger.lines import Side
from coding.models import ChargeLine, CodingCase
from core.models import Practice
from patients.models import (
    BillingProvider,
    Encounter,
    Guarantor,
    Patient,
    Payer,
    Provider,
    ServiceFacility,
)

ADDRESS = {
    "address_line1": "1 Sample Street",
    "city": "Denver",
    "state_code": "CO",
    "zip_code": "802021234",
}


@dataclass
class Books:
    """One patient of one practice with payers and charge lines to post on."""

    practice: Practice
    patient: Patient
    guarantor: Guarantor
    payers: list[Payer]
    lines: list[ChargeLine] = field(default_factory=list)

    def insurance(self, line: int = 0, payer: int = 0, rank: int = 1) -> Side:
        return Side(
            Account.INSURANCE_AR,
            self.patient.pk,
            self.guarantor.pk,
            self.lines[line].pk,
            self.payers[payer].pk,
            rank,
        )

    def owed(self, line: int = 0) -> Side:
        return Side(Account.PATIENT_AR, self.patient.pk, self.guarantor.pk, self.lines[line].pk)

    def charges(self, line: int = 0) -> Side:
        return Side(Account.CHARGES, patient_id=self.patient.pk, charge_line_id=self.lines[line].pk)


def open_books(practice: Practice, *, charges: tuple[str, ...] = ("100.00", "50.00")) -> Books:
    """Books of one fictional patient with a charge line for each of `charges`."""
    guarantor = Guarantor.everywhere.create(
        practice=practice, first_name="Fern", last_name="Samplewell", **ADDRESS
    )
    patient = Patient.everywhere.create(
        practice=practice,
        mrn=f"4{Patient.everywhere.count():05d}",
        first_name="Fern",
        last_name="Samplewell",
        birth_date=date(1984, 6, 30),
        sex="F",
        guarantor=guarantor,
        **ADDRESS,
    )
    payers = [
        Payer.everywhere.create(practice=practice, name=name, payer_number=f"P{n}{patient.mrn}")
        for n, name in enumerate(("Bluebird Health", "Acme Supplement"))
    ]
    books = Books(practice, patient, guarantor, payers)
    books.lines = _charge_lines(books, charges)
    return books


def _charge_lines(books: Books, charges: tuple[str, ...]) -> list[ChargeLine]:
    practice, patient = books.practice, books.patient
    billing_provider, _ = BillingProvider.everywhere.get_or_create(
        practice=practice, npi="2000000010",
        defaults={
            "name": "Summit Family Medicine PLLC", "tax_id": "841234567",
            "taxonomy_code": "207Q00000X", "phone": "3035550100", **ADDRESS,
        },
    )  # fmt: skip
    facility, _ = ServiceFacility.everywhere.get_or_create(
        practice=practice, name="Main office", defaults=ADDRESS
    )
    provider, _ = Provider.everywhere.get_or_create(
        practice=practice, npi="2000000028",
        defaults={
            "first_name": "Avery", "last_name": "Example", "taxonomy_code": "207Q00000X",
        },
    )  # fmt: skip
    encounter = Encounter.everywhere.create(
        practice=practice,
        number=f"E{patient.mrn}",
        patient=patient,
        billing_provider=billing_provider,
        facility=facility,
        rendering_provider=provider,
        service_date_from=date(2026, 11, 2),
        service_date_to=date(2026, 11, 2),
        place_of_service_code="11",
    )
    case = CodingCase.everywhere.create(practice=practice, encounter=encounter, patient=patient)
    return [
        ChargeLine.everywhere.create(
            practice=practice,
            case=case,
            encounter=encounter,
            patient=patient,
            position=position,
            procedure_code="99213",
            charge_amount=Decimal(charge),
            service_date_from=date(2026, 11, 2),
            service_date_to=date(2026, 11, 2),
        )
        for position, charge in enumerate(charges, start=1)
    ]
