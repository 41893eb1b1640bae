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

_AUDITED_DAYS, _CLOSED_SIZE, _WAITING_SIZE = 60, 6, 5
# Which encounters of the closed audit the lead codes otherwise than the coder did.
_LEVEL_AT, _MISSED_AT, _RIGHT_AFTER_ALL_AT = 1, 3, 4
_LOWER = {"99215": "99214", "99214": "99213", "99213": "99212", "99204": "99203", "99203": "99202"}
_SEED = 20  # the same sample whenever the demo is loaded
_ALSO_DOCUMENTED = ("I10", "E78.5", "Z79.899")


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
        for place, item in enumerate(audit.items.select_related("case__encounter")):
            _code_again(item, _second_coding(Coded.from_plain(item.snapshot), place))
            if place == _RIGHT_AFTER_ALL_AT:
                for difference in item.differences.all():
                    decide_difference(
                        difference=difference, coder_was_right=True,
                        reason="The note names it in the history only.",
                    )  # fmt: skip
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


def _second_coding(first: Coded, place: int) -> Coded:
    """What the lead finds in the note: mostly the same."""
    if place == _LEVEL_AT:
        return Coded(first.diagnoses, tuple(_one_lower(line) for line in first.lines))
    if place in {_MISSED_AT, _RIGHT_AFTER_ALL_AT}:
        known = {code.replace(".", "") for code in first.diagnoses}
        also = next(code for code in _ALSO_DOCUMENTED if code.replace(".", "") not in known)
        return Coded((*first.diagnoses, also), first.lines)
    return first


def _one_lower(line: CodedLine) -> CodedLine:
    code = _LOWER.get(line.procedure_code, line.procedure_code)
    return CodedLine(code, line.modifiers, line.units, line.pointers)


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
