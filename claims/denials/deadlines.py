"""Until when a denial must be worked: the limit of the step to be done (domain B.8, G.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from claims.denial_choices import DenialStep
from claims.denials.clocks import Level, level_of, limit_of, usual_levels
from claims.models import AppealRule, ClaimVersion, PayerFilingSettings
from core.calendar import previous_business_day
from patients.models import Payer

REOPENING_DAYS = 365
_BY_CORRECTION = frozenset({DenialStep.FIX, DenialStep.NEW})
_NO_CLOCK = frozenset({DenialStep.WAIT, DenialStep.NONE})


@dataclass(frozen=True, slots=True)
class Deadline:
    """The business day to work it by, and what runs out then; `on` is None where nothing does."""

    on: date | None
    of: str = ""


@dataclass(frozen=True, slots=True)
class PayerLimits:
    """What one payer says about appeals and corrections."""

    levels: tuple[Level, ...]
    corrected_days: int | None = None
    is_own: bool = False


def limits_of(payers: Iterable[Payer], year: int) -> dict[int, PayerLimits]:
    """By payer: its own levels, else the usual ones; in two queries."""
    payers = list(payers)
    own: dict[int, list[Level]] = {}
    for row in AppealRule.objects.filter(payer__in=payers).order_by("payer_id", "level"):
        own.setdefault(row.payer_id, []).append(_level(row))
    settings = {row.payer_id: row for row in PayerFilingSettings.objects.filter(payer__in=payers)}
    found = {}
    for payer in payers:
        filing = settings.get(payer.pk)
        usual = usual_levels(payer.kind, filing.appeal_limit_days if filing else None, year)
        found[payer.pk] = PayerLimits(
            tuple(own.get(payer.pk, usual)),
            filing.corrected_limit_days if filing else None,
            payer.pk in own,
        )
    return found


def _level(row: AppealRule) -> Level:
    return Level(row.level, row.name, row.days, row.counted_from, row.decision_days,
                 row.least_amount, row.method, row.form, row.goes_to)  # fmt: skip


def deadline_of(
    step: str,
    *,
    level: int,
    decided_on: date,
    version: ClaimVersion,
    limits: PayerLimits,
    may_appeal: bool,
) -> Deadline:
    """The deadline of `step` for a decision of `decided_on`."""
    if step in _NO_CLOCK:
        return Deadline(None)
    if step in _BY_CORRECTION:
        return _correction(step, decided_on, version, limits)
    if step == DenialStep.REOPEN:
        last = decided_on + timedelta(days=REOPENING_DAYS)
        return Deadline(previous_business_day(last), "reopening, one year")
    found = level_of(limits.levels, level)
    if found is None or not may_appeal:
        return Deadline(None)
    return Deadline(limit_of(found, decided_on).work_by, f"appeal: {found.name}"[:60])


def _correction(
    step: str, decided_on: date, version: ClaimVersion, limits: PayerLimits
) -> Deadline:
    if step == DenialStep.FIX and limits.corrected_days is not None:
        last = decided_on + timedelta(days=limits.corrected_days)
        return Deadline(previous_business_day(last), "corrected claim")
    if version.filing_deadline_on is None:
        return Deadline(None)
    return Deadline(previous_business_day(version.filing_deadline_on), "filing limit")


def next_level(levels: Sequence[Level], after: int, at_stake: Decimal) -> Level | None:
    """The level after `after` that so much money reaches."""
    for one in levels:
        if one.number > after and at_stake >= one.least_amount:
            return one
    return None
