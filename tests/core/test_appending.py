"""Appended rows are written at once, or together at the end of a block, never lost between."""

import pytest
from django.db import transaction

from core import audit, timeline
from core.appending import appended_together
from core.models import AuditEvent, Note, Practice, TimelineEntry
from core.services.work import add_note

pytestmark = pytest.mark.django_db


def subject(practice: Practice) -> Note:
    return Note.everywhere.create(
        practice=practice, subject_kind="core.note", subject_id=1, text="about"
    )


def test_rows_wait_for_the_end_of_the_block_and_keep_their_order(in_summit: Practice) -> None:
    note = subject(in_summit)
    before = AuditEvent.objects.count()
    with appended_together():
        for number in range(5):
            timeline.record(note, kind="note.added", sentence=f"act {number}")
        audit.read(note)
        assert AuditEvent.objects.count() == before
    assert AuditEvent.objects.count() == before + 6
    told = TimelineEntry.objects.order_by("id").values_list("sentence", flat=True)
    assert list(told) == [f"act {number}" for number in range(5)]


def test_a_failure_in_the_block_takes_the_rows_with_it(in_summit: Practice) -> None:
    note = subject(in_summit)
    before = AuditEvent.objects.count()
    with pytest.raises(ZeroDivisionError):
        _write_and_fail(note)
    assert AuditEvent.objects.count() == before
    assert not Note.objects.filter(text="written").exists()
    audit.read(note)
    assert AuditEvent.objects.count() == before + 1, "the block is over, rows are written at once"


def _write_and_fail(note: Note) -> None:
    with transaction.atomic(), appended_together():
        add_note(note, "written")
        raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_held() -> None:
    with pytest.raises(RuntimeError, match="transaction"), appended_together():
        pass
