"""Underpaid lines by payer and code, by month, and of one claim; nothing is written here."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import TruncMonth
from django.urls import reverse

from billing.models import LineVariance
from billing.services.tell_underpaid import WORK
from billing.underpayment_choices import QUEUED, VarianceState
from claims.models import Claim, ExpectedLine
from core.choices import WorkState
from core.models import Document, WorkItem
from core.money import ZERO
from core.subjects import kind_of

S = VarianceState


@dataclass(frozen=True, slots=True)
class Group:
    """What one payer underpaid one code: how many lines, for how much, what is out."""

    payer: str
    payer_id: int
    code: str
    lines: int
    expected: Decimal
    allowed: Decimal
    variance: Decimal
    disputed: Decimal
    oldest: date
    url: str
    lines_open: int

    @property
    def share(self) -> Decimal:
        """What the payer allowed, in percent of what was expected."""
        if not self.expected:
            return Decimal(0)
        return (self.allowed * 100 / self.expected).quantize(Decimal("0.1"))


def groups() -> list[Group]:
    """Every payer and code with lines that wait, the most money first; one query."""
    rows = (
        LineVariance.objects.filter(state__in=sorted(QUEUED))
        .order_by()
        .values("payer_id", "payer__name", "procedure_code")
        .annotate(
            lines=Count("pk"),
            open=Count("pk", filter=Q(state=S.OPEN)),
            expected=Sum("expected_amount"),
            allowed=Sum(F("allowed_amount") + F("refused_amount")),
            variance=Sum("variance_amount"),
            disputed=Sum("variance_amount", filter=Q(state=S.DISPUTED)),
            oldest=Min("identified_on"),
        )
        .order_by("-variance", "payer__name", "procedure_code")
    )
    return [
        Group(
            row["payer__name"], row["payer_id"], row["procedure_code"], row["lines"],
            row["expected"], row["allowed"], row["variance"], row["disputed"] or ZERO,
            row["oldest"],
            lines_url(
                bucket="open" if row["open"] else "disputed",
                payer=row["payer_id"], code=row["procedure_code"],
            ),
            row["open"],
        )
        for row in rows
    ]  # fmt: skip


def lines_url(**query: Any) -> str:
    """The list of lines, narrowed."""
    return f"{reverse('billing:underpaid-lines')}?{urlencode(query)}"


def all_lines() -> "QuerySet[LineVariance]":
    """Every line with what a list shows of it, and whose work it is."""
    work = WorkItem.objects.filter(subject_kind=kind_of(Claim()), kind=WORK).order_by(
        Case(
            When(state=WorkState.OPEN, then=Value(0)), default=Value(1),
            output_field=IntegerField(),
        ),
        "-pk",
    )  # fmt: skip
    mine = work.filter(subject_id=OuterRef("claim_id"))
    return LineVariance.objects.select_related(
        "claim__patient", "payer", "expected_line__version_line", "dispute",
        "remittance_claim__remittance",
    ).annotate(
        owner_id=Subquery(mine.values("owner_id")[:1]),
        owner_first_name=Subquery(mine.values("owner__first_name")[:1]),
        owner_last_name=Subquery(mine.values("owner__last_name")[:1]),
        due_on=Subquery(mine.values("due_on")[:1]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One line of a claim's page: what was expected, and what came of it."""

    expected: ExpectedLine
    variance: LineVariance | None


def lines_of_claim(claim: Claim) -> list[ClaimLine]:
    """The current version's lines with the frozen amounts; two queries."""
    expected = (
        ExpectedLine.objects.filter(version=claim.current_version_id)
        .select_related("version_line")
        .order_by("version_line__line_number")
    )
    known = {
        row.charge_line_id: row
        for row in LineVariance.objects.filter(claim=claim).select_related("payer", "dispute")
    }
    return [ClaimLine(row, known.get(row.charge_line_id)) for row in expected]


@dataclass(slots=True)
class Month:
    """One row of the report: what was identified in a month, and what became of it since."""

    payer: str
    payer_id: int
    code: str
    month: date
    lines: int
    identified: Decimal
    recovered: Decimal
    accepted: Decimal
    still_open: Decimal
    url: str = ""


@dataclass(slots=True)
class Report:
    """Underpaid and recovered over a period; the rate is recovered ÷ identified."""

    start: date
    end: date
    rows: list[Month]
    over_amount: Decimal
    over_count: int
    total: Month = field(init=False)

    def __post_init__(self) -> None:
        self.total = Month(
            "", 0, "", self.start, sum(row.lines for row in self.rows),
            _sum(row.identified for row in self.rows), _sum(row.recovered for row in self.rows),
            _sum(row.accepted for row in self.rows), _sum(row.still_open for row in self.rows),
        )  # fmt: skip

    @property
    def rate(self) -> Decimal | None:
        """Recovered of identified in percent; None where nothing was identified."""
        if not self.total.identified:
            return None
        return (self.total.recovered * 100 / self.total.identified).quantize(Decimal("0.1"))


def report(start: date, end: date) -> Report:
    """By payer, code and month in which a line was found underpaid; two queries.

    What a payer took back and has not decided anew is in no figure.
    """
    found = LineVariance.objects.filter(identified_on__gte=start, identified_on__lte=end)
    rows = (
        found.filter(identified_amount__gt=0)
        .exclude(state=S.WITHDRAWN)
        .order_by()
        .annotate(month=TruncMonth("identified_on"))
        .values("payer_id", "payer__name", "procedure_code", "month")
        .annotate(
            lines=Count("pk"),
            identified=Sum("identified_amount"),
            recovered=Sum("recovered_amount"),
            accepted=Sum("variance_amount", filter=Q(state=S.ACCEPTED)),
            still_open=Sum("variance_amount", filter=Q(state__in=[*sorted(QUEUED), S.SMALL])),
        )
        .order_by("-month", "-identified", "payer__name", "procedure_code")
    )
    over = found.filter(variance_amount__lt=0, state__in=[S.OVER, S.ACCEPTED]).aggregate(
        n=Count("pk"), s=Sum("variance_amount")
    )
    return Report(
        start, end,
        [
            Month(
                row["payer__name"], row["payer_id"], row["procedure_code"], row["month"],
                row["lines"], row["identified"], row["recovered"], row["accepted"] or ZERO,
                row["still_open"] or ZERO,
                lines_url(
                    bucket="found", payer=row["payer_id"], code=row["procedure_code"],
                    found_from=max(row["month"], start), found_to=min(_last(row["month"]), end),
                ),
            )
            for row in rows
        ],
        -(over["s"] or ZERO), over["n"],
    )  # fmt: skip


def _last(month: date) -> date:
    """The last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def patients_in_packet(document: Document) -> Iterable[int]:
    """The patients whose lines a packet is about."""
    rows = LineVariance.objects.filter(dispute__packet=document)
    return rows.values_list("claim__patient_id", flat=True).distinct()
