"""Adding to a claim's lines the modifier that a payer rule offers: by coding's own services."""

import re
from collections.abc import Sequence

from django.db import transaction

from claims.models import Claim, ClaimVersionLine, ScrubFinding
from claims.services.return_claim import return_claim
from coding.choices import CaseState, LineState
from coding.edits.modifiers import rank_of
from coding.models import ChargeLine, CodingCase
from coding.services.finish_case import finish_case
from coding.services.lines import change_line
from core.errors import ApplicationError

_LINE = re.compile(r"^lines\.(\d+)\.")


@transaction.atomic
def add_modifier(*, claim: Claim, findings: Sequence[ScrubFinding], modifier: str) -> str:
    """Take the claim back, put `modifier` on the lines of `findings`, and finish its encounters
    again; returns what then happens, in words.

    Whole or not at all: raises ApplicationError, changing nothing, where the claim cannot be
    taken back, a line has the modifier or four others, or the edits refuse to finish.
    """
    numbers = {int(found[1]) for one in findings if (found := _LINE.match(one.field))}
    rows = ClaimVersionLine.objects.filter(version=claim.version, line_number__in=numbers)
    lines = [row.charge_line for row in rows.select_related("charge_line")]
    if not lines:
        raise ApplicationError("This finding stands on no line.")
    cases = return_claim(
        claim=claim, reason=f"{findings[0].code}: modifier {modifier} is added to it"
    )
    for line in lines:
        _add(line, modifier)
    for case in cases:
        finish_case(case=CodingCase.objects.get(pk=case.pk))
    released = CodingCase.objects.filter(
        pk__in=[case.pk for case in cases], state=CaseState.RELEASED
    ).count()
    if released == len(cases):
        return f"Modifier {modifier} added; a new claim is made in its place."
    return f"Modifier {modifier} added; its coding waits to be released."


def _add(line: ChargeLine, modifier: str) -> None:
    """On the draft that stands in the place of the charge that was taken back."""
    draft = ChargeLine.objects.get(case=line.case_id, position=line.position, state=LineState.DRAFT)
    if modifier in draft.modifiers:
        raise ApplicationError(f"Line {draft.position} has modifier {modifier} already.")
    changed = sorted([*draft.modifiers, modifier], key=rank_of)
    change_line(case=draft.case, line=draft, modifiers=changed)
