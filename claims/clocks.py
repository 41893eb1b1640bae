"""Which answer is due next: silence must become work, never "pending" (reliability 1.2).

One table says how long each answer is waited for. A practice may change a length for all its
payers, and for one payer; the nearest word holds.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from claims.choices import AttemptState, ClockKind
from claims.models import PayerClock
from claims.payer_choices import WaitKind
from core import calendar, clock
from core.models import Practice
from core.practice_settings import declare, value

STATUS_AGAIN_DAYS = "claims.status_again_days"
CROSSOVER_DAYS = "claims.crossover_days"
STATUS_PER_MINUTE = "claims.status_questions_per_minute"
LOOK_AGAIN = timedelta(days=14)  # after a word that decides nothing, or an alarm (domain D.4)
MOST_PENDING = timedelta(days=45)  # "we work on it" is believed that long (domain D.4, P2)


class Unit(StrEnum):
    """What a wait is counted in."""

    HOURS = "hours"
    BUSINESS_DAYS = "business days"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Wait:
    """One row of the table: its kind, setting, length as shipped, and what silence asks of us."""

    kind: WaitKind
    setting: str
    default: int
    unit: Unit
    most: int
    label: str
    to_do: str


WAITS: dict[str, Wait] = {
    wait.kind: wait
    for wait in (
        Wait(
            WaitKind.ACK_999, "claims.ack_999_hours", 4, Unit.HOURS, 240,
            "Hours until a missing 999 becomes work",
            "See under Connections whether the line works, then ask them whether they have the"
            " file.",
        ),
        Wait(
            WaitKind.CH_277CA, "claims.clearinghouse_answer_business_days", 1, Unit.BUSINESS_DAYS,
            30, "Business days until a missing clearinghouse 277CA is work",
            "They took the file: ask them what became of this claim in it.",
        ),
        Wait(
            WaitKind.PAYER_277CA, "claims.payer_answer_business_days", 2, Unit.BUSINESS_DAYS, 30,
            "Business days until a missing payer 277CA becomes work",
            "They passed it on: ask them for the answer of the payer, or ask the payer where it is."
            " Without that answer there is no proof of timely filing.",
        ),
        Wait(
            WaitKind.STATUS_QUERY, "claims.status_query_days", 21, Unit.DAYS, 180,
            "Days after which a payer is asked where a claim is", "",
        ),
        Wait(
            WaitKind.REMITTANCE, "claims.remittance_days", 30, Unit.DAYS, 365,
            "Days until a missing remittance becomes work",
            "Ask the payer where it is; where they do not have it, send it again before the filing"
            " limit.",
        ),
        Wait(
            WaitKind.BY_MAIL, "claims.mailed_ask_days", 30, Unit.DAYS, 365,
            "Days until a mailed claim is asked about",
            "Call the payer and ask whether the mail reached them; where it did not, mail it"
            " again.",
        ),
        Wait(
            WaitKind.MAILED_REMITTANCE, "claims.mailed_remittance_days", 45, Unit.DAYS, 365,
            "Days until a mailed claim counts as not answered",
            "Call the payer and ask where it is; where they do not have it, mail it again before"
            " the filing limit.",
        ),
    )
}  # fmt: skip


def declare_settings() -> None:
    """The waiting times that a practice may change."""
    for wait in WAITS.values():
        declare(wait.setting, int, wait.default, wait.label)
    declare(CROSSOVER_DAYS, int, 45, "Days until the answer to a forwarded claim is missed")
    declare(STATUS_AGAIN_DAYS, int, 7, "Days before the same claim is asked about again")
    declare(STATUS_PER_MINUTE, int, 30, "Questions about claims a minute to one payer")


# What is awaited after each state of an attempt; states not named here await nothing.
AWAITED: dict[str, ClockKind] = {
    AttemptState.SENT: ClockKind.ACK_999,
    AttemptState.FILE_ACCEPTED: ClockKind.CH_277CA,
    AttemptState.CH_ACCEPTED: ClockKind.PAYER_277CA,
    AttemptState.PAYER_RECEIVED: ClockKind.REMITTANCE,
    AttemptState.PAYER_ACCEPTED: ClockKind.REMITTANCE,
}


def wait_of(kind: str, *, on_paper: bool = False) -> WaitKind:
    """The row of the table for what an attempt awaits: mail takes longer than a wire."""
    if kind == ClockKind.REMITTANCE and on_paper:
        return WaitKind.MAILED_REMITTANCE
    return WaitKind(kind)


@dataclass(slots=True)
class Clocks:
    """The due times of one practice, counted from one moment, its settings read once."""

    practice: Practice
    now: datetime = field(default_factory=clock.now)
    _lengths: dict[str, int] = field(default_factory=dict)
    _of_payers: dict[int, dict[str, int]] | None = None

    def next_after(
        self, state: str, at: datetime | None = None, *, payer_id: int | None = None
    ) -> tuple[str, datetime | None]:
        """What is awaited after an attempt came to `state` at that time, and until when."""
        kind = AWAITED.get(state, ClockKind.NONE)
        return kind, self.due(kind, at, payer_id=payer_id) if kind else None

    def due(
        self,
        kind: str,
        at: datetime | None = None,
        *,
        on_paper: bool = False,
        payer_id: int | None = None,
    ) -> datetime:
        """When the patience for `kind` ends, counted from `at`."""
        wait = WAITS[wait_of(kind, on_paper=on_paper)]
        start, length = at or self.now, self.length(wait.kind, payer_id)
        if wait.unit == Unit.HOURS:
            return start + timedelta(hours=length)
        if wait.unit == Unit.DAYS:
            return start + timedelta(days=length)
        return self._business_days_later(start, length)

    def length(self, kind: str, payer_id: int | None = None) -> int:
        """How long `kind` is waited for, in its unit: the payer's, else the practice's."""
        own = self.of_payers().get(payer_id, {}) if payer_id else {}
        if kind in own:
            return own[kind]
        if kind not in self._lengths:
            self._lengths[kind] = int(value(self.practice, WAITS[kind].setting))
        return self._lengths[kind]

    def of_payers(self) -> dict[int, dict[str, int]]:
        """By payer the lengths that differ from the practice's."""
        if self._of_payers is None:
            found: dict[int, dict[str, int]] = defaultdict(dict)
            rows = PayerClock.everywhere.filter(practice=self.practice)
            for payer_id, kind, length in rows.values_list("payer_id", "kind", "length"):
                found[payer_id][kind] = length
            self._of_payers = dict(found)
        return self._of_payers

    def _business_days_later(self, start: datetime, count: int) -> datetime:
        """The same time of day that many business days later, on the practice's calendar."""
        local = start.astimezone(ZoneInfo(self.practice.time_zone))
        day = calendar.add_business_days(local.date(), count)
        return local.replace(year=day.year, month=day.month, day=day.day)
