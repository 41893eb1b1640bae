"""Ids that a form sends: those that are none name no row, and break nothing."""

from uuid import UUID

from core.web import known_ids


def test_only_ids_are_taken_from_what_a_form_sent() -> None:
    one = "01a21d68-7804-72b6-bbfc-7ae5405c6819"
    assert known_ids([one, "nope", "", "\0", one.upper()]) == [UUID(one), UUID(one)]
