"""Payer rules of the tests, written as a biller writes them."""

from typing import Any

from claims.models import PayerRuleVersion
from claims.payer_rules.grammar import parse
from claims.services.back_test import start_back_test
from claims.services.save_payer_rule import WantedRule, save_payer_rule
from claims.services.switch_payer_rule import switch_on
from core import clock
from core.jobs import run_due_jobs
from tests.factories.claims import LONG_AGO, World

VISIT_WITHOUT_GC: dict[str, Any] = {
    "match": "all",
    "groups": [
        {
            "match": "all",
            "conditions": [
                {"field": "line.procedure_code", "where": "this", "op": "is", "values": ["99213"]},
                {"field": "line.modifiers", "where": "this", "op": "is_not", "values": ["GC"]},
            ],
        }
    ],
}


def gc_wanted(world: World, **more: Any) -> WantedRule:
    """Acme takes no visit without the teaching modifier."""
    values: dict[str, Any] = {
        "name": "Visits need GC", "severity": "E", "definition": parse(VISIT_WITHOUT_GC),
        "message": "Acme takes visits only with GC.", "field": "line.modifiers",
        "modifier": "GC", "payers": [world.acme],
    } | more  # fmt: skip
    return WantedRule(**values)


def gc_rule(world: World, **more: Any) -> PayerRuleVersion:
    """That rule as a draft."""
    return save_payer_rule(practice=world.practice, wanted=gc_wanted(world, **more))


def with_test(version: PayerRuleVersion) -> PayerRuleVersion:
    """The version after a back-test over everything."""
    start_back_test(
        version=version, service_from=LONG_AGO, service_to=clock.today(version.practice)
    )
    run_jobs()
    version.refresh_from_db()
    return version


def live(version: PayerRuleVersion) -> PayerRuleVersion:
    """The version after its back-test, switched on, and what waits checked again."""
    switch_on(version=with_test(version), unproven=True)
    run_jobs()
    version.refresh_from_db()
    return version


def run_jobs() -> None:
    """Whatever is due, as a worker does it."""
    while run_due_jobs():
        pass
