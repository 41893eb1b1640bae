"""Finishing and releasing: the coder's word that the codes stand, and then they are money."""

from django.db import transaction

from coding.choices import CaseState, LineState
from coding.events import tell_released
from coding.models import CaseChange, ChargeLine, CodingCase
from coding.news import CHARGES_RELEASED
from coding.services.check_case import check_case
from coding.services.void_charges import RETURNED
from coding.states import CASE
from core import clock, practice_settings, timeline
from core.errors import ApplicationError, Conflict
from core.findings import Finding, blocks
from core.news import announce
from core.services.work import close_work_item
from core.states import advance

RELEASE_ON_FINISH = "coding.release_on_finish"


class FindingsBlock(ApplicationError):
    """The edits found something that must be put right first; `findings` holds all of it."""

    def __init__(self, findings: list[Finding]) -> None:
        stopping = [finding for finding in findings if blocks([finding])]
        count = len(stopping)
        more = f" And {count - 1} more, in the list of findings." if count > 1 else ""
        super().__init__(
            f"{count} finding{'s' if count > 1 else ''} must be put right. "
            f"{stopping[0].message}{more}",
            code="findings",
        )
        self.findings = findings


@transaction.atomic
def finish_case(*, case: CodingCase, version: int | None = None) -> list[Finding]:
    """Check the case and finish it; where the practice says so, release it at once.

    Returns the findings that did not block. Raises FindingsBlock, changing nothing, when any
    does, and Conflict when `version` is not the case's: somebody changed the codes meanwhile.
    """
    locked = CodingCase.everywhere.select_for_update(of=("self",)).get(pk=case.pk)
    if version is not None and version != locked.version:
        raise Conflict("Somebody changed these codes meanwhile. Look at them, then finish.")
    findings = check_case(case).findings
    if blocks(findings):
        raise FindingsBlock(findings)
    _take_up(case)
    advance(case, CaseState.FINISHED, table=CASE, update={"finished_at": clock.now()})
    timeline.record(
        case,
        kind="case.finished",
        sentence="finished coding",
        details={"warnings": [finding.code for finding in findings]},
    )
    close_work_item(subject=case, kind=RETURNED, outcome="coded again")
    if practice_settings.value(case.practice, RELEASE_ON_FINISH):
        release_case(case=case)
    return findings


@transaction.atomic
def release_case(*, case: CodingCase) -> None:
    """Make the lines charges: billing posts them in this transaction, claims are built after it.

    Raises Conflict for a case that is not finished.
    """
    locked = CodingCase.everywhere.select_for_update(of=("self",)).get(pk=case.pk)
    if locked.state != CaseState.FINISHED:
        raise Conflict("Only a finished encounter can be released.")
    advance(case, CaseState.RELEASED, table=CASE, update={"released_at": clock.now()})
    lines = ChargeLine.everywhere.filter(case=case, state=LineState.DRAFT)
    ids = sorted(lines.values_list("pk", flat=True))
    lines.update(state=LineState.RELEASED)
    CaseChange.everywhere.filter(case=case).delete()  # what is released cannot be undone
    timeline.record(
        case,
        kind="charges.released",
        sentence=f"released {len(ids)} charge{'s' if len(ids) != 1 else ''}",
    )
    announce(CHARGES_RELEASED, subject=case, ids={"case_id": case.pk, "charge_line_ids": ids})
    tell_released(case, ids)


def _take_up(case: CodingCase) -> None:
    """A case that was never touched since it was ready or returned is taken up first."""
    if case.state in {CaseState.WAITING_NOTE}:
        advance(case, CaseState.IN_PROGRESS, table=CASE)
