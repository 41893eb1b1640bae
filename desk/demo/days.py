"""Playing the demo's days: each act at its own time, by the person whose work it is."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from claims.models import ClaimChargeLine
from claims.services.queue_batch import OUTBOX
from claims.services.receive_message import INBOX
from core import clock, news, sweeping
from core.actors import acting_as, person
from core.tenancy import practice_scope
from desk.demo.billing_office import BillingOffice
from desk.demo.coding_desk import CodingDesk
from desk.demo.people import people_of
from desk.demo.progress import Progress
from desk.demo.reception import Reception
from desk.demo.schedule import PlannedVisit, business_days, plan_visits
from desk.demo.set_up import Stage
from desk.demo.simulator_config import MIX
from desk.demo.simulator_process import Simulator
from patients.models import Encounter

_SEND_EVERY, _STATEMENTS_EVERY = 2, 18
_FOLDERS, _CLOCKS = "claims.folders", "claims.clocks"
_LATEST = timedelta(minutes=2)  # nothing of the history happens after this before now


def work_inbox() -> None:
    """Act on what came in, and on the news of it, at the moment it is."""
    while sweeping.run_one(INBOX) + sweeping.run_one(news.SWEEP):
        pass


class PracticeDays:
    """One demo practice with its desks and its plan."""

    def __init__(self, stage: Stage, today: date) -> None:
        self.stage = stage
        people = people_of(stage.cast, today)
        self.reception = Reception(stage, people, business_days(today)[0])
        self.coding = CodingDesk(stage)
        self.office = BillingOffice(stage)
        self.encounters: dict[int, Encounter] = {}
        self.arrivals: dict[date, list[PlannedVisit]] = defaultdict(list)
        self.to_code: dict[date, list[PlannedVisit]] = defaultdict(list)
        self.latest = clock.now() - _LATEST
        for planned in plan_visits(stage.cast, people, today):
            self.arrivals[planned.day].append(planned)
            self.to_code[planned.coded_on].append(planned)

    @contextmanager
    def at(self, moment: datetime, who: str) -> Iterator[None]:
        """Within the block it is `moment` and `who` acts, in this practice."""
        actor = person(self.stage.users[who])
        with clock.travel(moment), practice_scope(self.stage.practice), acting_as(actor):
            yield

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A time of day at the practice; of today only what has been."""
        zone = ZoneInfo(self.stage.practice.time_zone)
        return min(datetime.combine(day, time(hour), zone) + timedelta(minutes=minute), self.latest)

    def receive(self, day: date) -> int:
        """The front desk's day; returns how many visits there were."""
        for place, planned in enumerate(self.arrivals[day]):
            with self.at(self.moment(day, 8, 25 * place), "frontdesk"):
                self.encounters[planned.number] = self.reception.receive(planned)
        return len(self.arrivals[day])

    def code(self, day: date) -> dict[str, str]:
        """The coders' day; returns the fate of each new claim that is not simply paid."""
        coded = self.to_code[day]
        for place, planned in enumerate(coded):
            with self.at(self.moment(day, 14, 7 * place), "coder"):
                self.coding.work(planned, self.encounters[planned.number])
        with clock.travel(self.moment(day, 16, 15)):
            work_inbox()  # releases become claims
        return self._fates(coded)

    def run_office(self, day: date, place: int) -> None:
        """Posting, fixing, calling, statements and payments of a day."""
        office = self.office
        with self.at(self.moment(day, 9, 30), "poster"):
            office.post_by_hand()
        with self.at(self.moment(day, 10), "biller"):
            office.fix_rejections()
            office.call_about_denials()
        if place % _STATEMENTS_EVERY == _STATEMENTS_EVERY - 1:
            with self.at(self.moment(day, 11), "biller"):
                office.run_statements()
        with self.at(self.moment(day, 12, 10), "frontdesk"):
            office.take_payments(day)

    def send(self, day: date) -> None:
        """Build batches and send them."""
        with self.at(self.moment(day, 16, 30), "biller"):
            if self.office.send():
                sweeping.run_one(OUTBOX)

    def _fates(self, coded: list[PlannedVisit]) -> dict[str, str]:
        numbers = {self.encounters[one.number].pk: one.number for one in coded}
        rows = ClaimChargeLine.everywhere.filter(charge_line__encounter_id__in=numbers)
        claims = rows.values_list("claim__control_number", "charge_line__encounter_id").distinct()
        drawn = {claim: self._fate(numbers[encounter]) for claim, encounter in claims}
        return {claim: fate for claim, fate in drawn.items() if fate != "pay"}

    def _fate(self, number: int) -> str:
        draw = Random(f"fate of {self.stage.cast.key} {number}")  # noqa: S311 - always the same
        return draw.choices(list(MIX), list(MIX.values()))[0]


class History:
    """Both practices over all days, with the simulator in step."""

    def __init__(self, stages: list[Stage], today: date, progress: Progress) -> None:
        self.practices = [PracticeDays(stage, today) for stage in stages]
        self.days = business_days(today)
        self.progress = progress
        self.fates: dict[str, str] = {}

    def play(self, simulator: Simulator) -> None:
        """Every day in order, up to now."""
        visits = sum(one.stage.cast.encounters for one in self.practices)
        self.progress.step("Playing visits", visits)
        for place, day in enumerate(self.days):
            self._day(day, place, simulator)
        self._advance(simulator, clock.now())

    def _day(self, day: date, place: int, simulator: Simulator) -> None:
        first = self.practices[0]
        self._advance(simulator, first.moment(day, 7))
        for one in self.practices:
            received = one.receive(day)
            one.run_office(day, place)
            fates = one.code(day)
            if fates:
                self.fates |= fates
                simulator.set_fates(self.fates)
            self.progress.did(received)
        self._advance(simulator, first.moment(day, 16, 25))
        if place % _SEND_EVERY == 0 or day == self.days[-1]:
            for one in self.practices:
                one.send(day)

    def _advance(self, simulator: Simulator, moment: datetime) -> None:
        """Let the payers' time come to `moment`, then take in what they left in folders."""
        simulator.advance(moment)
        with clock.travel(moment):
            while sweeping.run_one(_FOLDERS):
                work_inbox()
            sweeping.run_one(_CLOCKS)
