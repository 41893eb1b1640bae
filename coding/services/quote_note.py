"""Quoting the words of a note for a code, and taking a quote back."""

import re

from django.db import transaction

from coding.models import CaseDiagnosis, ChargeLine, CodeEvidence, CodingCase
from coding.services.touch_case import lock_for_change
from core import timeline
from core.errors import ApplicationError
from patients.models import EncounterNote

MOST_CHARACTERS = 300
_WHITE = re.compile(r"\s+")


@transaction.atomic
def quote_note(
    *,
    case: CodingCase,
    words: str,
    target: CaseDiagnosis | ChargeLine,
    start: int | None = None,
    note_id: str = "",
) -> CodeEvidence:
    """Keep `words` of the encounter's notes as what supports `target`.

    The words are looked for as they stand, in any note, white space aside; the note's public id
    and `start` say which of several places is meant. Raises ApplicationError at the field `words`
    where no note has them.
    """
    lock_for_change(case)
    words = _WHITE.sub(" ", words).strip()
    if len(words) < 2:
        raise ApplicationError("Mark or type the words of the note.", field="words")
    if len(words) > MOST_CHARACTERS:
        raise ApplicationError(f"Quote at most {MOST_CHARACTERS} characters.", field="words")
    note, found = _find(case, words, start, note_id)
    quote, _ = CodeEvidence.everywhere.get_or_create(
        practice_id=case.practice_id,
        case=case,
        diagnosis=target if isinstance(target, CaseDiagnosis) else None,
        line=target if isinstance(target, ChargeLine) else None,
        note=note,
        start=found.start(),
        defaults={"length": len(found[0]), "quote": words},
    )
    name = target.dotted if isinstance(target, CaseDiagnosis) else target.code_with_modifiers
    timeline.record(case, kind="evidence.quoted", sentence=f"quoted the note for {name}: {words}")
    return quote


@transaction.atomic
def drop_quote(*, case: CodingCase, quote: CodeEvidence) -> None:
    """Take a quote off its code; the note is as it was."""
    lock_for_change(case)
    CodeEvidence.everywhere.filter(case=case, pk=quote.pk).delete()
    timeline.record(case, kind="evidence.dropped", sentence=f"took back the quote: {quote.quote}")


def _find(
    case: CodingCase, words: str, start: int | None, note_id: str
) -> tuple[EncounterNote, re.Match[str]]:
    """Where the words stand: in the note that is named, nearest `start`; else the first place."""
    shape = re.compile(r"\s+".join(map(re.escape, words.split(" "))), re.IGNORECASE)
    places = [
        (note, found)
        for note in EncounterNote.everywhere.filter(encounter=case.encounter_id).order_by("pk")
        for found in shape.finditer(note.text)
    ]
    if not places:
        raise ApplicationError("No note of this visit has these words.", field="words")

    def distance(place: tuple[EncounterNote, re.Match[str]]) -> tuple[bool, int]:
        note, found = place
        is_other = bool(note_id) and str(note.public_id) != note_id
        return is_other, abs(found.start() - start) if start is not None else 0

    return min(places, key=distance)
