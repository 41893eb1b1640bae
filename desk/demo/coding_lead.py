"""The coding lead of a demo practice: rules for who gets what, and audits of what was coded."""

from datetime import date, timedelta

from coding.auditing.coded import Coded, CodedLine
from coding.models import AuditItem, CodingAudit
from coding.services.assignment_rules import Wanted, save_rule
from coding.services.audits import (
    WantedAudit,
    close_item,
    compare_item,
    decide_difference,
    draw_audit,
)
from desk.demo.set_up import Stage
from patients.choices import VisitKind

_AUDITED_DAYS, _CLOSED_SIZE, _WAITING_SIZE = 60, 8, 5
_SEED = 20  # the same sample whenever the demo is loaded on that day
_LOWERED = 2  # of so many visits the lead finds a lower level
_LOWER = {"99215": "99214", "99214": "99213", "99213": "99212", "99204": "99203", "99203": "99202"}
_BY_MISTAKE = ("I10", "E78.5", "Z79.899")


class CodingLead:
    """The lead's acts, each through the service behind the screen."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def write_rules(self) -> None:
        """Procedures go to the lead, Medicare to the coder; everything else is nobody's."""
        practice, users = self.stage.practice, self.stage.users
        medicare = next(
            plan.payer for plan in self.stage.plans.values() if plan.payer.kind == "medicare"
        )
        for wanted in (
            Wanted("Procedures", [users["lead"]], 8, visit_kind=VisitKind.PROCEDURE),
            Wanted("Medicare visits", [users["coder"]], 12, payer=medicare),
        ):
            save_rule(practice=practice, wanted=wanted)

    def audit_the_coder(self, day: date) -> None:
        """A sample of the last two months, coded again to the end."""
        audit = self._draw("Audit of the last two months", day, _CLOSED_SIZE)
        to_lower, mistakes = _LOWERED, 1
        for item in audit.items.select_related("case__encounter"):
            first = Coded.from_plain(item.snapshot)
            if to_lower and any(line.procedure_code in _LOWER for line in first.lines):
                to_lower -= 1
                _code_again(item, Coded(first.diagnoses, tuple(map(_one_lower, first.lines))))
            elif mistakes:
                mistakes -= 1
                _code_again(item, _with_one_more(first))
                _take_back(item)
            else:
                _code_again(item, first)
            close_item(item=item)

    def draw_the_next(self, day: date) -> None:
        """A sample that nobody has looked at yet."""
        self._draw("Audit of this week", day, _WAITING_SIZE)

    def _draw(self, name: str, day: date, size: int) -> CodingAudit:
        wanted = WantedAudit(
            name=name, finished_from=day - timedelta(days=_AUDITED_DAYS), finished_to=day,
            size=size, coder=self.stage.users["coder"], seed=_SEED,
        )  # fmt: skip
        return draw_audit(practice=self.stage.practice, wanted=wanted)


def _one_lower(line: CodedLine) -> CodedLine:
    code = _LOWER.get(line.procedure_code, line.procedure_code)
    return CodedLine(code, line.modifiers, line.units, line.pointers)


def _with_one_more(first: Coded) -> Coded:
    """With a diagnosis that belongs to somebody else's visit."""
    known = {code.replace(".", "") for code in first.diagnoses}
    slip = next(code for code in _BY_MISTAKE if code.replace(".", "") not in known)
    return Coded((*first.diagnoses, slip), first.lines)


def _take_back(item: AuditItem) -> None:
    for difference in item.differences.all():
        decide_difference(
            difference=difference, coder_was_right=True,
            reason="My mistake: the note does not say so.",
        )  # fmt: skip


def _code_again(item: AuditItem, second: Coded) -> None:
    """Typed as an auditor types it."""
    places = {code: chr(ord("a") + place) for place, code in enumerate(second.diagnoses)}
    lines = [
        f"{line.code_with_modifiers} x{line.units.normalize():f} "
        f"/{''.join(places[code] for code in line.pointers)}"
        for line in second.lines
    ]
    compare_item(item=item, diagnoses=" ".join(second.diagnoses), lines="\n".join(lines))
    item.refresh_from_db()
