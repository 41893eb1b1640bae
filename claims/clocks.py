"""Which answer is due next: silence must become work, never "pending" (reliability 1.2)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from claims.choices import AttemptState, ClockKind
from core import calendar, clock
from core.models import Practice
from core.practice_settings import declare, value

ACK_999_HOURS = "claims.ack_999_hours"
CLEARINGHOUSE_DAYS = "claims.clearinghouse_answer_business_days"
PAYER_DAYS = "claims.payer_answer_business_days"
REMITTANCE_DAYS = "claims.remittance_days"
MAILED_DAYS = "claims.mailed_ask_days"
MAILED_REMITTANCE_DAYS = "claims.mailed_remittance_days"
STATUS_QUERY_DAYS = "claims.status_query_days"
STATUS_AGAIN_DAYS = "claims.status_again_days"
CROSSOVER_DAYS = "claims.crossover_days"
STATUS_PER_MINUTE = "claims.status_questions_per_minute"


def declare_settings() -> None:
    """The waiting times that a practice may change."""
    declare(ACK_999_HOURS, int, 4, "Hours until a missing 999 becomes work")
    declare(CLEARINGHOUSE_DAYS, int, 1, "Business days until a missing clearinghouse 277CA is work")
    declare(PAYER_DAYS, int, 2, "Business days until a missing payer 277CA becomes work")
    declare(REMITTANCE_DAYS, int, 30, "Days until a missing remittance becomes work")
    declare(MAILED_DAYS, int, 30, "Days until a mailed claim is asked about")
    declare(MAILED_REMITTANCE_DAYS, int, 45, "Days until a mailed claim counts as not answered")
    declare(CROSSOVER_DAYS, int, 45, "Days until the answer to a forwarded claim is missed")
    declare(STATUS_QUERY_DAYS, int, 21, "Days after which a payer is asked where a claim is")
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


@dataclass(slots=True)
class Clocks:
    """The due times of one practice, counted from one moment, its settings read once."""

    practice: Practice
    now: datetime = field(default_factory=clock.now)
    _settings: dict[str, int] = field(default_factory=dict)

    def next_after(self, state: str, at: datetime | None = None) -> tuple[str, datetime | None]:
        """What is awaited after an attempt came to `state` at that time, and until when."""
        kind = AWAITED.get(state, ClockKind.NONE)
        return kind, self.due(kind, at) if kind else None

    def due(self, kind: str, at: datetime | None = None, *, on_paper: bool = False) -> datetime:
        """When the patience for `kind` ends, counted from `at`; mail takes longer than a wire."""
        start = at or self.now
        if kind == ClockKind.ACK_999:
            return start + timedelta(hours=self._value(ACK_999_HOURS))
        if kind == ClockKind.BY_MAIL:
            return start + timedelta(days=self._value(MAILED_DAYS))
        if kind == ClockKind.REMITTANCE:
            days = MAILED_REMITTANCE_DAYS if on_paper else REMITTANCE_DAYS
            return start + timedelta(days=self._value(days))
        days = CLEARINGHOUSE_DAYS if kind == ClockKind.CH_277CA else PAYER_DAYS
        return self._business_days_later(start, self._value(days))

    def _business_days_later(self, start: datetime, count: int) -> datetime:
        """The same time of day that many business days later, on the practice's calendar."""
        local = start.astimezone(ZoneInfo(self.practice.time_zone))
        day = calendar.add_business_days(local.date(), count)
        return local.replace(year=day.year, month=day.month, day=day.day)

    def _value(self, key: str) -> int:
        if key not in self._settings:
            self._settings[key] = int(value(self.practice, key))
        return self._settings[key]
