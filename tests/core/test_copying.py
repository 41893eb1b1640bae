"""Rows by COPY: what comes back is what went in, whatever the characters."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.copying import _Text, copy_models, copy_rows
from core.models import Practice, TimelineEntry

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
ODD = ["", "\\N", "a\tb", "line\nbreak\r", 'quo"te', "back\\slash", "ünï", "{a,b}"]


@pytest.fixture
def table(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE kept (position int, words text, list text[])")


class Kept:
    """As much of a model as COPY asks for."""

    class _meta:  # noqa: N801 - Django's name
        db_table = "kept"


def test_every_text_and_nothing_come_back_as_they_went(table: None) -> None:
    rows = [(place, word, ODD[:place]) for place, word in enumerate([*ODD, None])]
    copy_rows(Kept, ["position", "words", "list"], iter(rows))  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute("SELECT position, words, list FROM kept ORDER BY position")
        assert cursor.fetchall() == rows


@given(st.lists(st.tuples(TEXT, st.none() | st.integers()), max_size=30), st.integers(1, 9))
def test_text_is_handed_out_piece_by_piece_without_loss(
    rows: list[tuple[str, int | None]], size: int
) -> None:
    whole = _Text(iter(rows)).read()
    pieces, text = [], _Text(iter(rows))
    while piece := text.read(size):
        pieces.append(piece)
    assert "".join(pieces) == whole
    assert whole.count("\n") == len(rows)


def test_nothing_to_write_asks_nothing(db: None) -> None:
    copy_models([])
    copy_rows(Practice, ["name"], [])


def test_models_keep_json_and_times(in_summit: Practice) -> None:
    rows = [
        TimelineEntry(
            practice=in_summit, subject_kind="core.practice", subject_id=in_summit.pk,
            kind="test.kept", sentence=f"kept “{word}”", details={"note": word},
        )
        for word in ODD
    ]  # fmt: skip
    copy_models(rows)
    kept = TimelineEntry.objects.filter(kind="test.kept").order_by("pk")
    assert [(row.sentence, row.details, row.at) for row in kept] == [
        (row.sentence, row.details, row.at) for row in rows
    ]


def test_a_row_that_the_database_refuses_raises_as_a_query_does(in_summit: Practice) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_rows(TimelineEntry, ["kind"], [("x",)])


def test_a_row_that_cannot_be_read_raises_its_own_error_and_not_the_drivers(table: None) -> None:
    def rows() -> Iterator[tuple[int, str, list[str]]]:
        yield 1, "one", []
        raise ValueError("line 2: no such code")

    with pytest.raises(ValueError, match="line 2"), transaction.atomic():
        copy_rows(Kept, ["position", "words", "list"], rows())  # type: ignore[arg-type]


def test_it_says_how_many_rows_there_were(table: None) -> None:
    rows = ((place, None, ("a",)) for place in range(5000))
    assert copy_rows(Kept, ["position", "words", "list"], rows) == 5000  # type: ignore[arg-type]
