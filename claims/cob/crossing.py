"""Whether a payer passed a claim on by itself, and to whom (domain C.1, E.3). Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

FORWARDED_STATUSES = frozenset({"19", "20", "21"})
FORWARDED_REMARKS = frozenset({"MA18", "N89"})


class Crossing(StrEnum):
    """Where a decided claim went after its payer."""

    NOT = "not"  # nowhere: we bill the next payer
    NEXT = "next"  # to the payer that we would bill: its answer is awaited
    ELSEWHERE = "elsewhere"  # to a payer that we do not know of: a person looks


@dataclass(frozen=True, slots=True)
class Passing:
    """One answer, as far as it says that the claim was passed on."""

    status_code: str
    remark_codes: Collection[str]
    told_name: str = ""
    told_number: str = ""

    @property
    def is_forwarded(self) -> bool:
        """Any of the three signs: status, a named crossover payer, a remark."""
        return (
            self.status_code in FORWARDED_STATUSES
            or bool(self.told_name or self.told_number)
            or bool(FORWARDED_REMARKS & set(self.remark_codes))
        )


def crossing_of(
    answers: Sequence[Passing], *, next_name: str, next_numbers: Collection[str],
    is_internal: bool = False,
) -> Crossing:  # fmt: skip
    """Where the claim went. A payer that passes on without a name passes to the one on file.

    `is_internal`: the next plan is the payer's own, and it coordinates without saying so.
    """
    forwarded = [answer for answer in answers if answer.is_forwarded]
    if not forwarded:
        return Crossing.NEXT if is_internal else Crossing.NOT
    told = [answer for answer in forwarded if answer.told_name or answer.told_number]
    if not told:
        return Crossing.NEXT
    for answer in told:
        by_number = answer.told_number in next_numbers and answer.told_number != ""
        if by_number or _letters(answer.told_name) == _letters(next_name):
            return Crossing.NEXT
    return Crossing.ELSEWHERE


def _letters(name: str) -> str:
    return "".join(letter for letter in name.upper() if letter.isalnum())
