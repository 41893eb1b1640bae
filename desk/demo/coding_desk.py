"""The coders of a demo practice: what becomes of each visit once its note is there."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from coding.choices import CaseState, EmFamily, QueryTopic
from coding.em import family_of
from coding.grammar import parse_line
from coding.models import CodingCase
from coding.services.diagnoses import add_diagnosis
from coding.services.em_worksheet import Worksheet, save_worksheet
from coding.services.finish_case import finish_case, release_case
from coding.services.hold_case import hold_case, mark_not_billable, return_case
from coding.services.lines import add_line
from coding.services.provider_queries import ask_provider
from coding.services.touch_case import one_act
from core import clock
from core.actors import acting_as, person
from desk.demo.schedule import Fate, PlannedVisit
from desk.demo.set_up import Stage
from patients.choices import VisitKind
from patients.models import Encounter

_HOLD_REASONS = ("Waits for the operation report.", "Asked the provider which side was treated.")
_WORKSHEET_EVERY = 8  # so many finished visits later, one has its worksheet
_LEAD_CODES_EVERY = 7
_QUICKEST, _SLOWEST = 25, 75  # seconds from one code to the next
_RETURN_REASON = "The note names the left side, the codes say right."


class CodingDesk:
    """Codes visits as the plan says; the lead releases where the practice wants two people."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def work(self, planned: PlannedVisit, encounter: Encounter) -> None:
        """Do what the visit's fate asks for, as the coder; where one person releases what they
        finish, the lead codes now and then, too.
        """
        act = _ACTS.get(planned.fate)
        if act is None:
            return
        case = CodingCase.objects.select_related(
            "practice", "patient", "encounter__facility", "encounter__patient"
        ).get(encounter=encounter)
        with acting_as(person(self.stage.users[self._who(planned)])):
            act(self, case, planned)

    def code(self, case: CodingCase, planned: PlannedVisit) -> None:
        """Code, finish and release."""
        self.finish(case, planned)
        if case.state == CaseState.FINISHED:
            with acting_as(person(self.stage.users["lead"])):
                release_case(case=case)

    def finish(self, case: CodingCase, planned: PlannedVisit) -> None:
        """Code and finish, code by code."""
        acts: list[_Step] = [
            partial(add_diagnosis, case=case, code=code) for code in planned.visit.diagnoses
        ]
        acts += [partial(add_line, case=case, typed=parse_line(line)) for line in planned.lines]
        if planned.number % _WORKSHEET_EVERY == 0:
            acts.append(partial(self.reason, case, planned))
        with one_act(case):
            _pace(case, [*acts, partial(finish_case, case=case)], planned.number)

    def _who(self, planned: PlannedVisit) -> str:
        is_leads = planned.number % _LEAD_CODES_EVERY == 0 and planned.fate is Fate.CODED
        return "lead" if is_leads and self.stage.cast.release_on_finish else "coder"

    def reason(self, case: CodingCase, planned: PlannedVisit) -> None:
        """Leave the worksheet that supports the visit's level, where it has one."""
        for line in planned.lines:
            code = parse_line(line).procedure_code
            family = family_of(code, planned.day)
            if family is not None:
                level = family.codes.index(code) + 1
                ticks = (level, max(1, level - 1), level)
                save_worksheet(case=case, entered=Worksheet(family.name, ticks))

    def start(self, case: CodingCase, planned: PlannedVisit) -> None:
        """Leave it half done, as at the end of a day; an office visit with an open level."""
        add_diagnosis(case=case, code=planned.visit.diagnoses[0])
        if planned.fate == Fate.STARTED and planned.visit.kind == VisitKind.OFFICE:
            add_line(case=case, typed=parse_line("99213"))
            save_worksheet(case=case, entered=Worksheet(EmFamily.OFFICE_ESTABLISHED, (3, 2, 3)))

    def send_back(self, case: CodingCase, planned: PlannedVisit) -> None:
        """Finish it, and have the lead return it."""
        self.finish(case, planned)
        with acting_as(person(self.stage.users["lead"])):
            return_case(case=case, reason=_RETURN_REASON)

    def hold(self, case: CodingCase, planned: PlannedVisit) -> None:
        """Put it on hold for a week."""
        reason = _HOLD_REASONS[planned.number % len(_HOLD_REASONS)]
        hold_case(case=case, reason=reason, until=planned.day + timedelta(days=7))

    def ask(self, case: CodingCase, planned: PlannedVisit) -> None:
        """Start it, and ask the provider about what the note leaves open."""
        self.start(case, planned)
        ask_provider(
            case=case,
            topic=QueryTopic.ACUITY,
            text="The note names the complaint and no course. How would you describe it at this "
            "visit?",
            options=("Acute", "Chronic", "Acute on chronic", "Resolved"),
        )

    def give_up(self, case: CodingCase, planned: PlannedVisit) -> None:
        """A visit that nobody bills."""
        mark_not_billable(case=case, reason="Courtesy visit, by order of the provider.")


_Step = Callable[[], object]


def _pace(case: CodingCase, steps: Sequence[_Step], number: int) -> None:
    """One after the other with the time that it takes, so that the last is done now; with less
    time since the visit came in, in less.
    """
    now = clock.now()
    usual = timedelta(seconds=_QUICKEST + number * 11 % (_SLOWEST - _QUICKEST))
    pace = min(usual, (now - case.opened_at) / len(steps))
    for left, step in zip(range(len(steps) - 1, -1, -1), steps, strict=True):
        with clock.travel(now - pace * left):
            step()


_Act = Callable[[CodingDesk, CodingCase, PlannedVisit], None]
_ACTS: dict[Fate, _Act] = {
    Fate.CODED: CodingDesk.code,
    Fate.FINISHED: CodingDesk.finish,
    Fate.STARTED: CodingDesk.start,
    Fate.RETURNED: CodingDesk.send_back,
    Fate.HELD: CodingDesk.hold,
    Fate.ASKED: CodingDesk.ask,
    Fate.NOT_BILLABLE: CodingDesk.give_up,
}
