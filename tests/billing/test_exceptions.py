"""The exceptions queue: every question of a remittance in one list, answered by one key."""

import re
from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from billing.exceptions import KINDS
from billing.posting.open_issues import _SAID_ONLY, HANDLING
from billing.posting.plan import IssueKind
from billing.posting.post_remittance import post_remittance
from billing.verify_deposits import check_reconciled
from claims.choices import RemittanceState
from claims.models import Remittance, RemittanceClaim
from claims.services.mark_reconciled import mark_reconciled
from core.choices import Role, WorkState
from core.jobs import run_due_jobs
from core.models import Job, Practice, WorkItem
from core.services.work import open_work_item
from tests.billing.inbox import deliver, example
from tests.billing.road import accounts_of
from tests.billing.worked import text_of
from tests.cast import client_of, user_of

_BY_ITSELF = {IssueKind.SECONDARY_DUE, IssueKind.CROSSED_OVER}


@pytest.fixture
def poster(summit: Practice) -> Client:
    return client_of(summit, Role.POSTER)


@pytest.fixture
def unknown(in_summit: Practice) -> RemittanceClaim:
    """An answer on a claim that nobody knows here."""
    accounts_of(in_summit, [("SFM1005", ("120",))], "ACME HEALTH PLAN")
    example(in_summit, "w10_clean_medicare_payment")
    return RemittanceClaim.objects.get()


def words_of(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def work(kind: str) -> WorkItem:
    return WorkItem.objects.get(kind=kind)


def test_every_question_that_waits_for_a_person_has_a_kind_in_the_queue() -> None:
    assert set(HANDLING) - _BY_ITSELF - _SAID_ONLY <= set(KINDS)


def test_an_answer_without_a_claim_is_in_the_queue_with_its_amount_and_its_way(
    unknown: RemittanceClaim, poster: Client
) -> None:
    text = words_of(poster.get(reverse("billing:exceptions")))
    assert "No claim found" in text
    assert "161.50" in text
    assert "no claim has this number" in text
    page = poster.get(reverse("billing:exceptions")).content.decode()
    target = reverse("billing:remittance", args=[unknown.remittance.public_id])
    assert f"{target}?tab=exceptions&amp;item={unknown.public_id}" in page


def test_the_queue_is_a_file_too_with_numbers_as_numbers(
    unknown: RemittanceClaim, poster: Client
) -> None:
    response = poster.get(reverse("billing:exceptions"), {"export": "csv"})
    header, row = response.content.decode("utf-8-sig").splitlines()[:2]
    assert "Amount" in header
    assert "161.50" in row


def test_a_held_payment_and_one_out_of_balance_are_in_it_under_their_own_names(
    unknown: RemittanceClaim, poster: Client
) -> None:
    text = text_of("w10_clean_medicare_payment")
    practice = unknown.practice
    deliver(practice, text.replace("CAS*PR*2*26~", "CAS*PR*3*26~"), control=5)
    deliver(
        practice, text.replace("EFT0010", "EFT0077").replace("BPR*I*161.5*", "BPR*I*161.49*"),
        control=6,
    )  # fmt: skip
    found = words_of(poster.get(reverse("billing:exceptions"), {"bucket": "whole"}))
    assert "Came twice" in found
    assert "Out of balance" in found


def test_one_key_takes_it_another_puts_it_off(unknown: RemittanceClaim, poster: Client) -> None:
    item = work("remittance_no_claim")
    url = reverse("billing:exception-answer", args=[item.public_id])
    poster.post(url, {"answer": "a"})
    item.refresh_from_db()
    assert item.owner == user_of(unknown.practice, Role.POSTER)
    poster.post(url, {"answer": "w"})
    item.refresh_from_db()
    assert item.snoozed_until is not None
    why = "no claim has this number"
    assert why not in words_of(poster.get(reverse("billing:exceptions")))
    assert why in words_of(poster.get(reverse("billing:exceptions"), {"bucket": "later"}))


def test_a_question_without_money_to_move_is_answered_by_one_key_and_told(
    in_summit: Practice, poster: Client
) -> None:
    account = accounts_of(in_summit, [("SFM1001", ("390",))], "MEDICARE PART B")["SFM1001"]
    item = open_work_item(
        subject=account.claim, kind=IssueKind.DOUBLE_PAYMENT, title="Possible double payment"
    )
    url = reverse("billing:exception-answer", args=[item.public_id])
    poster.post(url, {"answer": "z"})
    item.refresh_from_db()
    assert item.state == WorkState.OPEN
    poster.post(url, {"answer": "r"})
    item.refresh_from_db()
    assert (item.state, item.outcome) == (
        WorkState.DONE, "Looked at: the payer means to pay twice.",
    )  # fmt: skip


def test_a_credit_is_never_answered_away(in_summit: Practice) -> None:
    """It ends when the money has moved: a line in credit must stand on a list (invariant 5)."""
    for kind in (IssueKind.OVERPAID, IssueKind.PATIENT_REVIEW, IssueKind.PROVIDER_ADJUSTMENT):
        assert KINDS[kind].answers == ()


def test_many_are_given_to_a_person_or_left_unapplied_at_once(
    unknown: RemittanceClaim, poster: Client
) -> None:
    item = work("remittance_no_claim")
    url = reverse("billing:exceptions-bulk")
    asked = poster.post(url, {"bulk": "aside", "ids": [item.public_id], "list": ""})
    assert asked.status_code == 200
    assert "Leave unapplied: 1 exception" in words_of(asked)
    refused = poster.post(url, {"bulk": "aside", "ids": [item.public_id], "go": "1", "reason": ""})
    assert refused.status_code == 422
    poster.post(
        url, {"bulk": "aside", "ids": [item.public_id], "go": "1", "reason": "Other practice's"}
    )
    unknown.refresh_from_db()
    assert unknown.set_aside_reason == "Other practice's"


def test_the_other_practice_sees_none_of_it(unknown: RemittanceClaim, lakeside: Practice) -> None:
    stranger = client_of(lakeside, Role.POSTER)
    assert "161.50" not in words_of(stranger.get(reverse("billing:exceptions")))
    item = work("remittance_no_claim")
    url = reverse("billing:exception-answer", args=[item.public_id])
    assert stranger.post(url, {"answer": "a"}).status_code == 404


# --- remittances: what differs, and posting many -------------------------------------------------


def test_a_held_payment_shows_both_sides_and_takes_one_of_three_answers(
    in_summit: Practice, poster: Client
) -> None:
    accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    first = example(in_summit, "w10_clean_medicare_payment")
    text = text_of("w10_clean_medicare_payment").replace("CAS*PR*2*26~", "CAS*PR*3*26~")
    held = deliver(in_summit, text, control=7)
    page = words_of(poster.get(reverse("billing:remittance", args=[held.public_id])))
    assert "It came before, otherwise" in page
    assert "PR-3 26.00" in page
    url = reverse("billing:remittance-held", args=[held.public_id])
    assert poster.post(url, {"decision": "", "reason": "x"}).status_code == 422
    poster.post(url, {"decision": "replaces", "reason": "Medicare reissued it, ref 77"})
    first.refresh_from_db()
    held.refresh_from_db()
    assert (first.state, held.state) == (RemittanceState.SET_ASIDE, RemittanceState.MATCHED)


def test_what_is_posted_is_not_replaced_before_its_posting_is_undone(
    in_summit: Practice, poster: Client
) -> None:
    accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    post_remittance(remittance=example(in_summit, "w10_clean_medicare_payment"))
    text = text_of("w10_clean_medicare_payment").replace("CAS*PR*2*26~", "CAS*PR*3*26~")
    held = deliver(in_summit, text, control=7)
    url = reverse("billing:remittance-held", args=[held.public_id])
    refused = poster.post(url, {"decision": "replaces", "reason": "Medicare reissued it"})
    held.refresh_from_db()
    assert held.state == RemittanceState.HELD
    assert refused.status_code == 422
    assert "Undo its posting, then let this one replace it." in words_of(refused)
    assert 'value="Medicare reissued it"' in refused.content.decode(), "nothing typed is lost"
    assert refused.context["held_form"].errors["decision"]


def test_all_that_tie_out_are_posted_by_one_job_and_the_rest_is_left_with_its_reason(
    in_summit: Practice, poster: Client
) -> None:
    accounts_of(
        in_summit, [("SFM1001", ("200", "150", "40")), ("SFM1016", ("180",))], "MEDICARE PART B"
    )
    clean = example(in_summit, "w10_clean_medicare_payment")
    text = text_of("w10_clean_medicare_payment").replace("EFT0010", "EFT0011")
    twice = deliver(in_summit, text, control=8)
    other = example(in_summit, "w20_interest", control=9)
    listed = words_of(poster.get(reverse("claims:remittances")))
    assert "Post all that tie out, 3" in listed
    response = poster.post(reverse("billing:remittances-post"), {"scope": "ready"})
    job = Job.everywhere.get()
    assert response["Location"] == reverse("core:job", args=[job.public_id])
    run_due_jobs()
    job.refresh_from_db()
    states = dict(Remittance.objects.values_list("pk", "state"))
    assert states[clean.pk] == states[other.pk] == RemittanceState.POSTED
    assert states[twice.pk] == RemittanceState.MATCHED
    assert job.result == {"posted": 2, "left": 1}
    assert job.errors == ["EFT0011: credit balance with the payer; possible double payment"]


def test_a_remittance_at_the_bank_is_reconciled_in_the_list(
    in_summit: Practice, poster: Client
) -> None:
    accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    found = example(in_summit, "w10_clean_medicare_payment")
    post_remittance(remittance=found)
    waiting = words_of(poster.get(reverse("claims:remittances"), {"bucket": "posted"}))
    assert "EFT0010" in waiting
    poster.post(reverse("billing:remittance-deposit", args=[found.public_id]), {"on": "2026-11-16"})
    found.refresh_from_db()
    assert found.reconciled_on == date(2026, 11, 16)
    assert check_reconciled().problems == []
    assert "Reconciled" in words_of(
        poster.get(reverse("claims:remittances"), {"bucket": "reconciled"})
    )


def test_what_the_list_shows_and_the_books_do_not_is_found(in_summit: Practice) -> None:
    accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    found = example(in_summit, "w10_clean_medicare_payment")
    mark_reconciled(found, on=date(2026, 11, 16))
    assert check_reconciled().problems == ["remittance EFT0010: shows 2026-11-16, the books None"]


def test_the_raw_tab_shows_this_payment_segment_by_segment(
    unknown: RemittanceClaim, poster: Client
) -> None:
    url = reverse("billing:remittance", args=[unknown.remittance.public_id])
    assert "CLP*SFM1001*1*390" in words_of(poster.get(url, {"tab": "raw"}))


def test_a_whole_remittance_is_set_aside_with_a_reason(
    unknown: RemittanceClaim, poster: Client
) -> None:
    url = reverse("billing:remittance-aside", args=[unknown.remittance.public_id])
    assert poster.post(url, {"reason": ""}).status_code == 422
    poster.post(url, {"reason": "Test file of the clearinghouse"})
    assert Remittance.objects.get().state == RemittanceState.SET_ASIDE
    assert not WorkItem.objects.filter(state="open").exists()
