"""Who is seen when, by whom, for what, and what becomes of the visit in coding. Pure and seeded."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from core.calendar import is_business_day
from desk.demo.cast import PracticeCast
from desk.demo.people import Person
from desk.demo.visits import Visit, visits_of

DAYS = 180
_UNSUPPORTED_SHARE, _NEW_FACE_SHARE, _COPAY_SHARE = 0.10, 0.75, 0.5
_LATE_VISITS = 80
_SEEN_TODAY = 12
_BUSY_DAYS, _BUSY_SHARE = 12, 0.16  # the last days are busier, so that much is under way
_TODAY_READY = 9  # visits that a newcomer may code
_WAIVED = "qw"


class Fate(StrEnum):
    """How far a visit comes."""

    CODED = "coded"
    READY = "ready"
    STARTED = "started"
    NO_NOTE = "no_note"
    HELD = "held"
    ASKED = "asked"
    NOT_BILLABLE = "not_billable"
    FINISHED = "finished"
    RETURNED = "returned"


# What the newest visits of a practice come to, newest first; every other one is coded.
# With two people (a coder and a lead who releases) finished and returned ones stand there, too.
_TODAY = (*(Fate.READY,) * _TODAY_READY, Fate.NO_NOTE, Fate.NO_NOTE, Fate.STARTED)
_LATELY = (
    Fate.READY,
    Fate.CODED,
    Fate.NO_NOTE,
    Fate.CODED,
    Fate.READY,
    Fate.CODED,
    Fate.HELD,
    Fate.ASKED,
    Fate.CODED,
    Fate.STARTED,
    Fate.CODED,
    Fate.NO_NOTE,
    Fate.CODED,
    Fate.CODED,
    Fate.READY,
    Fate.CODED,
    Fate.CODED,
    Fate.CODED,
    Fate.HELD,
    Fate.CODED,
    Fate.CODED,
    Fate.NO_NOTE,
    *(Fate.CODED,) * 9,
    Fate.ASKED,  # long enough ago to be overdue
)
_TWO_PEOPLE = (
    Fate.READY,
    Fate.READY,
    Fate.NO_NOTE,
    Fate.STARTED,
    Fate.FINISHED,
    Fate.ASKED,
    Fate.FINISHED,
    Fate.RETURNED,
    Fate.CODED,
    Fate.FINISHED,
    Fate.CODED,
    Fate.HELD,
    Fate.CODED,
    Fate.RETURNED,
)
_NOT_BILLED_EVERY = 90
_SOURCES = ("screen", "screen", "screen", "csv", "api")


@dataclass(frozen=True)
class PlannedVisit:
    """One visit to come: everything about it is decided before the first day is played."""

    number: int
    day: date
    coded_on: date
    person: Person
    provider: int
    site: int
    visit: Visit
    lines: tuple[str, ...]
    note: str
    supports: bool
    fate: Fate
    source: str
    pays_copay: bool


def business_days(today: date, days: int = DAYS) -> list[date]:
    """The days on which the practice works, from `days` ago up to today."""
    every = (today - timedelta(days=back) for back in range(days, -1, -1))
    return [day for day in every if is_business_day(day)]


def plan_visits(cast: PracticeCast, people: list[Person], today: date) -> list[PlannedVisit]:
    """The practice's visits in the order of their days."""
    planner = _Planner(cast, people, business_days(today))
    fates = _fates(cast)
    return [planner.next_visit(number, fates[number]) for number in range(cast.encounters)]


def _fates(cast: PracticeCast) -> list[Fate]:
    newest = (*_TODAY, *_LATELY) if cast.release_on_finish else _TWO_PEOPLE
    last = tuple(reversed(newest))
    earlier = cast.encounters - len(last)
    return [
        Fate.NOT_BILLABLE if number % _NOT_BILLED_EVERY == _NOT_BILLED_EVERY - 1 else Fate.CODED
        for number in range(earlier)
    ] + list(last)


class _Planner:
    """Draws one visit after the other, remembering who was here and for what."""

    def __init__(self, cast: PracticeCast, people: list[Person], days: list[date]) -> None:
        self.draw = Random(f"visits of {cast.key}")  # noqa: S311 - the same visits every time
        self.cast, self.people, self.days = cast, people, days
        self.seen: dict[int, set[str]] = defaultdict(set)
        self.taken: set[tuple[date, int]] = set()

    def next_visit(self, number: int, fate: Fate) -> PlannedVisit:
        """Everything about one visit."""
        day = self._day(number)
        person, visit = self._who(day)
        planned = self._planned(number, day, person, visit, fate)
        self.seen[person.number].add(visit.key)
        self.taken.add((day, person.number))
        return planned

    def _day(self, number: int) -> date:
        """The newest on the last day, the rest over the days before it, denser towards the end."""
        earlier = self.cast.encounters - _SEEN_TODAY
        if number >= earlier:
            return self.days[-1]
        early, busy = len(self.days) - _BUSY_DAYS - 1, int(earlier * _BUSY_SHARE)
        if number < earlier - busy:
            return self.days[number * early // (earlier - busy)]
        return self.days[early + (number - earlier + busy) * _BUSY_DAYS // busy]

    def _who(self, day: date) -> tuple[Person, Visit]:
        """Somebody and a visit that fits; those not seen yet come first, until all were here."""
        fresh = [one for one in self.people if not self.seen[one.number]]
        while True:
            take_fresh = fresh and self.draw.random() < _NEW_FACE_SHARE
            person = fresh.pop(0) if take_fresh else self.draw.choice(self.people)
            fitting = self._fitting(person, day)
            if (day, person.number) not in self.taken and fitting:
                weights = [visit.weight for visit in fitting]
                return person, self.draw.choices(fitting, weights)[0]

    def _fitting(self, person: Person, day: date) -> list[Visit]:
        """The visits this person may have; a check-up comes once."""
        return [
            visit
            for visit in visits_of(self.cast.kind)
            if visit.fits(person.age_on(day), person.sex)
            and not (visit.kind == "preventive" and visit.key in self.seen[person.number])
        ]

    def _planned(
        self, number: int, day: date, person: Person, visit: Visit, fate: Fate
    ) -> PlannedVisit:
        draw = self.draw
        supports = draw.random() >= _UNSUPPORTED_SHARE
        note = visit.write(draw, person.age_on(day), person.sex, supports=supports)
        lines = visit.lines
        if self.seen[person.number]:  # somebody known is no new patient
            lines = tuple(line.replace("99203", "99213") for line in lines)
            note = note.replace("New patient, ", "")
        coded = min(self.days.index(day) + draw.choice((0, 1, 1, 2)), len(self.days) - 1)
        return PlannedVisit(
            number=number,
            day=day,
            coded_on=self.days[coded],
            person=person,
            provider=self._provider(fate),
            site=self._site(lines, number),
            visit=visit,
            lines=lines,
            # Of those that wait for a note, half have one that nobody signed.
            note="" if fate is Fate.NO_NOTE and number % 2 else note,
            supports=supports,
            fate=fate,
            source=draw.choice(_SOURCES),
            pays_copay=draw.random() < _COPAY_SHARE,
        )

    def _provider(self, fate: Fate) -> int:
        """Anyone; who is asked, or has to sign, is the one with a sign-in: so it can be done."""
        drawn = self.draw.randrange(len(self.cast.providers))
        return 0 if fate in (Fate.ASKED, Fate.NO_NOTE) else drawn

    def _site(self, lines: tuple[str, ...], number: int) -> int:
        """Any site; waived tests at one without a waiver only lately, so that a few need a fix."""
        site = self.draw.randrange(len(self.cast.sites))
        is_waived = any(_WAIVED in line for line in lines)
        is_late = number > self.cast.encounters - _LATE_VISITS
        return site if self.cast.sites[site].clia or not is_waived or is_late else 0
