"""A note as it is typed becomes sections to read."""

from hypothesis import given
from hypothesis import strategies as st

from coding.note_text import sections_of

NOTE = """Reason for visit: Follow-up.
History:
Feels well.

Takes metformin: twice daily, as before.
Assessment and plan:
- Diabetes at goal.
* Repeat A1c."""


def test_headings_paragraphs_and_items_are_told_apart() -> None:
    reason, history, plan = sections_of(NOTE)[0], sections_of(NOTE)[1], sections_of(NOTE)[-1]
    assert (reason.heading, reason.paragraphs) == ("Reason for visit", ["Follow-up."])
    assert (history.heading, history.paragraphs[0]) == ("History", "Feels well.")
    assert plan.items == ["Diabetes at goal.", "Repeat A1c."]


@given(st.text(max_size=400))
def test_no_word_is_lost_and_nothing_breaks(text: str) -> None:
    shown = "".join(
        part for one in sections_of(text) for part in (one.heading, *one.paragraphs, *one.items)
    )
    letters = [c for c in text if c.isalnum()]
    assert [c for c in shown if c.isalnum()] == letters
