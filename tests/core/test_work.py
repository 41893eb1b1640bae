"""Work items wait for people; notes and contacts say what people did."""

from datetime import timedelta

import pytest

from core import clock
from core.choices import ContactMethod, Role, WorkState
from core.errors import ApplicationError
from core.models import AuditEvent, Document, Practice, TimelineEntry, WorkItem
from core.services import work
from core.services.documents import store_document
from tests.cast import user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject(in_summit: Practice) -> Document:
    return store_document(
        practice=in_summit, kind="test", content=b"x", content_type="text/plain", label="Test"
    )


def opened(subject: Document, **more: object) -> WorkItem:
    return work.open_work_item(subject=subject, kind="fix", title="Fix it", **more)  # type: ignore[arg-type]


def test_opening_an_item_is_in_the_audit_log_once(subject: Document) -> None:
    item = opened(subject, reason="The payer asked")
    opened(subject)
    told = AuditEvent.objects.get(action="work.opened")
    assert (told.subject_id, told.note) == (item.pk, "Fix it: The payer asked")


def test_one_open_item_of_a_kind_and_a_new_one_after_it_is_closed(subject: Document) -> None:
    first = opened(subject)
    assert opened(subject) == first
    assert work.close_work_item(subject=subject, kind="fix", outcome="fixed") == 1
    first.refresh_from_db()
    assert (first.state, first.outcome, first.closed_by_name) == (
        WorkState.DONE,
        "fixed",
        "Biller Testuser",
    )
    assert opened(subject) != first


def test_the_first_open_item_owns_the_due_date(subject: Document) -> None:
    today = clock.today(subject.practice)
    work.open_work_item(subject=subject, kind="later", title="B", due_on=today + timedelta(9))
    sooner = opened(subject, due_on=today + timedelta(2))
    assert work.open_items(subject).first() == sooner


def test_putting_off_needs_a_reason_and_a_day_to_come(subject: Document) -> None:
    item, today = opened(subject), clock.today(subject.practice)
    with pytest.raises(ApplicationError, match="why"):
        work.snooze_work_item(item, until=today + timedelta(3), reason=" ")
    with pytest.raises(ApplicationError, match="to come"):
        work.snooze_work_item(item, until=today, reason="waits for the payer")
    work.snooze_work_item(item, until=today + timedelta(3), reason="waits for the payer")
    item.refresh_from_db()
    assert item.snoozed_until == today + timedelta(3)
    assert (item.reason, item.snooze_reason) == ("", "waits for the payer")


def test_an_item_goes_to_members_only(subject: Document, lakeside: Practice) -> None:
    item = opened(subject)
    with pytest.raises(ApplicationError, match="not a member"):
        work.assign_work_item(item, owner=user_of(lakeside, Role.BILLER))
    work.assign_work_item(item, owner=user_of(subject.practice, Role.BILLER))
    work.finish_work_item(item, outcome="done")
    item.refresh_from_db()
    assert (item.owner.username, item.state) == ("summit-biller", WorkState.DONE)


def test_a_logged_call_stands_on_the_timeline_and_opens_its_follow_up(subject: Document) -> None:
    next_on = clock.today(subject.practice) + timedelta(7)
    work.log_contact(
        subject,
        method=ContactMethod.CALL,
        with_whom="Payer desk",
        outcome="in process",
        reference="R-1",
        next_on=next_on,
    )
    work.add_note(subject, " Spoke with them. ")
    assert [entry.sentence for entry in TimelineEntry.objects.all()] == [
        "wrote a note",
        "logged a call",
    ]
    assert WorkItem.objects.get(kind="follow_up").due_on == next_on


def test_an_empty_note_or_contact_is_refused(subject: Document) -> None:
    with pytest.raises(ApplicationError):
        work.add_note(subject, "  ")
    with pytest.raises(ApplicationError):
        work.log_contact(subject, method=ContactMethod.CALL, with_whom="x", outcome=" ")
