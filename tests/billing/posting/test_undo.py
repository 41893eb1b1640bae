"""Undoing a posting: its mirror, with claims, denials and questions as they were before."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing import jobs
from billing.ledger.balances import trial_balance
from billing.models import Journal
from billing.posting.post_remittance import journals_of, post_remittance
from billing.posting.undo import undo_remittance
from billing.services.issue_statement import issue_statement
from billing.services.push_balances import push_claims
from billing.services.record_deposit import record_deposit
from billing.services.take_patient_payment import take_patient_payment
from claims.choices import DenialState, RemittanceState, VersionState
from claims.models import Claim, ClaimChargeLine, ClaimVersion, Denial, Remittance
from claims.verify import check_evidence
from core import clock
from core.choices import Role, WorkState
from core.errors import ApplicationError, Conflict
from core.jobs import run_due_jobs
from core.models import Job, Practice, WorkItem
from patients.models import Patient
from tests.billing.books_hold import books_hold
from tests.billing.inbox import deliver, example
from tests.billing.road import Account, accounts_of, add_version
from tests.billing.test_views import words_of
from tests.billing.worked import text_of
from tests.cast import client_of

D = Decimal
ACME = "ACME HEALTH PLAN"
WHY = "Posted to the wrong claims"


@pytest.fixture
def account(in_summit: Practice) -> Account:
    """SFM1006 of W-13: paid in part, two lines refused."""
    charges = ("140", "180", "15", "60")
    return accounts_of(in_summit, [("SFM1006", charges)], ACME)["SFM1006"]


@pytest.fixture
def remittance(account: Account) -> Remittance:
    """W-13, posted."""
    found = example(account.claim.practice, "w13_partial_pay")
    post_remittance(remittance=found)
    found.refresh_from_db()
    return found


@pytest.fixture
def poster(summit: Practice) -> Client:
    return client_of(summit, Role.POSTER)


def picture(practice: Practice) -> object:
    """What lists, claims and books say: balances by account, states, open work and denials."""
    lines = ClaimChargeLine.objects.values_list("charge_line_id", flat=True)
    if not Journal.objects.exclude(source_kind="charge").exists():
        push_claims(practice, list(lines))  # the road lays claims out without their balances
    return (
        {row.number: row.balance_amount for row in trial_balance(practice) if row.balance_amount},
        list(ClaimVersion.objects.order_by("pk").values_list("state", "outcome", "claim__is_open")),
        list(
            Claim.objects.order_by("pk").values_list(
                "insurance_balance_amount", "patient_balance_amount"
            )
        ),
        list(Patient.objects.order_by("pk").values_list("patient_balance_amount", flat=True)),
        set(WorkItem.objects.filter(state=WorkState.OPEN).values_list("kind", flat=True)),
        Denial.objects.filter(state=DenialState.OPEN).count(),
    )


@pytest.mark.parametrize(
    ("name", "charges"),
    [
        ("w13_partial_pay", ("140", "180", "15", "60")),
        ("w14_bundled_procedure", ("40", "30")),
        ("w12_denial_zero_pay", ("950",)),
        ("w17_recovery_for_another_patient", ("520",)),
        ("w19_refund_acknowledged", ("130",)),
        ("w23_capitated", ("140",)),
    ],
)
def test_everything_is_as_it_was_and_may_be_posted_again(
    in_summit: Practice, name: str, charges: tuple[str, ...]
) -> None:
    numbers = {"w13": "SFM1006", "w14": "SFM1007", "w12": "SFM1003", "w17": "SFM1011",
               "w19": "SFM1015", "w23": "SFM1018"}  # fmt: skip
    accounts_of(in_summit, [(numbers[name[:3]], charges)], ACME)
    remittance = example(in_summit, name)
    before = picture(in_summit)
    post_remittance(remittance=remittance)
    after = picture(in_summit)
    for _ in range(2):
        mirrors = undo_remittance(remittance=remittance, reason=WHY)
        assert all(journal.reverses_id for journal in mirrors)
        assert picture(in_summit) == before
        remittance.refresh_from_db()
        assert (remittance.state, remittance.posted_at) == (RemittanceState.MATCHED, None)
        books_hold()
        post_remittance(remittance=remittance)
        assert picture(in_summit) == after
        books_hold()


def test_undoing_a_reversal_and_its_correction_puts_the_first_decision_back(
    in_summit: Practice,
) -> None:
    claims = [("SFM1004", ("300",)), ("SFM1005", ("120",))]
    accounts_of(in_summit, claims, ACME)
    picture(in_summit)
    original = example(in_summit, "w15_original")
    post_remittance(remittance=original)
    before = picture(in_summit)
    remittance = example(in_summit, "w15_reversal_and_correction", control=2)
    post_remittance(remittance=remittance)
    after = picture(in_summit)
    with pytest.raises(Conflict, match="reversed an answer of it"):
        undo_remittance(remittance=original, reason=WHY)
    for _ in range(2):
        undo_remittance(remittance=remittance, reason=WHY)
        assert picture(in_summit) == before
        books_hold()
        # The payer's reversal finds what was put back, as it found the first posting.
        post_remittance(remittance=remittance)
        assert picture(in_summit) == after
        books_hold()


def test_once_the_reversal_is_undone_its_first_posting_may_be_undone_too(
    in_summit: Practice,
) -> None:
    claims = [("SFM1004", ("300",)), ("SFM1005", ("120",))]
    accounts_of(in_summit, claims, ACME)
    before = picture(in_summit)
    original = example(in_summit, "w15_original")
    post_remittance(remittance=original)
    reversal = example(in_summit, "w15_reversal_and_correction", control=2)
    post_remittance(remittance=reversal)
    undo_remittance(remittance=reversal, reason=WHY)
    undo_remittance(remittance=original, reason=WHY)
    assert picture(in_summit) == before
    books_hold()
    post_remittance(remittance=original)
    post_remittance(remittance=reversal)
    with pytest.raises(Conflict, match="reversed an answer of it"):
        undo_remittance(remittance=original, reason=WHY)
    books_hold()


def test_the_copay_that_it_used_is_a_credit_again(account: Account, in_summit: Practice) -> None:
    picture(in_summit)
    take_patient_payment(
        patient=account.patient, amount=D("30"), method="cash",
        received_on=clock.today(in_summit), reference="",
    )  # fmt: skip
    before = picture(in_summit)
    found = example(in_summit, "w13_partial_pay")
    post_remittance(remittance=found)
    assert account.patient.patient_balance_amount == D("34.00")
    undo_remittance(remittance=found, reason=WHY)
    assert picture(in_summit) == before
    books_hold()
    post_remittance(remittance=found)
    assert account.patient.patient_balance_amount == D("34.00")


# --- what stands in the way ----------------------------------------------------------------------


def pay(account: Account) -> None:
    take_patient_payment(
        patient=account.patient, amount=D("20"), method="cash",
        received_on=clock.today(account.claim.practice), reference="",
    )  # fmt: skip


def deposit(account: Account) -> None:
    record_deposit(remittance=Remittance.objects.get(), on=date(2026, 11, 20))


@pytest.mark.parametrize(
    ("happens", "words"), [(pay, "Receipt .* was taken"), (deposit, "at the bank since 11/20/2026")]
)
def test_it_is_refused_with_the_reason_where_later_facts_stand_on_it(
    remittance: Remittance, account: Account, happens: Callable[[Account], None], words: str
) -> None:
    happens(account)
    written = Journal.objects.count()
    with pytest.raises(Conflict, match=words):
        undo_remittance(remittance=remittance, reason=WHY)
    assert Journal.objects.count() == written
    remittance.refresh_from_db()
    assert remittance.state == RemittanceState.POSTED


def test_a_balance_that_was_taken_since_keeps_its_remittance(in_summit: Practice) -> None:
    claims = [("SFM1012", ("110",)), ("SFM1013", ("260",)), ("SFM1014", ("190",))]
    accounts_of(in_summit, claims, ACME)
    first = example(in_summit, "w18a_delayed_recoupment")
    post_remittance(remittance=first)
    second = example(in_summit, "w18b_recoupment_taken", control=2)
    post_remittance(remittance=second)
    with pytest.raises(Conflict, match="ICN20261001012"):
        undo_remittance(remittance=first, reason=WHY)
    undo_remittance(remittance=second, reason=WHY)
    undo_remittance(remittance=first, reason=WHY)
    books_hold()


def test_a_refusal_is_not_undone_under_an_answer_that_came_later(in_summit: Practice) -> None:
    account = accounts_of(in_summit, [("SFM1003", ("950",))], ACME)["SFM1003"]
    refusal = example(in_summit, "w12_denial_zero_pay")
    post_remittance(remittance=refusal)
    text = text_of("w12_denial_zero_pay").replace("NP0012", "NP0112").replace("*197*", "*27*")
    later = deliver(in_summit, text, control=2)
    post_remittance(remittance=later)
    with pytest.raises(Conflict, match="NP0112 was posted on the same claims since"):
        undo_remittance(remittance=refusal, reason=WHY)
    undo_remittance(remittance=later, reason=WHY)
    assert account.fresh().version.state == VersionState.ADJUDICATED
    undo_remittance(remittance=refusal, reason=WHY)
    assert account.fresh().version.state == VersionState.PAYER_ACCEPTED
    attempt = account.fresh().version.current_attempt
    assert (attempt.state, attempt.clock_kind) == ("payer_accepted", "835")
    assert check_evidence().problems == [], "it waits for its answer again"


def test_a_claim_for_the_next_payer_that_is_out_becomes_work(in_summit: Practice) -> None:
    account = accounts_of(in_summit, [("SFM1004", ("300",))], ACME, "ACME SUPPLEMENT")["SFM1004"]
    found = example(in_summit, "w15_original")
    post_remittance(remittance=found)
    add_version(account.claim, account.patient.coverages.get(rank=2), account.lines)
    undo_remittance(remittance=found, reason=WHY)
    assert WorkItem.objects.filter(kind="claim.secondary_stale", state=WorkState.OPEN).exists()
    assert account.fresh().version.state == VersionState.PAYER_ACCEPTED
    books_hold()


def test_only_what_is_posted_is_undone_and_never_without_a_reason(
    remittance: Remittance,
) -> None:
    with pytest.raises(ApplicationError) as refused:
        undo_remittance(remittance=remittance, reason="  a ")
    assert refused.value.field == "reason"
    undo_remittance(remittance=remittance, reason=WHY)
    with pytest.raises(Conflict):
        undo_remittance(remittance=remittance, reason=WHY)


# --- on screen -----------------------------------------------------------------------------------


def test_the_mirror_is_shown_before_it_is_written(
    remittance: Remittance, account: Account, poster: Client
) -> None:
    url = reverse("billing:remittance-undo", args=[remittance.public_id])
    text = words_of(poster.get(url))
    assert "1 claim goes back" in text
    assert "1 journal undone" in text
    assert "126.00" in text
    assert poster.post(url, {"reason": ""}).status_code == 422
    assert poster.post(url, {"reason": WHY}).status_code == 303
    remittance.refresh_from_db()
    assert remittance.state == RemittanceState.MATCHED
    assert WHY in words_of(poster.get(reverse("billing:remittance", args=[remittance.public_id]),
                                      {"tab": "history"}))  # fmt: skip
    assert poster.get(url).status_code == 303  # nothing to undo any more


def test_the_page_says_what_stands_in_the_way_and_offers_no_button(
    remittance: Remittance, account: Account, poster: Client
) -> None:
    issue_statement(guarantor=account.patient.guarantor)
    url = reverse("billing:remittance-undo", args=[remittance.public_id])
    assert "asks for what this left to the patient" in words_of(poster.get(url))
    pay(account)
    text = words_of(poster.get(url))
    assert "It cannot be undone as it is" in text
    assert "take it back first" in text
    assert "Undo the posting Ctrl" not in text
    response = poster.post(url, {"reason": WHY})
    assert response.status_code == 422
    assert "take it back first" in words_of(response)


def test_a_long_one_is_undone_by_a_job_whose_arguments_say_nothing(
    remittance: Remittance, poster: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_AT_ONCE", 0)
    url = reverse("billing:remittance-undo", args=[remittance.public_id])
    assert "/jobs/" in poster.post(url, {"reason": WHY}).url  # type: ignore[attr-defined]
    assert WHY not in str(Job.objects.get().arguments)
    run_due_jobs()
    assert Job.objects.get().state == "done", Job.objects.get().last_error
    remittance.refresh_from_db()
    assert remittance.state == RemittanceState.MATCHED
    assert list(journals_of(remittance))[-1].memo.endswith(WHY)


def test_the_other_practices_remittance_is_not_found(
    remittance: Remittance, lakeside: Practice
) -> None:
    url = reverse("billing:remittance-undo", args=[remittance.public_id])
    assert client_of(lakeside, Role.POSTER).get(url).status_code == 404
