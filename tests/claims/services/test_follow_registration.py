"""A claim that has not left says what is registered now (DESIGN 3.3)."""

from datetime import date

import pytest

from claims.choices import VersionState as V
from claims.models import Claim
from core import sweeping
from patients.models import Coverage
from patients.services.record_coverage import change_coverage
from patients.services.register_patient import update_patient
from tests.factories.claims import World, batch_of, make_claim, nguyen

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(world: World) -> Claim:
    found = make_claim(world, nguyen(world), "99213", on=date(2026, 11, 2))
    sweeping.run_one("news")
    assert found.version.state == V.READY
    return found


def heard(claim: Claim) -> Claim:
    sweeping.run_one("news")
    return Claim.objects.get(pk=claim.pk)


def test_a_ready_claim_gets_the_member_id_that_was_corrected(ready: Claim) -> None:
    change_coverage(coverage=Coverage.objects.get(), member_id="AHP999888777")
    assert heard(ready).version.snapshot["coverage"]["member_id"] == "AHP999888777"


def test_a_ready_claim_is_stopped_when_its_coverage_ended_before_the_visit(ready: Claim) -> None:
    change_coverage(coverage=Coverage.objects.get(), effective_to=date(2026, 10, 31))
    version = heard(ready).version
    assert version.state == V.SCRUB_FAILED
    assert version.findings.filter(code="COV-01", cleared_at__isnull=True).exists()


def test_a_ready_claim_gets_the_address_that_was_corrected(ready: Claim) -> None:
    update_patient(patient=ready.patient, address_line1="9 New Way")
    assert heard(ready).version.snapshot["patient"]["address_line1"] == "9 New Way"


def test_a_claim_that_has_left_keeps_what_it_said(ready: Claim, world: World) -> None:
    batch_of(world, ready)
    update_patient(patient=ready.patient, address_line1="9 New Way")
    assert heard(ready).version.snapshot["patient"]["address_line1"] == "1 Pine Rd"
