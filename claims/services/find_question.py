"""Which of our questions an answer of a payer answers: one, or nobody's guess (domain D.4, J).

Numbers of questions count by route. A payer that answers with a key of its own speaks for every
route to it, so that two questions may carry the number that its answer repeats.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from claims.choices import InquiryState
from claims.models import EligibilityCheck, StatusInquiry
from claims.services.message_results import Applied
from core import clock

Question = TypeVar("Question", EligibilityCheck, StatusInquiry)
CONTRADICTS, MAY_BE, IS_OURS = 0, 1, 2  # how what the answer says fits a question


@dataclass(frozen=True, slots=True)
class Sought(Generic[Question]):
    """The question that is meant, or those among which it cannot be told."""

    question: Question | None = None
    among: tuple[Question, ...] = ()


def the_one_meant(named: Sequence[Question], fit: Callable[[Question], int]) -> Sought[Question]:
    """Of the questions under the number that the answer repeats, the one that it fits.

    One alone is meant, whatever the answer says; the caller looks at that. Of several, those that
    all it says is true of come before those that it contradicts in a part, and then the only one
    that still waits; where all were answered, the newest. Never one of several that wait.
    """
    if len(named) < 2:
        return Sought(named[0] if named else None)
    best = max(fit(question) for question in named)
    left = [question for question in named if fit(question) == best and best > CONTRADICTS]
    waiting = [question for question in left if question.state != InquiryState.ANSWERED]
    if len(waiting) == 1:
        return Sought(waiting[0])
    if left and not waiting:
        return Sought(max(left, key=lambda question: question.pk))
    return Sought(among=tuple(waiting or named))


def cannot_be_told(kind: str, among: Sequence[Question]) -> Applied:
    """What a person reads of an answer that is tied to nothing: it is set aside."""
    asked = " and ".join(
        f"through {one.partner.name} on {clock.local(one.asked_at, one.practice):%m/%d/%Y %H:%M}"
        for one in sorted(among, key=lambda one: one.pk)[:3]
    )
    number = among[0].reference
    return Applied(
        f"{kind}: {len(among)} of our questions carry the number {number} (asked {asked}), and the"
        " answer does not say which it means. It is tied to none: once they are given up, or late,"
        " ask them once more, and each gets a new number",
        took_effect=False,
    )
