"""The coding edits as a stage of the scrub: facts that change after the release are found."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Claim, ClaimVersion, ScrubFinding
from claims.services.override_finding import override_finding
from claims.services.recheck_claim import recheck_claim, recheck_claims
from claims.services.scrub_version import scrub_versions
from claims.services.send_transmission import send_due
from coding.models import ChargeItem, FindingOverride
from core.errors import Conflict
from core.models import WorkItem
from tests.factories.claims import (
    LONG_AGO,
    World,
    batch_of,
    coded_case,
    joan,
    make_claim,
    nguyen,
)

pytestmark = pytest.mark.django_db
NOVEMBER_2, OCTOBER_1 = date(2026, 11, 2), date(2026, 10, 1)
REASON = "Another group saw her then, under our number."


def version(claim: Claim) -> ClaimVersion:
    return ClaimVersion.objects.get(claim=claim)


@pytest.fixture
def claim(world: World) -> Claim:
    """A first visit, billed as a new patient's."""
    ChargeItem.objects.create(
        practice=world.practice, procedure_code="99203", short_name="New", effective_from=LONG_AGO
    )
    return make_claim(world, joan(world), "99203 $200", on=NOVEMBER_2)


@pytest.fixture
def not_new(world: World, claim: Claim) -> ScrubFinding:
    """Somebody enters an earlier visit, and the claim is checked again."""
    coded_case(world, claim.patient, "99213", on=OCTOBER_1)
    recheck_claim(claim)
    return ScrubFinding.objects.get(version__claim=claim, code="NEW-01")


def test_a_claim_whose_coding_is_right_has_no_finding(claim: Claim) -> None:
    assert version(claim).state == "ready"
    assert not ScrubFinding.objects.exists()


def test_what_coding_finds_now_stops_the_claim_and_is_the_coders_work(
    not_new: ScrubFinding,
) -> None:
    assert (not_new.severity, not_new.version.state) == ("O", "scrub_failed")
    assert "so not new" in not_new.message
    assert not_new.fix == "On the coding screen: Replace by 99213."
    assert WorkItem.objects.get(kind="claim.fix", state="open").role == "coder"


def test_a_procedure_taken_off_the_charge_master_stops_it_too(claim: Claim) -> None:
    ChargeItem.objects.filter(procedure_code="99203").delete()
    recheck_claim(claim)
    [finding] = ScrubFinding.objects.all()
    assert (finding.code, finding.severity) == ("LINE-02", "E")


def test_a_reason_given_on_the_claim_is_kept_with_the_case(not_new: ScrubFinding) -> None:
    override_finding(finding=not_new, reason=REASON)
    kept = FindingOverride.objects.get()
    assert (kept.finding_code, kept.facts, kept.reason) == ("NEW-01", not_new.message, REASON)
    assert version(not_new.version.claim).state == "ready"


def test_a_reason_given_in_coding_counts_on_the_claim(world: World) -> None:
    twice = make_claim(
        world, joan(world), "99213", "99213", on=NOVEMBER_2, reason="Seen twice that day"
    )
    finding = ScrubFinding.objects.get(code="DUPL-01")
    assert finding.override_reason == "Seen twice that day"
    assert finding.overridden_by.username.startswith("summit")
    assert version(twice).state == "ready"
    recheck_claim(twice)
    assert ScrubFinding.objects.get(code="DUPL-01") == finding
    assert version(twice).state == "ready"


def test_a_reason_covers_the_facts_it_was_given_for_and_no_others(
    world: World, not_new: ScrubFinding
) -> None:
    override_finding(finding=not_new, reason=REASON)
    coded_case(world, not_new.version.claim.patient, "99214", on=date(2026, 10, 8))
    recheck_claim(not_new.version.claim)
    [newer] = ScrubFinding.objects.filter(code="NEW-01", cleared_at=None)
    assert "10/08/2026" in newer.message
    assert newer.overridden_at is None
    assert version(not_new.version.claim).state == "scrub_failed"


def test_what_was_sent_is_not_judged_again(world: World, claim: Claim) -> None:
    batch_of(world, claim)
    send_due()
    coded_case(world, claim.patient, "99213", on=OCTOBER_1)
    with pytest.raises(Conflict):
        scrub_versions([version(claim)])
    assert recheck_claims([claim]) == []
    assert not ScrubFinding.objects.exists()
    assert version(claim).state == "sent"


def test_many_claims_are_looked_at_in_as_many_queries_as_few(world: World) -> None:
    claims = [make_claim(world, nguyen(world, n), "99213", on=NOVEMBER_2) for n in range(1, 8)]

    def queries(some: list[Claim]) -> int:
        versions = list(
            ClaimVersion.objects.filter(claim__in=some).select_related("claim", "practice")
        )
        with CaptureQueriesContext(connection) as seen:
            scrub_versions(versions)
        return len(seen)

    queries(claims)  # caches of the code sets are filled
    assert queries(claims) == queries(claims[:2])


def test_checked_together_each_claim_has_its_own_findings(world: World, claim: Claim) -> None:
    other = make_claim(world, nguyen(world), "99213", on=NOVEMBER_2)
    coded_case(world, claim.patient, "99213", on=OCTOBER_1)
    assert {one.claim_id for one in recheck_claims([claim, other])} == {claim.pk, other.pk}
    assert version(claim).state == "scrub_failed"
    assert version(other).state == "ready"
    assert ScrubFinding.objects.get().version.claim == claim
