"""Findings over all claims: by rule, to their field, and one fix for all that are alike."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim, FixRun, ScrubFinding
from claims.payer_rules.grammar import parse
from claims.services.build_claims import build_claims
from coding.models import CodingCase
from core.choices import Role
from core.models import Practice
from core.tenancy import practice_scope
from tests.cast import client_of
from tests.claims.views.test_pages import text
from tests.factories.claims import World, make_claim, make_world, nguyen
from tests.factories.rules import gc_rule, live, run_jobs

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)
BY_RULE, ONE_BY_ONE = "/claims/findings/", "/claims/findings/by-claim"


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


def three(world: World, severity: str = "O") -> list[Claim]:
    """Three claims of visit that Acme's rule stops, and one that it does not."""
    live(gc_rule(world, severity=severity))
    make_claim(world, nguyen(world, 9), "99213-GC /a", on=NOVEMBER_2)
    return [
        make_claim(world, nguyen(world, number), "99213 /a", on=NOVEMBER_2)
        for number in range(1, 4)
    ]


def finding_of(claim: Claim) -> ScrubFinding:
    return claim.version.findings.get(cleared_at__isnull=True, code__startswith="RULE")


def alike(claim: Claim) -> str:
    return reverse("claims:alike", args=[finding_of(claim).public_id])


def ids(*claims: Claim) -> list[str]:
    return [str(claim.public_id) for claim in claims]


def state(claim: Claim) -> str:
    claim.refresh_from_db()
    return str(claim.version.state)


def test_findings_stand_by_rule_with_claims_dollars_and_the_way_to_each(
    world: World, biller: Client
) -> None:
    claims = three(world)
    page = text(biller.get(BY_RULE))
    assert "4 claims that wait to be sent" in page
    assert "Visits need GC" in page
    assert "405.00" in page, "three times 135.00"
    assert f"{ONE_BY_ONE}?bucket=stops&amp;rule=RULE-1" in page
    listed = text(biller.get(ONE_BY_ONE, {"rule": "RULE-1"}))
    for claim in claims:
        assert claim.control_number in listed
        assert alike(claim) in listed
    case = claims[0].charge_lines.get().charge_line.case
    assert reverse("coding:case", args=[case.public_id]) in listed, "the link opens the field"


def test_a_claim_on_which_a_rule_fires_twice_is_one_claim_and_its_money_once(
    world: World, biller: Client
) -> None:
    any_line = {"field": "line.modifiers", "op": "is_not", "values": ["GC"]}
    group = {"match": "all", "conditions": [any_line]}
    live(gc_rule(world, definition=parse({"match": "all", "groups": [group]})))
    make_claim(world, nguyen(world), "99214-25 /a", "20610-RT /a", on=NOVEMBER_2)
    page = text(biller.get(BY_RULE))
    assert "1 claim with RULE-1" in page
    assert "350.00" in page
    assert "700.00" not in page


def test_one_reason_overrides_the_chosen_claims_and_each_has_its_result(
    world: World, biller: Client
) -> None:
    first, second, third = three(world)
    page = text(biller.get(alike(first)))
    assert "3 claims have the same finding" in page
    assert "An override is not taken back" in page, "said before"
    sent = {"act": "override", "reason": "Acme waived it for June.", "ids": ids(first, second)}
    answer = biller.post(alike(first), sent)
    assert state(first) == "scrub_failed", "nothing happens on the page: it is a job"
    run_jobs()
    assert [state(one) for one in (first, second, third)] == ["ready", "ready", "scrub_failed"]
    result = text(biller.get(answer["Location"]))
    assert result.count("Ready to send.") == 2
    overridden = ScrubFinding.objects.filter(override_reason="Acme waived it for June.")
    assert overridden.count() == 2


def test_without_a_reason_it_says_so_at_the_field_and_keeps_what_was_chosen(
    world: World, biller: Client
) -> None:
    first, second, _ = three(world)
    answer = biller.post(alike(first), {"act": "override", "reason": " ", "ids": ids(second)})
    assert answer.status_code == 422
    assert "Error: Say in a few words why they may go out." in text(answer)
    assert text(answer).count(" checked") == 1
    assert not FixRun.objects.exists()
    nobody = biller.post(alike(first), {"act": "recheck"})
    assert "Choose at least one claim." in text(nobody)


def test_the_modifier_is_added_by_coding_and_a_new_claim_takes_the_place(world: World) -> None:
    first, second, third = three(world, severity="E")
    manager = client_of(world.practice, Role.MANAGER)
    page = text(manager.get(alike(first)))
    assert "Add modifier GC to line 1." in page
    answer = manager.post(alike(first), {"act": "modifier", "ids": ids(first, second)})
    run_jobs()
    assert [state(one) for one in (first, second, third)] == ["voided", "voided", "scrub_failed"]
    assert text(manager.get(answer["Location"])).count("Modifier GC added") == 2
    case = CodingCase.objects.get(lines__claim_link__claim=first)
    (again,) = build_claims(case)
    assert again.version.snapshot["lines"][0]["modifiers"] == ["GC"]
    assert again.version.state == "ready"


def test_where_one_claim_cannot_be_fixed_it_says_why_and_the_others_are(world: World) -> None:
    first, second, _ = three(world, severity="E")
    manager = client_of(world.practice, Role.MANAGER)
    answer = manager.post(alike(first), {"act": "modifier", "ids": ids(first, second)})
    second.current_version.findings.update(cleared_at=second.created_at)
    run_jobs()
    assert state(first) == "voided"
    assert "The finding is not there any more." in text(manager.get(answer["Location"]))


def test_checked_again_says_what_is_still_found(world: World, biller: Client) -> None:
    first, second, third = three(world)
    answer = biller.post(alike(first), {"act": "recheck", "ids": ids(first, second, third)})
    run_jobs()
    assert text(biller.get(answer["Location"])).count("Checked again: it is still found.") == 3


def test_a_biller_does_not_code_and_a_poster_only_looks(world: World, biller: Client) -> None:
    first, *_ = three(world, severity="E")
    refused = biller.post(alike(first), {"act": "modifier", "ids": ids(first)})
    assert "a manager may do it here" in text(refused)
    assert state(first) == "scrub_failed"
    poster = client_of(world.practice, Role.POSTER)
    assert poster.get(alike(first)).status_code == 200
    assert poster.post(alike(first), {"act": "recheck", "ids": ids(first)}).status_code == 403


def test_the_other_practices_findings_and_claims_are_not_there(
    world: World, biller: Client, lakeside: Practice
) -> None:
    first, *_ = three(world)
    with practice_scope(lakeside):
        theirs, *_ = three(make_world(lakeside))
        door = alike(theirs)
    assert biller.get(door).status_code == 404
    assert theirs.control_number not in text(biller.get(ONE_BY_ONE))
    answer = biller.post(alike(first), {"act": "recheck", "ids": ids(theirs)})
    assert "Choose at least one claim." in text(answer)
