"""Giving up and moving balances: limits, the second person, what never reaches the patient."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from billing.adjusting_choices import RequestState, TransferReason, WriteOffReason
from billing.ledger.accounts import Account as Ledger
from billing.ledger.balances import balance
from billing.models import BalanceRequest, Journal
from billing.posting.facts import Party
from billing.posting.post_remittance import post_remittance
from billing.selectors.open_parts import open_parts
from billing.selectors.small_balances import small_balances
from billing.services.decide_request import approve_request, undo_request
from billing.services.issue_statement import issue_statement
from billing.services.open_request import Refusal
from billing.services.transfer_balance import transfer_balance
from billing.services.write_off import request_write_off
from claims.choices import DenialState, VersionState
from claims.models import Claim, ClaimVersion, Denial
from core import clock
from core.actors import acting_as, person
from core.choices import Role, WorkState
from core.errors import ApplicationError, NotAllowed
from core.jobs import run_due_jobs
from core.models import AuditEvent, Practice, WorkItem
from core.tenancy import practice_scope
from patients.models import Patient
from tests.billing.inbox import deliver, example
from tests.billing.road import Account, accounts_of, charged_visit, cover, new_patient
from tests.billing.worked import text_of
from tests.cast import client_of, user_of

D = Decimal


@pytest.fixture
def denied(in_summit: Practice) -> Account:
    """W-12: 950.00 denied for want of an authorization (CO-197)."""
    account = accounts_of(in_summit, [("SFM1003", ("950",))], "ACME HEALTH PLAN")["SFM1003"]
    post_remittance(remittance=example(in_summit, "w12_denial_zero_pay"))
    return account


def amounts(account: Account, amount: str) -> dict[str, Decimal]:
    """`amount` of the first open balance of the claim."""
    [part, *_] = open_parts(account.claim.practice, [line.pk for line in account.lines])
    return {part.key: D(amount)}


def ask(account: Account, amount: str, reason: str = WriteOffReason.DENIED_AUTH) -> BalanceRequest:
    return request_write_off(
        patient=account.patient,
        claim=account.claim,
        amounts=amounts(account, amount),
        reason_code=reason,
        note="Nothing more to be had",
    )


def by(practice: Practice, role: Role) -> AbstractContextManager[None]:
    """Acting as the member in `role`."""
    return acting_as(person(user_of(practice, role), source="test"))


def form_of(account: Account, amount: str, **more: str) -> dict[str, str]:
    [(key, _)] = amounts(account, amount).items()
    return {key: amount, "reason_code": WriteOffReason.DENIED_AUTH, "note": "Lost", **more}


def url(name: str, row: object) -> str:
    return reverse(f"billing:{name}", args=[row.public_id])  # type: ignore[attr-defined]


# --- write-offs ---------------------------------------------------------------------------------


def test_the_journal_is_shown_first_and_written_by_the_second_button(denied: Account) -> None:
    biller = client_of(denied.claim.practice, Role.BILLER)
    shown = biller.post(url("write-off", denied.claim), form_of(denied, "60", step="preview"))
    assert shown.status_code == 200
    assert "Denial write-off" in shown.content.decode()
    assert not BalanceRequest.objects.exists()
    done = biller.post(url("write-off", denied.claim), form_of(denied, "60", step="confirm"))
    assert done.status_code == 303
    request = BalanceRequest.objects.get()
    assert request.state == RequestState.POSTED
    assert balance(denied.claim.practice, Ledger.DENIAL_WRITE_OFF) == D("60")
    assert Claim.objects.get(pk=denied.claim.pk).insurance_balance_amount == D("890")
    page = biller.get(url("request", request)).content.decode()
    assert "Denied: no authorization" in page
    assert "wrote off $60.00" in page


def test_the_same_form_sent_twice_writes_off_once(denied: Account) -> None:
    biller = client_of(denied.claim.practice, Role.BILLER)
    page = biller.get(url("write-off", denied.claim)).content.decode()
    key = page.split('name="submission_key" value="')[1].split('"')[0]
    for _ in range(2):
        biller.post(
            url("write-off", denied.claim),
            form_of(denied, "60", step="confirm", submission_key=key),
        )
    assert balance(denied.claim.practice, Ledger.DENIAL_WRITE_OFF) == D("60")


def test_above_the_limit_it_waits_for_somebody_else(denied: Account) -> None:
    practice = denied.claim.practice
    request = ask(denied, "950")
    assert request.state == RequestState.WAITING
    assert balance(practice, Ledger.DENIAL_WRITE_OFF) == 0
    item = WorkItem.objects.get(kind="balance_request.approval")
    assert item.role == Role.MANAGER
    manager = client_of(practice, Role.MANAGER)
    assert request.number in manager.get(reverse("billing:requests")).content.decode()
    assert "Journal preview" in manager.get(url("request", request)).content.decode()
    answer = manager.post(url("request-decide", request), {"act": "approve"})
    assert answer.status_code == 303
    assert balance(practice, Ledger.DENIAL_WRITE_OFF) == D("950")
    item.refresh_from_db()
    assert item.state == WorkState.DONE
    # Nothing is open any more: the denial is settled, the claim is closed.
    assert Denial.objects.get().state == DenialState.RESOLVED
    assert ClaimVersion.objects.get(pk=denied.version.pk).state == VersionState.CLOSED


def test_nobody_approves_what_they_asked_for_not_even_a_manager(denied: Account) -> None:
    practice = denied.claim.practice
    with by(practice, Role.MANAGER):
        request = request_write_off(
            patient=denied.patient, amounts=amounts(denied, "950"),
            reason_code=WriteOffReason.DENIED_AUTH,
        )  # fmt: skip
        assert request.state == RequestState.POSTED  # within a manager's own limit
        undo_request(request=request, reason="To be tried above the limit")
    request = ask(denied, "950")
    with pytest.raises(NotAllowed, match="nobody approves"):
        approve_request(request=request)
    with by(practice, Role.POSTER), pytest.raises(NotAllowed, match="a manager"):
        approve_request(request=request)
    assert "Approve and post" not in client_of(practice, Role.BILLER).get(
        url("request", request)
    ).content.decode()  # fmt: skip


def test_the_database_itself_wants_a_second_person_above_the_limit(denied: Account) -> None:
    request = ask(denied, "950")
    journal = Journal.objects.first()
    with pytest.raises(IntegrityError, match="request_above_limit"), transaction.atomic():
        BalanceRequest.objects.filter(pk=request.pk).update(
            state="posted", journal=journal, decided_by=request.requested_by_id
        )


def test_a_refused_request_says_why_and_posts_nothing(denied: Account) -> None:
    request = ask(denied, "950")
    manager = client_of(denied.claim.practice, Role.MANAGER)
    silent = manager.post(url("request-decide", request), {"act": "refuse"})
    assert silent.status_code == 422
    manager.post(url("request-decide", request), {"act": "refuse", "note": "Appeal first"})
    page = manager.get(url("request", request)).content.decode()
    assert "Appeal first" in page
    assert balance(denied.claim.practice, Ledger.DENIAL_WRITE_OFF) == 0


def test_who_asked_takes_it_back(denied: Account) -> None:
    request = ask(denied, "950")
    biller = client_of(denied.claim.practice, Role.BILLER)
    biller.post(url("request-decide", request), {"act": "withdraw"})
    request.refresh_from_db()
    assert request.state == RequestState.WITHDRAWN


def test_an_undone_write_off_opens_balance_and_claim_again(denied: Account) -> None:
    practice = denied.claim.practice
    with by(practice, Role.MANAGER):
        request = ask(denied, "950")
    assert ClaimVersion.objects.get(pk=denied.version.pk).state == VersionState.CLOSED
    biller = client_of(practice, Role.BILLER)
    biller.post(url("request-decide", request), {"act": "undo", "note": "The payer reopened it"})
    request.refresh_from_db()
    assert request.state == RequestState.UNDONE
    assert balance(practice, Ledger.DENIAL_WRITE_OFF) == 0
    assert Claim.objects.get(pk=denied.claim.pk).insurance_balance_amount == D("950")
    assert ClaimVersion.objects.get(pk=denied.version.pk).state == VersionState.ADJUDICATED


@pytest.mark.parametrize(
    ("amount", "reason", "words"),
    [
        ("", WriteOffReason.DENIED_AUTH, "Enter an amount on at least one line."),
        ("950.01", WriteOffReason.DENIED_AUTH, "BAL-01"),
        ("-1", WriteOffReason.DENIED_AUTH, "BAL-01"),
        ("10", WriteOffReason.CHARITY, "BAL-02"),
        ("10", WriteOffReason.SMALL_BALANCE, "BAL-05"),
        ("10", "", "Choose a reason."),
        ("ten", WriteOffReason.DENIED_AUTH, "Enter an amount like 125.00."),
    ],
)
def test_what_cannot_be_written_off_is_said_with_nothing_lost(
    denied: Account, amount: str, reason: str, words: str
) -> None:
    [(key, _)] = amounts(denied, "1").items()
    biller = client_of(denied.claim.practice, Role.BILLER)
    page = biller.post(
        url("write-off", denied.claim),
        {key: amount, "reason_code": reason, "note": "As typed", "step": "confirm"},
    )
    assert page.status_code == 422
    text = page.content.decode()
    assert words in text
    assert "As typed" in text
    assert not BalanceRequest.objects.exists()


def test_nothing_is_written_off_while_a_correction_is_out(denied: Account) -> None:
    ClaimVersion.objects.filter(pk=denied.version.pk).update(state=VersionState.REVERSED)
    with pytest.raises(Refusal, match="correction is awaited"):
        ask(denied, "10")


def test_an_approval_after_the_balance_changed_is_refused(denied: Account) -> None:
    request = ask(denied, "950")
    ask(denied, "50")
    manager = client_of(denied.claim.practice, Role.MANAGER)
    answer = manager.post(url("request-decide", request), {"act": "approve"})
    assert answer.status_code == 422
    assert "has changed since" in answer.content.decode()


def test_a_self_pay_visit_gets_its_discount_on_the_account(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    [line] = charged_visit(patient, ["200"])
    [part] = open_parts(in_summit, [line.pk])
    biller = client_of(in_summit, Role.BILLER)
    biller.post(
        url("account-write-off", patient),
        {part.key: "60", "reason_code": WriteOffReason.SELF_PAY, "step": "confirm"},
    )
    assert balance(in_summit, Ledger.SELF_PAY_DISCOUNT) == D("60")
    patient.refresh_from_db()
    assert patient.patient_balance_amount == D("140")
    assert "Written off by us" in biller.get(url("account", patient)).content.decode()


def test_another_practices_requests_stay_unseen(denied: Account, lakeside: Practice) -> None:
    request = ask(denied, "950")
    theirs = client_of(lakeside, Role.MANAGER)
    assert request.number not in theirs.get(reverse("billing:requests")).content.decode()
    assert theirs.get(url("request", request)).status_code == 404
    assert theirs.post(url("request-decide", request), {"act": "approve"}).status_code == 404


def test_every_act_is_in_the_audit_log(denied: Account) -> None:
    request = ask(denied, "50")
    undo_request(request=request, reason="Just to see")
    kinds = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"write_off.posted", "write_off.undone", "balance_request.undone"} <= kinds


# --- moves --------------------------------------------------------------------------------------


def move(account: Account, amount: str, reason: str, to: Party | None = None) -> BalanceRequest:
    return transfer_balance(
        patient=account.patient, claim=account.claim, amounts=amounts(account, amount),
        reason_code=reason, to=to,
    )  # fmt: skip


def test_a_balance_moves_to_the_next_coverage_on_screen(denied: Account) -> None:
    practice = denied.claim.practice
    supplement = cover(denied.patient, "ACME SUPPLEMENT", 2)
    [(key, _)] = amounts(denied, "1").items()
    values = {
        key: "950", "to": str(supplement.public_id), "reason_code": TransferReason.NEXT_PAYER,
    }  # fmt: skip
    biller = client_of(practice, Role.BILLER)
    assert "A/R insurance, ACME SUPPLEMENT" in biller.post(
        url("transfer", denied.claim), values
    ).content.decode()  # fmt: skip
    biller.post(url("transfer", denied.claim), {**values, "step": "confirm"})
    payer = supplement.plan.payer_id
    assert balance(practice, Ledger.INSURANCE_AR, payer_id=payer, rank=2) == D("950")
    assert balance(practice, Ledger.DENIAL_WRITE_OFF) == 0
    mirror = undo_request(request=BalanceRequest.objects.get(), reason="It was the wrong one")
    assert mirror.reverses is not None
    assert balance(practice, Ledger.INSURANCE_AR, payer_id=payer, rank=2) == 0


def test_what_the_payer_made_the_practices_never_becomes_the_patients(denied: Account) -> None:
    for reason in (TransferReason.PATIENT_SHARE, TransferReason.SIGNED_NOTICE):
        with pytest.raises(Refusal) as refused:
            move(denied, "950", reason)
        assert "MOV-01" in {finding.code for finding in refused.value.findings}
    assert balance(denied.claim.practice, Ledger.PATIENT_AR) == 0


def test_a_claim_that_is_not_decided_leaves_nothing_to_the_patient(in_summit: Practice) -> None:
    account = accounts_of(in_summit, [("SFM1003", ("950",))], "ACME HEALTH PLAN")["SFM1003"]
    with pytest.raises(Refusal, match="has not decided"):
        move(account, "950", TransferReason.PATIENT_SHARE)


def test_a_medicare_beneficiary_with_medicaid_is_never_billed(in_summit: Practice) -> None:
    account = accounts_of(in_summit, [("SFM1020", ("150",))], "MEDICARE PART B", "STATE MEDICAID")[
        "SFM1020"
    ]
    post_remittance(remittance=example(in_summit, "w24a_qmb_medicare"))
    with pytest.raises(Refusal) as refused:
        move(account, "20", TransferReason.PATIENT_SHARE)
    assert "MOV-02" in {finding.code for finding in refused.value.findings}


def test_a_share_that_waited_for_a_review_may_become_the_patients(in_summit: Practice) -> None:
    account = accounts_of(in_summit, [("SFM1003", ("950",))], "ACME HEALTH PLAN")["SFM1003"]
    text = text_of("w12_denial_zero_pay").replace("CAS*CO*197*950", "CAS*PR*204*950")
    post_remittance(remittance=deliver(in_summit, text))
    with pytest.raises(Refusal):
        move(account, "950.01", TransferReason.PATIENT_SHARE)
    request = move(account, "950", TransferReason.PATIENT_SHARE)
    assert request.state == RequestState.POSTED
    assert balance(in_summit, Ledger.PATIENT_AR) == D("950")
    assert Denial.objects.get().state == DenialState.RESOLVED


def test_a_debt_placed_with_an_agency_leaves_the_statement(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    [line] = charged_visit(patient, ["200"])
    statement = issue_statement(guarantor=patient.guarantor)
    [part] = open_parts(in_summit, [line.pk])
    transfer_balance(
        patient=patient, amounts={part.key: D("200")}, reason_code=TransferReason.AGENCY, to=None
    )
    assert balance(in_summit, Ledger.COLLECTIONS_AR) == D("200")
    statement.refresh_from_db()
    assert statement.state == "settled"


def test_a_reason_that_does_not_fit_the_target_is_refused_at_its_field(denied: Account) -> None:
    with pytest.raises(ApplicationError, match="does not fit") as refused:
        move(denied, "10", TransferReason.NEXT_PAYER, None)
    assert refused.value.field == "reason_code"


def test_a_move_whose_money_was_used_is_not_undone(in_summit: Practice) -> None:
    account = accounts_of(in_summit, [("SFM1003", ("950",))], "ACME HEALTH PLAN")["SFM1003"]
    text = text_of("w12_denial_zero_pay").replace("CAS*CO*197*950", "CAS*PR*204*950")
    post_remittance(remittance=deliver(in_summit, text))
    request = move(account, "950", TransferReason.PATIENT_SHARE)
    [part] = open_parts(in_summit, [account.lines[0].pk])
    request_write_off(
        patient=account.patient, amounts={part.key: D("50")}, reason_code=WriteOffReason.CHARITY
    )
    with pytest.raises(ApplicationError, match="undo that first"):
        undo_request(request=request, reason="A second thought")


# --- small balances -----------------------------------------------------------------------------


@pytest.fixture
def small(in_summit: Practice) -> Callable[..., Patient]:
    """A self-pay patient with one open amount, posted some days ago."""

    def make(amount: str, days: int) -> Patient:
        with clock.travel(clock.now() - timedelta(days=days)):
            patient = new_patient(in_summit)
            charged_visit(patient, [amount])
        return patient

    return make


def test_the_run_takes_what_is_small_and_idle_and_nothing_else(
    in_summit: Practice, small: Callable[..., Patient]
) -> None:
    """W-48: 4.99 idle for 60 days goes; 5.00, and what moved yesterday, stay."""
    gone, large, fresh = small("4.99", 61), small("5.00", 61), small("4.99", 59)
    biller = client_of(in_summit, Role.BILLER)
    page = biller.get(reverse("billing:small-balances")).content.decode()
    assert page.count("4.99</td>") == 1
    answer = biller.post(reverse("billing:small-balances"))
    assert answer.status_code == 303
    run_due_jobs()
    with practice_scope(in_summit):
        assert balance(in_summit, Ledger.SMALL_BALANCE) == D("4.99")
        left = {p.pk: Patient.objects.get(pk=p.pk).patient_balance_amount
                for p in (gone, large, fresh)}  # fmt: skip
    assert left == {gone.pk: D("0"), large.pk: D("5.00"), fresh.pk: D("4.99")}
    assert BalanceRequest.objects.get().reason_code == WriteOffReason.SMALL_BALANCE
    assert not small_balances(in_summit).rows
