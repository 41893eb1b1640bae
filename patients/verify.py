"""Proofs over the rows of this app, run by `manage.py verify`."""

from django.db.models import F, Q

from core import verification
from core.identifiers import npi_is_valid
from core.verification import Checked
from patients.models import (
    BillingProvider,
    Case,
    Coverage,
    Encounter,
    Patient,
    PriorAuthorization,
    Provider,
)

MOST_NAMED = 20


def register() -> None:
    """Hand the checks to the kernel."""
    verification.register("patients and visits stay in their practice", same_practice)
    verification.register("provider numbers pass their check digit", npis_are_valid)
    verification.register("visits lie within the patient's life", visits_within_life)


def same_practice() -> Checked:
    """A row and the rows it points to are of one practice."""
    strangers = {
        Coverage: ~Q(practice=F("patient__practice")) | ~Q(practice=F("plan__practice")),
        Encounter: ~Q(practice=F("patient__practice"))
        | ~Q(practice=F("facility__practice"))
        | ~Q(practice=F("rendering_provider__practice"))
        | ~Q(practice=F("billing_provider__practice")),
        Case: ~Q(practice=F("patient__practice")),
        PriorAuthorization: ~Q(practice=F("patient__practice")) | ~Q(practice=F("payer__practice")),
        Patient: ~Q(practice=F("guarantor__practice")),
    }
    checked = Checked(0)
    for model, wrong in strangers.items():
        rows = model.everywhere.all()
        checked.counted += rows.count()
        for row in rows.filter(wrong)[:MOST_NAMED]:
            checked.problems.append(f"{model._meta.label} {row.pk} points to another practice")
    return checked


def npis_are_valid() -> Checked:
    """Whatever door a provider came through."""
    checked = Checked(0)
    for model in (Provider, BillingProvider):
        for pk, npi in model.everywhere.values_list("pk", "npi"):
            checked.counted += 1
            if not npi_is_valid(npi):
                checked.problems.append(f"{model._meta.label} {pk} has no valid NPI")
    return checked


def visits_within_life() -> Checked:
    """No visit before birth or after death."""
    rows = Encounter.everywhere.all()
    outside = rows.filter(
        Q(service_date_from__lt=F("patient__birth_date"))
        | Q(service_date_from__gt=F("patient__deceased_on"))
    )
    problems = [f"Encounter {row.number}" for row in outside[:MOST_NAMED]]
    return Checked(rows.count(), problems)
