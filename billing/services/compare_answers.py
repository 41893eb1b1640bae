"""After each posting, and after each posting that is taken out: what is underpaid now.

Called inside the transaction that wrote the journals, before claims are closed: an underpaid claim
waits for a person.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from decimal import Decimal

from billing.models import LineVariance
from billing.services.tell_underpaid import tell_underpaid
from billing.underpayment_choices import UNSETTLED, VarianceState
from billing.underpayments.causes import cause_of
from billing.underpayments.compare import Compared, compare
from billing.underpayments.history import tell_answers
from billing.underpayments.states import Standing, after, queued, taken_back
from core import clock
from core.among import among
from core.models import Practice
from core.money import ZERO
from core.updating import update_each
from patients.models import Payer

_Key = tuple[int, int, int]  # charge line, payer, rank
_FIGURES = [
    "version", "expected_line", "remittance_claim", "procedure_code", "decided_code",
    "service_date", "decided_on", "billed_amount", "expected_amount", "allowed_amount",
    "paid_amount", "refused_amount", "variance_amount", "agreed_amount", "tolerance_amount",
    "cause", "cause_words",
]  # fmt: skip
_STANDING = ["state", "state_changed_at", "identified_amount", "recovered_amount", "accept_reason"]
WORK_DAYS = 10


def compare_answers(
    practice: Practice, claim_ids: Collection[int], *, by_payer: bool = True
) -> int:
    """Bring the variances of these claims up to date, and the work that they are; returns how many
    rows were written. Few queries, and writes only where something differs or did. `by_payer`: an
    answer of it is what changed them, and no person's undoing.
    """
    fresh = {_key(line): line for line in compare(practice, claim_ids)}
    known = {
        (row.charge_line_id, row.payer_id, row.rank): row
        for row in LineVariance.objects.filter(among("claim_id", claim_ids)).select_for_update(
            of=("self",)
        )
    }
    if not fresh and not known:
        return 0
    now, today = clock.now(), clock.today(practice)
    before = {key: row.state for key, row in known.items()}
    differed = {key: (row.state, row.variance_amount) for key, row in known.items()}
    rows: dict[_Key, LineVariance] = {}
    for key, line in fresh.items():
        row = known.get(key) or LineVariance(
            practice=practice, claim_id=line.claim_id, charge_line_id=line.charge_line_id,
            payer_id=line.payer_id, rank=line.rank, identified_on=today,
        )  # fmt: skip
        _stand(row, after(_standing(row), line.variance, is_near=line.is_near))
        _fill(row, line)
        rows[key] = row
    for key in known.keys() - fresh.keys():
        row = known[key]
        _stand(row, taken_back(_standing(row)))
        rows[key] = row
    _queue(rows.values(), {line.claim_id: line.claim_limit for line in fresh.values()})
    for key, row in rows.items():
        if row.state != before.get(key, ""):
            row.state_changed_at = now
    _save(rows.values())
    changed = [row for key, row in rows.items()
               if differed.get(key) != (row.state, row.variance_amount)]  # fmt: skip
    _tell_lines(changed, by_payer=by_payer)
    tell_underpaid(practice, rows.values(), due_on=today + timedelta(days=WORK_DAYS), is_news=True)
    return len(rows)


def _tell_lines(changed: list[LineVariance], *, by_payer: bool) -> None:
    payers = Payer.objects.in_bulk({row.payer_id for row in changed}) if changed else {}
    for row in changed:
        row.payer = payers[row.payer_id]
    tell_answers(changed, by_payer=by_payer)


def _key(line: Compared) -> _Key:
    return line.charge_line_id, line.payer_id, line.rank


def _standing(row: LineVariance) -> Standing:
    if not row.state:
        return Standing()
    return Standing(
        row.state, row.identified_amount, row.recovered_amount, row.variance_amount,
        row.dispute_id is not None,
    )  # fmt: skip


def _stand(row: LineVariance, found: Standing) -> None:
    row.state = found.state
    row.identified_amount, row.recovered_amount = found.identified, found.recovered
    if found.state != VarianceState.ACCEPTED:
        row.accept_reason = ""


def _fill(row: LineVariance, line: Compared) -> None:
    row.version_id, row.expected_line_id = line.version_id, line.expected_id
    row.remittance_claim_id = line.answer_id
    row.procedure_code, row.decided_code = line.procedure_code, line.decided_code[:60]
    row.service_date, row.decided_on = line.service_date, line.decided_on
    row.billed_amount, row.expected_amount = line.billed, line.expected
    row.allowed_amount, row.paid_amount = line.allowed, line.paid
    row.refused_amount, row.variance_amount = line.refused, line.variance
    row.agreed_amount, row.tolerance_amount = line.agreed, line.tolerance
    if not line.is_near:  # of a settled line the page says what had been wrong
        row.cause, words = cause_of(line)
        row.cause_words = words[:200]
    elif not row.cause:
        row.cause = "rate"


def _queue(rows: Iterable[LineVariance], limits: dict[int, Decimal]) -> None:
    """By what a claim is underpaid as a whole: lines paid above contract make up for others."""
    sums: dict[int, Decimal] = defaultdict(lambda: ZERO)
    listed = list(rows)
    for row in listed:
        if row.state in UNSETTLED:
            sums[row.claim_id] += row.variance_amount
    for row in listed:
        limit = limits.get(row.claim_id, ZERO)
        row.state = queued(row.state, sums[row.claim_id], limit)


def _save(rows: Iterable[LineVariance]) -> None:
    listed = list(rows)
    new = [row for row in listed if row.pk is None]
    update_each([row for row in listed if row.pk is not None], [*_FIGURES, *_STANDING])
    LineVariance.objects.bulk_create(new, batch_size=1000)
