"""The clock table as a screen shows it: each wait, where its length comes from, what runs on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, Min, Q, Value, When

from claims import states
from claims.choices import ClockKind, TransportKind
from claims.clocks import WAITS, Clocks, Wait
from claims.models import PayerClock, SubmissionAttempt
from claims.payer_choices import WaitKind
from core import clock
from core.models import Practice
from core.models.practice import PracticeSetting
from patients.models import Payer

SHIPPED, OWN, OF_PAYER = "Default", "Practice", "This payer"


@dataclass(frozen=True, slots=True)
class Running:
    """The attempts that wait on one clock: how many, of them late, and when the next is due."""

    count: int = 0
    late: int = 0
    next_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One wait: how long, who said so, what the others would be, and what runs on it now."""

    wait: Wait
    length: int
    origin: str
    otherwise: int
    running: Running
    is_counted: bool

    @property
    def words(self) -> str:
        """The length with its unit: 4 hours, 1 business day."""
        unit = str(self.wait.unit)
        return f"{self.length} {unit.removesuffix('s') if self.length == 1 else unit}"


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A payer with waits of its own, in words."""

    payer: Payer
    words: str


def clock_rows(practice: Practice, payer: Payer | None = None) -> list[Row]:
    """Every wait, for all payers or for one."""
    clocks, running = Clocks(practice), running_clocks(payer)
    ours = set(
        PracticeSetting.everywhere.filter(
            practice=practice, key__in=[wait.setting for wait in WAITS.values()]
        ).values_list("key", flat=True)
    )
    own = clocks.of_payers().get(payer.pk, {}) if payer else {}
    rows = []
    for kind, wait in WAITS.items():
        general = clocks.length(kind)
        origin = OF_PAYER if kind in own else OWN if wait.setting in ours else SHIPPED
        rows.append(
            Row(
                wait, own.get(kind, general), origin, general if kind in own else wait.default,
                running.get(kind, Running()), kind != WaitKind.STATUS_QUERY,
            )
        )  # fmt: skip
    return rows


def running_clocks(payer: Payer | None = None) -> Mapping[str, Running]:
    """By wait what runs on it, in one query."""
    waiting = SubmissionAttempt.objects.filter(
        clock_due_at__isnull=False, version__state__in=states.WITH_PAYER,
        version__current_attempt=F("pk"),
    )  # fmt: skip
    if payer is not None:
        waiting = waiting.filter(version__payer=payer)
    by_mail = Q(batch__partner__transport=TransportKind.PAPER)
    wait: Any = Case(
        When(by_mail & Q(clock_kind=ClockKind.REMITTANCE), then=Value(WaitKind.MAILED_REMITTANCE)),
        default=F("clock_kind"),
    )
    rows = (
        waiting.order_by()
        .annotate(wait=wait)
        .values("wait")
        .annotate(
            count=Count("pk"), late=Count("pk", filter=Q(silence_reported_at__isnull=False)),
            due=Min("clock_due_at", filter=Q(clock_due_at__gt=clock.now())),
        )
    )  # fmt: skip
    return {row["wait"]: Running(row["count"], row["late"], row["due"]) for row in rows}


def payers_with_own_clocks() -> list[Exceptional]:
    """Each payer whose waits differ from the practice's, with what differs."""
    found: dict[int, tuple[Payer, list[str]]] = {}
    for one in PayerClock.objects.select_related("payer").order_by("payer__name", "kind"):
        wait = WAITS[one.kind]
        words = f"{wait.kind.label}: {one.length} {wait.unit}"
        found.setdefault(one.payer_id, (one.payer, []))[1].append(words)
    return [Exceptional(payer, "; ".join(words)) for payer, words in found.values()]
