"""What a call can come to: the list one picks from, and what each answer leads to (screens S26).

An outcome is a key, words for the log, and the day on which somebody looks again. What a payer says
by telephone is no evidence: it moves a claim out of "No answer", and nothing further.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from claims.status_answers import NOBODY, NOT_ON_FILE
from core.calendar import add_business_days, next_business_day


@dataclass(frozen=True)
class Outcome:
    """One answer. `days` are calendar days, or business days where `is_business`.

    `to_do` is what waits on that day; empty where nothing does. `pends`: the payer has the claim
    and works on it, whatever its silence so far.
    """

    key: str
    label: str
    days: int
    to_do: str
    is_business: bool = False
    pends: bool = False

    def next_on(self, today: date) -> date | None:
        """The day to look again, a business day; None where nothing is left to do."""
        if not self.to_do:
            return None
        if self.is_business:
            return add_business_days(today, self.days)
        return next_business_day(today + timedelta(days=self.days))


PAYER_OUTCOMES = (
    Outcome("paid", "Paid, remittance to come", 10, "See that the remittance came",
            is_business=True, pends=True),
    Outcome("in-process", "In process", 14, "Ask again whether it is decided", pends=True),
    Outcome("records", "Needs records or an answer", 2, "Send what the payer asks for",
            is_business=True, pends=True),
    Outcome("denied", "Denied", 1, "Work the denial", is_business=True, pends=True),
    Outcome("not-on-file", NOT_ON_FILE, 0, "Send it again: the payer does not have it"),
    Outcome("reprocess", "Sent back to be looked at again", 30, "Ask what came of the second look",
            pends=True),
    Outcome("nobody", NOBODY, 1, "Call again", is_business=True),
)  # fmt: skip

PATIENT_OUTCOMES = (
    Outcome("promise", "Promised to pay", 7, "See whether the promised payment came"),
    Outcome("message", "Left a message", 2, "Call again", is_business=True),
    Outcome("plan", "Wants to pay in parts", 1, "Agree on the parts", is_business=True),
    Outcome("dispute", "Does not agree with the bill", 1, "Look into the dispute",
            is_business=True),
    Outcome("insurance", "Has other insurance", 0, "Add the coverage and bill it"),
    Outcome("wrong-number", "Wrong number", 1, "Find the right number", is_business=True),
    Outcome("settled", "Settled, nothing left to do", 0, ""),
)  # fmt: skip


def outcome_of(outcomes: Sequence[Outcome], key: str) -> Outcome | None:
    """The outcome with this key."""
    return next((one for one in outcomes if one.key == key), None)
