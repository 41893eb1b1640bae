"""A practice sees its own rows, and a query without a practice is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Count

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


def test_a_queryset_made_at_import_is_narrowed_when_it_is_asked(
    summit: Practice, lakeside: Practice
) -> None:
    made_at_import = Note.objects.filter(text="hello").order_by("id")
    ours, theirs = note_of(summit), note_of(lakeside)
    with practice_scope(summit):
        assert list(made_at_import.all()) == [ours]
    with practice_scope(lakeside):
        assert list(made_at_import.all()) == [theirs]
        assert made_at_import.all().count() == 1
    with pytest.raises(UnscopedQuery):
        made_at_import.all().exists()


@pytest.mark.parametrize(
    "ask",
    [
        list,
        lambda rows: rows.count(),
        lambda rows: rows.exists(),
        lambda rows: rows.first(),
        lambda rows: rows.aggregate(Count("id")),
        lambda rows: rows.update(text="x"),
        lambda rows: rows.delete(),
        lambda rows: list(rows.iterator()),
        lambda rows: list(Note.everywhere.filter(pk__in=rows.values("pk"))),
    ],
)
def test_no_way_of_asking_goes_round_the_practice(
    summit: Practice, ask: Callable[[Any], Any]
) -> None:
    note_of(summit)
    with pytest.raises(UnscopedQuery):
        ask(Note.objects.all())
    assert Note.everywhere.get().text == "hello"
