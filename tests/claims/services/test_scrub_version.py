"""Checking a claim: findings as rows, work opened and closed, overrides, corrections, holds."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from billing.ledger.accounts import Account
from billing.ledger.balances import open_items
from claims.models import Claim, ClaimVersion, PayerFilingSettings, ScrubFinding
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.build_claims import build_claims
from claims.services.hold_claim import hold_claim, let_go
from claims.services.override_finding import override_finding
from claims.services.queue_batch import queue_batch
from claims.services.recheck_claim import recheck_claim
from claims.services.send_transmission import send_due
from core import clock
from core.errors import ApplicationError, Conflict
from core.models import TimelineEntry, WorkItem
from patients.services.record_coverage import change_coverage
from patients.services.register_patient import update_patient
from tests.factories.claims import World, batch_of, coded_case, joan, make_claim

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)


@pytest.fixture
def broken(world: World) -> Claim:
    """A claim whose provider has no taxonomy any more and whose facility ZIP is short."""
    world.reyes.npi = "2000000029"
    world.reyes.save()
    return make_claim(world, joan(world), "99213", on=NOVEMBER_2)


def version(claim: Claim) -> ClaimVersion:
    return ClaimVersion.objects.get(
        claim=claim, pk=Claim.objects.get(pk=claim.pk).current_version_id
    )


def test_an_error_stops_the_claim_and_becomes_work(broken: Claim) -> None:
    assert version(broken).state == "scrub_failed"
    finding = ScrubFinding.objects.get()
    assert (finding.code, finding.severity) == ("IDN-07", "E")
    item = WorkItem.objects.get(kind="claim.fix")
    assert item.title == "The NPI of Ana Reyes is not valid."


def test_put_right_and_checked_again_it_is_ready_and_the_work_is_done(
    world: World, broken: Claim
) -> None:
    world.reyes.npi = "2000000028"
    world.reyes.save()
    recheck_claim(broken)

    assert version(broken).state == "ready"
    assert version(broken).number == 1
    assert version(broken).snapshot["rendering_provider"]["npi"] == "2000000028"
    assert ScrubFinding.objects.get().cleared_at is not None
    assert WorkItem.objects.get(kind="claim.fix").state == "done"


def test_checking_again_without_a_correction_keeps_the_finding_as_it_was(broken: Claim) -> None:
    first = ScrubFinding.objects.get()
    recheck_claim(broken)
    assert ScrubFinding.objects.get() == first
    assert version(broken).state == "scrub_failed"


def late_claim(world: World) -> Claim:
    PayerFilingSettings.objects.filter(payer=world.medicare).update(
        filing_limit_days=10, files_by_calendar_year=False
    )
    return make_claim(world, joan(world), "99213", on=NOVEMBER_2)


def test_a_late_claim_may_go_out_with_a_reason(world: World) -> None:
    claim = late_claim(world)
    finding = ScrubFinding.objects.get(code="TFL-01")
    assert version(claim).state == "scrub_failed"

    with pytest.raises(ApplicationError):
        override_finding(finding=finding, reason="ok")
    override_finding(finding=finding, reason="The payer confirmed retroactive coverage.")

    assert version(claim).state == "ready"
    finding.refresh_from_db()
    assert finding.overridden_by.username.startswith("summit")
    recheck_claim(claim)
    assert version(claim).state == "ready"


def test_an_override_pressed_again_after_the_claim_went_out_changes_nothing(world: World) -> None:
    claim = late_claim(world)
    finding = ScrubFinding.objects.get(code="TFL-01")
    override_finding(finding=finding, reason="The payer confirmed retroactive coverage.")
    batch_of(world, claim)
    send_due()
    override_finding(finding=finding, reason="The payer confirmed retroactive coverage.")
    assert version(claim).state == "sent"


def test_nothing_is_overridden_on_a_claim_that_is_out(world: World) -> None:
    claim = make_claim(world, joan(world), "99213", on=NOVEMBER_2)
    batch_of(world, claim)
    send_due()
    finding = ScrubFinding.objects.create(
        practice=world.practice, version=version(claim), code="TFL-01", severity="O",
        message="Late", field="x",
    )  # fmt: skip
    with pytest.raises(ApplicationError, match="This claim is out"):
        override_finding(finding=finding, reason="The payer confirmed it by phone.")
    assert version(claim).state == "sent"


def test_what_is_to_be_fixed_is_always_what_the_last_check_found(
    world: World, broken: Claim
) -> None:
    world.reyes.npi = "2000000028"
    world.reyes.save()
    PayerFilingSettings.objects.filter(payer=world.medicare).update(
        filing_limit_days=10, files_by_calendar_year=False
    )
    recheck_claim(broken)
    item = WorkItem.objects.get(kind="claim.fix", state="open")
    assert "filing" in item.title.lower()


def test_what_is_owed_moves_to_the_payer_that_the_corrected_claim_names(world: World) -> None:
    patient = joan(world)
    claim = make_claim(world, patient, "99213", on=NOVEMBER_2)
    coverage = patient.coverages.get()
    owed = {world.medicare.pk: Decimal("135.00")}
    assert receivables(world) == owed
    for plan, payer, member in (
        (world.acme_plan, world.acme, "AHP222333444"),
        (world.medicare_plan, world.medicare, "1EG4TE5MK73"),
        (world.acme_plan, world.acme, "AHP222333444"),
    ):
        change_coverage(coverage=coverage, plan=plan, member_id=member)
        recheck_claim(claim)
        assert receivables(world) == {payer.pk: Decimal("135.00")}


def receivables(world: World) -> dict[int, Decimal]:
    items = open_items(world.practice, accounts=[Account.INSURANCE_AR])
    return {item.payer_id: item.amount for item in items if item.payer_id is not None}


def test_an_error_cannot_be_overridden(broken: Claim) -> None:
    with pytest.raises(ApplicationError):
        override_finding(finding=ScrubFinding.objects.get(), reason="It is right, believe me.")
    finding = ScrubFinding.objects.get()
    finding.overridden_at, finding.override_reason = clock.now(), "sneaked in"
    with pytest.raises(IntegrityError), transaction.atomic():
        finding.save()


def test_the_same_service_on_a_second_claim_is_found_as_a_duplicate(world: World) -> None:
    patient = joan(world)
    first = make_claim(world, patient, "99213", on=NOVEMBER_2)
    again = coded_case(world, patient, "99213", on=NOVEMBER_2, reason="Seen twice that day")
    second = build_claims(again)[0]

    assert version(first).state == "ready"
    finding = ScrubFinding.objects.get(code="DUP-01")
    assert finding.version.claim == second
    assert first.control_number in finding.message


def test_a_patient_without_coverage_gets_no_claim(world: World) -> None:
    patient = joan(world)
    change_coverage(coverage=patient.coverages.get(), effective_to=date(2025, 1, 1))
    assert build_claims(coded_case(world, patient, "99213", on=NOVEMBER_2)) == []


def test_a_coverage_changed_later_never_rewrites_a_claim_by_itself(world: World) -> None:
    patient = joan(world)
    claim = make_claim(world, patient, "99213", on=NOVEMBER_2)
    change_coverage(coverage=patient.coverages.get(), member_id="2EG4TE5MK73")
    assert version(claim).snapshot["coverage"]["member_id"] == "1EG4TE5MK73"


def rejected(world: World, claim: Claim) -> ClaimVersion:
    batch_of(world, claim)
    send_due()
    found = version(claim)
    apply_evidence(
        world.practice, [Evidence(found.current_attempt_id, "payer_rejected", "rejected it")]
    )
    return version(claim)


def test_a_rejected_claim_that_was_corrected_goes_out_as_a_new_version(world: World) -> None:
    patient = joan(world)
    old = rejected(world, make_claim(world, patient, "99213", on=NOVEMBER_2))
    change_coverage(coverage=patient.coverages.get(), member_id="2EG4TE5MK73")
    new = recheck_claim(old.claim)

    old.refresh_from_db()
    assert (old.state, old.snapshot["coverage"]["member_id"]) == ("replaced", "1EG4TE5MK73")
    assert (new.number, new.frequency_code, new.state) == (2, "1", "ready")
    assert new.snapshot["coverage"]["member_id"] == "2EG4TE5MK73"
    assert version(old.claim) == new
    assert [line.control_number for line in new.lines.all()] == [
        line.control_number for line in old.lines.all()
    ]


def test_a_rejected_claim_without_a_change_is_the_same_version_again(world: World) -> None:
    old = rejected(world, make_claim(world, joan(world), "99213", on=NOVEMBER_2))
    assert recheck_claim(old.claim) == old
    assert version(old.claim).state == "ready"


def test_sending_it_again_ends_the_work_of_the_rejection(world: World) -> None:
    old = rejected(world, make_claim(world, joan(world), "99213", on=NOVEMBER_2))
    assert WorkItem.objects.filter(kind="claim.rejected", state="open").exists()
    recheck_claim(old.claim)
    batch_of(world, old.claim)
    assert not WorkItem.objects.filter(kind="claim.rejected", state="open").exists()


def test_a_claim_that_is_out_cannot_be_checked_again(world: World) -> None:
    claim = make_claim(world, joan(world), "99213", on=NOVEMBER_2)
    batch_of(world, claim)
    send_due()
    with pytest.raises(ApplicationError):
        recheck_claim(claim)


def test_the_database_refuses_to_rewrite_what_was_sent(world: World) -> None:
    claim = make_claim(world, joan(world), "99213", on=NOVEMBER_2)
    batch_of(world, claim)
    found = version(claim)
    found.snapshot["claim"]["charge_amount"] = "1.00"
    with pytest.raises(IntegrityError), transaction.atomic():
        found.save(update_fields=["snapshot"])


def test_a_held_claim_stays_out_of_batches_until_it_is_let_go(world: World) -> None:
    claim = make_claim(world, joan(world), "99213", on=NOVEMBER_2)
    with pytest.raises(ApplicationError):
        hold_claim(claim=claim, reason=" ")
    hold_claim(claim=claim, reason="Waiting for the operative note")
    with pytest.raises(ApplicationError):
        queue_batch(partner=world.partner, versions=[version(claim)])

    let_go(claim=claim)
    batch_of(world, claim)
    with pytest.raises(Conflict):
        hold_claim(claim=claim, reason="Too late")


def test_the_timeline_tells_it_in_sentences(world: World, broken: Claim) -> None:
    world.reyes.npi = "2000000028"
    world.reyes.save()
    recheck_claim(broken)
    sentences = list(
        TimelineEntry.objects.filter(subject_kind="claims.claim", subject_id=broken.pk)
        .order_by("id")
        .values_list("sentence", flat=True)
    )
    assert sentences == [
        "made the claim for Medicare Part B",
        "checked the claim: 1 finding, 1 to fix",
        "checked the claim: nothing found",
    ]


def test_a_patient_corrected_after_building_shows_after_a_check(world: World) -> None:
    patient = joan(world)
    claim = make_claim(world, patient, "99213", on=NOVEMBER_2)
    update_patient(patient=patient, address_line1="14 Elm St")
    recheck_claim(claim)
    assert version(claim).snapshot["patient"]["address_line1"] == "14 Elm St"


def test_the_filing_deadline_is_kept_beside_the_version(world: World) -> None:
    claim = make_claim(world, joan(world), "99213", on=NOVEMBER_2)
    assert version(claim).filing_deadline_on == NOVEMBER_2 + timedelta(days=365)


def test_an_override_ends_with_the_facts_that_it_was_given_to(world: World) -> None:
    claim = late_claim(world)
    finding = version(claim).findings.get(code="TFL-01")
    override_finding(finding=finding, reason="The payer gave us until December.")
    assert version(claim).state == "ready"
    recheck_claim(claim)
    assert version(claim).state == "ready", "the same limit as before"
    PayerFilingSettings.objects.filter(payer=world.medicare).update(filing_limit_days=5)
    assert recheck_claim(claim).state == "scrub_failed"
    finding.refresh_from_db()
    assert finding.cleared_at is not None
    again = version(claim).findings.get(code="TFL-01", cleared_at__isnull=True)
    assert again.overridden_at is None
