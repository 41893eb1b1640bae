"""Asking a payer whether a patient is covered (270, domain J.1)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from claims.choices import InquiryState
from claims.edi.inquiry_records import CoverageQuestion, Insured
from claims.edi.write_inquiries import write_270
from claims.models import EligibilityCheck
from claims.services.queue_inquiry import INQUIRIES, asker, question_columns, road_to
from core import clock, timeline
from core.errors import ApplicationError
from core.waking import wake
from patients.choices import Relationship
from patients.models import BillingProvider, Coverage, Encounter, Patient

WHOLE_PLAN = "30"
_OPEN = [InquiryState.QUEUED, InquiryState.ASKING]


@transaction.atomic
def ask_eligibility(
    *,
    coverage: Coverage,
    service_on: date | None = None,
    service_types: Sequence[str] = (WHOLE_PLAN,),
) -> EligibilityCheck:
    """Write the question and queue it; a worker asks within seconds.

    While one question about the coverage is open, that one is returned: pressing twice asks once.
    Raises ApplicationError where nobody can be asked, or the question cannot be written.
    """
    locked = Coverage.objects.select_for_update(of=("self",)).get(pk=coverage.pk)
    waiting = EligibilityCheck.objects.filter(coverage=locked, state__in=_OPEN).first()
    if waiting is not None:
        return waiting
    patient, payer = coverage.patient, coverage.plan.payer
    partner = road_to(payer)
    day = service_on or clock.today(partner.practice)
    asked = asker(payer=payer, partner=partner, provider=_provider_of(patient), prefix="E")
    content = write_270(asked, _question(coverage, day, tuple(service_types)))
    check = EligibilityCheck.objects.create(
        **question_columns(payer=payer, partner=partner, asked=asked, content=content, kind="270"),
        coverage=coverage,
        service_on=day,
        service_types=list(service_types),
        sheet={"asked": _as_asked(coverage)},
    )
    timeline.record(
        patient,
        kind="eligibility.asked",
        sentence=f"asked {payer.name} about the coverage on {day:%m/%d/%Y}",
        document=check.question,
    )
    wake(INQUIRIES)
    return check


def _provider_of(patient: Patient) -> BillingProvider:
    """Who asks: the billing provider of the last visit, else the practice's first."""
    visit = (
        Encounter.objects.filter(patient=patient)
        .select_related("billing_provider")
        .order_by("-service_date_from", "-id")
        .first()
    )
    provider = visit.billing_provider if visit else None
    provider = provider or BillingProvider.objects.filter(is_active=True).first()
    if provider is None:
        raise ApplicationError("Nobody can ask yet: the practice has no billing provider.")
    return provider


def _as_asked(coverage: Coverage) -> dict[str, str]:
    """Person and coverage as they were asked about: the proof must not follow later changes."""
    patient = coverage.patient
    return {
        "patient": patient.full_name,
        "birth_date": f"{patient.birth_date:%m/%d/%Y}",
        "plan": f"{coverage.plan.payer.name} {coverage.plan.name}",
        "member_id": coverage.member_id,
        "group_number": coverage.group_number,
    }


def _question(coverage: Coverage, day: date, service_types: tuple[str, ...]) -> CoverageQuestion:
    patient = coverage.patient
    person = Insured(
        patient.last_name,
        patient.first_name,
        patient.middle_name,
        patient.suffix,
        patient.birth_date,
        patient.sex,
    )
    is_self = coverage.relationship_code == Relationship.SELF
    return CoverageQuestion(
        member_id=coverage.member_id,
        subscriber=person if is_self else subscriber_of(coverage),
        dependent=None if is_self else person,
        relationship_code=coverage.relationship_code,
        service_on=day,
        service_types=service_types,
    )


def subscriber_of(coverage: Coverage) -> Insured:
    """The subscriber of a coverage that is not the patient's own."""
    return Insured(
        coverage.subscriber_last_name,
        coverage.subscriber_first_name,
        coverage.subscriber_middle_name,
        "",
        coverage.subscriber_birth_date,
        coverage.subscriber_sex,
    )
