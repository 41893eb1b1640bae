"""Each finding leads to the field that is wrong, on the page where it is typed."""

from datetime import date

import pytest
from django.urls import reverse

from claims.fix_places import fix_places
from claims.models import Claim, ScrubFinding
from coding.models import CodingCase
from patients.models import Coverage
from patients.services.record_coverage import record_coverage
from tests.factories.claims import World, joan, make_claim

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)


@pytest.fixture
def claim(world: World) -> Claim:
    """Billed to Medicare first, with Acme behind it."""
    patient = joan(world)
    record_coverage(
        patient=patient, plan=world.acme_plan, member_id="AHP111", rank=2,
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    return make_claim(world, patient, "99213 /a", on=NOVEMBER_2)


def link(claim: Claim, field: str) -> str:
    row = ScrubFinding(pk=1, practice_id=claim.practice_id, version=claim.version, field=field)
    row.version.claim = claim
    return fix_places([row])[1].url


def visit(claim: Claim) -> str:
    case = CodingCase.objects.get(lines__claim_link__claim=claim)
    return reverse("coding:claim-data", args=[case.public_id])


@pytest.mark.parametrize(
    ("field", "role"),
    [
        ("encounter.referring_provider", "referring_provider"),
        ("referring_provider.npi", "referring_provider"),
        ("ordering_provider.npi", "ordering_provider"),
        ("supervising_provider.npi", "supervising_provider"),
        ("primary_care_provider.npi", "primary_care_provider"),
    ],
)
def test_who_took_part_in_the_visit_is_put_right_where_it_is_named(
    claim: Claim, field: str, role: str
) -> None:
    assert link(claim, field) == f"{visit(claim)}#id_{role}"


def test_a_payer_without_a_road_leads_to_its_filing_settings(world: World, claim: Claim) -> None:
    settings = reverse("claims:payer-filing", args=[world.medicare.public_id])
    assert link(claim, "payer.route") == f"{settings}#id_partner"


def test_another_payers_coverage_is_opened_and_not_the_billed_one(claim: Claim) -> None:
    behind = Coverage.objects.get(member_id="AHP111")
    page = reverse("patients:coverage-edit", args=[behind.public_id])
    assert link(claim, "other_payers.2.member_id") == f"{page}#id_member_id"
    assert link(claim, "other_payers.2") == page


def test_what_another_payer_decided_stays_with_the_claim(claim: Claim) -> None:
    page = reverse("claims:detail", args=[claim.public_id])
    assert link(claim, "other_payers.2.paid_amount") == f"{page}?tab=edits"


@pytest.mark.parametrize(
    ("field", "end"),
    [
        ("patient.birth_date", "/edit/#id_birth_date"),
        ("coverage.member_id", "/#id_member_id"),
        ("subscriber.last_name", "/#id_subscriber_last_name"),
        ("rendering_provider.npi", "/change/#id_npi"),
        ("payer.payer_number", "/change/#id_payer_number"),
        ("x12.2010BB.N301", "?tab=raw"),
        ("claim.charge_amount", "?tab=edits"),
    ],
)
def test_every_other_field_leads_to_its_record(claim: Claim, field: str, end: str) -> None:
    assert link(claim, field).endswith(end)
