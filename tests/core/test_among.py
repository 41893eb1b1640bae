"""Very many ids in one array: the same rows as by `__in`, with one parameter."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.among import Ids, among
from core.copying import insert_with_ids
from core.models import Practice, TimelineEntry


def entry(practice: Practice, place: int) -> TimelineEntry:
    return TimelineEntry(
        practice=practice, subject_kind="core.practice", subject_id=place, kind="test.among",
        sentence=f"wrote entry {place}",
    )  # fmt: skip


@pytest.fixture
def entries(in_summit: Practice) -> list[TimelineEntry]:
    rows = [entry(in_summit, place) for place in range(60)]
    insert_with_ids(rows)
    return rows


def test_it_finds_the_rows_that_in_finds(entries: list[TimelineEntry]) -> None:
    asked = [entries[7].pk, entries[3].pk, entries[7].pk, 0]
    rows = TimelineEntry.objects.order_by("pk")
    assert list(rows.filter(among("pk", asked))) == [entries[3], entries[7]]
    assert list(rows.filter(among("pk", asked))) == list(rows.filter(pk__in=asked))
    others = rows.filter(kind="test.among").exclude(among("pk", entries[1:]))
    assert list(others) == [entries[0]]


def test_rows_stand_for_their_ids_and_none_for_nothing(entries: list[TimelineEntry]) -> None:
    rows = TimelineEntry.objects.filter(subject_id__among=Ids([None, 4]))
    assert [row.subject_id for row in rows] == [4]
    assert set(TimelineEntry.objects.filter(among("pk", entries[:2]))) == set(entries[:2])


def test_a_path_leads_to_another_tables_key(
    in_summit: Practice, entries: list[TimelineEntry]
) -> None:
    of_summit = TimelineEntry.objects.filter(among("practice_id", [in_summit]), kind="test.among")
    assert of_summit.count() == 60
    assert Practice.objects.filter(among("pk", [in_summit.pk])).get() == in_summit


def test_a_thousand_ids_are_one_parameter_and_none_are_no_question(in_summit: Practice) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert list(TimelineEntry.objects.filter(among("pk", range(1, 1001)))) == []
        assert list(TimelineEntry.objects.filter(among("pk", []))) == []
    [one] = asked.captured_queries
    assert "ANY(ARRAY[1,2,3," in one["sql"].replace(", ", ",")


def test_rows_written_with_ids_are_there_under_them(entries: list[TimelineEntry]) -> None:
    kept = TimelineEntry.objects.filter(kind="test.among").order_by("pk")
    assert [(row.pk, row.sentence) for row in kept] == [(row.pk, row.sentence) for row in entries]
    assert not any(row._state.adding for row in entries)
    entries[0].refresh_from_db()


def test_few_rows_with_ids_are_inserted_as_ever(in_summit: Practice) -> None:
    rows = [entry(in_summit, place) for place in range(3)]
    with CaptureQueriesContext(connection) as asked:
        insert_with_ids(rows)
        insert_with_ids([])
    assert len(asked.captured_queries) == 1
    assert TimelineEntry.objects.filter(among("pk", rows)).count() == 3
