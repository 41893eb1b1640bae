"""The one patient who left without signing: the claim waits for the release (IDN-20)."""

from dataclasses import dataclass
from datetime import date

from coding.models import CodingCase
from desk.demo.paper_office import visit_of
from desk.demo.set_up import Stage

_COMES = 1  # so many working days ago
_PLAN = ("bluebird", "BBU", "BB-310")
_NOTE = (
    "Low back pain since Monday, no red flags. Gait normal, lumbar muscles tender. Plan: heat, "
    "ibuprofen as needed, return in two weeks. Left in a hurry, forms not signed."
)


@dataclass(frozen=True)
class _Visitor:
    first_name: str
    last_name: str
    birth_date: date
    sex: str


_WHO = _Visitor("Tansy", "Unsignedson", date(1986, 2, 17), "F")


def receive(stage: Stage, days_left: int) -> list[CodingCase]:
    """Her visit on its day, to be coded."""
    return [visit_of(stage, _WHO, (_PLAN,), _NOTE, signs=False)] if days_left == _COMES else []
