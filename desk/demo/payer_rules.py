"""What the demo's billing office learned of its payers: one rule on, one tested, one draft."""

from datetime import date, timedelta
from typing import Any

from claims.models import PayerRuleVersion
from claims.payer_rules.grammar import parse
from claims.services.back_test import start_back_test
from claims.services.save_payer_rule import WantedRule, save_payer_rule
from claims.services.switch_payer_rule import switch_on
from core.choices import JobState
from core.errors import ApplicationError
from core.jobs import run_due_jobs
from core.models import Job
from desk.demo.set_up import Stage

_TESTED_DAYS = 150
_PUBLIC = frozenset({"medicare", "medicaid"})
_VISITS = ["99202", "99215"]


def _this(field: str, op: str, *values: str, where: str = "this") -> dict[str, Any]:
    return {"field": field, "op": op, "values": list(values), "where": where}


def _all(*conditions: dict[str, Any]) -> Any:
    return parse({"match": "all", "groups": [{"match": "all", "conditions": list(conditions)}]})


def write_payer_rules(stage: Stage, day: date) -> None:
    """Written, tested and switched on by the services behind the screens; their jobs run here."""
    on = _write(stage, _level_four(stage))
    too_broad = _write(stage, _blood_draw())
    _write(stage, _telehealth())
    for version in (on, too_broad):
        start_back_test(
            version=version, service_from=day - timedelta(days=_TESTED_DAYS), service_to=day,
            user=stage.users["biller"],
        )  # fmt: skip
    _work()
    switch_on(version=on)
    _work()


def _write(stage: Stage, wanted: WantedRule) -> PayerRuleVersion:
    return save_payer_rule(practice=stage.practice, wanted=wanted)


def _work() -> None:
    """As a worker would. A job that fails must fail the loading, not be part of the demo."""
    while run_due_jobs():
        pass
    failed = Job.everywhere.filter(state=JobState.FAILED).first()
    if failed is not None:
        raise ApplicationError(f"{failed.title}: {failed.last_error}")


def _level_four(stage: Stage) -> WantedRule:
    public = [one.payer for one in stage.plans.values() if one.payer.kind in _PUBLIC]
    return WantedRule(
        name="Level 4 visits of public payers", severity="W",
        definition=_all(_this("line.procedure_code", "is", "99204", "99214")),
        message="This payer often asks for the note of a level 4 visit.",
        field="line.procedure_code", advice="See that the note is signed before it goes.",
        payers=public,
    )  # fmt: skip


def _blood_draw() -> WantedRule:
    return WantedRule(
        name="Blood draw beside a visit", severity="O",
        definition=_all(
            _this("line.procedure_code", "is", "36415"),
            _this("line.procedure_code", "in_range", *_VISITS, where="another"),
        ),
        message="Some plans bundle the blood draw into the visit.",
        field="line.procedure_code", advice="Look at the plan's payment policy.",
    )  # fmt: skip


def _telehealth() -> WantedRule:
    return WantedRule(
        name="Telehealth needs 95", severity="E",
        definition=_all(
            _this("line.procedure_code", "in_range", *_VISITS),
            _this("claim.place_of_service_code", "is", "02", "10"),
            _this("line.modifiers", "is_not", "95", "93"),
        ),
        message="A visit by video is paid only with 95.", field="line.modifiers", modifier="95",
    )  # fmt: skip
