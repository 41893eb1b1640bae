"""How much was coded, and how heavy it was. Pure: cases with their moments in, rows out.

Active minutes are those between one act on the encounter and the next, while the gap is at most
five minutes: a longer one was not spent on it. The case mix weighs each encounter by the practice's
own median for its kind of visit over its median for all: an index of 1.20 says that what this coder
had takes a fifth longer than is usual here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

LONGEST_GAP = timedelta(minutes=5)
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class CodedCase:
    """One finished encounter."""

    coder_id: int
    visit_kind: str
    lines: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Share:
    """The encounters of one kind of visit."""

    encounters: int
    median_minutes: Decimal


@dataclass(slots=True)
class Output:
    """What one coder finished in the period. None where there is nothing to divide by."""

    encounters: int = 0
    lines: int = 0
    active_minutes: Decimal = Decimal(0)
    median_minutes: Decimal | None = None
    per_hour: Decimal | None = None
    case_mix: Decimal | None = None
    weighted: Decimal | None = None
    kinds: dict[str, Share] = field(default_factory=dict)


def active_seconds(moments: Iterable[datetime]) -> int:
    """The time between acts, without the gaps of more than five minutes."""
    gaps = (later - earlier for earlier, later in pairwise(sorted(moments)))
    return sum(int(gap.total_seconds()) for gap in gaps if gap <= LONGEST_GAP)


def weights(cases: Sequence[CodedCase]) -> dict[str, Decimal]:
    """How long each kind of visit takes here, against all; empty where no time was measured."""
    usual = _median([case.seconds for case in cases])
    if not usual:
        return {}
    return {kind: _median(seconds) / usual for kind, seconds in _by_kind(cases).items()}


def output(cases: Sequence[CodedCase], weighing: Mapping[str, Decimal]) -> Output:
    """One coder's row."""
    if not cases:
        return Output()
    seconds = [case.seconds for case in cases]
    total = sum(seconds)
    kinds = {
        kind: Share(len(ones), _minutes(_median(ones))) for kind, ones in _by_kind(cases).items()
    }
    found = Output(
        encounters=len(cases),
        lines=sum(case.lines for case in cases),
        active_minutes=_minutes(Decimal(total)),
        median_minutes=_minutes(_median(seconds)),
        per_hour=_tenths(Decimal(3600 * len(cases)) / total) if total else None,
        kinds=kinds,
    )
    if weighing:
        weighted = sum((weighing[case.visit_kind] for case in cases), Decimal(0))
        found.weighted = _tenths(weighted)
        found.case_mix = (weighted / len(cases)).quantize(_HUNDREDTH, ROUND_HALF_UP)
    return found


def _by_kind(cases: Sequence[CodedCase]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for case in cases:
        found[case.visit_kind].append(case.seconds)
    return dict(found)


def _median(values: Sequence[int]) -> Decimal:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return Decimal(0)
    if len(ordered) % 2:
        return Decimal(ordered[middle])
    return Decimal(ordered[middle - 1] + ordered[middle]) / 2


def _minutes(seconds: Decimal) -> Decimal:
    return _tenths(seconds / 60)


def _tenths(value: Decimal) -> Decimal:
    return value.quantize(_TENTH, ROUND_HALF_UP)
