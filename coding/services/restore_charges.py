"""Letting charges that were taken back stand again: the change of their codes is given up (B.7)."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import F

from coding.choices import CaseState, LineState
from coding.models import CaseChange, CaseDiagnosis, ChargeLine, CodingCase
from coding.news import CHARGES_RESTORED
from coding.services.void_charges import RETURNED, lock_case
from coding.states import CASE_RESTORED
from core import clock, timeline
from core.choices import WorkState
from core.errors import Conflict
from core.news import announce
from core.services.work import close_work_item
from core.states import advance

Diagnoses = Mapping[int, Sequence[tuple[str, str]]]
_OUTCOME = "The change of its codes was given up."


@transaction.atomic
def restore_charges(*, case: CodingCase, lines: Diagnoses) -> None:
    """Release these void charges once more, with the numbers they had, and the case with them.

    `lines` has, by the id of each charge, the code and title of the diagnoses that it pointed to,
    the main reason first: those that were taken off the list meanwhile are put on it again. Drafts
    of the case go, and the timeline keeps their codes. The ledger follows in this transaction.
    Raises Conflict while a question to the provider is open, and for a charge that is not void.
    """
    locked = lock_case(case)
    rows = list(ChargeLine.everywhere.filter(case=case, pk__in=list(lines), state=LineState.VOID))
    if len(rows) < len(lines):
        raise Conflict("Its charges stand already: there is nothing to restore.")
    if not CASE_RESTORED.allows(locked.state, CaseState.RELEASED):
        raise Conflict(
            f"Its encounter is {locked.get_state_display().lower()}: take that back on the coding"
            " screen first."
        )
    drafts = list(ChargeLine.everywhere.filter(case=case, state=LineState.DRAFT))
    for draft in drafts:
        draft.delete()
    place_of = _listed(locked, [pair for pairs in lines.values() for pair in pairs])
    for row in rows:
        row.pointers = [place_of[code] for code, _ in lines[row.pk]]
        row.state = LineState.RELEASED
    ChargeLine.everywhere.bulk_update(rows, ["pointers", "state"])
    CaseChange.everywhere.filter(case=case).delete()  # what is released cannot be undone
    CodingCase.everywhere.filter(pk=case.pk).update(version=F("version") + 1)
    update = {"released_at": clock.now(), "hold_reason": "", "hold_until": None}
    advance(case, CaseState.RELEASED, table=CASE_RESTORED, update=update)
    for kind in (RETURNED, "coding_hold"):
        close_work_item(subject=case, kind=kind, outcome=_OUTCOME, state=WorkState.WITHDRAWN)
    given_up = ", ".join(draft.code_with_modifiers for draft in drafts)
    timeline.record(
        case,
        kind="charges.restored",
        sentence="let the charges stand as the payer decided on them",
        before={"drafts": given_up},
        after={"lines": [row.control_number for row in rows], "state": LineState.RELEASED},
        details={"note": f"given up: {given_up}"} if given_up else {},
    )
    announce(
        CHARGES_RESTORED,
        subject=case,
        ids={"case_id": case.pk, "charge_line_ids": sorted(row.pk for row in rows)},
    )


def _listed(case: CodingCase, wanted: Sequence[tuple[str, str]]) -> dict[str, int]:
    """By code the row of each diagnosis on the case's list. What is missing goes to its end: what
    other charges point to keeps its letter.
    """
    known = {row.code: row.pk for row in case.diagnoses.all()}
    for code, title in wanted:
        if code not in known:
            row = CaseDiagnosis.everywhere.create(
                practice_id=case.practice_id, case=case, position=len(known) + 1, code=code,
                title=title,
            )  # fmt: skip
            known[code] = row.pk
    return known
