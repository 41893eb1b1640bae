"""Pages by cursor: nothing twice and nothing missing while rows are added."""

import pytest
from django.test import Client

from core.models import Note, Practice
from tests.core.api.test_tokens import NOTES, note_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.api.site")]


def test_following_next_gives_every_row_once(summit: Practice, api: Client) -> None:
    for number in range(7):
        note_of(summit, f"Note {number}")
    seen, url = [], f"{NOTES}?limit=3"
    while url:
        page = api.get(url).json()
        seen += [row["text"] for row in page["data"]]
        url = page["next"]
        if len(seen) == 3:
            note_of(summit, "Note 7")
    assert seen == [f"Note {number}" for number in range(8)]


def test_a_page_holds_two_hundred_at_most(summit: Practice, api: Client) -> None:
    row = note_of(summit)
    copies = [
        Note(practice=summit, subject_kind=row.subject_kind, subject_id=1, text="x")
        for _ in range(210)
    ]
    Note.everywhere.bulk_create(copies)
    assert len(api.get(f"{NOTES}?limit=1000").json()["data"]) == 200
    assert len(api.get(NOTES).json()["data"]) == 50


def test_a_made_up_cursor_is_a_problem(api: Client) -> None:
    answer = api.get(f"{NOTES}?cursor=nonsense")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
