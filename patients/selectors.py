"""Reading patients, coverages and encounters."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from core import clock
from core.models import Document
from patients.choices import AppointmentState, AuthorizationUnit, InsuranceType, Rank
from patients.days import day_start
from patients.models import (
    Appointment,
    AuthorizationUse,
    Coverage,
    Encounter,
    Patient,
    PriorAuthorization,
)
from patients.payer_order import OrderProblem, insurance_type, insured_of, order_problems


def coverages_on(patient: Patient, on: date, case_id: int | None = None) -> list[Coverage]:
    """The coverages in force on `on`, in the order in which they pay. None at all means self-pay.

    Those that pay only for a case come first for its visits, and never for others.
    """
    rows = Coverage.objects.filter(patient=patient).select_related("plan__payer")
    return in_order(rows, on, case_id)


def in_order(rows: Iterable[Coverage], on: date, case_id: int | None) -> list[Coverage]:
    """Of one patient's coverages those that pay on `on`, each with its `place`.

    The payers of the case move the others back: after an auto carrier the health plan that is
    primary for all else pays second. A claim has three payers at most; a fourth is left out.
    """
    due = [one for one in rows if one.covers(on) and one.case_id in {None, case_id}]
    due.sort(key=lambda one: (one.case_id is None, one.rank))
    for number, one in enumerate(due, 1):
        one.place = max(one.rank, number)
    return [one for one in due if one.place <= Rank.TERTIARY]


def coverages_for(encounter: Encounter) -> list[Coverage]:
    """The coverages of a visit, in the order in which they pay."""
    return coverages_on(encounter.patient, encounter.service_date_from, encounter.case_id)


def authorizations_for(
    encounter: Encounter, payer_id: int, codes: Collection[str], provider_id: int | None = None
) -> dict[str, PriorAuthorization]:
    """By kind: the payer's authorization for a visit with these codes, where there is one.
    `provider_id` gave the services, or the provider of the visit did.

    One that names a code of the visit is before one that names none, one for the provider before
    one for anybody, and the one that ends first before the others. One for other codes only, or
    for another provider, is taken when nothing fits better: the scrub says what is wrong with it.
    """
    on = encounter.service_date_from
    rows = (
        PriorAuthorization.objects.filter(patient=encounter.patient_id, payer=payer_id)
        .filter(effective_from__lte=on, cancelled_on__isnull=True)
        .filter(Q(effective_to__isnull=True) | Q(effective_to__gte=on))
        .select_related("provider")
        .order_by(F("effective_to").desc(nulls_first=True), "-pk")
    )
    found: dict[str, PriorAuthorization] = {}
    gave = provider_id or encounter.rendering_provider_id
    ranked = sorted(rows, key=lambda one: _misfit(one, gave, set(codes)), reverse=True)
    for one in ranked:
        found[one.kind] = one
    return found


def _misfit(one: PriorAuthorization, gave: int, codes: set[str]) -> tuple[bool, bool, bool, bool]:
    provider = one.provider_id
    return (
        provider not in {None, gave},
        bool(one.codes) and not codes & set(one.codes),
        not one.codes,
        provider is None,
    )


def used_of(
    authorization_ids: Collection[int], besides: Collection[str] = ()
) -> dict[int, Decimal]:
    """What is used of each authorization, besides by the lines of these numbers: units, or days
    where it counts visits.
    """
    rows = AuthorizationUse.objects.filter(authorization__in=authorization_ids).exclude(
        line_number__in=besides
    )
    counted = rows.values("authorization_id", "authorization__unit").annotate(
        units=Sum("quantity"), days=Count("used_on", distinct=True)
    )
    return {
        row["authorization_id"]: (
            Decimal(row["days"])
            if row["authorization__unit"] == AuthorizationUnit.VISITS
            else row["units"]
        )
        for row in counted
    }


def days_used(authorization_id: int, besides: Collection[str]) -> set[date]:
    """The days on which other lines use an authorization."""
    rows = AuthorizationUse.objects.filter(authorization=authorization_id)
    return set(rows.exclude(line_number__in=besides).values_list("used_on", flat=True))


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


def appointments_to_come(patient: Patient) -> list[Appointment]:
    """The visits that are booked from today on, the next first."""
    start = day_start(clock.today(patient.practice), patient.practice)
    rows = Appointment.objects.filter(patient=patient, starts_at__gte=start)
    return list(
        rows.filter(state=AppointmentState.BOOKED)
        .select_related("provider", "facility", "practice")
        .order_by("starts_at")[:5]
    )
