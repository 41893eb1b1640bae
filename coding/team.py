"""The coding team at a glance: each coder's work, what is nobody's, what is stuck. Reads only."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Min, Q
from django.urls import reverse

from coding.choices import CaseState as S
from coding.choices import QueryState
from coding.models import AssignmentRule, CodingCase, ProviderQuery
from coding.selectors import coders_of
from coding.states import DONE, TO_CODE
from core import clock, practice_settings
from core.models import Practice, User
from patients.choices import VisitKind

DAYS_TO_CODE = "coding.days_to_code"
_NO_ONE = Q(coder__isnull=True)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the filtered queue behind it. `act` marks what someone must act on."""

    count: int
    url: str
    act: bool = False


@dataclass(frozen=True, slots=True)
class CoderRow:
    """One coder: what is to code, what waits, what is late, what was done today."""

    coder: User
    open: Figure
    returned: Figure
    waiting: Figure
    overdue: Figure
    late: Figure
    done_today: Figure
    oldest: date | None
    oldest_url: str
    cap: int | None


@dataclass(frozen=True, slots=True)
class Team:
    """The whole page."""

    coders: list[CoderRow]
    unassigned: list[tuple[str, Figure]] = field(default_factory=list)
    stuck: list[tuple[str, Figure]] = field(default_factory=list)
    days_to_code: int = 0


def team_of(practice: Practice) -> Team:
    """Everything the page shows, in six queries however many coders there are."""
    today = clock.today(practice)
    late = past_the_time(practice)
    numbers = _numbers(today, late)
    overdue = dict(
        ProviderQuery.objects.filter(state=QueryState.OPEN, due_on__lt=today)
        .order_by()
        .values_list("case__coder")
        .annotate(count=Count("pk"))
    )
    people = {user.pk: user for user in coders_of(practice)}
    absent = {key for key in numbers if key is not None} - people.keys()
    people |= User.objects.in_bulk(_with_work(numbers, absent))
    caps = _caps()
    rows = [
        _row(user, numbers.get(key, {}), overdue.get(key, 0), caps.get(key))
        for key, user in people.items()
    ]
    days = practice_settings.value(practice, DAYS_TO_CODE)
    return Team(rows, _unassigned(), _stuck(late), days)


def past_the_time(practice: Practice) -> Q:
    """Cases that are not coded within the practice's days from the service."""
    days = practice_settings.value(practice, DAYS_TO_CODE)
    limit = clock.today(practice) - timedelta(days=days)
    return Q(encounter__service_date_from__lt=limit) & ~Q(state__in=list(DONE))


def queue_url(bucket: str, **filters: object) -> str:
    """The encounter queue narrowed to what a figure counts."""
    pairs = [("bucket", bucket), *((key, str(value)) for key, value in filters.items())]
    return f"{reverse('coding:queue')}?{urlencode(pairs)}"


def _numbers(today: date, late: Q) -> dict[int | None, dict[str, object]]:
    to_code = Q(state__in=list(TO_CODE))
    done = Q(state__in=[S.FINISHED, S.RELEASED], finished_at__date=today)
    rows = (
        CodingCase.objects.order_by()
        .values("coder")
        .annotate(
            open=Count("pk", filter=to_code),
            returned=Count("pk", filter=Q(state=S.RETURNED)),
            waiting=Count("pk", filter=Q(state=S.WAITING_QUERY)),
            late=Count("pk", filter=late),
            done_today=Count("pk", filter=done),
            oldest=Min("encounter__service_date_from", filter=to_code),
        )
    )
    return {row["coder"]: dict(row) for row in rows}


def _with_work(numbers: dict[int | None, dict[str, object]], keys: set[int]) -> set[int]:
    """Of people who do not code here any more, those who still hold something."""
    kept = ("open", "waiting", "late", "done_today")
    return {key for key in keys if any(numbers[key][name] for name in kept)}


def _row(coder: User, found: dict[str, object], overdue: int, cap: int | None) -> CoderRow:
    def figure(name: str, bucket: str, *, act: bool = False, **filters: object) -> Figure:
        count = int(str(found.get(name, 0)))
        return Figure(count, queue_url(bucket, coder=coder.pk, **filters), act and count > 0)

    oldest = found.get("oldest")
    return CoderRow(
        coder=coder,
        open=figure("open", "to-code"),
        returned=figure("returned", "returned", act=True),
        waiting=figure("waiting", "query"),
        overdue=Figure(overdue, queue_url("query", coder=coder.pk, overdue=1), overdue > 0),
        late=figure("late", "all", act=True, late=1),
        done_today=figure("done_today", "done"),
        oldest=oldest if isinstance(oldest, date) else None,
        oldest_url=queue_url("to-code", coder=coder.pk),
        cap=cap,
    )


def _caps() -> dict[int, int]:
    """The largest cap that an active rule sets each coder."""
    rows = AssignmentRule.objects.filter(is_active=True, coders__isnull=False)
    return dict(rows.order_by("open_cap").values_list("coders__coder", "open_cap"))


def _unassigned() -> list[tuple[str, Figure]]:
    counts = dict(
        CodingCase.objects.filter(_NO_ONE, state__in=list(TO_CODE))
        .order_by()
        .values_list("encounter__visit_kind")
        .annotate(count=Count("pk"))
    )
    return [
        (label, Figure(counts[kind], queue_url("to-code", nobody=1, visit=kind)))
        for kind, label in VisitKind.choices
        if kind in counts
    ]


_BUCKETS: dict[str, str] = {
    S.WAITING_NOTE: "note",
    S.READY: "ready",
    S.IN_PROGRESS: "progress",
    S.RETURNED: "returned",
    S.WAITING_QUERY: "query",
    S.ON_HOLD: "hold",
}


def _stuck(late: Q) -> list[tuple[str, Figure]]:
    """Late ones by what they wait for."""
    counts = dict(
        CodingCase.objects.filter(late, state__in=list(_BUCKETS))
        .order_by()
        .values_list("state")
        .annotate(count=Count("pk"))
    )
    return [
        (str(S(state).label), Figure(counts[state], queue_url(bucket, late=1), act=True))
        for state, bucket in _BUCKETS.items()
        if state in counts
    ]
