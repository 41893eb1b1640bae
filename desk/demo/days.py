"""Playing the demo's days: each act at its own time, by the person whose work it is."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from claims.choices import VersionState
from claims.models import ClaimChargeLine, ClaimVersion
from claims.services.process_message import process_due
from claims.services.queue_batch import OUTBOX
from claims.services.queue_inquiry import INQUIRIES, STATUS_DUE
from claims.services.receive_message import INBOX
from coding.sweeps import QUERIES
from core import clock, news, sweeping
from core.actors import acting_as, person
from core.appending import appended_together
from core.jobs import SWEEP as JOBS
from core.services.deliver_news import deliver_due_news
from core.tenancy import practice_scope
from desk.demo import claim_facts, unsigned
from desk.demo.bank_office import BankOffice
from desk.demo.billing_office import BillingOffice
from desk.demo.coding_desk import CodingDesk
from desk.demo.coding_lead import CodingLead
from desk.demo.denial_desk import correct_some, work_denials
from desk.demo.diary import fill_diary
from desk.demo.money_office import MoneyOffice
from desk.demo.odd_ends import OddEnds
from desk.demo.paper_office import PaperOffice
from desk.demo.payer_desk import correct_a_claim, keep_payers
from desk.demo.payer_rules import write_payer_rules
from desk.demo.people import people_of
from desk.demo.portal_files import PortalFiles
from desk.demo.posting_desk import work_by_hand
from desk.demo.progress import Progress
from desk.demo.questions import ask_about_claims, check_coverages
from desk.demo.reception import Reception
from desk.demo.schedule import PlannedVisit, business_days, plan_visits
from desk.demo.set_up import Stage
from desk.demo.simulator_config import MIX, TROUBLES
from desk.demo.simulator_process import Simulator
from desk.demo.two_plans import ANSWERED, TwoPlans
from desk.demo.underpayment_desk import work_underpayments
from patients.models import Encounter

_SEND_EVERY, _STATEMENTS_EVERY = 5, 30
_CORRECT_EVERY = 10  # working days between two looks at denials that a correction mends
_LATELY = 6
_ODD_DAY = 3  # so many working days ago, the odd files came
_RULES_DAY = 6  # before the odd files: no other job waits then
_AUDIT_DAY = 1  # so many working days ago, the lead drew the sample that waits
_FOLDERS, _CLOCKS = "claims.folders", "claims.clocks"
_LATEST = timedelta(minutes=2)  # nothing of the history happens after this before now


def work_message() -> None:
    """Act on the one message that came in, and on the news of it, at the moment it is."""
    if process_due():
        deliver_due_news()


class PracticeDays:
    """One demo practice with its desks and its plan."""

    def __init__(self, stage: Stage, today: date) -> None:
        self.stage = stage
        people = people_of(stage.cast, today)
        self.reception = Reception(stage, people, business_days(today)[0])
        self.coding = CodingDesk(stage)
        self.lead = CodingLead(stage)
        self.office = BillingOffice(stage)
        self.odd_ends = OddEnds(stage)
        self.portal_files = PortalFiles(stage)
        self.paper = PaperOffice(stage)
        self.two_plans = TwoPlans(stage)
        self.encounters: dict[int, Encounter] = {}
        self.arrivals: dict[date, list[PlannedVisit]] = defaultdict(list)
        self.to_code: dict[date, list[PlannedVisit]] = defaultdict(list)
        self.latest = clock.now() - _LATEST
        self.today = today
        self.troubles = list(TROUBLES) if stage.cast.release_on_finish else []
        for planned in plan_visits(stage.cast, people, today):
            self.arrivals[planned.day].append(planned)
            self.to_code[planned.coded_on].append(planned)

    @contextmanager
    def at(self, moment: datetime, who: str) -> Iterator[None]:
        """Within the block it is `moment` and `who` acts, in this practice."""
        actor = person(self.stage.users[who])
        with (
            clock.travel(moment),
            practice_scope(self.stage.practice),
            acting_as(actor),
        ):
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
            sweeping.run_one(news.SWEEP)  # releases become claims
        return self._fates(coded, (self.today - day).days)

    def run_office(self, day: date, place: int) -> None:
        """Posting, fixing, calling, statements and payments of a day."""
        office = self.office
        with self.at(self.moment(day, 9, 30), "poster"):
            office.post_by_hand()
        with self.at(self.moment(day, 10), "biller"):
            office.fix_rejections()
            office.call_about_denials()
            if place % _CORRECT_EVERY == 0:
                correct_some()
        if place % _STATEMENTS_EVERY == _STATEMENTS_EVERY - 1:
            with self.at(self.moment(day, 11), "biller"):
                office.run_statements()
        with self.at(self.moment(day, 12, 10), "frontdesk"):
            office.take_payments(day)

    def meet_odd_ends(self, day: date) -> None:
        """Files that people bring, and work that is given up."""
        with self.at(self.moment(day, 13), "poster"):
            self.portal_files.bring()
        with clock.travel(self.moment(day, 13, 2)):
            sweeping.run_one(JOBS)  # the archive is opened
            sweeping.run_one(INBOX)
        with self.at(self.moment(day, 13, 5), "poster"):
            self.portal_files.work_on_them()
        with self.at(self.moment(day, 13, 15), "biller"):
            self.odd_ends.give_up_a_follow_up()
        with self.at(self.moment(day, 13, 20), "frontdesk"):
            self.odd_ends.hand_in_old_visits()
            claim_facts.record(self.stage.practice, day)
        with clock.travel(self.moment(day, 13, 25)):
            sweeping.run_one(INBOX)
            sweeping.run_one(news.SWEEP)

    def doubt_a_claim(self, day: date) -> None:
        """Before anything is sent, the biller gives an encounter back to its coder."""
        with self.at(self.moment(day, 16, 20), "biller"):
            self.odd_ends.return_a_claim()

    def work_on_paper(self, day: date, days_left: int) -> None:
        """A visit of somebody whose insurer is on paper; the day after, their forms."""
        with self.at(self.moment(day, 12), "biller"):
            self.paper.mail(days_left)
        with self.at(self.moment(day, 13, 40), "frontdesk"):
            case = self.paper.receive(days_left)
            others = [
                *self.two_plans.receive(days_left),
                *unsigned.receive(self.stage, days_left),
            ]
        if case is not None:
            with self.at(self.moment(day, 15, 50), "coder"):
                self.paper.code(case)
                self.two_plans.code(others)
            with clock.travel(self.moment(day, 15, 55)):
                sweeping.run_one(news.SWEEP)

    def hear_of_two_plans(self, day: date) -> None:
        """What the plan on paper decided is brought, posted, and goes on to the second plan."""
        with self.at(self.moment(day, 13, 30), "poster"):
            self.two_plans.bring_answers()
        with clock.travel(self.moment(day, 13, 35)):
            sweeping.run_one(INBOX)
        with self.at(self.moment(day, 13, 36), "poster"):
            self.two_plans.post_answers()
        with clock.travel(self.moment(day, 13, 37)):
            sweeping.run_one(news.SWEEP)

    def lead_the_team(self, day: date, days_left: int) -> None:
        """Rules and an audit on one day, the next sample on another."""
        with self.at(self.moment(day, 13, 30), "lead"):
            if days_left == _ODD_DAY:
                self.lead.write_rules()
                self.lead.audit_the_coder(day)
            elif days_left == _AUDIT_DAY:
                self.lead.draw_the_next(day)

    def learn_of_payers(self, day: date, days_left: int) -> None:
        """Rules for payers, tried on what was sent so far."""
        if days_left == _RULES_DAY:
            with self.at(self.moment(day, 14), "biller"):
                write_payer_rules(self.stage, day)

    def send(self, day: date) -> None:
        """Build batches and send them."""
        with self.at(self.moment(day, 16, 30), "biller"):
            if self.office.send():
                sweeping.run_one(OUTBOX)

    def ask_payers(self) -> None:
        """Shortly before now: whether patients are covered, and where claims are; what is kept
        about the payers, and a claim that is corrected.
        """
        with self.at(self.latest, "frontdesk"):
            check_coverages(self.stage.practice, self.latest)
        with self.at(self.latest, "poster"):
            BankOffice(self.stage).count_checks()
            work_by_hand(self.stage.practice)
        with self.at(self.latest, "biller"):
            ask_about_claims(self.latest)
            keep_payers(self.stage)
            correct_a_claim()
            work_denials(self.stage)
            work_underpayments(self.stage)

    def decide_about_money(self) -> None:
        """What is given up, moved and returned, in each state."""
        with self.at(self.latest, "biller"):
            MoneyOffice(self.stage).decide()

    def go_to_the_bank(self) -> None:
        """Deposits, the bank's file, and days that are closed."""
        with self.at(self.latest, "poster"):
            BankOffice(self.stage).work()

    def fill_diary(self) -> None:
        """Visits to come, of people whose last visit lies a while back."""
        with self.at(self.latest, "frontdesk"):
            known = sorted(self.reception.patients.values(), key=lambda one: one.pk)
            fill_diary(self.stage, known[: len(known) // 2])

    def _fates(self, coded: list[PlannedVisit], days_ago: int) -> dict[str, str]:
        numbers = {self.encounters[one.number].pk: one.number for one in coded}
        links = ClaimChargeLine.everywhere.filter(charge_line__encounter_id__in=numbers)
        found = set(
            links.values_list(
                "claim__control_number", "claim__current_version_id", "charge_line__encounter_id"
            )
        )
        # What needs a fix is not sent. Asked apart: one query over the links too is planned badly
        # while the tables have only just been filled.
        versions = ClaimVersion.everywhere.filter(pk__in={version for _, version, _ in found})
        ready = set(versions.filter(state=VersionState.READY).values_list("pk", flat=True))
        claims = sorted(
            (numbers[encounter], claim) for claim, version, encounter in found if version in ready
        )
        drawn = {claim: self._fate(number, days_ago) for number, claim in claims}
        return {claim: fate for claim, fate in drawn.items() if fate != "pay"}

    def _fate(self, number: int, days_ago: int) -> str:
        """What the payer does: now and then a trouble that chance might leave out."""
        if self.troubles and days_ago <= self.troubles[0][0]:
            return self.troubles.pop(0)[1]
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
            with appended_together():
                self._day(day, place, simulator)
        with appended_together():
            self._advance(simulator, clock.now())
            simulator.set_fates(self.fates)
            self.practices[0].ask_payers()
            self.practices[0].fill_diary()
            self.practices[0].decide_about_money()
            self.practices[0].go_to_the_bank()

    def _day(self, day: date, place: int, simulator: Simulator) -> None:
        first = self.practices[0]
        self._advance(simulator, first.moment(day, 7))
        with clock.travel(first.moment(day, 7)):
            sweeping.run_one(_CLOCKS)
            if sweeping.run_one(STATUS_DUE):
                sweeping.run_one(INQUIRIES)
            sweeping.run_one(QUERIES)
        for one in self.practices:
            received = one.receive(day)
            one.run_office(day, place)
            fates = one.code(day)
            if fates:
                self.fates |= fates
                simulator.set_fates(self.fates)
            self.progress.did(received)
        days_left = len(self.days) - 1 - place
        first.work_on_paper(day, days_left)
        if days_left == _ODD_DAY:
            first.meet_odd_ends(day)
        if days_left == ANSWERED:
            first.hear_of_two_plans(day)
        if place == len(self.days) - 1:
            first.doubt_a_claim(day)
        first.lead_the_team(day, days_left)
        first.learn_of_payers(day, days_left)
        self._advance(simulator, first.moment(day, 16, 25))
        for one in self.practices:
            if one.stage.cast.key in self._senders(days_left):
                one.send(day)

    def _senders(self, days_left: int) -> set[str]:
        """Who sends on a day: everybody weekly, lately more often; on the last day one of both.

        So a few of the first practice's claims are ready for a newcomer to send.
        """
        everybody = {one.stage.cast.key for one in self.practices}
        if days_left == 0:
            return {self.practices[-1].stage.cast.key}
        weekly = days_left > _LATELY and days_left % _SEND_EVERY == 0
        return everybody if weekly or 0 < days_left <= _LATELY else set()

    def _advance(self, simulator: Simulator, moment: datetime) -> None:
        """Let the payers' time come to `moment`, then take in what they left in folders."""
        simulator.advance(moment)
        with clock.travel(moment):
            if sweeping.run_one(_FOLDERS):
                sweeping.run_one(INBOX)
                sweeping.run_one(news.SWEEP)
