"""Taking the codes that the provider suggested. Until then they count for nothing."""

from contextlib import suppress

from coding.grammar import TypedLine, code_of, parse_line
from coding.models import CaseDiagnosis, ChargeLine, CodingCase
from coding.services.add_many import Taken, add_many
from coding.services.lines import standing_lines
from coding.services.quote_note import quote_note
from coding.services.touch_case import one_act
from core import timeline
from core.errors import ApplicationError
from patients.choices import SuggestionKind
from patients.models import SuggestedCode


def take_suggestions(*, case: CodingCase, only: SuggestedCode | None = None) -> Taken:
    """Add every suggested code that is not on the case yet, or `only` that one.

    The words a suggestion rests on become the code's quote. What cannot be taken is told, the rest
    is taken. Raises ApplicationError where nothing is suggested.
    """
    every = list(SuggestedCode.everywhere.filter(encounter=case.encounter_id))
    wanted = [row for row in every if only is None or row.pk == only.pk]
    if not wanted:
        raise ApplicationError("The provider suggested no codes.")
    # A line's letters count within the provider's own list, also when it is taken alone.
    listed = [row for row in every if row.kind == SuggestionKind.DIAGNOSIS]
    with one_act(case):
        unread, lines = _read_lines(case, wanted)
        taken = add_many(
            case=case,
            diagnoses=[row.text for row in listed],
            lines=lines,
            left_out={row.text for row in listed if row not in wanted},
        )
        taken.refused += unread
        _quote(case, wanted)
        timeline.record(
            case,
            kind="suggestions.taken",
            sentence=f"took {taken.count} codes that the provider suggested",
        )
    return taken


def _read_lines(case: CodingCase, rows: list[SuggestedCode]) -> tuple[list[str], list[TypedLine]]:
    """The suggested lines that the case has not; before them, those that cannot be read."""
    known = {line.procedure_code for line in standing_lines(case)}
    unread, lines = [], []
    for row in rows:
        if row.kind != SuggestionKind.LINE:
            continue
        try:
            line = parse_line(row.text)
        except ApplicationError as error:
            unread.append(f"{row.text}: {error.message}")
            continue
        if line.procedure_code not in known:
            known.add(line.procedure_code)
            lines.append(line)
    return unread, lines


def _quote(case: CodingCase, rows: list[SuggestedCode]) -> None:
    """Where the note has the words of a suggestion, they are quoted for its code."""
    targets: dict[tuple[str, str], CaseDiagnosis | ChargeLine] = {
        (SuggestionKind.DIAGNOSIS, row.code): row for row in case.diagnoses.all()
    }
    targets |= {(SuggestionKind.LINE, line.procedure_code): line for line in standing_lines(case)}
    for row in rows:
        target = targets.get((row.kind, code_of(row.text)))
        if target is not None and row.words:
            with suppress(ApplicationError):  # the note words it otherwise: then it has no quote
                quote_note(case=case, words=row.words, target=target)
