"""People and places of the tests, made by the services where there is one; all fictional."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core import clock
from core.models import Practice
from patients.models import (
    Appointment,
    BillingProvider,
    Coverage,
    Encounter,
    Patient,
    Payer,
    PayerPlan,
    Provider,
    ServiceFacility,
)
from patients.services.book_appointment import book_appointment
from patients.services.record_coverage import record_coverage
from patients.services.record_encounter import record_encounter
from patients.services.register_patient import register_patient

VISIT_DAY = date(2026, 11, 2)
TOWN = {"city": "Anytown", "state_code": "CO"}
NOTE = "Seen for the complaint; examined; plan agreed."
SIGNED = {
    "release_code": "Y", "release_signed_on": date(2020, 1, 2), "benefits_code": "Y",
    "benefits_signed_on": date(2020, 1, 2),
}  # fmt: skip


@dataclass(frozen=True)
class Site:
    """Where the cast is seen, and by whom."""

    practice: Practice
    billing_provider: BillingProvider
    facility: ServiceFacility
    reyes: Provider
    medicare_plan: PayerPlan
    acme_plan: PayerPlan


def make_site(practice: Practice) -> Site:
    """One site with one clinician and two plans; `practice` must be in scope."""
    medicare = _payer(practice, "Medicare Part B", "MCRPB", "medicare")
    acme = _payer(practice, "Acme Health Plan", "12345", "commercial")
    return Site(
        practice,
        BillingProvider.objects.create(
            practice=practice, name="Summit Family Medicine PLLC", npi="2000000010",
            tax_id="841234567", taxonomy_code="207Q00000X", phone="3035550100",
            address_line1="100 Main St Ste 200", zip_code="800011234", **TOWN,
        ),
        ServiceFacility.objects.create(
            practice=practice, name="Summit Main Street", zip_code="800011234",
            address_line1="100 Main St Ste 200", **TOWN,
        ),
        Provider.objects.create(
            practice=practice, first_name="Ana", last_name="Reyes", npi="2000000028",
            taxonomy_code="207Q00000X",
        ),
        PayerPlan.objects.create(
            practice=practice, payer=medicare, name="Part B", claim_filing_code="MB"
        ),
        PayerPlan.objects.create(
            practice=practice, payer=acme, name="Acme PPO", claim_filing_code="CI"
        ),
    )  # fmt: skip


def joan(site: Site, **columns: object) -> Patient:
    """Joan Q Testpatient, seventy-six, insured by Medicare when she has a coverage."""
    return register_patient(
        practice=site.practice,
        **{
            "first_name": "Joan", "middle_name": "Q", "last_name": "Testpatient",
            "birth_date": date(1950, 4, 12), "sex": "F", "address_line1": "12 Elm St",
            "zip_code": "800015678", **TOWN, **SIGNED, **columns,
        },
    )  # type: ignore[arg-type]  # fmt: skip


def joans_medicare(site: Site, patient: Patient, **columns: object) -> Coverage:
    """Joan's Medicare since 2015."""
    return record_coverage(
        patient=patient,
        **{
            "plan": site.medicare_plan, "member_id": "1EG4-TE5-MK73",
            "effective_from": date(2015, 4, 1), **columns,
        },
    )  # type: ignore[arg-type]  # fmt: skip


def visit(site: Site, patient: Patient, **columns: object) -> Encounter:
    """An office visit with its note."""
    return record_encounter(
        practice=site.practice,
        patient=patient,
        **{
            "rendering_provider": site.reyes, "facility": site.facility,
            "billing_provider": site.billing_provider, "service_date_from": VISIT_DAY,
            "note_text": NOTE, **columns,
        },
    )  # type: ignore[arg-type]  # fmt: skip


def booked(
    site: Any, patient: Patient, *, in_days: int = 0, at: str = "14:15", **columns: Any
) -> Appointment:
    """A visit to Dr. Reyes, so many days from today; `site` may be the claims' world."""
    day = clock.today(site.practice) + timedelta(days=in_days)
    start = datetime.combine(day, time.fromisoformat(at), ZoneInfo(site.practice.time_zone))
    return book_appointment(
        patient=patient, provider=site.reyes, facility=site.facility, starts_at=start, **columns
    )


def _payer(practice: Practice, name: str, number: str, kind: str) -> Payer:
    return Payer.objects.create(practice=practice, name=name, payer_number=number, kind=kind)
