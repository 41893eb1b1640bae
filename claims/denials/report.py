"""What is denied, why, by whom and for whom: the Pareto and the root causes (domain G.3).

Each number names the filters of the denial list that show its very rows.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncWeek
from django.urls import reverse
from django.utils import timezone

from claims.denial_choices import DenialCategory, RootCause
from claims.denials.reasons import reason_of, root_of, stage_of
from claims.models import Denial, DenialCase
from core import clock
from core.models import Practice
from core.money import ZERO

TOP, REPEATED = 10, 5
_EIGHTY = Decimal(80)


@dataclass(frozen=True, slots=True)
class Cell:
    """A number with the address of its rows."""

    count: int = 0
    amount: Decimal = ZERO
    url: str = ""


@dataclass(slots=True)
class Bar:
    """One reason of the Pareto, the widths of its bar and of what stands before it in percent."""

    code: str
    words: str
    cell: Cell
    share: Decimal = ZERO
    cumulative: Decimal = ZERO
    width: int = 0
    is_vital: bool = True


@dataclass(slots=True)
class CauseRow:
    """One root cause: total, by week, and by payer or provider."""

    label: str
    stage: str
    total: Cell
    weeks: list[Cell] = field(default_factory=list)
    columns: list[Cell] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fixable reason that one payer keeps giving: a rule could stop the next one."""

    payer: str
    code: str
    words: str
    cell: Cell
    codes: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the page shows, for denials opened from `start` on."""

    start: date
    end: date
    total: Cell
    won: Decimal
    bars: list[Bar]
    rest: Bar | None
    weeks: list[date]
    causes: list[CauseRow]
    payers: list[str]
    by_payer: list[CauseRow]
    providers: list[str]
    by_provider: list[CauseRow]
    proposals: list[Proposal]


def report(practice: Practice, *, weeks: int, by: str = "count") -> Report:
    """The last `weeks` weeks, this one counted, from their Monday on."""
    end = clock.today(practice)
    start = end - timedelta(days=end.weekday()) - timedelta(weeks=weeks - 1)
    opened = _opened(start, end)
    rows = DenialCase.objects.filter(opened)
    period = {"opened_from": start.isoformat(), "opened_to": end.isoformat()}
    total = _cell(rows, period)
    bars, rest = _pareto(rows, period, by)
    mondays = [start + timedelta(weeks=number) for number in range(weeks)]
    payers, by_payer = _cross(rows, period, "payer", "payer__name", "payer")
    providers, by_provider = _cross(
        rows, period, "claim__rendering_provider", "claim__rendering_provider__last_name",
        "provider",
    )  # fmt: skip
    won = rows.aggregate(total=Sum("recovered_amount"))["total"] or ZERO
    return Report(
        start, end, total, won, bars, rest, mondays, _causes(rows, period, mondays, end),
        payers, by_payer, providers, by_provider, _proposals(rows, period),
    )  # fmt: skip


def _opened(start: date, end: date) -> Q:
    """Days of the practice, as the list's own filter reads them."""
    return Q(opened_at__gte=_midnight(start), opened_at__lt=_midnight(end + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _url(period: dict[str, str], **more: Any) -> str:
    query = {"bucket": "all", "everyone": "1", **period, **more}
    return f"{reverse('claims:denials')}?{urlencode(query)}"


def _cell(rows: QuerySet[DenialCase], period: dict[str, str], **more: Any) -> Cell:
    found = rows.aggregate(n=Count("pk"), s=Sum("amount"))
    return Cell(found["n"], found["s"] or ZERO, _url(period, **more))


def _pareto(
    rows: QuerySet[DenialCase], period: dict[str, str], by: str
) -> tuple[list[Bar], Bar | None]:
    counted = [
        (code, n, s or ZERO)
        for code, n, s in rows.order_by()
        .values_list("reason_code")
        .annotate(n=Count("pk"), s=Sum("amount"))
    ]
    place = 2 if by == "amount" else 1
    counted.sort(key=lambda row: (-row[place], row[0]))
    whole = Decimal(sum((row[place] for row in counted), 0) or 1)
    most = Decimal(counted[0][place] or 1) if counted else Decimal(1)
    bars, running = [], Decimal(0)
    for code, n, s in counted[:TOP]:
        value = Decimal(s if by == "amount" else n)
        is_vital = running * 100 / whole < _EIGHTY
        running += value
        bars.append(
            Bar(code, reason_of(code).words, Cell(n, s, _url(period, code=code)),
                _percent(value, whole), _percent(running, whole),
                int(value * 100 / most), is_vital)
        )  # fmt: skip
    others = counted[TOP:]
    if not others:
        return bars, None
    n, s = sum(row[1] for row in others), sum((row[2] for row in others), ZERO)
    value = Decimal(s if by == "amount" else n)
    return bars, Bar("", f"{len(others)} other reasons", Cell(n, s, ""), _percent(value, whole),
                     Decimal(100), int(value * 100 / most), is_vital=False)  # fmt: skip


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part * 100 / whole).quantize(Decimal("0.1"))


def _causes(
    rows: QuerySet[DenialCase], period: dict[str, str], mondays: list[date], end: date
) -> list[CauseRow]:
    found: dict[str, dict[date, tuple[int, Decimal]]] = defaultdict(dict)
    for root, week, n, s in (
        rows.order_by()
        .annotate(week=TruncWeek("opened_at"))
        .values_list("root_cause", "week")
        .annotate(n=Count("pk"), s=Sum("amount"))
    ):
        found[root][week.date() if isinstance(week, datetime) else week] = (n, s or ZERO)
    causes = []
    for root, by_week in found.items():
        cells = []
        for monday in mondays:
            n, s = by_week.get(monday, (0, ZERO))
            sunday = min(monday + timedelta(days=6), end)
            week = {"opened_from": monday.isoformat(), "opened_to": sunday.isoformat()}
            cells.append(Cell(n, s, _url(week, root=root) if n else ""))
        total = Cell(
            sum(n for n, _ in by_week.values()),
            sum((s for _, s in by_week.values()), ZERO),
            _url(period, root=root),
        )
        causes.append(CauseRow(str(RootCause(root).label), _stage(root), total, cells))
    return sorted(causes, key=lambda row: (-row.total.count, row.label))


def _stage(root: str) -> str:
    stages = {str(stage_of(one).label) for one in DenialCategory if root_of(one) == root}
    return ", ".join(sorted(stages))


def _cross(
    rows: QuerySet[DenialCase], period: dict[str, str], path: str, name: str, filter_key: str
) -> tuple[list[str], list[CauseRow]]:
    """Root cause by payer or provider: the heads, and a row a cause."""
    found: dict[str, dict[int, tuple[int, Decimal]]] = defaultdict(dict)
    names: dict[int, str] = {}
    for root, key, label, n, s in (
        rows.order_by()
        .values_list("root_cause", path, name)
        .annotate(n=Count("pk"), s=Sum("amount"))
    ):
        found[root][key] = (n, s or ZERO)
        names[key] = label
    heads = sorted(names, key=lambda key: names[key])
    crossed = []
    for root, cells in found.items():
        shown = []
        for key in heads:
            n, s = cells.get(key, (0, ZERO))
            shown.append(Cell(n, s, _url(period, root=root, **{filter_key: key}) if n else ""))
        total = Cell(sum(one.count for one in shown), sum((one.amount for one in shown), ZERO),
                     _url(period, root=root))  # fmt: skip
        crossed.append(CauseRow(str(RootCause(root).label), "", total, [], shown))
    crossed.sort(key=lambda row: (-row.total.count, row.label))
    return [names[key] for key in heads], crossed


def _proposals(rows: QuerySet[DenialCase], period: dict[str, str]) -> list[Proposal]:
    """Fixable reasons that one payer gave five times or more (domain G.3)."""
    found = []
    for code, payer_id, public_id, payer, n, s in (
        rows.order_by()
        .values_list("reason_code", "payer_id", "payer__public_id", "payer__name")
        .annotate(n=Count("pk"), s=Sum("amount"))
        .filter(n__gte=REPEATED)
    ):
        reason = reason_of(code)
        if not reason.is_fixable:
            continue
        codes = _codes_of(rows.filter(reason_code=code, payer=payer_id))
        query = urlencode({"payer": public_id, "reason": code, "codes": ",".join(codes)})
        found.append(
            Proposal(payer, code, reason.words,
                     Cell(n, s or ZERO, _url(period, code=code, payer=payer_id)), codes,
                     f"{reverse('claims:rule-new')}?{query}")
        )  # fmt: skip
    return sorted(found, key=lambda one: (-one.cell.count, one.payer))


def _codes_of(rows: QuerySet[DenialCase]) -> tuple[str, ...]:
    """The procedure codes that were refused, the most frequent first, at most six."""
    lines = Denial.objects.filter(case__in=rows, charge_line__isnull=False)
    counted = (
        lines.order_by()
        .values_list("charge_line__procedure_code")
        .annotate(n=Count("pk"))
        .order_by("-n", "charge_line__procedure_code")
    )
    return tuple(code for code, _ in counted[:6])


def rows_of(found: Report) -> Iterable[list[Any]]:
    """The report as rows of a file: the Pareto, then causes by payer and by provider."""
    yield ["Table", "Row", "Column", "Denials", "Amount"]
    for bar in [*found.bars, *([found.rest] if found.rest else [])]:
        yield ["Pareto", bar.code or bar.words, bar.words, bar.cell.count, bar.cell.amount]
    for cause in found.causes:
        for monday, cell in zip(found.weeks, cause.weeks, strict=True):
            yield ["Root cause by week", cause.label, monday, cell.count, cell.amount]
    for title, heads, rows in (
        ("Root cause by payer", found.payers, found.by_payer),
        ("Root cause by provider", found.providers, found.by_provider),
    ):
        for row in rows:
            for head, cell in zip(heads, row.columns, strict=True):
                yield [title, row.label, head, cell.count, cell.amount]
