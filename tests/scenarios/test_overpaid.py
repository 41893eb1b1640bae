"""A payer pays twice, we return it, it takes it back as well; and a paid claim is corrected. The
books hold at each step, and neither statement nor refund leaves while a correction is awaited.

All through the front door; a poster brings the payer's files.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from billing.adjusting_choices import RefundState
from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.models import CreditBalance, Refund, Statement
from claims.models import Claim, Remittance
from core import clock, sweeping
from core.choices import Role
from core.ids import uuid7
from core.models import Practice, WorkItem
from tests.billing.books_hold import books_hold
from tests.cast import client_of
from tests.claims.decisions import file_835, paid, reversal
from tests.factories.claims import World, make_claim, make_world, nguyen

pytestmark = [pytest.mark.scenario, pytest.mark.django_db]
D = Decimal
AWAITED = "No money leaves yet"


@pytest.fixture
def world(in_summit: Practice, settings: object, tmp_path: object) -> World:
    settings.CLAIMLINE_VAR_DIR = tmp_path  # type: ignore[attr-defined]
    return make_world(in_summit)


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


@pytest.fixture
def claim(world: World, biller: Client) -> Claim:
    """135.00, sent to Acme."""
    day = clock.today(world.practice) - timedelta(days=3)
    made = make_claim(world, nguyen(world), "99213 /a", on=day)
    send(biller, world)
    return made


def press(client: Client, name: str, *args: object, **form: object) -> HttpResponse:
    """Send the form; whatever is due follows, and the books hold."""
    answer = client.post(reverse(name, args=args), form, follow=True)
    sweeping.run_all()
    books_hold()
    return answer


def send(biller: Client, world: World) -> None:
    press(biller, "claims:batch-build", partner=str(world.partner.public_id), act="send")


def bring(world: World, *answers: str, total: int, number: int) -> None:
    """One payment of Acme, uploaded and posted."""
    poster = client_of(world.practice, Role.POSTER)
    text = file_835(*answers, total=total, trace=f"T{number}", number=number)
    file = SimpleUploadedFile("remittance.835", text.encode())
    press(poster, "claims:remittance-upload", partner=world.partner.pk, file=file)
    remittance = Remittance.objects.get(trace_number=f"T{number}")
    press(poster, "billing:remittance-post", remittance.public_id, reviewed="on")
    remittance.refresh_from_db()
    assert remittance.state == "posted", remittance.faults


def pay(world: World, claim: Claim, amount: str) -> None:
    press(
        client_of(world.practice, Role.FRONT_DESK), "billing:payment-new", claim.patient.public_id,
        amount=amount, method="card", received_on=f"{clock.today(world.practice)}",
        spread="oldest", keeps_credit="on", submission_key=f"{uuid7()}",
    )  # fmt: skip


def ask_for(client: Client, credit: CreditBalance, amount: str) -> HttpResponse:
    """Ask that `amount` of the credit is returned."""
    return press(
        client, "billing:credit-refund", credit.public_id, amount=amount, step="confirm",
        note="Not ours", submission_key=f"{uuid7()}",
    )  # fmt: skip


def step(client: Client, refund: Refund, act: str, **form: object) -> HttpResponse:
    return press(client, "billing:refund-step", refund.public_id, act=act, **form)


def no_statement_leaves(biller: Client, claim: Claim) -> None:
    before = Statement.objects.count()
    answer = press(biller, "billing:statement-issue", claim.patient.public_id)
    assert answer.status_code == 422
    assert Statement.objects.count() == before


def test_overpaid_returned_and_taken_back_as_well(
    world: World, biller: Client, claim: Claim
) -> None:
    practice = world.practice
    bring(world, paid(claim, "ICN1"), total=90, number=701)
    bring(world, paid(claim, "ICN1B"), total=90, number=702)
    credit = CreditBalance.objects.get(payer__isnull=False)
    ask_for(biller, credit, "90")
    refund = Refund.objects.get()
    assert refund.state == RefundState.WAITING, "above the biller's limit"
    assert step(biller, refund, "approve").status_code == 422
    step(client_of(practice, Role.MANAGER), refund, "approve")
    assert balance(practice, Account.PAYER_REFUNDS) == D("-90")
    step(biller, refund, "issue", check_number="1187")
    assert balance(practice, Account.PAYER_REFUNDS) == 0
    assert balance(practice, Account.BANK) == D("-90")

    # Acme does not wait for our check: it takes the second payment back from another claim's.
    other = make_claim(
        world, nguyen(world), "99213 /a", on=clock.today(practice) - timedelta(days=2)
    )
    send(biller, world)
    bring(world, reversal(claim, "ICN1B"), paid(other, "ICN2", amount=100), total=10, number=703)
    assert balance(practice, Account.REMIT_CLEARING) == D("190")
    claim = Claim.objects.get(pk=claim.pk)
    assert claim.version.state == "adjudicated", "the first payment's decision stands"
    assert (claim.insurance_balance_amount, claim.patient_balance_amount) == (90, 10)
    asked = WorkItem.objects.get(kind="remittance_taken_twice")
    assert "look whether it has the same money twice" in asked.reason
    step(biller, refund, "void", note="Acme took it back itself")
    refund.refresh_from_db()
    assert refund.state == RefundState.VOIDED
    assert balance(practice, Account.BANK) == 0
    assert not CreditBalance.objects.filter(state="open").exists()
    claim = Claim.objects.get(pk=claim.pk)
    assert (claim.insurance_balance_amount, claim.patient_balance_amount) == (0, 10)


@pytest.fixture
def twice(world: World, biller: Client, claim: Claim) -> Refund:
    """90.00 came twice and one of them went back by our check; then Acme reverses both."""
    practice = world.practice
    bring(world, paid(claim, "ICN1"), total=90, number=701)
    bring(world, paid(claim, "ICN1B"), total=90, number=702)
    ask_for(biller, CreditBalance.objects.get(payer__isnull=False), "90")
    refund = Refund.objects.get()
    step(client_of(practice, Role.MANAGER), refund, "approve")
    step(biller, refund, "issue", check_number="1187")
    day = clock.today(practice) - timedelta(days=2)
    others = [make_claim(world, nguyen(world), "99213 /a", on=day) for _ in range(2)]
    send(biller, world)
    bring(
        world, reversal(claim, "ICN1"), reversal(claim, "ICN1B"),
        *(paid(other, f"ICN{n}", amount=100) for n, other in enumerate(others, 2)),
        total=20, number=703,
    )  # fmt: skip
    return refund


def owed_on(claim: Claim) -> Decimal:
    return Claim.objects.get(pk=claim.pk).insurance_balance_amount


def test_returned_once_and_taken_back_twice_the_payer_owes_us_and_nobody_else_does(
    world: World, claim: Claim, twice: Refund
) -> None:
    practice = world.practice
    assert balance(practice, Account.RECOUPMENT_SUSPENSE) == 90
    assert owed_on(claim) == claim.charge_amount
    asked = WorkItem.objects.get(kind="remittance_taken_twice")
    assert (asked.amount, asked.state) == (90, "open")
    poster = client_of(practice, Role.POSTER)
    shown = poster.get(reverse("billing:exceptions")).content.decode()
    assert "Taken back twice" in shown
    remittance = Remittance.objects.latest("pk")
    press(poster, "billing:remittance-undo", remittance.public_id, reason="Not ours")
    assert balance(practice, Account.RECOUPMENT_SUSPENSE) == 0


def test_a_check_that_was_never_cashed_clears_what_seemed_to_be_taken_twice(
    world: World, biller: Client, claim: Claim, twice: Refund
) -> None:
    step(biller, twice, "void", note="Never cashed")
    assert balance(world.practice, Account.RECOUPMENT_SUSPENSE) == 0
    assert balance(world.practice, Account.BANK) == 0
    assert owed_on(claim) == claim.charge_amount


def test_while_a_paid_claim_is_corrected_nothing_leaves_and_afterwards_it_does(
    world: World, biller: Client, claim: Claim
) -> None:
    bring(world, paid(claim, "ICN1"), total=90, number=701)
    pay(world, claim, "60")  # 10.00 is owed; 50.00 waits as a credit
    press(biller, "claims:correct", claim.public_id, reason="The referring provider was left out.")
    credit = CreditBalance.objects.get()
    for sent in (False, True):
        if sent:
            send(biller, world)
        answer = ask_for(biller, credit, "50")
        assert answer.status_code == 422
        assert AWAITED in answer.content.decode()
        no_statement_leaves(biller, claim)
    assert not Refund.objects.exists()

    bring(
        world, reversal(claim, "ICN1"), paid(claim, "ICN2", amount=95, share=5, frequency="7"),
        total=5, number=702,
    )  # fmt: skip
    ahead, less = CreditBalance.objects.filter(state="open").order_by("-amount")
    assert (ahead.amount, less.amount) == (D("50"), D("5")), "the new share is 5.00 and not 10.00"
    ask_for(biller, ahead, "50")
    refund = Refund.objects.get()
    assert refund.state == RefundState.APPROVED
    step(biller, refund, "issue", check_number="1188")
    assert balance(world.practice, Account.BANK) == D("-50")
    ahead.refresh_from_db()
    assert ahead.state == "settled"
