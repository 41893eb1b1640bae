"""Freezing what the payer should allow, on the version that is being sent (domain I.6)."""

from collections.abc import Sequence
from datetime import datetime

from claims.expected_choices import BY_MEDICARE
from claims.expected_lines import lines_to_price, sessions_of
from claims.frequency import VOID
from claims.models import ClaimVersion, ClaimVersionLine, ExpectedLine
from coding.pricing.many import Priced, price_many
from core import clock

PART = 1000  # versions that are priced and written together
_VOID = "The claim takes its services back."


def freeze_expected(versions: Sequence[ClaimVersion]) -> int:
    """Write what is expected for each line of `versions`, with its trace; returns how many.

    A version keeps what was frozen when it first went out: sent again, it is left alone. Called
    where claims enter a batch, which every road leaves by. A constant number of queries for each
    thousand versions, and a few for each day of service among them.
    """
    frozen = set(
        ExpectedLine.objects.filter(version__in=[one.pk for one in versions]).values_list(
            "version_id", flat=True
        )
    )
    waiting = [version for version in versions if version.pk not in frozen]
    return sum(_freeze(waiting[start : start + PART]) for start in range(0, len(waiting), PART))


def _freeze(versions: Sequence[ClaimVersion]) -> int:
    rows = lines_to_price(versions)
    void = {version.pk for version in versions if version.frequency_code == VOID}
    priced = price_many(sessions_of(versions, [row for row in rows if row.version_id not in void]))
    now = clock.now()
    made = ExpectedLine.objects.bulk_create(
        [_row(row, priced.get(row.pk), now) for row in rows], batch_size=2000
    )
    return len(made)


def _row(row: ClaimVersionLine, priced: Priced | None, now: datetime) -> ExpectedLine:
    made = ExpectedLine(
        practice_id=row.practice_id, version_id=row.version_id, version_line=row,
        charge_line_id=row.charge_line_id, frozen_at=now,
    )  # fmt: skip
    if priced is None:
        made.why_not = _VOID
        return made
    steps = priced.allowed.steps
    made.amount = priced.allowed.amount
    made.trace = [[step.words, str(step.amount) if step.amount is not None else ""]
                  for step in steps]  # fmt: skip
    if priced.contract is not None:
        made.contract_name = priced.contract.name
        made.contract_from = priced.contract.effective_from
    if priced.rule is not None and made.amount is not None:
        made.basis = priced.rule.method.value
        if priced.rule.method in BY_MEDICARE:
            made.source_name = priced.source[:120]
    if made.amount is None:
        made.why_not = (steps[-1].words if steps else "Nothing says what is allowed.")[:200]
    return made
