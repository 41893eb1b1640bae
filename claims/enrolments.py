"""Enrolments read: who may bill a payer on a day, and how each enrolment stands today."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Prefetch, Q, QuerySet

from claims.models import Enrolment, EnrolmentStep
from claims.payer_choices import EnrolmentStanding

EXPIRES_SOON = timedelta(days=60)


def in_force(on: date) -> Q:
    """Enrolments that hold on `on`, both ends counted."""
    return Q(effective_from__lte=on) & (Q(effective_to__isnull=True) | Q(effective_to__gte=on))


def enrolments_of(
    payer_id: int, *, provider_ids: Collection[int], billing_ids: Collection[int], on: date
) -> "QuerySet[Enrolment]":
    """The enrolments with a payer, on a day, of who renders and who is paid."""
    whose = Q(provider__in=provider_ids) | Q(billing_provider__in=billing_ids)
    return Enrolment.objects.filter(whose, in_force(on), payer_id=payer_id).order_by("pk")


def numbered_enrolments(payer_id: int, npis: Collection[str]) -> "QuerySet[Enrolment]":
    """The enrolments of these providers for which the payer gave a number, the oldest first."""
    rows = Enrolment.objects.filter(payer_id=payer_id, provider__npi__in=npis)
    return rows.exclude(payer_provider_number="").select_related("provider").order_by("pk")


def all_enrolments() -> "QuerySet[Enrolment]":
    """Every enrolment with whose it is and how far its paperwork is, in two queries."""
    steps = Prefetch("steps", queryset=EnrolmentStep.objects.select_related("changed_by"))
    rows = Enrolment.objects.select_related("payer", "provider", "billing_provider")
    return rows.prefetch_related(steps)


def standing_of(enrolment: Enrolment, today: date) -> EnrolmentStanding:
    """How it stands today; it is worth a look 60 days before its end."""
    if enrolment.effective_from > today:
        return EnrolmentStanding.FUTURE
    if enrolment.effective_to is None:
        return EnrolmentStanding.CURRENT
    if enrolment.effective_to < today:
        return EnrolmentStanding.EXPIRED
    is_near = enrolment.effective_to - today <= EXPIRES_SOON
    return EnrolmentStanding.EXPIRING if is_near else EnrolmentStanding.CURRENT
