"""A later decision of the payer settles what it had refused before, by itself (domain G.3).

Called while a remittance is posted: each line that was refused earlier and is decided anew says
what became of it. What was refused before, less what is refused now, has been won; never more than
the payer now allows.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q

from claims import states
from claims.answer_codes import NO_DECISION
from claims.choices import DenialState
from claims.denial_choices import AppealOutcome, AppealState, CaseOutcome, CaseState
from claims.models import (
    Appeal,
    ClaimVersion,
    Denial,
    DenialCase,
    RemittanceAdjustment,
    RemittanceClaim,
    RemittanceLine,
)
from claims.services.decide_appeal import decide_appeal
from claims.services.settle_case import settle_case
from core import clock
from core.money import ZERO
from core.states import advance

_SHARES = ("1", "2", "3")


@dataclass(frozen=True, slots=True)
class _Line:
    """What an answer says of one charge line: allowed is paid plus the patient's share."""

    allowed: Decimal = ZERO
    refused: Decimal = ZERO


def settle_by_answers(answers: Sequence[tuple[RemittanceClaim, ClaimVersion]]) -> int:
    """Settle the cases whose lines these answers decide anew; returns how many ended."""
    decided = [(row, v) for row, v in answers if row.status_code not in NO_DECISION]
    cases: dict[tuple[int, int], list[DenialCase]] = defaultdict(list)
    rows = (
        DenialCase.objects.filter(claim__in={v.claim_id for _, v in decided})
        .exclude(state=CaseState.SETTLED)
        .select_related("claim", "practice", "payer", "version")
        .defer("version__snapshot")
    )
    for case in rows:
        cases[(case.claim_id, case.payer_id)].append(case)
    if not cases:
        return 0
    ended = 0
    for row, version in decided:
        for case in cases.get((version.claim_id, version.payer_id), ()):
            if case.rank == version.rank:
                ended += _settle(case, row, version)
    return ended


def _settle(case: DenialCase, row: RemittanceClaim, version: ClaimVersion) -> bool:
    older = list(
        case.denials.filter(outcome=CaseOutcome.NONE).exclude(remittance_claim=row).order_by("pk")
    )
    told = _told(row)
    touched = [one for one in older if not told or one.charge_line_id in {*told, None}]
    if not touched:
        return False
    whole = _Line(
        sum((line.allowed for line in told.values()), ZERO) or max(row.paid_amount, ZERO),
        sum((line.refused for line in told.values()), ZERO),
    )
    seen: set[int | None] = set()
    for one in touched:
        line = told.get(one.charge_line_id or 0, whole)
        is_first = one.charge_line_id not in seen
        seen.add(one.charge_line_id)
        _mark(one, line, counts=is_first)
    if case.denials.filter(outcome=CaseOutcome.NONE).exclude(remittance_claim=row).exists():
        return False
    return _end(case, row, version)


def _mark(denial: Denial, line: _Line, *, counts: bool) -> None:
    won = max(min(denial.amount - line.refused, line.allowed), ZERO)
    if line.refused and won:
        outcome = CaseOutcome.PARTLY
    elif line.refused:
        outcome = CaseOutcome.UPHELD
    else:
        outcome = CaseOutcome.OVERTURNED if line.allowed else CaseOutcome.OTHERWISE
    columns = {"outcome": outcome, "recovered_amount": won if counts else ZERO}
    is_open = advance(
        denial,
        DenialState.RESOLVED,
        table=states.DENIAL,
        update={**columns, "resolved_at": clock.now()},
    )
    if not is_open:
        Denial.objects.filter(pk=denial.pk).update(**columns)


def _end(case: DenialCase, row: RemittanceClaim, version: ClaimVersion) -> bool:
    """All refused amounts of the case are decided anew: the case is won, lost, or goes on."""
    known = list(case.denials.exclude(remittance_claim=row).values_list(
        "outcome", "recovered_amount"))  # fmt: skip
    recovered = sum((amount or ZERO for _, amount in known), ZERO)
    outcome = _together({found for found, _ in known}, recovered)
    remittance = row.remittance
    note = f"Decided by remittance {remittance.trace_number}."
    appeal = Appeal.objects.filter(case=case, state=AppealState.SENT).first()
    is_refused_again = outcome in {CaseOutcome.UPHELD, CaseOutcome.PARTLY}
    if appeal is not None and is_refused_again and case.version_id == version.pk:
        # The payer's answer to the appeal: what it refuses again goes to the next level.
        decide_appeal(
            appeal=appeal,
            outcome=AppealOutcome(outcome),
            decided_on=max(remittance.paid_on, appeal.sent_on or remittance.paid_on),
            note=note,
        )
        return False
    return settle_case(case, outcome, note=note, recovered=recovered)


def _together(outcomes: set[str], recovered: Decimal) -> str:
    if outcomes == {CaseOutcome.OVERTURNED}:
        return CaseOutcome.OVERTURNED
    if recovered:
        return CaseOutcome.PARTLY
    return CaseOutcome.UPHELD if CaseOutcome.UPHELD in outcomes else CaseOutcome.OTHERWISE


def _told(row: RemittanceClaim) -> dict[int, _Line]:
    """By charge line what the answer allows and what it refuses; empty where it tells no lines."""
    allowed: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in RemittanceLine.objects.filter(remittance_claim=row, charge_line__isnull=False):
        allowed[line.charge_line_id or 0] += line.paid_amount + _shares(line)
    refused: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line_id, amount in _refused(row):
        refused[line_id or 0] += amount
    return {line: _Line(amount, refused[line]) for line, amount in allowed.items()}


def _refused(row: RemittanceClaim) -> Iterable[tuple[int | None, Decimal]]:
    """Without what an earlier posting of it, which was undone, had refused."""
    stands = Q(resolved_at__isnull=True) | Q(
        resolved_at__gte=F("remittance_claim__remittance__posted_at")
    )
    rows = Denial.objects.filter(stands, remittance_claim=row)
    return rows.values_list("charge_line_id", "amount")


def _shares(line: RemittanceLine) -> Decimal:
    """The patient's share of what is allowed."""
    rows = RemittanceAdjustment.objects.filter(
        remittance_line=line, group_code="PR", reason_code__in=_SHARES
    )
    return sum(rows.values_list("amount", flat=True), ZERO)
