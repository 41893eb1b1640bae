"""Recording who is enrolled with a payer, and how far the paperwork is."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from claims.enrolments import EXPIRES_SOON
from claims.models import Enrolment, EnrolmentStep
from claims.payer_choices import EnrolmentState, EnrolmentSubject
from claims.services.watch_enrolments import EXPIRING
from core import clock, timeline
from core.actors import current_actor
from core.choices import WorkState
from core.errors import ApplicationError
from core.services.work import close_work_item
from patients.models import BillingProvider, Payer, Provider


def save_enrolment(
    *,
    payer: Payer,
    who: Provider | BillingProvider,
    effective_from: date,
    effective_to: date | None = None,
    payer_provider_number: str = "",
    enrolment: Enrolment | None = None,
) -> Enrolment:
    """Record an enrolment, or change `enrolment`. Raises ApplicationError at the field for a period
    that ends before it begins, or that overlaps another one of the same provider and payer.
    """
    if effective_to and effective_to < effective_from:
        raise ApplicationError("It ends before it begins.", field="effective_to")
    row = enrolment or Enrolment(practice_id=payer.practice_id)
    is_new = row.pk is None
    row.payer = payer
    row.provider = who if isinstance(who, Provider) else None
    row.billing_provider = who if isinstance(who, BillingProvider) else None
    row.effective_from, row.effective_to = effective_from, effective_to
    row.payer_provider_number = payer_provider_number.strip()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise ApplicationError(
            f"{who} is enrolled with {payer.name} already in that time: change that enrolment.",
            field="effective_from",
        ) from None
    if effective_to is None or effective_to - clock.today(row.practice) > EXPIRES_SOON:
        close_work_item(
            subject=row, kind=EXPIRING, outcome="It holds longer now.", state=WorkState.DONE
        )
    until = f" to {effective_to:%m/%d/%Y}" if effective_to else ""
    timeline.record(
        row,
        kind="enrolment.recorded" if is_new else "enrolment.changed",
        sentence=f"{'recorded' if is_new else 'changed'} the enrolment with {payer.name}:"
        f" from {effective_from:%m/%d/%Y}{until}",
    )
    return row


def set_step(
    *,
    enrolment: Enrolment,
    subject: str,
    state: str,
    requested_on: date | None = None,
    approved_on: date | None = None,
) -> EnrolmentStep:
    """Say how far one exchange is. Today stands for a day that is not told. Raises
    ApplicationError for an approval before its request, or a day to come.
    """
    today = clock.today(enrolment.practice)
    if state == EnrolmentState.REQUESTED:
        requested_on, approved_on = requested_on or today, None
    elif state == EnrolmentState.APPROVED:
        approved_on = approved_on or today
    elif state == EnrolmentState.NONE:
        requested_on = approved_on = None
    if requested_on and approved_on and approved_on < requested_on:
        raise ApplicationError("It was approved before it was asked for.", field="approved_on")
    if max(requested_on or today, approved_on or today) > today:
        raise ApplicationError("That day is still to come.", field="approved_on")
    with transaction.atomic():
        step, _ = EnrolmentStep.objects.get_or_create(
            practice_id=enrolment.practice_id, enrolment=enrolment, subject=subject
        )
        before = {"state": step.state}
        values: dict[str, Any] = {
            "state": state, "requested_on": requested_on, "approved_on": approved_on,
        }  # fmt: skip
        if all(getattr(step, name) == value for name, value in values.items()):
            return step
        for name, value in values.items():
            setattr(step, name, value)
        step.changed_at, step.changed_by = clock.now(), current_actor().user
        step.save()
        timeline.record(
            enrolment,
            kind="enrolment.step",
            sentence=f"{EnrolmentSubject(subject).label}: {EnrolmentState(state).label.lower()}",
            before=before,
            after={"state": state},
        )
    return step
