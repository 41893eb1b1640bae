"""The proofs over claims: silent on sound data, and each names what somebody spoiled."""

from datetime import date

import pytest

from claims import verify
from claims.models import (
    Claim,
    ClaimVersion,
    ClaimVersionLine,
    InboundMessage,
    Remittance,
    SubmissionAttempt,
)
from claims.services.send_transmission import send_due
from tests.claims.documents import document, enveloped, receive
from tests.factories.claims import World, batch_of, joan, make_claim

pytestmark = pytest.mark.django_db
CHECKS = (
    verify.check_totals,
    verify.check_snapshots,
    verify.check_line_numbers,
    verify.check_evidence,
    verify.check_attempts,
    verify.check_messages,
    verify.check_remittances,
)


@pytest.fixture
def claim(world: World) -> Claim:
    """A claim that went out and was answered."""
    claim = make_claim(
        world, joan(world), "99214-25 /ab", "20610-RT /a", "J3301-JZ x4 /a #0003-0293-05 1 ML",
        on=date(2026, 11, 2),
    )  # fmt: skip
    batch_of(world, claim)
    send_due()
    claim.refresh_from_db()
    receive(world, enveloped(document("w10.835", SFM1001=claim)))
    return claim


def problems() -> list[str]:
    return [problem for check in CHECKS for problem in check().problems]


def test_sound_data_has_no_problems_and_everything_is_counted(claim: Claim) -> None:
    results = [check() for check in CHECKS]
    assert [result.problems for result in results] == [[]] * len(CHECKS)
    assert all(result.counted for result in results)


def test_a_changed_total_is_found(claim: Claim) -> None:
    Claim.objects.update(charge_amount="391.00")
    assert len(problems()) == 1


def test_a_line_under_another_number_is_found(claim: Claim) -> None:
    ClaimVersionLine.objects.filter(line_number=1).update(control_number="OTHER")
    assert any("another number" in problem for problem in problems())


def test_a_state_without_evidence_is_found(claim: Claim) -> None:
    ClaimVersion.objects.update(state="payer_accepted")
    assert any("its attempt says otherwise" in problem for problem in problems())
    SubmissionAttempt.objects.update(evidence_rank=55)
    assert any("with rank 55" in problem for problem in problems())


def test_a_claim_that_waits_for_nothing_is_found(claim: Claim) -> None:
    SubmissionAttempt.objects.update(clock_kind="", clock_due_at=None)
    assert any("neither clock nor work" in problem for problem in problems())


def test_a_message_applied_without_an_effect_is_found(claim: Claim, world: World) -> None:
    receive(world, b"no x12")
    InboundMessage.objects.filter(state="quarantined").update(state="applied", kind="999")
    assert any("without an effect" in problem for problem in problems())


def test_a_payment_that_does_not_add_up_is_found(claim: Claim) -> None:
    Remittance.objects.update(payment_amount="161.49")
    assert any("does not add up" in problem for problem in problems())


def test_a_snapshot_that_is_not_the_one_built_is_found(world: World) -> None:
    make_claim(world, joan(world), "99213", on=date(2026, 11, 2))
    ClaimVersion.objects.update(snapshot_hash="0" * 64)
    assert any("not the one that was built" in problem for problem in problems())
