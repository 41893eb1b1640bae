"""Claims on paper: printed, mailed, and then only the payer's answer (DESIGN 3.4)."""

from datetime import date, timedelta

import pytest

from claims.choices import ClockKind, MailingState
from claims.models import (
    Claim,
    PayerFilingSettings,
    SubmissionAttempt,
    SubmissionBatch,
    TradingPartner,
    Transmission,
)
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.mailing import (
    mark_mailed,
    mark_printed,
    mark_spoiled,
    take_apart,
    undo_mailed,
)
from claims.services.queue_batch import queue_batch
from claims.services.recheck_claim import recheck_claim
from claims.services.return_claim import return_claim
from claims.services.send_transmission import send_due
from claims.services.watch_clocks import report_silence
from claims.verify import check_attempts, check_evidence
from core import clock
from core.errors import ApplicationError, Conflict
from core.models import AuditEvent, TimelineEntry, WorkItem
from core.services.documents import read_document
from tests.factories.claims import World, batch_of, joan, lily, make_claim, on_paper

pytestmark = pytest.mark.django_db
NOVEMBER_2, TODAY = date(2026, 11, 2), date(2026, 11, 23)


@pytest.fixture
def paper(world: World) -> TradingPartner:
    return on_paper(world, world.acme)


@pytest.fixture
def claim(world: World, paper: TradingPartner) -> Claim:
    return make_claim(world, lily(world), "99213 /a", on=NOVEMBER_2)


@pytest.fixture
def batch(paper: TradingPartner, claim: Claim) -> SubmissionBatch:
    return queue_batch(partner=paper, versions=[claim.version])


def mailed(batch: SubmissionBatch, on: date = TODAY) -> SubmissionAttempt:
    mark_printed(batch=batch, user=None)
    mark_mailed(batch=batch, mailed_on=on, user=None)
    return SubmissionAttempt.objects.get(batch=batch)


def state(claim: Claim) -> str:
    claim.refresh_from_db()
    return str(claim.version.state)


def sentences(claim: Claim) -> list[str]:
    return list(
        TimelineEntry.objects.filter(subject_id=claim.pk)
        .order_by("pk")
        .values_list("sentence", flat=True)
    )


def test_a_payer_without_a_wire_gets_forms_to_print(batch: SubmissionBatch, claim: Claim) -> None:
    assert batch.is_paper
    assert (batch.mailing.state, batch.mailing.form_count) == (MailingState.TO_PRINT, 1)
    assert batch.document.content_type == "application/pdf"
    assert read_document(batch.document).startswith(b"%PDF")
    assert state(claim) == "batched"


def test_paper_is_never_sent_by_the_outbox(batch: SubmissionBatch, claim: Claim) -> None:
    assert not Transmission.objects.exists()
    assert send_due() == 0
    assert state(claim) == "batched"


def test_the_label_of_the_stored_forms_names_nobody(batch: SubmissionBatch) -> None:
    assert batch.document.label == f"CMS-1500 forms of batch {batch.reference}"


def test_forms_of_one_payer_lie_together(world: World, claim: Claim, paper: TradingPartner) -> None:
    on_paper(world, world.medicare)  # a second route by mail, for another payer
    PayerFilingSettings.objects.filter(payer=world.medicare).update(partner=paper)
    world.medicare.name = "Aardvark Health"
    world.medicare.save()
    other = make_claim(world, joan(world), "99213", on=NOVEMBER_2)
    made = queue_batch(partner=paper, versions=[claim.version, other.version])
    first = made.attempts.order_by("pk").first()
    assert first is not None
    assert first.version.payer_id == world.medicare.pk


def test_a_dry_run_makes_no_sense_on_paper(paper: TradingPartner, claim: Claim) -> None:
    with pytest.raises(ApplicationError, match="no dry run"):
        queue_batch(partner=paper, versions=[claim.version], dry_run=True)
    assert state(claim) == "ready"


def test_mailing_sends_the_claims_and_starts_the_clock_of_thirty_days(
    batch: SubmissionBatch, claim: Claim
) -> None:
    attempt = mailed(batch)
    assert state(claim) == "sent"
    assert attempt.clock_kind == ClockKind.BY_MAIL
    assert attempt.sent_at is not None
    assert attempt.clock_due_at == attempt.sent_at + timedelta(days=30)
    assert sentences(claim)[-2:] == [
        f"printed the claim on paper, batch {batch.reference}",
        "mailed the claim on 11/23/2026",
    ]
    assert check_attempts().problems == []
    assert check_evidence().problems == []


def test_printing_and_mailing_are_disclosures_of_the_patient(
    batch: SubmissionBatch, claim: Claim
) -> None:
    mailed(batch)
    told = AuditEvent.objects.filter(patient_id=claim.patient_id).values_list("action", flat=True)
    assert {"claim.printed", "claim.sent"} <= set(told)


def test_the_clock_runs_from_the_day_of_mailing(world: World, batch: SubmissionBatch) -> None:
    with clock.travel(clock.now() + timedelta(days=3)):
        attempt = mailed(batch, on=TODAY + timedelta(days=1))
    assert attempt.sent_at is not None
    assert clock.local(attempt.sent_at, world.practice).date() == TODAY + timedelta(days=1)


def test_after_thirty_days_somebody_asks_and_after_forty_five_it_counts_as_not_answered(
    world: World, batch: SubmissionBatch, claim: Claim
) -> None:
    attempt = mailed(batch)
    with clock.travel(clock.now() + timedelta(days=29)):
        assert report_silence() == 0
    with clock.travel(clock.now() + timedelta(days=31)):
        assert report_silence() == 1
    item = WorkItem.objects.get(kind="claim.no_answer")
    assert item.title == "Late: Word of the mailed claim"
    assert item.reason.startswith("Mailed to Acme Health Plan on 11/23/2026. Call the payer")
    assert state(claim) == "sent"
    attempt.refresh_from_db()
    assert attempt.sent_at is not None
    assert attempt.clock_due_at == attempt.sent_at + timedelta(days=45)
    with clock.travel(clock.now() + timedelta(days=46)):
        assert report_silence() == 1
    assert state(claim) == "no_response"


def test_a_spoiled_print_is_printed_again_with_the_same_bytes_and_no_new_version(
    batch: SubmissionBatch, claim: Claim
) -> None:
    before = read_document(batch.document)
    mark_printed(batch=batch, user=None)
    mark_spoiled(batch=batch)
    batch.refresh_from_db()
    assert batch.mailing.state == MailingState.TO_PRINT
    mark_printed(batch=batch, user=None)
    batch.refresh_from_db()
    assert read_document(batch.document) == before
    assert (claim.versions.count(), SubmissionAttempt.objects.count()) == (1, 1)


def test_what_is_not_printed_cannot_be_mailed(batch: SubmissionBatch, claim: Claim) -> None:
    with pytest.raises(Conflict, match="printed first"):
        mark_mailed(batch=batch, mailed_on=TODAY, user=None)
    assert state(claim) == "batched"


@pytest.mark.parametrize(
    ("on", "words"),
    [(date(2026, 11, 24), "still to come"), (date(2026, 11, 22), "not before that")],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(
    batch: SubmissionBatch, on: date, words: str
) -> None:
    mark_printed(batch=batch, user=None)
    with pytest.raises(ApplicationError, match=words) as refused:
        mark_mailed(batch=batch, mailed_on=on, user=None)
    assert refused.value.field == "mailed_on"


def test_twice_mailed_is_told(batch: SubmissionBatch) -> None:
    mailed(batch)
    with pytest.raises(Conflict, match="mailed already"):
        mark_mailed(batch=batch, mailed_on=TODAY, user=None)


def test_mailed_by_mistake_is_taken_back(batch: SubmissionBatch, claim: Claim) -> None:
    attempt = mailed(batch)
    undo_mailed(batch=batch)
    attempt.refresh_from_db()
    batch.mailing.refresh_from_db()
    assert state(claim) == "batched"
    assert (attempt.state, attempt.evidence_rank, attempt.sent_at) == ("queued", 0, None)
    assert (attempt.clock_kind, attempt.clock_due_at) == ("", None)
    assert (batch.mailing.state, batch.mailing.mailed_on) == (MailingState.PRINTED, None)
    assert check_evidence().problems == []
    mark_mailed(batch=batch, mailed_on=TODAY, user=None)
    assert state(claim) == "sent"


def test_once_something_came_back_it_was_mailed(batch: SubmissionBatch, claim: Claim) -> None:
    attempt = mailed(batch)
    apply_evidence(attempt.practice, [Evidence(attempt.pk, "payer_received", "said they have it")])
    with pytest.raises(Conflict, match="Something came back"):
        undo_mailed(batch=batch)
    assert state(claim) == "payer_received"


def test_once_somebody_asked_it_was_mailed(batch: SubmissionBatch) -> None:
    mailed(batch)
    with clock.travel(clock.now() + timedelta(days=31)):
        report_silence()
        with pytest.raises(Conflict):
            undo_mailed(batch=batch)


def test_a_batch_is_taken_apart_and_its_claims_go_out_anew(
    paper: TradingPartner, batch: SubmissionBatch, claim: Claim
) -> None:
    take_apart(batch=batch)
    assert state(claim) == "ready"
    assert check_attempts().problems == []
    again = queue_batch(partner=paper, versions=[claim.version])
    assert again.reference != batch.reference
    assert state(claim) == "batched"
    mailed(again)
    with pytest.raises(Conflict):
        take_apart(batch=again)


def test_an_encounter_goes_back_to_its_coder_once_the_batch_is_taken_apart(
    batch: SubmissionBatch, claim: Claim
) -> None:
    claim.refresh_from_db()
    with pytest.raises(ApplicationError, match="take the batch apart first"):
        return_claim(claim=claim, reason="Wrong code")
    take_apart(batch=batch)
    claim.refresh_from_db()
    return_claim(claim=claim, reason="Wrong code")
    assert state(claim) == "voided"


def test_a_name_that_is_cut_is_a_warning_that_stops_nothing(claim: Claim) -> None:
    found = claim.version.findings.get(code="PAP-01")
    assert "SUMMIT FAMILY MEDICINE PLLC" in found.message
    assert "Box 33" in found.message
    assert state(claim) == "ready"


def test_a_payer_on_paper_needs_an_address_but_no_electronic_id(world: World, claim: Claim) -> None:
    world.acme.payer_number, world.acme.city = "", ""
    world.acme.save()
    recheck_claim(claim)
    codes = set(claim.version.findings.filter(cleared_at=None).values_list("code", flat=True))
    assert "PAP-03" in codes
    assert "IDN-15" not in codes
    assert state(claim) == "scrub_failed"


def test_a_claim_by_wire_knows_nothing_of_paper(world: World) -> None:
    wired = make_claim(world, joan(world), "99213", on=NOVEMBER_2)
    assert not wired.version.findings.filter(code__startswith="PAP").exists()
    batch = batch_of(world, wired)
    assert isinstance(batch, SubmissionBatch)
    assert not batch.is_paper
