"""Reading patients, coverages and encounters."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from core.models import Document
from patients.choices import InsuranceType
from patients.models import Coverage, Encounter, Patient
from patients.payer_order import OrderProblem, insurance_type, insured_of, order_problems


def coverages_on(patient: Patient, on: date) -> list[Coverage]:
    """The coverages in force on `on`, by rank. None at all means self-pay."""
    return list(
        Coverage.objects.filter(patient=patient, effective_from__lte=on)
        .filter(Q(effective_to__isnull=True) | Q(effective_to__gte=on))
        .select_related("plan__payer")
        .order_by("rank")
    )


def possible_duplicates(
    *, first_name: str, last_name: str, birth_date: date
) -> "QuerySet[Patient]":
    """Patients who may be the same person: same birth date, and last name or first name alike."""
    return Patient.objects.filter(birth_date=birth_date).filter(
        Q(last_name__iexact=last_name) | Q(first_name__iexact=first_name)
    )


@dataclass(frozen=True, slots=True)
class PayerOrder:
    """Who is billed in which order on one day, and what is wrong with it."""

    on: date
    coverages: list[Coverage]
    problems: list[OrderProblem]


def payer_order(patient: Patient, on: date) -> PayerOrder:
    """The order of payers on `on`; each coverage has `second_because` where Medicare is second."""
    coverages, age = coverages_on(patient, on), patient.age_on(on)
    insured = [insured_of(coverage) for coverage in coverages]
    for place, (coverage, one) in enumerate(zip(coverages, insured, strict=True)):
        code = insurance_type(one, insured[:place], age=age, on=on) if one.is_medicare else ""
        coverage.second_because = InsuranceType(code).label if code else ""  # type: ignore[attr-defined]
    return PayerOrder(on, coverages, list(order_problems(insured, age=age, on=on)))


def coverage_history(patient: Patient) -> list[Coverage]:
    """Every coverage the patient has had, by rank, the newest first."""
    rows = Coverage.objects.filter(patient=patient).select_related("plan__payer")
    return list(rows.order_by("rank", "-effective_from"))


def patients_of_note(document: Document) -> list[int]:
    """Whose note a file is."""
    if document.subject_id is None:
        return []
    rows = Encounter.objects.filter(pk=document.subject_id)
    return list(rows.values_list("patient_id", flat=True))
