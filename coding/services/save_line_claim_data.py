"""Keeping the rarer facts of one service that its claim must say."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from coding.models import ChargeLine, CodingCase, LineClaimData
from coding.services.touch_case import lock_for_change
from coding.states import OPEN
from core import clock, timeline
from core.errors import ApplicationError
from core.news import announce
from patients.claim_data import LINE, read_values
from patients.news import CLAIM_DATA_CHANGED
from patients.services.save_claim_data import ClaimDataError

PARTS = (
    "rendering_provider", "referring_provider", "ordering_provider", "supervising_provider",
    "purchased_from", "facility",
)  # fmt: skip


@transaction.atomic
def save_line_claim_data(
    *, line: ChargeLine, values: Mapping[str, Any], parts: Mapping[str, Any] | None = None
) -> None:
    """Replace the line's claim data by `values`, and who played a part in it by `parts` (see
    PARTS). Unsent claims with the line follow; before release it can be undone like a code.

    Raises ClaimDataError when anything cannot be read: then nothing is kept.
    """
    read = read_values(LINE, values)
    if read.problems:
        raise ClaimDataError(read.problems)
    given = dict(parts or {})
    wrong = given.keys() - set(PARTS)
    if wrong:
        raise ApplicationError(f"There is no such part: {', '.join(sorted(wrong))}")
    old = LineClaimData.everywhere.filter(line=line).select_for_update().first()
    new = {name: given.get(name) for name in PARTS}
    if old is not None and old.values == read.values and _parts(old) == new:
        return
    if old is None and not read.values and not any(new.values()):
        return
    if CodingCase.everywhere.filter(pk=line.case_id, state__in=OPEN).exists():
        lock_for_change(line.case)
    LineClaimData.everywhere.update_or_create(
        line=line,
        defaults={
            "practice_id": line.practice_id, "values": read.values, **new,
            "changed_at": clock.now(),
        },
    )  # fmt: skip
    timeline.record(
        line.case,
        kind="line.claim_data",
        sentence=f"changed claim data of {line.code_with_modifiers}",
        before={"values": old.values if old else {}},
        after={"values": read.values},
    )
    announce(CLAIM_DATA_CHANGED, subject=line.encounter, ids={"patient_id": line.patient_id})


def copy_line_claim_data(lines: Sequence[ChargeLine], drafts: Sequence[ChargeLine]) -> None:
    """Give each draft what the charge has in whose place it was laid."""
    draft_of = {line.pk: draft for line, draft in zip(lines, drafts, strict=True)}
    LineClaimData.everywhere.bulk_create(
        LineClaimData(
            practice_id=old.practice_id, line=draft_of[old.line_id], values=old.values,
            **_parts(old),
        )
        for old in LineClaimData.everywhere.filter(line__in=list(draft_of))
    )  # fmt: skip


def _parts(data: LineClaimData) -> dict[str, Any]:
    return {name: getattr(data, name) for name in PARTS}
