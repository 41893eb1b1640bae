"""A later decision of the payer settles what it had refused before, by itself (domain G.3).

Called while a remittance is posted: each line that was refused earlier and is decided anew says
what became of it. What was refused before, less what is refused now, has been won; never more than
the payer now allows beyond what it allowed before.

A correction may come before the reversal of what it corrects (domain E.5). It restates the whole
line, so that what it allows cannot be told from the first decision while both stand: nothing is won
before the reversal is in, and then what the two differ by.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q

from claims import states
from claims.answer_codes import NO_DECISION, REVERSAL
from claims.choices import DenialState, RemittanceState
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
# "Paid before" and "effect of an earlier payer's decision": an answer with these pays a rest.
_PAID_BEFORE = frozenset({"23", "B13"})


# Not a refusal of an earlier posting of its remittance, which was undone: nothing settles that.
_STANDS = Q(resolved_at__isnull=True) | Q(
    resolved_at__gte=F("remittance_claim__remittance__posted_at")
)


@dataclass(frozen=True, slots=True)
class _Line:
    """What an answer says of one charge line: allowed is paid plus the patient's share."""

    allowed: Decimal = ZERO
    refused: Decimal = ZERO


def settle_by_answers(
    answers: Sequence[tuple[RemittanceClaim, ClaimVersion]], *, late_reversals: Iterable[int] = ()
) -> int:
    """Settle the cases whose lines these answers decide anew; returns how many ended.

    `late_reversals` are the versions of which a decision was taken back now whose correction is in
    the books already: what that one decided, settles now.
    """
    decided = [(row, v) for row, v in answers if row.status_code not in NO_DECISION]
    decided = [*_corrections_before(late_reversals, decided), *decided]
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


def _corrections_before(
    version_ids: Iterable[int], known: Sequence[tuple[RemittanceClaim, ClaimVersion]]
) -> list[tuple[RemittanceClaim, ClaimVersion]]:
    """The newest decision that stands on each of these versions, where `known` has none of it."""
    wanted = set(version_ids) - {version.pk for _, version in known}
    rows = (
        RemittanceClaim.objects.filter(version__in=wanted, remittance__state=RemittanceState.POSTED)
        .exclude(status_code__in=NO_DECISION)
        .select_related("remittance", "version")
        .defer("version__snapshot")
        .order_by("remittance__posted_at", "remittance_id", "position")
    )
    newest = {row.version_id: row for row in rows}
    return [(row, row.version) for row in newest.values() if row.version is not None]


def _settle(case: DenialCase, row: RemittanceClaim, version: ClaimVersion) -> bool:
    unknown = case.denials.filter(_STANDS, outcome=CaseOutcome.NONE).exclude(remittance_claim=row)
    older = list(unknown.select_related("remittance_claim").order_by("pk"))
    told, before = _told(row), _Before(older, row)
    older = [one for one in older if not before.is_unclear(one)]
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
        _mark(one, line, allowed_before=before.allowed(one), counts=is_first)
    if unknown.exists():
        return False
    return _end(case, row, version)


class _Before:
    """What the answers that refused allowed on the same lines, beside the newer answer `row`."""

    def __init__(self, denials: Sequence[Denial], row: RemittanceClaim) -> None:
        answers = {one.remittance_claim_id: one.remittance_claim for one in denials}
        self._told = {pk: _told(answer) for pk, answer in answers.items()}
        self._paid = {pk: max(answer.paid_amount, ZERO) for pk, answer in answers.items()}
        self._taken_back = _taken_back(answers.values())
        self._is_rest = RemittanceAdjustment.objects.filter(
            remittance_claim=row, reason_code__in=_PAID_BEFORE
        ).exists()

    def allowed(self, denial: Denial) -> Decimal:
        """What the newer answer's figures contain of the older one; nothing where that stands and
        this one pays a rest.
        """
        if self._is_rest:
            return ZERO
        answer = denial.remittance_claim_id
        line = self._told[answer].get(denial.charge_line_id or 0)
        return line.allowed if line is not None else self._paid[answer]

    def is_unclear(self, denial: Denial) -> bool:
        """Whether the line is restated while the first decision on it still stands."""
        return denial.remittance_claim_id not in self._taken_back and self.allowed(denial) > 0


def _taken_back(answers: Iterable[RemittanceClaim]) -> set[int]:
    """Those that a posted reversal undoes: one of their version, of the same amounts."""
    by_pk = {answer.pk: answer for answer in answers}
    reversals = set(
        RemittanceClaim.objects.filter(
            version__in={answer.version_id for answer in by_pk.values()},
            status_code=REVERSAL, remittance__state=RemittanceState.POSTED,
        ).values_list("version_id", "charge_amount", "paid_amount")
    )  # fmt: skip
    return {
        pk for pk, answer in by_pk.items()
        if (answer.version_id, -answer.charge_amount, -answer.paid_amount) in reversals
    }  # fmt: skip


def _mark(denial: Denial, line: _Line, *, allowed_before: Decimal, counts: bool) -> None:
    more = line.allowed - allowed_before
    won = max(min(denial.amount - line.refused, more), ZERO)
    if line.refused and won:
        outcome = CaseOutcome.PARTLY
    elif line.refused:
        outcome = CaseOutcome.UPHELD
    else:
        outcome = CaseOutcome.OVERTURNED if won else CaseOutcome.OTHERWISE
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
    known = list(case.denials.filter(_STANDS).exclude(remittance_claim=row).values_list(
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
    rows = Denial.objects.filter(_STANDS, remittance_claim=row)
    return rows.values_list("charge_line_id", "amount")


def _shares(line: RemittanceLine) -> Decimal:
    """The patient's share of what is allowed."""
    rows = RemittanceAdjustment.objects.filter(
        remittance_line=line, group_code="PR", reason_code__in=_SHARES
    )
    return sum(rows.values_list("amount", flat=True), ZERO)
