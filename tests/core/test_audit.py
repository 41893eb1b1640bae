"""The audit log can be added to and nothing else; an edit behind our back is found."""

import pytest
from django.db import DatabaseError, connection, transaction

from core import audit
from core.actors import acting_as, person
from core.choices import Role
from core.models import AuditBlock, AuditEvent, AuditSeal, Practice
from core.services.seal_audit import seal_audit, verify_audit
from tests.cast import user_of

pytestmark = pytest.mark.django_db


def test_an_event_names_who_did_what_to_whom(summit: Practice) -> None:
    coder = user_of(summit, Role.CODER)
    with acting_as(person(coder)):
        event = audit.record("practice.renamed", subject=summit, before={"a": 1}, after={"a": 2})
    event.refresh_from_db()
    assert (event.user, event.action, event.subject_kind) == (
        coder,
        "practice.renamed",
        "core.practice",
    )
    assert (event.before, event.after) == ({"a": 1}, {"a": 2})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditevent SET action = 'x'",
        "DELETE FROM core_auditevent",
        "TRUNCATE core_auditevent CASCADE",
        "UPDATE core_timelineentry SET sentence = 'x'",
        "DELETE FROM core_auditblock",
    ],
)
def test_the_app_role_cannot_change_or_empty_it(summit: Practice, statement: str) -> None:
    audit.record("something", subject=summit)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_sealing_chains_blocks_and_verify_counts_the_unsealed_tail(summit: Practice) -> None:
    for number in range(3):
        audit.record(f"act {number}", subject=summit)
    assert seal_audit() == 3
    audit.record("later", subject=summit)
    assert seal_audit() == 1
    audit.record("last", subject=summit)
    first, second = AuditBlock.objects.order_by("id")
    assert second.previous_hash == first.block_hash
    checked = verify_audit()
    assert (checked.counted, checked.problems, checked.note) == (5, [], "1 not sealed yet")


def test_sealing_with_nothing_new_makes_no_block(summit: Practice) -> None:
    assert seal_audit() == 0
    assert not AuditBlock.objects.exists()


def test_verify_names_an_event_that_does_not_match_its_seal(summit: Practice) -> None:
    event = audit.record("act", subject=summit)
    block = AuditBlock.objects.create(
        previous_hash="0" * 64,
        block_hash="f" * 64,
        event_count=1,
        last_event_id=event.pk,
        sealed_at=event.at,
    )
    AuditSeal.objects.create(event=event, block=block, event_hash="0" * 64)
    problems = verify_audit().problems
    assert f"audit event {event.pk} was changed after it was sealed" in problems
    assert f"audit block {block.pk} does not match its hash" in problems


def test_verify_notices_a_missing_event(summit: Practice) -> None:
    event = audit.record("act", subject=summit)
    seal_audit()
    AuditBlock.objects.create(
        previous_hash=AuditBlock.objects.get().block_hash,
        block_hash="e" * 64,
        event_count=2,
        last_event_id=event.pk,
        sealed_at=event.at,
    )
    assert any("had 2 events and has 0" in problem for problem in verify_audit().problems)


def test_reading_a_record_leaves_a_row(summit: Practice) -> None:
    audit.read(summit, note="opened the practice page")
    assert AuditEvent.objects.get().action == "read"
