"""A note as it is typed becomes sections to read."""

from hypothesis import given
from hypothesis import strategies as st

from coding.note_text import Mark, Passage, runs_of, sections_of


def _words(passages: list[Passage]) -> list[str]:
    return [passage.text for passage in passages]


NOTE = """Reason for visit: Follow-up.
History:
Feels well.

Takes metformin: twice daily, as before.
Assessment and plan:
- Diabetes at goal.
* Repeat A1c."""


def test_headings_paragraphs_and_items_are_told_apart() -> None:
    reason, history, plan = sections_of(NOTE)[0], sections_of(NOTE)[1], sections_of(NOTE)[-1]
    assert (reason.heading, _words(reason.paragraphs)) == ("Reason for visit", ["Follow-up."])
    assert (history.heading, history.paragraphs[0].text) == ("History", "Feels well.")
    assert _words(plan.items) == ["Diabetes at goal.", "Repeat A1c."]


def test_a_quoted_span_is_cut_out_of_its_passage_wherever_it_begins_and_ends() -> None:
    start = NOTE.index("Diabetes")
    whole, part = Mark(start, start + 8, "A"), Mark(start + 4, start + 11, "B")
    passage = sections_of(NOTE)[-1].items[0]
    cut = [(run.text, [m.label for m in run.marks]) for run in runs_of(passage, [whole, part])]
    assert cut == [
        ("Diab", ["A"]), ("etes", ["A", "B"]), (" at", ["B"]), (" goal.", []),
    ]  # fmt: skip


@given(st.text(max_size=400))
def test_every_passage_stands_in_the_note_where_it_says(text: str) -> None:
    for section in sections_of(text):
        for passage in (*section.paragraphs, *section.items):
            assert text[passage.start : passage.start + len(passage.text)] == passage.text


@given(st.text(max_size=400))
def test_no_word_is_lost_and_nothing_breaks(text: str) -> None:
    shown = "".join(
        part
        for one in sections_of(text)
        for part in (one.heading, *_words(one.paragraphs), *_words(one.items))
    )
    letters = [c for c in text if c.isalnum()]
    assert [c for c in shown if c.isalnum()] == letters
