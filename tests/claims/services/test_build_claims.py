"""From released charges to claims: the W-01 and W-02 visits, and those that make no claim."""

from datetime import date

import pytest

from claims.models import Claim
from claims.services.build_claims import build_claims
from core.services.deliver_news import deliver_due_news
from patients.services.record_coverage import change_coverage, record_coverage
from tests.factories.claims import World, coded_case, joan, make_claim

pytestmark = pytest.mark.django_db


def test_a_released_visit_becomes_one_ready_claim_with_all_its_lines(world: World) -> None:
    claim = make_claim(
        world, joan(world), "99214-25 /ab", "20610-RT /a", "J3301-JZ x4 /a #0003-0293-05 1 ML",
        on=date(2026, 11, 2),
    )  # fmt: skip
    claim.refresh_from_db()

    assert claim.charge_amount == 390
    assert claim.current_version.state == "ready"
    assert [line.charge_amount for line in claim.current_version.lines.all()] == [200, 150, 40]


def test_a_visit_released_before_anybody_covered_it_becomes_a_claim_once_somebody_does(
    world: World,
) -> None:
    patient = joan(world)
    change_coverage(coverage=patient.coverages.get(), effective_to=date(2025, 1, 1))
    assert build_claims(coded_case(world, patient, "99213", on=date(2026, 11, 2))) == []
    deliver_due_news()
    assert not Claim.objects.exists()

    record_coverage(
        patient=patient, plan=world.acme_plan, member_id="AHP111", effective_from=date(2026, 1, 1)
    )
    deliver_due_news()
    assert Claim.objects.get().current_version.payer == world.acme


def test_building_again_makes_nothing(world: World) -> None:
    case = coded_case(world, joan(world), "99213", on=date(2026, 11, 2))
    assert len(build_claims(case)) == 1
    assert build_claims(case) == []
    assert Claim.objects.count() == 1
