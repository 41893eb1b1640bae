"""A practice sees its own rows, and a query without a practice is refused."""

import pytest

from core.models import Note, Practice
from core.tenancy import UnscopedQuery, no_practice, practice_scope

pytestmark = pytest.mark.django_db


def note_of(practice: Practice) -> Note:
    return Note.everywhere.create(
        practice=practice, subject_kind="core.practice", subject_id=practice.pk, text="hello"
    )


def test_shows_only_the_rows_of_the_practice_in_scope(summit: Practice, lakeside: Practice) -> None:
    ours, _theirs = note_of(summit), note_of(lakeside)
    with practice_scope(summit):
        assert list(Note.objects.all()) == [ours]


def test_refuses_a_query_without_a_practice(summit: Practice) -> None:
    with pytest.raises(UnscopedQuery):
        Note.objects.count()
    with practice_scope(summit), no_practice(), pytest.raises(UnscopedQuery):
        Note.objects.count()


def test_scopes_nest_and_end(summit: Practice, lakeside: Practice) -> None:
    note_of(summit)
    with practice_scope(summit):
        with practice_scope(lakeside):
            assert not Note.objects.exists()
        assert Note.objects.exists()
    with pytest.raises(UnscopedQuery):
        Note.objects.exists()


def test_public_ids_are_version_7_and_in_order_of_time(summit: Practice) -> None:
    first, second = note_of(summit), note_of(summit)
    assert first.public_id.version == 7
    assert first.public_id.int >> 80 <= second.public_id.int >> 80
