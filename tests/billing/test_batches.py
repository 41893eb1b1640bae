"""A batch is counted first, filled by what its owner posts, and closed in balance or not at all."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from billing.batch_choices import BatchState
from billing.closing.paper import day_sheet_context
from billing.models import Payment, PostingBatch
from billing.posting.mirror_charges import mirror_charges
from billing.posting.undo import undo_remittance
from billing.services.close_batch import what_differs
from billing.services.close_day import close_day
from billing.services.open_batch import open_batch
from billing.services.take_back_payment import take_back_payment
from billing.services.take_patient_payment import take_patient_payment
from billing.verify_bank import check_batches
from claims.models import Remittance
from core import clock
from core.actors import acting_as, person
from core.choices import Role
from core.errors import ApplicationError
from core.models import AuditEvent, Practice, TimelineEntry
from core.tenancy import practice_scope
from patients.models import Patient
from tests.billing.inbox import example
from tests.billing.road import accounts_of, charged_visit, new_patient
from tests.billing.test_views import words_of
from tests.cast import client_of, user_of

D = Decimal
NEW = "billing:batch-new"


@pytest.fixture
def poster(in_summit: Practice) -> Client:
    return client_of(in_summit, Role.POSTER)


def opened(client: Client, kind: str, count: int, amount: str) -> PostingBatch:
    counted = {"kind": kind, "control_count": f"{count}", "control_amount": amount}
    response = client.post(reverse(NEW), counted)
    assert response.status_code == 303, words_of(response)
    batch = PostingBatch.objects.latest("pk")
    assert response["Location"] == reverse("billing:batch", args=[batch.public_id])
    return batch


def pay(client: Client, patient: Patient, amount: str, method: str = "check") -> None:
    response = client.post(
        reverse("billing:payment-new", args=[patient.public_id]),
        {"amount": amount, "method": method, "received_on": f"{clock.today(patient.practice)}"},
    )
    assert response.status_code == 303, words_of(response)


def fresh(batch: PostingBatch) -> PostingBatch:
    return PostingBatch.objects.get(pk=batch.pk)


def shown(client: Client, batch: PostingBatch) -> str:
    return words_of(client.get(reverse("billing:batch", args=[batch.public_id])))


def close(client: Client, batch: PostingBatch) -> str:
    url = reverse("billing:batch-step", args=[batch.public_id])
    return words_of(client.post(url, {"act": "close"}, follow=True))


def test_what_its_owner_takes_counts_until_it_balances_and_is_closed(
    in_summit: Practice, poster: Client
) -> None:
    batch = opened(poster, "checks", 2, "70.00")
    patient = new_patient(in_summit)
    pay(poster, patient, "30")
    pay(poster, patient, "5", "card")  # another kind
    page = poster.get(reverse("billing:payment-new", args=[patient.public_id]))
    assert f"Checks {batch.number}, 1 of 2, $30.00 of $70.00" in words_of(page)
    text = shown(poster, batch)
    assert "1 of 2" in text
    assert "1 to go, $40.00 to go" in text
    receipt = Payment.objects.get(method="check").number
    assert f"Receipt {receipt}" in text
    assert "It does not balance: 1 to go, $40.00 to go. Entered 1 of 2" in close(poster, batch)
    assert fresh(batch).state == BatchState.OPEN
    pay(poster, patient, "40")
    assert "closed in balance" in close(poster, batch)
    closed = fresh(batch)
    assert (closed.state, closed.closed_by_name) == (BatchState.CLOSED, "Poster Testuser")
    pay(poster, patient, "1")
    assert fresh(batch).entered_count == 2
    assert check_batches().problems == []
    assert [e.kind for e in TimelineEntry.objects.filter(kind__startswith="batch.")] == [
        "batch.closed", "batch.opened",
    ]  # fmt: skip


def test_the_database_closes_no_batch_that_does_not_balance(
    in_summit: Practice, poster: Client
) -> None:
    batch = opened(poster, "cash", 3, "10.00")
    with pytest.raises(IntegrityError), transaction.atomic():
        PostingBatch.objects.filter(pk=batch.pk).update(
            state=BatchState.CLOSED, closed_at=clock.now()
        )


def test_neither_a_manager_nor_a_reason_closes_a_batch_that_does_not_balance(
    in_summit: Practice, poster: Client
) -> None:
    batch = opened(poster, "cash", 3, "10.00")
    assert "It does not balance" in close(client_of(in_summit, Role.MANAGER), batch)
    assert fresh(batch).state == BatchState.OPEN


def test_a_wrong_count_is_counted_again_with_a_reason_and_the_old_one_stays_on_record(
    in_summit: Practice, poster: Client
) -> None:
    batch = opened(poster, "cash", 3, "10.00")
    url = reverse("billing:batch-step", args=[batch.public_id])
    again = {"act": "recount", "control_count": "1", "control_amount": "10.00"}
    refused = poster.post(url, again)
    assert refused.status_code == 422
    assert "Say what was counted wrong" in words_of(refused)
    poster.post(url, again | {"reason": "The till slip was counted too"})
    assert fresh(batch).control_count == 1
    event = AuditEvent.objects.get(action="batch.counted_again")
    assert event.before["control_count"] == 3
    assert "1 for $10.00 instead of 3 for $10.00" in shown(poster, batch)


def test_a_receipt_taken_back_while_its_batch_is_open_does_not_count(
    in_summit: Practice, poster: Client
) -> None:
    batch = opened(poster, "cash", 1, "9.00")
    patient = new_patient(in_summit)
    pay(poster, patient, "9", "cash")
    take_back_payment(payment=Payment.objects.get(), reason="Typed twice")
    assert (fresh(batch).entered_count, fresh(batch).entered_amount) == (0, D("0.00"))
    assert "Taken back" in shown(poster, batch)
    pay(poster, patient, "9", "cash")
    close(poster, batch)
    take_back_payment(payment=Payment.objects.latest("pk"), reason="Came back later")
    assert fresh(batch).entered_count == 1
    assert check_batches().problems == []


def test_remittances_count_for_who_posts_them_and_not_when_they_are_undone(
    in_summit: Practice, poster: Client
) -> None:
    accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    remittance = example(in_summit, "w10_clean_medicare_payment")
    batch = opened(poster, "era", 1, "161.50")
    poster.post(reverse("billing:remittance-post", args=[remittance.public_id]))
    assert (fresh(batch).entered_count, fresh(batch).entered_amount) == (1, D("161.50"))
    assert "Remittance EFT0010" in shown(poster, batch)
    undo_remittance(remittance=Remittance.objects.get(), reason="The wrong month")
    assert fresh(batch).entered_count == 0


def test_a_remittance_posted_anew_after_its_batch_was_closed_counts_in_a_batch_of_its_own_day(
    in_summit: Practice, poster: Client
) -> None:
    accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    remittance = example(in_summit, "w10_clean_medicare_payment")
    post = reverse("billing:remittance-post", args=[remittance.public_id])
    first = opened(poster, "era", 1, "161.50")
    poster.post(post)
    assert "closed in balance" in close(poster, first)
    close_day(practice=in_summit, day=clock.today(in_summit), reasons={})

    undo_remittance(remittance=Remittance.objects.get(), reason="The wrong month")
    assert "Undone after the close" in shown(poster, first)
    second = opened(poster, "era", 1, "161.50")
    poster.post(post)

    assert (fresh(first).entered_count, fresh(first).entered_amount) == (1, D("161.50"))
    assert (fresh(second).entered_count, fresh(second).entered_amount) == (1, D("161.50"))
    assert "closed in balance" in close(poster, second)
    with clock.travel(clock.now() + timedelta(days=1)):
        sheet = close_day(practice=in_summit, day=clock.today(in_summit), reasons={})
    assert day_sheet_context(sheet)["batches"] == [second]
    assert check_batches().problems == []


def test_a_remittance_posted_anew_shows_its_journals_and_those_undone_before_apart(
    in_summit: Practice, poster: Client
) -> None:
    accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    remittance = example(in_summit, "w10_clean_medicare_payment")
    post, url = (
        reverse(f"billing:remittance{name}", args=[remittance.public_id]) for name in ("-post", "")
    )
    poster.post(post)
    first = poster.get(url)
    undo_remittance(remittance=Remittance.objects.get(), reason="The wrong month")
    poster.post(post)
    again = poster.get(url)
    assert again.context["rows"] == first.context["rows"], "what stands, and nothing twice"
    assert len(again.context["journals"]) == len(first.context["journals"])
    assert len(again.context["undone"]) == 2 * len(first.context["journals"])
    assert "Undone before:" in words_of(again)


def test_charges_count_for_who_releases_them_and_leave_when_they_are_taken_back(
    in_summit: Practice,
) -> None:
    with acting_as(person(user_of(in_summit, Role.CODER))):
        batch = open_batch(
            practice=in_summit, kind="charges", control_count=2, control_amount=D("120")
        )
        lines = charged_visit(new_patient(in_summit), ["80", "40"])
        assert what_differs(fresh(batch)) == ""
        mirror_charges(practice=in_summit, charge_line_ids=[line.pk for line in lines])
    assert fresh(batch).entered_count == 0


def test_somebody_elses_batch_is_not_filled_and_not_closed(
    in_summit: Practice, poster: Client
) -> None:
    batch = opened(poster, "cash", 1, "9.00")
    desk = client_of(in_summit, Role.FRONT_DESK)
    pay(desk, new_patient(in_summit), "9", "cash")
    assert fresh(batch).entered_count == 0
    assert "somebody else" in close(desk, batch)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"control_count": "", "control_amount": "1"}, "Enter how many there are."),
        ({"control_count": "two", "control_amount": "1"}, "Enter a whole number."),
        ({"control_count": "0", "control_amount": "1"}, "Count at least one."),
        ({"control_count": "1", "control_amount": "-1"}, "at least 0"),
        ({"kind": "stones", "control_count": "1", "control_amount": "1"}, "stones is not one"),
    ],
)
def test_a_count_that_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    poster: Client, typed: dict[str, str], words: str
) -> None:
    response = poster.post(reverse(NEW), {"kind": "cash", "note": "mail of Monday", **typed})
    assert response.status_code == 422
    assert words in words_of(response)
    assert "mail of Monday" in response.content.decode()
    assert not PostingBatch.objects.exists()


def test_one_person_has_one_open_batch_of_a_kind(in_summit: Practice, poster: Client) -> None:
    batch = opened(poster, "cash", 1, "9.00")
    response = poster.post(
        reverse(NEW), {"kind": "cash", "control_count": "1", "control_amount": "1"}
    )
    assert f"Your batch {batch.number} of this kind is open" in words_of(response)
    opened(poster, "checks", 1, "9.00")


def test_another_practices_batches_are_not_seen(
    in_summit: Practice, lakeside: Practice, poster: Client
) -> None:
    batch = opened(poster, "cash", 1, "9.00")
    outsider = client_of(lakeside, Role.POSTER)
    assert outsider.get(reverse("billing:batch", args=[batch.public_id])).status_code == 404
    url = reverse("billing:batch-step", args=[batch.public_id])
    assert outsider.post(url, {"act": "close"}).status_code == 404
    listed = outsider.get(reverse("billing:batches"), {"bucket": "all"})
    assert batch.number not in words_of(listed)


def test_what_the_system_posts_is_in_nobodys_batch(in_summit: Practice) -> None:
    with practice_scope(in_summit):
        batch = open_batch(practice=in_summit, kind="cash", control_count=1, control_amount=D("9"))
        with acting_as(person(user_of(in_summit, Role.MANAGER))):
            take_patient_payment(
                patient=new_patient(in_summit), amount=D("9"), method="cash",
                received_on=date(2026, 1, 5),
            )  # fmt: skip
    assert fresh(batch).entered_count == 0
    with pytest.raises(ApplicationError, match="Choose what the batch counts"):
        open_batch(practice=in_summit, kind="x", control_count=1, control_amount=D("9"))
