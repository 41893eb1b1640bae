"""The productivity report: what the pure part needs, gathered in a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from coding.audited import closed_in, scores_by_coder
from coding.auditing.score import Score
from coding.choices import CaseState, LineState
from coding.models import CodingCase, FindingOverride, ProviderQuery
from coding.productivity import CodedCase, Output, active_seconds, output, weights
from core.models import Practice, TimelineEntry, User, WorkItem
from core.subjects import kind_of
from patients.choices import VisitKind


@dataclass(frozen=True, slots=True)
class Row:
    """One coder's period."""

    coder: User
    output: Output
    overridden: int
    queries: int
    returned: int
    audit: Score | None

    @property
    def kinds(self) -> list[tuple[str, int, Decimal]]:
        """Encounters and median minutes by kind of visit, in the order of the choices."""
        return [
            (str(label), share.encounters, share.median_minutes)
            for kind, label in VisitKind.choices
            if (share := self.output.kinds.get(kind))
        ]


@dataclass(frozen=True, slots=True)
class Weight:
    """How a kind of visit is weighed: the practice's own figures of the period."""

    label: str
    encounters: int
    median_minutes: Decimal
    weight: Decimal | None


@dataclass(frozen=True, slots=True)
class Report:
    """Rows by name, and how the case mix was weighed."""

    rows: list[Row]
    weights: list[Weight]
    all: Output

    @property
    def audited(self) -> list[Row]:
        """Those of whom an audited encounter was closed in the period."""
        return [row for row in self.rows if row.audit is not None]


def productivity_of(
    practice: Practice,
    first: date,
    last: date,
    *,
    only: User | None = None,
    is_weighed: bool = True,
) -> Report:
    """The period, both days included, for every coder or for one; weighed by the whole practice.

    Where nothing of the case mix is shown, `is_weighed` off reads the one coder's cases only.
    """
    zone = ZoneInfo(practice.time_zone)
    start = datetime.combine(first, time(), zone)
    end = datetime.combine(last + timedelta(days=1), time(), zone)
    cases = _cases(start, end, None if is_weighed else only)
    weighing = weights(cases)
    by_coder: dict[int, list[CodedCase]] = defaultdict(list)
    for case in cases:
        by_coder[case.coder_id].append(case)
    within = {"gte": start, "lt": end}
    counts = {
        "overridden": _count(FindingOverride.objects.all(), "user", "created_at", within),
        "queries": _count(ProviderQuery.objects.all(), "asked_by", "asked_at", within),
        "returned": _count(
            WorkItem.objects.filter(kind="coding_returned"), "owner", "opened_at", within
        ),
    }
    audits = scores_by_coder(closed_in(start, end))
    known = by_coder.keys() | audits.keys() | set().union(*counts.values())
    people = User.objects.filter(pk__in=known if only is None else [only.pk])
    rows = [
        Row(
            person,
            output(by_coder.get(person.pk, []), weighing),
            audit=audits.get(person.pk),
            **{name: found.get(person.pk, 0) for name, found in counts.items()},
        )
        for person in people.order_by("last_name", "first_name", "pk")
    ]
    return Report(rows, _weights(cases, weighing), output(cases, weighing))


def _cases(start: datetime, end: datetime, coder: User | None) -> list[CodedCase]:
    """Finished then, by `coder` or anybody, each with the time its coder spent on it."""
    whose = Q(coder__isnull=False) if coder is None else Q(coder=coder)
    drafted = Q(lines__isnull=False) & ~Q(lines__state=LineState.VOID)
    rows = list(
        CodingCase.objects.filter(
            whose, state__in=[CaseState.FINISHED, CaseState.RELEASED],
            finished_at__gte=start, finished_at__lt=end,
        )
        .order_by("pk")
        .values_list("pk", "coder", "encounter__visit_kind")
        .annotate(count=Count("lines", filter=drafted))
    )  # fmt: skip
    coder_of = {pk: coder for pk, coder, *_ in rows}
    moments: dict[int, list[datetime]] = defaultdict(list)
    entries = TimelineEntry.objects.filter(
        subject_kind=kind_of(CodingCase()), subject_id__in=coder_of
    )
    for pk, user, at in entries.order_by().values_list("subject_id", "user", "at").iterator():
        if user == coder_of[pk]:
            moments[pk].append(at)
    return [
        CodedCase(coder, kind, count, active_seconds(moments[pk]))
        for pk, coder, kind, count in rows
    ]


def _count(rows: QuerySet[Any], who: str, when: str, within: dict[str, datetime]) -> dict[int, int]:
    period = {f"{when}__{end}": at for end, at in within.items()}
    found = rows.filter(**period, **{f"{who}__isnull": False}).order_by().values_list(who)
    return dict(found.annotate(count=Count("pk")))


def _weights(cases: list[CodedCase], weighing: dict[str, Decimal]) -> list[Weight]:
    shares = output(cases, weighing).kinds
    return [
        Weight(
            str(label), share.encounters, share.median_minutes,
            weighing[kind].quantize(Decimal("0.01")) if kind in weighing else None,
        )
        for kind, label in VisitKind.choices
        if (share := shares.get(kind))
    ]  # fmt: skip
