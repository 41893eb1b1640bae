"""Payer rules through the front door: written without a script, tried, tested, switched on."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim, PayerRule
from claims.services.send_transmission import send_due
from core.choices import Role
from core.models import AuditEvent, Practice
from core.tenancy import practice_scope
from tests.cast import client_of
from tests.claims.views.test_pages import text
from tests.factories.claims import World, batch_of, make_claim, make_world, nguyen
from tests.factories.rules import gc_rule, live, run_jobs, with_test

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)
NEW = "/claims/rules/new"


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


@pytest.fixture
def manager(world: World) -> Client:
    return client_of(world.practice, Role.MANAGER)


@pytest.fixture
def visit(world: World) -> Claim:
    return make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_2)


def typed(world: World, **more: Any) -> dict[str, Any]:
    """The form as a biller fills it in."""
    return {
        "sizes": "3", "name": "Visits need GC", "payers": [str(world.acme.public_id)],
        "effective_from": "2026-01-01", "match": "all", "g0_match": "all",
        "g0c0_what": "this|line.procedure_code", "g0c0_op": "is", "g0c0_values": "99213, 99214",
        "g0c1_what": "this|line.modifiers", "g0c1_op": "is_not", "g0c1_values": "gc",
        "g0c2_what": "", "g0c2_op": "is", "g0c2_values": "",
        "severity": "E", "message": "Acme takes visits only with GC.",
        "field": "line.modifiers", "modifier": "gc", "advice": "", "act": "save",
    } | more  # fmt: skip


def url(rule: PayerRule, door: str = "rule") -> str:
    return reverse(f"claims:{door}", args=[rule.public_id])


SENTENCE = (
    "For Acme Health Plan, services from 01/01/2026: when on a line the procedure code is one of "
    "99213 or 99214 and the modifiers do not include GC, stop the claim: "
    "“Acme takes visits only with GC”"
)


def test_from_an_empty_form_to_a_claim_that_is_stopped(
    world: World, biller: Client, manager: Client, visit: Claim
) -> None:
    assert SENTENCE in text(biller.post(NEW, typed(world, act="read")))
    assert not PayerRule.objects.exists(), "reading back keeps nothing"
    answer = biller.post(NEW, typed(world), follow=True)
    rule = PayerRule.objects.get()
    assert SENTENCE in text(answer)
    assert "Not tested yet" in text(answer)
    early = manager.post(url(rule, "rule-switch"), {"version": "1", "on": "1"}, follow=True)
    assert "Back-test this version first" in text(early)

    batch_of(world, make_claim(world, nguyen(world, 2), "99213 /a", on=NOVEMBER_2))
    send_due()
    asked = {"version": "1", "service_from": "2026-01-01", "service_to": "2026-11-23"}
    biller.post(url(rule, "rule-test"), asked)
    run_jobs()
    page = text(biller.get(url(rule)))
    assert "1 claim as sent</a> of 1" in page
    at = reverse("claims:back-test", args=[rule.versions.get().back_tests.get().public_id])
    assert f"{at}?bucket=unanswered" in page
    assert "Not answered yet" in text(biller.get(at))

    manager.post(url(rule, "rule-switch"), {"version": "1", "on": "1"})
    run_jobs()
    visit.refresh_from_db()
    assert visit.version.state == "scrub_failed"
    edits = text(biller.get(reverse("claims:detail", args=[visit.public_id]), {"tab": "edits"}))
    assert "Line 1: Acme takes visits only with GC." in edits
    assert "payer rule, version 1" in edits


def test_a_change_starts_from_what_is_there_and_keeps_the_old_on(
    world: World, biller: Client
) -> None:
    version = live(gc_rule(world))
    form = text(biller.get(url(version.rule, "rule-change")))
    assert 'value="99213"' in form
    biller.post(url(version.rule, "rule-change"), typed(world))
    assert list(version.rule.versions.values_list("number", "state")) == [(2, "draft"), (1, "on")]
    assert "an earlier version is on" in text(biller.get(reverse("claims:rules")))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": ""}, "Give the rule a name."),
        ({"g0c0_what": "", "g0c0_values": "99213"}, "Choose what is asked about."),
        ({"g0c0_op": "less"}, "cannot be asked of the procedure code"),
        ({"g0c1_values": ""}, "Type what it is compared with."),
        ({"g0c0_what": "", "g0c0_values": "", "g0c1_what": "", "g0c1_values": ""},
         "it has no condition yet"),
        ({"g0c0_what": "this|os.system"}, "Select a valid choice"),
        ({"modifier": "GC1"}, "A modifier has two letters or digits."),
        ({"effective_to": "2025-01-01"}, "It ends before it begins."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    world: World, biller: Client, more: dict[str, str], words: str
) -> None:
    answer = biller.post(NEW, typed(world, **more))
    assert answer.status_code == 422
    assert words in text(answer).replace("&#x27;", "'")
    assert "Acme takes visits only with GC." in text(answer)
    assert not PayerRule.objects.exists()


def test_conditions_and_groups_are_added_without_a_script_and_without_losing_a_word(
    world: World, biller: Client
) -> None:
    page = text(biller.post(NEW, typed(world, act="add-0")))
    assert 'name="g0c3_what"' in page
    assert 'value="99213, 99214"' in page
    assert "checked" in page, "the payer stays chosen"
    assert 'name="g1c0_what"' in text(biller.post(NEW, typed(world, act="add-group")))


def test_while_it_is_typed_the_sentence_comes_alone(world: World, biller: Client) -> None:
    answer = biller.post(NEW, typed(world, act="read"), headers={"HX-Request": "true"})
    assert SENTENCE in text(answer)
    assert "<form" not in text(answer)
    half = biller.post(NEW, typed(world, name=""), headers={"HX-Request": "true"})
    assert half.status_code == 200
    assert "Not whole yet: Give the rule a name." in text(half)


def test_on_one_claim_it_tells_which_conditions_held(
    world: World, biller: Client, visit: Claim
) -> None:
    rule = gc_rule(world).rule
    page = text(biller.get(url(rule), {"claim": visit.control_number.lower()}))
    assert "it fires." in page
    assert "the modifiers do not include GC" in page
    assert AuditEvent.objects.filter(action="read", subject_id=visit.pk).exists()
    assert "There is no claim NONE" in text(biller.get(url(rule), {"claim": "none"}))


def test_billers_write_managers_switch_and_readers_read(world: World) -> None:
    rule = with_test(gc_rule(world)).rule
    may = {Role.BILLER: (200, 403), Role.MANAGER: (200, 303), Role.POSTER: (403, 403)}
    for role, (write, switch) in may.items():
        client = client_of(world.practice, role)
        assert client.get(NEW).status_code == write
        answer = client.post(url(rule, "rule-switch"), {"version": "1", "on": "1"})
        assert answer.status_code == switch
        assert client.get(url(rule)).status_code == 200
    assert client_of(world.practice, Role.FRONT_DESK).get(url(rule)).status_code == 403


def test_the_other_practices_rules_and_tests_are_not_there(
    world: World, biller: Client, lakeside: Practice
) -> None:
    with practice_scope(lakeside):
        theirs = with_test(gc_rule(make_world(lakeside), name="Their rule"))
        test = theirs.back_tests.get()
    assert "Their rule" not in text(biller.get(reverse("claims:rules")))
    assert biller.get(url(theirs.rule)).status_code == 404
    assert biller.post(url(theirs.rule, "rule-test"), {}).status_code == 404
    at = reverse("claims:back-test", args=[test.public_id])
    assert biller.get(at).status_code == 404
    number = {"claim": "ANY"}
    assert biller.get(url(gc_rule(world).rule), number).status_code == 200
