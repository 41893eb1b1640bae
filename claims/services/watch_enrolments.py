"""An enrolment that ends soon becomes work: renewing takes payers weeks."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q

from claims.enrolments import EXPIRES_SOON
from claims.models import Enrolment
from core import clock
from core.actors import Actor, acting_as
from core.choices import Role
from core.services.work import open_work_item
from core.tenancy import practice_scope

EXPIRING = "enrolment.expiring"
AT_ONCE = 100


def report_expiring() -> int:
    """The sweep: each end within 60 days becomes work once; returns how many did."""
    # A day more than any practice's today, so that the index decides; the practice's own day below.
    horizon = clock.now().date() + EXPIRES_SOON + timedelta(days=1)
    not_told = Q(expiry_reported_on__isnull=True) | ~Q(expiry_reported_on=F("effective_to"))
    with transaction.atomic():
        ending = list(
            Enrolment.everywhere.filter(not_told, effective_to__lte=horizon)
            .select_related("payer", "provider", "billing_provider", "practice")
            .order_by("effective_to", "pk")
            .select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]
        )
        return sum(_report(enrolment) for enrolment in ending)


def _report(enrolment: Enrolment) -> int:
    end = enrolment.effective_to
    if end is None or end - clock.today(enrolment.practice) > EXPIRES_SOON:
        return 0
    with practice_scope(enrolment.practice), acting_as(Actor(source="enrolments")):
        open_work_item(
            subject=enrolment,
            kind=EXPIRING,
            title=f"Enrolment with {enrolment.payer.name} ends {end:%m/%d/%Y}",
            reason=f"Renew it for {enrolment.who}: from then on claims are refused.",
            role=Role.BILLER,
            due_on=end,
            renews=True,
        )
    Enrolment.everywhere.filter(pk=enrolment.pk).update(expiry_reported_on=end)
    return 1
