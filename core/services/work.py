"""Work items, notes and contacts: what waits for a person, and what people did about it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from core import audit, clock, timeline
from core.actors import current_actor
from core.among import Ids, among
from core.appending import append_all, appended_together
from core.choices import WorkState
from core.errors import ApplicationError
from core.models.audit import AuditEvent
from core.models.work import ContactLog, Note, WorkItem
from core.subjects import kind_of

FOLLOW_UP = "follow_up"


def open_work_item(
    *,
    subject: models.Model,
    kind: str,
    title: str,
    reason: str = "",
    due_on: date | None = None,
    owner: Any = None,
    role: str = "",
    amount: Decimal | None = None,
    renews: bool = False,
) -> WorkItem:
    """Open a work item; while one of that subject and kind is open, return it instead.

    With `renews`, the open one is brought up to date: title, reason, role and amount.
    """
    item, is_new = WorkItem.everywhere.get_or_create(
        practice_id=subject.practice_id,  # type: ignore[attr-defined]
        subject_kind=kind_of(subject),
        subject_id=subject.pk,
        kind=kind,
        state=WorkState.OPEN,
        defaults={
            "title": title[:120],
            "reason": reason[:300],
            "due_on": due_on,
            "owner": owner,
            "role": role,
            "amount": amount,
        },
    )
    if is_new:
        _tell(item, "work.opened", {}, {"state": item.state}, item.reason)
    elif renews:
        _renew(item, title=title[:120], reason=reason[:300], role=role, amount=amount)
    return item


@dataclass(frozen=True, slots=True)
class Wanted:
    """A work item that is asked for, one of many."""

    subject: models.Model
    title: str
    reason: str = ""
    amount: Decimal | None = None


def open_work_items(
    practice: Any,
    wanted: Sequence[Wanted],
    *,
    kind: str,
    role: str,
    due_on: date | None,
    renews: bool = False,
) -> int:
    """Open one item of `kind` for each subject that has none; all subjects are of one model.

    For very many at once: a constant number of statements. With `renews`, one that is open is
    brought up to date. Returns how many are new. Raises RuntimeError outside a transaction.
    """
    if not wanted:
        return 0
    name = kind_of(wanted[0].subject)
    waiting = _open_by_subject(practice, name, kind, [one.subject.pk for one in wanted])
    for one in wanted if renews else ():
        if item := waiting.get(one.subject.pk):
            _renew(
                item, title=one.title[:120], reason=one.reason[:300], role=role, amount=one.amount
            )
    items = WorkItem.everywhere.bulk_create(
        [
            WorkItem(
                practice=practice,
                subject_kind=name,
                subject_id=one.subject.pk,
                kind=kind,
                title=one.title[:120],
                reason=one.reason[:300],
                role=role,
                due_on=due_on,
                amount=one.amount,
            )
            for one in wanted
            if one.subject.pk not in waiting
        ],
        batch_size=500,
    )
    with appended_together():
        for item in items:
            _tell(item, "work.opened", {}, {"state": item.state}, item.reason)
    return len(items)


def _open_by_subject(
    practice: Any, name: str, kind: str, subject_ids: Sequence[int]
) -> dict[int, WorkItem]:
    rows = WorkItem.everywhere.filter(
        practice=practice, subject_kind=name, subject_id__in=subject_ids, kind=kind,
        state=WorkState.OPEN,
    )  # fmt: skip
    return {item.subject_id: item for item in rows}


def _renew(item: WorkItem, **facts: Any) -> None:
    before = {name: getattr(item, name) for name in facts}
    if before == facts:
        return
    WorkItem.everywhere.filter(pk=item.pk).update(**facts)
    for name, value in facts.items():
        setattr(item, name, value)
    _tell(item, "work.renewed", _plain(before), _plain(facts))


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if value is not None else None for name, value in facts.items()}


def close_work_item(
    *, subject: models.Model, kind: str, outcome: str = "", state: str = WorkState.DONE
) -> int:
    """Close the open items of that subject and kind; returns how many there were."""
    return _close(open_items(subject).filter(kind=kind), outcome, state)


def close_work_items(
    *,
    subjects: Sequence[models.Model],
    kinds: Collection[str],
    outcome: str = "",
    state: str = WorkState.DONE,
    since: datetime | None = None,
) -> int:
    """Close the open items of these kinds on subjects of one model, however many, in few
    statements; only those opened since an instant, if it is given. Returns how many there were.
    """
    if not subjects:
        return 0
    items = WorkItem.everywhere.filter(
        subject_kind=kind_of(subjects[0]),
        subject_id__among=Ids(subjects),
        kind__in=kinds,
        state=WorkState.OPEN,
    )
    if since is not None:
        items = items.filter(opened_at__gte=since)
    return _close(items, outcome, state)


def finish_work_item(item: WorkItem, *, outcome: str = "", state: str = WorkState.DONE) -> None:
    """Close one item."""
    _close(WorkItem.everywhere.filter(pk=item.pk, state=WorkState.OPEN), outcome, state)


def open_items(subject: models.Model) -> "models.QuerySet[WorkItem]":
    """The open items of a subject; the first owns its owner and due date (DESIGN 3.4)."""
    return WorkItem.everywhere.filter(
        subject_kind=kind_of(subject), subject_id=subject.pk, state=WorkState.OPEN
    ).order_by("due_on", "id")


def snooze_work_item(item: WorkItem, *, until: date, reason: str) -> None:
    """Put an item off. Raises ApplicationError without a reason or for a day not to come."""
    if not reason.strip():
        raise ApplicationError("Say why it can wait.", field="reason")
    if until <= clock.today(item.practice):
        raise ApplicationError("Choose a day to come.", field="until")
    with transaction.atomic():
        WorkItem.everywhere.filter(pk=item.pk).update(
            snoozed_until=until, snooze_reason=reason[:300]
        )
        _tell(
            item,
            "work.snoozed",
            {"snoozed_until": item.snoozed_until},
            {"snoozed_until": until},
            reason,
        )


def move_work_item(item: WorkItem, *, due_on: date, reason: str) -> None:
    """Set the day on which an item is due, and wake it. Raises ApplicationError for a past day."""
    if due_on < clock.today(item.practice):
        raise ApplicationError("Choose today or a day to come.", field="due_on")
    with transaction.atomic():
        WorkItem.everywhere.filter(pk=item.pk).update(due_on=due_on, snoozed_until=None)
        _tell(item, "work.moved", {"due_on": item.due_on}, {"due_on": due_on}, reason)


def assign_work_item(item: WorkItem, *, owner: Any) -> None:
    """Give an item to a member of the practice, or to nobody."""
    if owner and not owner.memberships.filter(practice=item.practice, is_active=True).exists():
        raise ApplicationError("That person is not a member of this practice.", field="owner")
    with transaction.atomic():
        WorkItem.everywhere.filter(pk=item.pk).update(owner=owner)
        _tell(item, "work.assigned", {"owner": str(item.owner or "")}, {"owner": str(owner or "")})


def add_note(subject: models.Model, text: str) -> Note:
    """Write a note about a subject. Raises ApplicationError for an empty one."""
    if not text.strip():
        raise ApplicationError("Write something first.", field="text")
    note = Note.everywhere.create(
        practice_id=subject.practice_id,  # type: ignore[attr-defined]
        subject_kind=kind_of(subject),
        subject_id=subject.pk,
        text=text.strip(),
        author=current_actor().user,
    )
    timeline.record(
        subject, kind="note.added", sentence="wrote a note", details={"note": note.text}
    )
    return note


def log_contact(
    subject: models.Model,
    *,
    method: str,
    with_whom: str,
    outcome: str,
    reference: str = "",
    next_on: date | None = None,
    to_do: str = "Follow up",
) -> ContactLog:
    """Keep a call, letter or mail. With `next_on`, open a follow-up for that day.

    An open follow-up was what this contact was for: it is done.
    """
    if not with_whom.strip() or not outcome.strip():
        raise ApplicationError("Say with whom and what came of it.", field="outcome")
    practice = getattr(subject, "practice", None)
    if next_on is not None and practice is not None and next_on < clock.today(practice):
        raise ApplicationError("Choose today or a day to come.", field="next_on")
    contact = ContactLog.everywhere.create(
        practice_id=subject.practice_id,  # type: ignore[attr-defined]
        subject_kind=kind_of(subject),
        subject_id=subject.pk,
        method=method,
        with_whom=with_whom.strip(),
        reference=reference.strip(),
        outcome=outcome.strip(),
        next_on=next_on,
        author=current_actor().user,
    )
    timeline.record(
        subject,
        kind="contact.logged",
        sentence=f"logged a {contact.get_method_display().lower()}",
        details={"reference": contact.reference, "outcome": contact.outcome},
    )
    close_work_item(subject=subject, kind=FOLLOW_UP, outcome=outcome)
    if next_on:
        open_work_item(
            subject=subject, kind=FOLLOW_UP, title=to_do, reason=outcome, due_on=next_on,
            owner=current_actor().user, amount=getattr(subject, "insurance_balance_amount", None),
        )  # fmt: skip
    return contact


def _close(items: "models.QuerySet[WorkItem]", outcome: str, state: str) -> int:
    with transaction.atomic():
        found = list(items.select_for_update())
        if not found:
            return 0
        type(found[0]).everywhere.filter(among("pk", found)).update(
            state=state,
            outcome=outcome[:300],
            closed_at=clock.now(),
            closed_by_name=current_actor().name,
        )
        append_all(
            [
                _told(item, f"work.{state}", {"state": item.state}, {"state": state}, outcome)
                for item in found
            ]
        )
    return len(found)


def _tell(
    item: WorkItem, action: str, before: dict[str, Any], after: dict[str, Any], note: str = ""
) -> None:
    """Keep what was done with an item in the audit log."""
    append_all([_told(item, action, before, after, note)])


def _told(
    item: WorkItem, action: str, before: dict[str, Any], after: dict[str, Any], note: str = ""
) -> AuditEvent:
    words = f"{item.title}: {note}" if note else item.title
    return audit.build(action, subject=item, before=before, after=after, note=words)
