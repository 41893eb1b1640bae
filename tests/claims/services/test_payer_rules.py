"""Payer rules from draft to on: versions, the back-test before, and what the scrub then does."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from claims.models import Claim, PayerRuleVersion, ScrubFinding
from claims.rule_reads import live_rules
from claims.services.back_test import start_back_test
from claims.services.override_finding import override_finding
from claims.services.recheck_claim import recheck_claim
from claims.services.save_payer_rule import save_payer_rule
from claims.services.switch_payer_rule import switch_off, switch_on
from core.errors import ApplicationError
from core.models import Practice
from core.tenancy import practice_scope
from tests.factories.claims import World, joan, make_claim, make_world, nguyen
from tests.factories.rules import gc_rule, gc_wanted, live, run_jobs, with_test

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)


@pytest.fixture
def visit(world: World) -> Claim:
    return make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_2)


def state(claim: Claim) -> str:
    claim.refresh_from_db()
    return str(claim.version.state)


def standing(claim: Claim) -> list[ScrubFinding]:
    claim.refresh_from_db()
    return list(claim.version.findings.filter(cleared_at__isnull=True, code__startswith="RULE"))


def test_a_change_is_a_new_version_and_no_change_is_none(world: World) -> None:
    first = gc_rule(world)
    same = save_payer_rule(practice=world.practice, wanted=gc_wanted(world), rule=first.rule)
    assert same == first
    second = save_payer_rule(
        practice=world.practice, wanted=gc_wanted(world, severity="O"), rule=first.rule
    )
    assert (second.number, second.state, second.rule.code) == (2, "draft", "RULE-1")
    first.refresh_from_db()
    assert first.severity == "E", "what was said stays as it was said"


def test_what_a_version_says_is_never_rewritten(world: World) -> None:
    version = gc_rule(world)
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        PayerRuleVersion.objects.filter(pk=version.pk).update(message="Something else")


def test_only_a_version_that_was_tested_itself_is_switched_on(world: World) -> None:
    first = with_test(gc_rule(world))
    assert first.state == "tested"
    second = save_payer_rule(
        practice=world.practice, wanted=gc_wanted(world, severity="O"), rule=first.rule
    )
    with pytest.raises(ApplicationError, match="Back-test this version first"):
        switch_on(version=second)
    with pytest.raises(IntegrityError, match="only_a_tested_rule_is_on"), transaction.atomic():
        PayerRuleVersion.objects.filter(pk=second.pk).update(state="on")
    with pytest.raises(ApplicationError, match="saw not a single claim"):
        switch_on(version=first)
    switch_on(version=first, unproven=True)
    assert [rule.version for rule in live_rules()] == [1]
    switch_on(version=with_test(second), unproven=True)
    assert [rule.version for rule in live_rules()] == [2], "the one before goes off"


def test_a_back_test_that_did_not_end_tests_nothing(world: World) -> None:
    version = gc_rule(world)
    start_back_test(version=version, service_from=NOVEMBER_2, service_to=NOVEMBER_2)
    with pytest.raises(ApplicationError, match="Back-test this version first"):
        switch_on(version=version)


def test_switched_on_it_stops_what_waits_and_switched_off_it_lets_it_go(
    world: World, visit: Claim
) -> None:
    assert state(visit) == "ready"
    version = live(gc_rule(world))
    assert state(visit) == "scrub_failed"
    (found,) = standing(visit)
    assert found.message == "Line 1: Acme takes visits only with GC."
    assert (found.code, found.field, found.fix) == (
        "RULE-1", "lines.1.modifiers", "Add modifier GC to line 1.",
    )  # fmt: skip
    assert found.rule_version == version
    switch_off(version=version)
    run_jobs()
    assert state(visit) == "ready"
    found.refresh_from_db()
    assert found.cleared_at
    assert found.rule_version == version, "what fired is kept with its version"


def test_a_payer_it_is_not_for_never_meets_it(world: World) -> None:
    live(gc_rule(world))
    of_medicare = make_claim(world, joan(world), "99213 /a", on=NOVEMBER_2)
    assert standing(of_medicare) == []


def test_a_reason_holds_for_its_version_and_is_asked_again_of_the_next(
    world: World, visit: Claim
) -> None:
    first = live(gc_rule(world, severity="O"))
    override_finding(finding=standing(visit)[0], reason="Acme agreed by telephone.")
    assert state(visit) == "ready"
    recheck_claim(visit)
    assert state(visit) == "ready", "the same version asks once"
    wanted = gc_wanted(world, severity="O", message="No visit without GC since November.")
    live(save_payer_rule(practice=world.practice, wanted=wanted, rule=first.rule))
    assert state(visit) == "scrub_failed"


def test_the_other_practices_rules_judge_nobody_here(
    world: World, visit: Claim, lakeside: Practice
) -> None:
    with practice_scope(lakeside):
        theirs = make_world(lakeside)
        live(gc_rule(theirs, payers=[]))
        assert len(live_rules()) == 1
    assert live_rules() == []
    recheck_claim(visit)
    assert standing(visit) == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": " "}, "name"),
        ({"message": ""}, "message"),
        ({"severity": "X"}, "severity"),
        ({"field": "line.nothing"}, "field"),
        ({"effective_from": date(2026, 2, 1), "effective_to": date(2026, 1, 1)}, "effective_to"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    world: World, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(ApplicationError) as refused:
        gc_rule(world, **more)
    assert refused.value.field == field
