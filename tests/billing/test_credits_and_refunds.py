"""Money that is not ours: found, said what it is, used, returned in time, and never too early."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from billing.adjusting_choices import (
    CreditCause,
    CreditState,
    OverpaymentState,
    RefundState,
)
from billing.ledger.accounts import Account as Ledger
from billing.ledger.balances import balance
from billing.models import CreditBalance, Overpayment, Refund
from billing.posting.post_remittance import post_remittance
from billing.services.close_day import close_day
from billing.services.identify_overpayment import (
    end_investigation,
    identify_overpayment,
    start_investigation,
)
from billing.services.issue_statement import NothingToBill, issue_statement
from billing.services.refund_credit import request_refund
from billing.services.review_credit import review_credit
from billing.services.settle_refund import approve_refund, issue_refund, void_refund
from billing.services.take_patient_payment import take_patient_payment
from billing.services.use_credit import use_credit
from billing.services.watch_overpayments import watch_overpayments
from billing.verify import check_credits, check_refunds
from claims.choices import VersionState
from claims.models import ClaimVersion
from core import clock
from core.actors import acting_as, person
from core.choices import Role, WorkState
from core.errors import ApplicationError, Conflict, NotAllowed
from core.models import Practice, WorkItem
from patients.models import Payer
from tests.billing.inbox import deliver, example
from tests.billing.road import accounts_of, charged_visit, new_patient
from tests.billing.worked import text_of
from tests.cast import client_of, user_of

D = Decimal


def url(name: str, row: object) -> str:
    return reverse(f"billing:{name}", args=[row.public_id])  # type: ignore[attr-defined]


@pytest.fixture
def biller(summit: Practice) -> Client:
    return client_of(summit, Role.BILLER)


@pytest.fixture
def manager(summit: Practice) -> Client:
    return client_of(summit, Role.MANAGER)


@pytest.fixture
def patient_credit(in_summit: Practice) -> CreditBalance:
    """The patient paid 25.00 on a claim whose correction made it somebody else's (W-48, W-15)."""
    claims = [("SFM1004", ("300",)), ("SFM1005", ("120",))]
    accounts = accounts_of(in_summit, claims, "ACME HEALTH PLAN")
    post_remittance(remittance=example(in_summit, "w15_original"))
    take_patient_payment(
        patient=accounts["SFM1004"].patient, amount=D("25"), method="card",
        received_on=date(2026, 1, 5),
    )  # fmt: skip
    post_remittance(remittance=example(in_summit, "w15_reversal_alone", control=2))
    return CreditBalance.objects.get(account_id=Ledger.PATIENT_AR)


@pytest.fixture
def overpaid(in_summit: Practice) -> CreditBalance:
    """Medicare paid W-10 twice under two traces: 161.50 too much."""
    account = accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    post_remittance(remittance=example(in_summit, "w10_clean_medicare_payment"))
    again = text_of("w10_clean_medicare_payment").replace("EFT0010", "EFT0099")
    post_remittance(remittance=deliver(in_summit, again, control=2))
    assert account["SFM1001"].patient
    return CreditBalance.objects.filter(account_id=Ledger.INSURANCE_AR).order_by("-amount")[0]


def test_what_arose_after_today_was_closed_may_be_identified_today(in_summit: Practice) -> None:
    """It is posted on tomorrow, which nobody can name yet."""
    today = clock.today(in_summit)
    accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    post_remittance(remittance=example(in_summit, "w10_clean_medicare_payment"))
    close_day(practice=in_summit, day=today, reasons={})
    again = text_of("w10_clean_medicare_payment").replace("EFT0010", "EFT0099")
    post_remittance(remittance=deliver(in_summit, again, control=2))
    credit = CreditBalance.objects.filter(account_id=Ledger.INSURANCE_AR).order_by("-amount")[0]
    assert credit.arose_on == today + timedelta(days=1)
    found = identify_overpayment(credit=credit, identified_on=today, reason="Paid twice")
    assert found.identified_on == today


# --- the worklist -------------------------------------------------------------------------------


def test_what_is_in_credit_is_listed_by_itself_with_how_it_arose(
    overpaid: CreditBalance, biller: Client
) -> None:
    assert overpaid.cause == CreditCause.DUPLICATE
    assert overpaid.reviewed_at is None
    page = biller.get(reverse("billing:credits")).content.decode()
    assert "MEDICARE PART B" in page
    assert "Paid twice" in page
    assert check_credits().problems == []
    shown = biller.get(url("credit", overpaid)).content.decode()
    assert str(overpaid.journal) in shown
    assert "nobody has looked yet" in shown


def test_a_prepayment_is_a_credit_that_waits_and_settles_by_itself(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    take_patient_payment(
        patient=patient, amount=D("30"), method="cash", received_on=date(2026, 1, 5)
    )
    credit = CreditBalance.objects.get()
    assert (credit.cause, credit.amount) == (CreditCause.PREPAID, D("30"))


def test_a_credit_that_is_gone_is_settled_and_opens_again_with_the_next(
    in_summit: Practice,
) -> None:
    patient = new_patient(in_summit)
    for amount in ("30", "12"):
        take_patient_payment(
            patient=patient, amount=D(amount), method="cash", received_on=date(2026, 1, 5)
        )
        credit = CreditBalance.objects.get()
        assert (credit.amount, credit.state) == (D(amount), CreditState.OPEN)
        charged_visit(patient, [amount])  # what becomes due is settled with it
        credit.refresh_from_db()
        assert (credit.amount, credit.state) == (D("0"), CreditState.SETTLED)
    assert check_credits().problems == []


def test_another_practices_credits_stay_unseen(overpaid: CreditBalance, lakeside: Practice) -> None:
    theirs = client_of(lakeside, Role.MANAGER)
    for name in ("credits", "refunds", "overpayments"):
        assert "MEDICARE" not in theirs.get(reverse(f"billing:{name}")).content.decode()
    assert theirs.get(url("credit", overpaid)).status_code == 404
    assert theirs.post(url("credit-refund", overpaid), {}).status_code == 404


# --- nothing leaves while a correction is out -----------------------------------------------------


def test_neither_refund_nor_statement_leaves_while_the_correction_is_awaited(
    patient_credit: CreditBalance, biller: Client
) -> None:
    assert "correction is awaited" in biller.get(url("credit", patient_credit)).content.decode()
    answer = biller.post(
        url("credit-refund", patient_credit), {"amount": "25", "note": "Paid too much"}
    )
    assert answer.status_code == 422
    assert not Refund.objects.exists()
    with pytest.raises(NothingToBill):
        issue_statement(guarantor=patient_credit.patient.guarantor)


def test_a_corrected_claim_on_its_way_holds_the_statement_of_a_paid_one(
    in_summit: Practice,
) -> None:
    account = accounts_of(in_summit, [("SFM1004", ("300",))], "ACME HEALTH PLAN")["SFM1004"]
    accounts_of(in_summit, [("SFM1005", ("120",))], "ACME HEALTH PLAN")
    post_remittance(remittance=example(in_summit, "w15_original"))
    correction = ClaimVersion.objects.get(pk=account.version.pk)
    correction.pk, correction.number, correction.corrects_id = None, 2, account.version.pk
    correction.public_id, correction.state = account.claim.public_id, VersionState.READY
    correction.frequency_code = "7"
    correction.save(force_insert=True)
    account.claim.current_version = correction
    account.claim.save()
    with pytest.raises(NothingToBill, match=r"25\.00 waits"):
        issue_statement(guarantor=account.patient.guarantor)


def test_a_refund_approved_before_waits_with_its_check(
    overpaid: CreditBalance, manager: Client
) -> None:
    refund = request_refund(credit=overpaid, amount=D("40"), note="Paid twice")
    version = ClaimVersion.objects.get()
    ClaimVersion.objects.update(state=VersionState.REVERSED)
    with pytest.raises(Conflict, match="No money leaves yet"):
        issue_refund(refund=refund, check_number="1001", on=clock.today(refund.practice))
    ClaimVersion.objects.update(state=version.state)
    issue_refund(refund=refund, check_number="1001", on=clock.today(refund.practice))


# --- refunds ------------------------------------------------------------------------------------


def test_a_refund_goes_its_whole_way_on_screen(
    overpaid: CreditBalance, biller: Client, manager: Client
) -> None:
    practice, amount = overpaid.practice, overpaid.amount
    values = {"amount": str(amount), "note": "Medicare paid twice"}
    preview = biller.post(url("credit-refund", overpaid), values).content.decode()
    assert "Refunds payable to payers" in preview
    assert not Refund.objects.exists()
    biller.post(url("credit-refund", overpaid), {**values, "step": "confirm"})
    refund = Refund.objects.get()
    assert refund.state == RefundState.WAITING
    assert balance(practice, Ledger.PAYER_REFUNDS) == 0
    assert biller.post(url("refund-step", refund), {"act": "approve"}).status_code == 422
    manager.post(url("refund-step", refund), {"act": "approve"})
    assert balance(practice, Ledger.PAYER_REFUNDS) == -amount
    assert check_refunds().problems == []
    silent = biller.post(url("refund-step", refund), {"act": "issue"})
    assert "Enter the number on the check" in silent.content.decode()
    biller.post(url("refund-step", refund), {"act": "issue", "check_number": "1187"})
    assert balance(practice, Ledger.PAYER_REFUNDS) == 0
    assert balance(practice, Ledger.BANK) == -amount
    biller.post(url("refund-step", refund), {"act": "clear"})
    refund.refresh_from_db()
    assert (refund.state, refund.check_number) == (RefundState.CLEARED, "1187")
    overpaid.refresh_from_db()
    assert overpaid.state == CreditState.SETTLED
    page = biller.get(url("refund", refund)).content.decode()
    assert "sent refund" in page
    assert "1187" in page
    assert {item.state for item in WorkItem.objects.filter(kind__startswith="refund.")} == {
        WorkState.DONE
    }


def test_a_voided_check_makes_the_credit_stand_again(overpaid: CreditBalance) -> None:
    practice, amount = overpaid.practice, overpaid.amount
    refund = request_refund(credit=overpaid, amount=amount, note="Paid twice")
    with acting_as(person(user_of(practice, Role.MANAGER), source="test")):
        approve_refund(refund=refund)
    today = clock.today(practice)
    issue_refund(refund=refund, check_number="1188", on=today)
    void_refund(refund=refund, reason="Lost in the mail", on=today)
    assert balance(practice, Ledger.BANK) == 0
    assert balance(practice, Ledger.PAYER_REFUNDS) == 0
    overpaid.refresh_from_db()
    assert (overpaid.state, overpaid.amount) == (CreditState.OPEN, amount)
    assert check_credits().problems == []


def test_no_more_is_promised_than_is_held(overpaid: CreditBalance) -> None:
    request_refund(credit=overpaid, amount=overpaid.amount, note="Paid twice")
    with pytest.raises(ApplicationError, match=r"up to \$0.00"):
        request_refund(credit=overpaid, amount=D("1"), note="Once more")


def test_nobody_approves_their_own_refund(overpaid: CreditBalance) -> None:
    refund = request_refund(credit=overpaid, amount=overpaid.amount, note="Paid twice")
    with pytest.raises(NotAllowed, match="nobody approves"):
        approve_refund(refund=refund)


# --- using a credit -----------------------------------------------------------------------------


def test_after_the_correction_a_credit_settles_what_else_is_owed(
    patient_credit: CreditBalance, biller: Client
) -> None:
    """W-48: 25.00 paid too much, applied to another visit once the correction is posted."""
    ClaimVersion.objects.filter(state=VersionState.REVERSED).update(state=VersionState.ADJUDICATED)
    patient = patient_credit.patient
    charged_visit(patient, ["40"], on=date(2025, 12, 1))  # before there was any coverage
    values = {"amount": "25"}
    shown = biller.post(url("credit-use", patient_credit), values).content.decode()
    assert "Journal preview" in shown
    biller.post(url("credit-use", patient_credit), {**values, "step": "confirm"})
    assert balance(patient.practice, Ledger.PATIENT_AR, patient_id=patient.pk) == D("15")
    assert balance(patient.practice, Ledger.PATIENT_CREDITS) == 0
    patient_credit.refresh_from_db()
    assert patient_credit.state == CreditState.SETTLED


def test_for_another_patient_of_the_family_the_guarantor_agrees_first(in_summit: Practice) -> None:
    parent = new_patient(in_summit)
    child = new_patient(in_summit, parent.guarantor)
    charged_visit(child, ["40"])
    take_patient_payment(
        patient=parent, amount=D("30"), method="cash", received_on=date(2026, 1, 5), allocations={}
    )
    credit = CreditBalance.objects.get()
    with pytest.raises(ApplicationError, match="is owed that it may settle"):
        use_credit(credit=credit, amount=D("30"))
    use_credit(credit=credit, amount=D("30"), for_family=True)
    child.refresh_from_db()
    assert child.patient_balance_amount == D("10")


# --- the 60-day clock -----------------------------------------------------------------------------


def at(practice: Practice, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(practice.time_zone))


def test_saying_what_a_medicare_credit_is_starts_its_clock(
    overpaid: CreditBalance, biller: Client
) -> None:
    today = clock.today(overpaid.practice)
    biller.post(
        url("credit-review", overpaid),
        {"cause": CreditCause.DUPLICATE, "note": "Two traces", "identified_on": today.isoformat()},
    )
    clock_of = Overpayment.objects.get()
    assert clock_of.due_on == today + timedelta(days=60)
    item = WorkItem.objects.get(kind="overpayment.return")
    assert (item.role, item.due_on) == (Role.BILLER, clock_of.due_on)
    page = biller.get(url("overpayment", clock_of)).content.decode()
    assert "60 days left" in page
    assert clock_of.number in biller.get(reverse("billing:overpayments")).content.decode()


def test_a_commercial_credit_has_no_federal_clock(overpaid: CreditBalance) -> None:
    Payer.objects.update(kind="commercial")
    review_credit(
        credit=CreditBalance.objects.get(pk=overpaid.pk), cause=CreditCause.PAYER, note="As seen"
    )
    assert not Overpayment.objects.exists()


def test_the_clock_reminds_then_escalates_and_says_when_it_is_overdue(
    overpaid: CreditBalance,
) -> None:
    practice, today = overpaid.practice, clock.today(overpaid.practice)
    review_credit(credit=overpaid, cause=CreditCause.DUPLICATE, note="Two traces")
    item = WorkItem.objects.get(kind="overpayment.return")
    assert watch_overpayments() == 0
    seen = []
    for days in (30, 46, 61):
        with clock.travel(at(practice, today + timedelta(days=days))):
            assert watch_overpayments() == 1
            assert watch_overpayments() == 0
        item.refresh_from_db()
        seen.append((item.role, item.title.split(":")[0]))
    assert [role for role, _ in seen] == [Role.BILLER, Role.MANAGER, Role.MANAGER]
    assert seen[-1][1] == "OVERDUE"


def test_an_investigation_stops_the_clock_and_ends_by_itself(overpaid: CreditBalance) -> None:
    practice, today = overpaid.practice, clock.today(overpaid.practice)
    review_credit(credit=overpaid, cause=CreditCause.DUPLICATE, note="Two traces")
    clock_of = Overpayment.objects.get()
    start_investigation(overpayment=clock_of, on=today, reason="Other claims of that week")
    with clock.travel(at(practice, today + timedelta(days=5))):
        end_investigation(overpayment=clock_of, on=today + timedelta(days=5))
    with pytest.raises(ApplicationError, match="investigated already"):
        start_investigation(overpayment=clock_of, on=today, reason="Once more")
    clock_of.refresh_from_db()
    assert clock_of.due_on == today + timedelta(days=65)
    Overpayment.objects.update(
        state=OverpaymentState.INVESTIGATING, investigation_ended_on=None, next_look_on=today
    )
    with clock.travel(at(practice, today + timedelta(days=181))):
        watch_overpayments()
    clock_of.refresh_from_db()
    assert clock_of.state == OverpaymentState.IDENTIFIED
    assert clock_of.due_on == today + timedelta(days=240)


def test_the_refund_of_the_whole_ends_the_clock_and_its_void_starts_it_again(
    overpaid: CreditBalance,
) -> None:
    practice, today = overpaid.practice, clock.today(overpaid.practice)
    review_credit(credit=overpaid, cause=CreditCause.DUPLICATE, note="Two traces")
    refund = request_refund(credit=overpaid, amount=overpaid.amount, note="Paid twice")
    with acting_as(person(user_of(practice, Role.MANAGER), source="test")):
        approve_refund(refund=refund)
    issue_refund(refund=refund, check_number="1190", on=today)
    clock_of = Overpayment.objects.get()
    assert (clock_of.state, clock_of.returned_on) == (OverpaymentState.RETURNED, today)
    assert WorkItem.objects.get(kind="overpayment.return").state == WorkState.DONE
    void_refund(refund=refund, reason="Lost in the mail", on=today)
    clock_of.refresh_from_db()
    assert (clock_of.state, clock_of.due_on) == (
        OverpaymentState.IDENTIFIED, today + timedelta(days=60),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"act": "returned", "on": "2999-01-01", "note": "By hand"}, "has not come yet"),
        ({"act": "returned", "on": "2020-01-01", "note": "By hand"}, "That is before"),
        ({"act": "not_owed"}, "Say why it is no overpayment."),
        ({"act": "investigate"}, "Say what is being looked into."),
        ({"act": "resume"}, "No investigation is running."),
    ],
)
def test_a_step_that_cannot_be_is_refused_at_its_field(
    overpaid: CreditBalance, biller: Client, values: dict[str, str], words: str
) -> None:
    review_credit(credit=overpaid, cause=CreditCause.DUPLICATE, note="Two traces")
    answer = biller.post(url("overpayment-step", Overpayment.objects.get()), values)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_step_by_hand_ends_the_clock(overpaid: CreditBalance, biller: Client) -> None:
    review_credit(credit=overpaid, cause=CreditCause.DUPLICATE, note="Two traces")
    clock_of = Overpayment.objects.get()
    biller.post(
        url("overpayment-step", clock_of), {"act": "returned", "note": "Medicare kept it (WO)"}
    )
    clock_of.refresh_from_db()
    assert clock_of.state == OverpaymentState.RETURNED
