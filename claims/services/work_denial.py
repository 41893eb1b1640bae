"""What a biller decides and records about one denial: the step, a wait, giving it up."""

from datetime import date
from typing import Any

from django.db import transaction

from claims import states
from claims.denial_choices import CaseState, DenialStep
from claims.denials.rights import no_patient
from claims.models import DenialCase
from claims.services.open_denials import open_case_work, refresh_case
from core import clock, timeline
from core.choices import Role
from core.errors import ApplicationError, Conflict
from core.services.work import assign_work_item, close_work_item, open_items, open_work_item
from core.states import advance

_MOST_LETTERS = 200


def choose_step(*, case: DenialCase, step: str, reason: str = "") -> DenialCase:
    """Do `step` next in place of what is suggested; the suggestion itself takes the choice back.

    Raises ApplicationError at `step` for what is forbidden, with the reason, and at `reason` where
    the suggestion is set aside without one.
    """
    with transaction.atomic():
        case = _locked(case)
        reason = " ".join(reason.split())[:_MOST_LETTERS]
        if step == case.step:
            step, reason = "", ""
        else:
            _may(case, step)
            if not reason:
                raise ApplicationError("Say why not what is suggested.", field="reason")
        before = case.next_step
        DenialCase.objects.filter(pk=case.pk).update(chosen_step=step, chosen_reason=reason)
        case = refresh_case(case)
        label = DenialStep(case.next_step).label.lower()
        timeline.record(
            case.claim,
            kind="denial.step_changed",
            sentence=f"chose what to do about {case.code}: {label}",
            details={"note": reason} if reason else {},
            before={"step": before},
            after={"step": case.next_step},
        )
        return case


def wait_for(
    *, case: DenialCase, step: str, waits_for: str, follow_up_on: date, reference: str = ""
) -> DenialCase:
    """Record that something was done that others must answer: records sent, a reopening asked for,
    or just a wait. The case comes back on `follow_up_on`.

    Raises ApplicationError at `waits_for` for nothing, at `follow_up_on` for a day gone by.
    """
    words = " ".join(waits_for.split())[:_MOST_LETTERS]
    if not words:
        raise ApplicationError("Say what is waited for.", field="waits_for")
    with transaction.atomic():
        case = _locked(case)
        if follow_up_on < clock.today(case.practice):
            raise ApplicationError("Choose today or a day to come.", field="follow_up_on")
        advance(case, CaseState.WAITING, table=states.DENIAL_CASE, update={"waits_for": words})
        DenialCase.objects.filter(pk=case.pk).update(waits_for=words)
        done = _DONE.get(DenialStep(step), "waits")
        timeline.record(
            case.claim,
            kind="denial.waits",
            sentence=f"{done} for {case.code}: {words}",
            details={"reference": reference} if reference else {},
        )
        put_off(case, f"{case.code} at {case.payer.name}: {words}", follow_up_on)
        return case


_DONE = {
    DenialStep.RECORDS: "sent records",
    DenialStep.REOPEN: "asked to reopen",
    DenialStep.WAIT: "waits",
}


def set_aside(*, case: DenialCase, reason: str) -> DenialCase:
    """Say that nothing can be won here. The money stays where it is until it is written off or
    moved. Raises ApplicationError at `reason` without one.
    """
    words = " ".join(reason.split())[:_MOST_LETTERS]
    if not words:
        raise ApplicationError("Say why nothing can be won.", field="reason")
    with transaction.atomic():
        case = _locked(case)
        if case.state == CaseState.APPEALED:
            raise Conflict("An appeal is out: keep its decision first.")
        advance(case, CaseState.NOT_WORKABLE, table=states.DENIAL_CASE, update={"waits_for": ""})
        DenialCase.objects.filter(pk=case.pk).update(outcome_note=words)
        timeline.record(
            case.claim,
            kind="denial.set_aside",
            sentence=f"set the denial {case.code} aside: {words}",
        )
        return case


def take_up(*, case: DenialCase) -> DenialCase:
    """Back among what is to be worked."""
    with transaction.atomic():
        case = _locked(case)
        if case.state == CaseState.APPEALED:
            raise Conflict("An appeal is out: keep its decision first.")
        advance(
            case,
            CaseState.NOT_STARTED,
            table=states.DENIAL_CASE,
            update={"waits_for": "", "outcome": "", "outcome_note": ""},
        )
        case = refresh_case(case)
        timeline.record(
            case.claim, kind="denial.reopened", sentence=f"took up the denial {case.code} again"
        )
        close_work_item(subject=case.claim, kind=case.work_kind, outcome="Taken up again.")
        open_case_work(case)
        return case


def assign_case(*, case: DenialCase, owner: Any) -> None:
    """Give the case's work to a member of the practice, or back to everybody."""
    with transaction.atomic():
        case = _locked(case)
        if not open_items(case.claim).filter(kind=case.work_kind).exists():
            open_case_work(case)
        for item in open_items(case.claim).filter(kind=case.work_kind).select_related("owner"):
            assign_work_item(item, owner=owner)
        words = f"gave {case.code} to {owner}" if owner else f"gave {case.code} back to everybody"
        timeline.record(case.claim, kind="denial.assigned", sentence=words)


def put_off(case: DenialCase, title: str, on: date) -> None:
    """The case's work, on a later day; its owner stays."""
    items = open_items(case.claim).filter(kind=case.work_kind)
    owner = next((item.owner for item in items.select_related("owner")), None)
    close_work_item(subject=case.claim, kind=case.work_kind, outcome="Done; others are to answer.")
    open_work_item(
        subject=case.claim, kind=case.work_kind, title=title,
        reason="Ask what became of it.", role=Role.BILLER, owner=owner, due_on=on,
        amount=case.amount,
    )  # fmt: skip


def _may(case: DenialCase, step: str) -> None:
    if step not in DenialStep.values:
        raise ApplicationError("Choose one of the steps.", field="step")
    if step == DenialStep.APPEAL and case.appeal_refusal:
        raise ApplicationError(f"No appeal: {case.appeal_refusal}", field="step")
    if step == DenialStep.PATIENT:
        refusal = no_patient(case.group_code, case.reason_code, case.remark_codes, ())
        if refusal is not None:
            raise ApplicationError(refusal.sentence, field="step")


def _locked(case: DenialCase) -> DenialCase:
    row = (
        DenialCase.objects.select_for_update(of=("self",))
        .select_related("claim__practice", "practice", "payer", "version")
        .get(pk=case.pk)
    )
    if not row.is_open:
        raise Conflict("This denial is settled.")
    return row
