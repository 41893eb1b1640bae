"""TA1, 999 and 277CA as documents: bytes in, state out (W-30 to W-32)."""

from datetime import date

import pytest

from claims.models import AcknowledgedClaim, Claim, SubmissionBatch, Transmission
from claims.services.send_transmission import send_due
from core.models import WorkItem
from tests.claims.documents import document, of_batch, receive, recount
from tests.factories.claims import World, batch_of, joan, lily, make_claim, nguyen

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(world: World) -> tuple[SubmissionBatch, Claim, Claim]:
    """A batch of two claims that reached the clearinghouse."""
    first = make_claim(
        world, lily(world), "99213 /a", "87880-QW /a", on=date(2026, 11, 3), diagnoses=("J020",)
    )
    second = make_claim(world, nguyen(world), "20610 /a", on=date(2026, 11, 3))
    batch = batch_of(world, first, second)
    assert send_due() == 1
    return batch, first, second


def state(claim: Claim) -> str:
    claim.refresh_from_db()
    return str(claim.current_version.state)


def ack_999(batch: SubmissionBatch, verdict: str, sets: str = "") -> str:
    head, _, tail = of_batch(document("w31.999"), batch).partition("AK2*")
    end = tail[tail.index("AK9*") :].replace("AK9*P*2*2*1", f"AK9*{verdict}*1*1*1")
    return recount(head + sets + end)


def test_w30_a_rejected_envelope_rejects_every_claim(
    world: World, sent: tuple[SubmissionBatch, Claim, Claim]
) -> None:
    batch, first, second = sent
    head = document("w31.999").split("GS*")[0]
    ta1 = f"TA1*{batch.interchange_control_number}*261123*0930*R*006~\nIEA*0*000000301~\n"
    message = receive(world, head + ta1)

    assert (message.state, message.kind) == ("applied", "ta1")
    assert (state(first), state(second)) == ("file_rejected", "file_rejected")
    assert WorkItem.objects.filter(kind="claim.rejected").count() == 2


def ta1(batch: SubmissionBatch, note: str) -> str:
    head = document("w31.999").split("GS*")[0]
    number = batch.interchange_control_number
    return f"{head}TA1*{number}*261123*0930*R*{note}~\nIEA*0*000000301~\n"


def test_a_refused_copy_of_a_file_that_went_twice_rejects_nothing(
    world: World, sent: tuple[SubmissionBatch, Claim, Claim]
) -> None:
    batch, first, second = sent
    Transmission.objects.filter(batch=batch).update(sending_count=2)
    receive(world, ta1(batch, "025"))
    assert (state(first), state(second)) == ("sent", "sent")
    item = WorkItem.objects.get()
    assert item.kind == "batch.came_twice"
    assert "Nothing is to be sent again" in item.reason
    receive(world, ack_999(batch, "A"))
    item.refresh_from_db()
    assert item.state == "done"


def test_a_duplicate_number_of_a_file_that_went_once_is_a_rejection(
    world: World, sent: tuple[SubmissionBatch, Claim, Claim]
) -> None:
    batch, first, _ = sent
    assert Transmission.objects.get(batch=batch).sending_count == 1
    receive(world, ta1(batch, "025"))
    assert state(first) == "file_rejected"


def test_an_accepted_set_accepts_its_claims(
    world: World, sent: tuple[SubmissionBatch, Claim, Claim]
) -> None:
    batch, first, second = sent
    receive(world, ack_999(batch, "A", "AK2*837*0001*005010X222A1~\nIK5*A~\n"))
    assert (state(first), state(second)) == ("file_accepted", "file_accepted")


def test_a_group_without_named_sets_speaks_for_all_of_them(
    world: World, sent: tuple[SubmissionBatch, Claim, Claim]
) -> None:
    batch, first, _ = sent
    receive(world, ack_999(batch, "A"))
    assert state(first) == "file_accepted"


def test_w31_a_rejected_set_says_in_words_which_element_is_wrong(
    world: World, sent: tuple[SubmissionBatch, Claim, Claim]
) -> None:
    batch, first, second = sent
    errors = (
        "AK2*837*0001*005010X222A1~\nIK3*N4*20*2010*8~\n"
        f"CTX*CLM01:{first.control_number}~\nIK4*3*116*I9~\nIK5*R*5~\n"
    )
    message = receive(world, ack_999(batch, "R", errors))

    assert message.state == "applied"
    assert (state(first), state(second)) == ("file_rejected", "file_rejected")
    named = AcknowledgedClaim.objects.get()
    assert named.version_id == first.current_version_id
    assert named.message == "N4 position 3 missing (patient ZIP)"


def test_w32_the_payer_rejects_one_claim_and_accepts_the_other(
    world: World, sent: tuple[SubmissionBatch, Claim, Claim]
) -> None:
    batch, first, second = sent
    text = of_batch(document("w32.277", SFM1002=first, SFM1019=second), batch)
    message = receive(world, text)

    assert (message.state, message.kind) == ("applied", "277ca")
    assert (state(first), state(second)) == ("payer_rejected", "payer_accepted")
    second.current_version.refresh_from_db()
    assert second.current_version.payer_claim_number == "PCN9900001"
    assert second.current_version.timely_proof_on == date(2026, 11, 23)
    work = WorkItem.objects.get(kind="claim.rejected")
    assert work.title == "Member id of the subscriber (A7, 164)"
    assert work.amount == first.charge_amount


def test_the_same_file_twice_changes_nothing(
    world: World, sent: tuple[SubmissionBatch, Claim, Claim]
) -> None:
    batch, first, second = sent
    text = of_batch(document("w32.277", SFM1002=first, SFM1019=second), batch)
    receive(world, text)
    again = receive(world, text)

    assert again.state == "duplicate"
    assert AcknowledgedClaim.objects.count() == 2


def test_a_late_999_is_kept_and_moves_nothing_back(
    world: World, sent: tuple[SubmissionBatch, Claim, Claim]
) -> None:
    batch, first, second = sent
    receive(world, of_batch(document("w32.277", SFM1002=first, SFM1019=second), batch))
    message = receive(world, ack_999(batch, "A"))

    assert message.state == "applied"
    assert (state(first), state(second)) == ("payer_rejected", "payer_accepted")


def test_an_answer_about_claims_that_are_not_ours_is_set_aside(world: World) -> None:
    message = receive(world, document("w32.277"))
    assert message.state == "quarantined"
    assert "none of its claims is ours" in message.result
    assert WorkItem.objects.filter(kind="inbox.quarantined").exists()


def test_a_file_cut_off_in_the_middle_is_set_aside_and_applies_nothing(
    world: World, sent: tuple[SubmissionBatch, Claim, Claim]
) -> None:
    batch, first, second = sent
    whole = of_batch(document("w32.277", SFM1002=first, SFM1019=second), batch)
    message = receive(world, whole[: len(whole) * 2 // 3])

    assert message.state == "quarantined"
    assert message.faults
    assert (state(first), state(second)) == ("sent", "sent")


def test_a_file_addressed_to_another_sender_is_set_aside(
    world: World, sent: tuple[SubmissionBatch, Claim, Claim]
) -> None:
    batch, first, _ = sent
    text = ack_999(batch, "A").replace("*ZZ*SUMMIT01       *", "*ZZ*LAKESIDE1      *")
    assert receive(world, text).state == "quarantined"
    assert state(first) == "sent"


def test_a_test_file_on_a_real_route_is_set_aside(
    world: World, sent: tuple[SubmissionBatch, Claim, Claim]
) -> None:
    batch, first, _ = sent
    message = receive(world, ack_999(batch, "A").replace("*0*P*:~", "*0*T*:~"))
    assert "test and production" in message.result
    assert state(first) == "sent"


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        ("*ZZ*SUMMIT01       *", "*ZZ*LAKESIDE1      *", "addressed to LAKESIDE1"),
        ("*0*P*:~", "*0*T*:~", "test and production"),
    ],
)
def test_every_interchange_of_a_file_is_looked_at(
    world: World, sent: tuple[SubmissionBatch, Claim, Claim], ours: str, theirs: str, why: str
) -> None:
    batch, first, _ = sent
    second = ack_999(batch, "A").replace(ours, theirs).replace("000000301", "000000302")
    message = receive(world, ack_999(batch, "A") + second)
    assert message.state == "quarantined"
    assert why in message.result
    assert state(first) == "sent"


def test_a_visit_of_joan_is_not_touched_by_answers_to_others(
    world: World, sent: tuple[SubmissionBatch, Claim, Claim]
) -> None:
    batch, first, second = sent
    other = make_claim(world, joan(world), "99213", on=date(2026, 11, 2))
    receive(world, of_batch(document("w32.277", SFM1002=first, SFM1019=second), batch))
    assert state(other) == "ready"
