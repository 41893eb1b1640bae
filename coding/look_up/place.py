"""Where one looks codes up: the day of service, and the encounter that codes are added to."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from coding.choices import CodeSetKind
from coding.code_sets.releases import best_of, usable_releases
from coding.models import CodeSetRelease, CodingCase
from coding.states import OPEN
from core import clock
from core.forms import DateField
from core.models import User

_MOST_OPEN = 12


@dataclass(frozen=True)
class Place:
    """The day decides the release of every code set. `case` is what one came from, if any."""

    on: date
    case: CodingCase | None
    says_day: bool

    @property
    def kept(self) -> dict[str, str]:
        """What every page carries on, so that the day and the encounter stay."""
        said = {"on": self.on.isoformat()} if self.says_day else {}
        return said | ({"case": str(self.case.public_id)} if self.case else {})

    @property
    def query(self) -> str:
        """The same as the end of an address."""
        return f"?{urlencode(self.kept)}" if self.kept else ""

    @property
    def start(self) -> str:
        """The same as the beginning of a longer query."""
        return f"{self.query}&" if self.kept else "?"


def place_of(request: HttpRequest) -> Place:
    """As the address says; without a day that of the encounter, else today."""
    said = request.POST if request.method == "POST" else request.GET
    case = _case(said.get("case", ""))
    typed = said.get("on", "")
    try:
        return Place(DateField().clean(typed), case, says_day=True)
    except ValidationError:
        today = clock.today(request.practice)  # type: ignore[attr-defined]
        return Place(case.encounter.service_date_from if case else today, case, says_day=False)


def _case(text: str) -> CodingCase | None:
    try:
        public_id = UUID(text)
    except ValueError:
        return None
    rows = CodingCase.objects.select_related("encounter", "patient")
    return rows.filter(public_id=public_id).first()


def open_cases(user: User, place: Place) -> list[CodingCase]:
    """The encounters that a code may be added to: the one that one came from, else those that this
    coder has open, the latest first.
    """
    if place.case is not None:
        return [place.case] if place.case.state in OPEN else []
    rows = CodingCase.objects.filter(coder=user, state__in=OPEN).select_related("encounter")
    return list(rows.order_by("-state_changed_at", "-pk")[:_MOST_OPEN])


@dataclass(frozen=True)
class Year:
    """A loaded release of ICD-10-CM, with a day that it holds for."""

    release: CodeSetRelease
    query: str
    is_used: bool


def years(request: HttpRequest, on: date) -> list[Year]:
    """Every release of ICD-10-CM that may be looked into, the newest first, each with the query of
    this page for a day on which it holds.
    """
    usable = list(usable_releases(CodeSetKind.ICD10CM))
    used = best_of(usable, on)
    found = []
    for one in usable:
        query = request.GET.copy()
        query["on"] = (on if one == used else _day_of(one, usable)).isoformat()
        found.append(Year(one, f"?{query.urlencode()}", one == used))
    return found


def _day_of(release: CodeSetRelease, usable: list[CodeSetRelease]) -> date:
    """The first day on which this release, and no later one, is used."""
    last = release.effective_to or release.effective_from
    days = (release.effective_from, last)
    return next((day for day in days if best_of(usable, day) == release), release.effective_from)
