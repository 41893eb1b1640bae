"""Cash, checks and cards go to the bank together, and the bank's line finds them (F.5, W-52)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from billing.batch_choices import SlipState
from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.models import BankAccount, BankLine, BankMatch, DepositSlip, Payment
from billing.posting.undo import undo_remittance
from billing.selectors.deposit_items import free_items
from billing.services.make_deposit_slip import make_deposit_slip, take_slip_apart
from billing.services.match_bank_line import unmatch_bank_line
from billing.services.save_bank_account import save_bank_account
from billing.services.take_back_payment import take_back_payment
from billing.services.take_patient_payment import take_patient_payment
from billing.services.watch_deposits import watch_deposits
from billing.verify_bank import check_bank_lines, check_slips, check_undeposited
from claims.choices import RemittanceState
from claims.models import Remittance
from core import clock
from core.choices import Role, WorkState
from core.errors import ApplicationError, Conflict
from core.models import Practice, WorkItem
from core.timeline import entries_for
from tests.billing.bank.files import ACCOUNT, bai2
from tests.billing.road import new_patient
from tests.billing.test_bank_lines import bring, medicare, step
from tests.billing.test_views import words_of
from tests.billing.twice import ledger
from tests.cast import client_of

D = Decimal
MONDAY = date(2026, 11, 16)
NEW = "billing:deposit-new"


@pytest.fixture(autouse=True)
def on_friday() -> Iterator[None]:
    with clock.travel(datetime(2026, 11, 20, 20, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def poster(in_summit: Practice) -> Client:
    save_bank_account(
        practice=in_summit, name="Operating", bank_name="Demo Bank", account_number=ACCOUNT
    )
    return client_of(in_summit, Role.POSTER)


def pay(practice: Practice, amount: str, method: str, reference: str = "") -> Payment:
    return take_patient_payment(
        patient=new_patient(practice), amount=D(amount), method=method, received_on=MONDAY,
        reference=reference,
    )  # fmt: skip


def make(client: Client, *payments: Payment, kind: str = "paper") -> HttpResponse:
    data = {
        "kind": kind, "day": f"{MONDAY}", "account": str(BankAccount.objects.get().public_id),
        "chosen": [f"payment:{payment.public_id}" for payment in payments],
    }  # fmt: skip
    return client.post(reverse(NEW), data, follow=True)


def held(practice: Practice) -> tuple[Decimal, Decimal]:
    return balance(practice, Account.UNDEPOSITED), balance(practice, Account.BANK)


def proofs() -> list[str]:
    return [
        *check_undeposited().problems, *check_slips().problems, *check_bank_lines().problems
    ]  # fmt: skip


def test_a_slip_posts_nothing_until_the_bank_has_it_and_is_then_found_by_itself(
    in_summit: Practice, poster: Client
) -> None:
    cash, check = pay(in_summit, "25", "cash"), pay(in_summit, "40", "check", "1881")
    page = words_of(make(poster, cash, check))
    slip = DepositSlip.objects.get()
    assert f"{slip.number} is made out" in page
    assert (slip.amount, slip.cash_amount, slip.item_count) == (D("65.00"), D("25.00"), 2)
    assert held(in_summit) == (D("65.00"), D("0.00"))
    assert free_items(in_summit, "paper") == []
    bring(poster, bai2(date(2026, 11, 18), ["16,301,6500,Z,B1,,DEPOSIT"]))
    slip.refresh_from_db()
    assert slip.state == SlipState.BANKED
    assert slip.journal is not None
    assert ledger([slip.journal]) == "Dr 1000 65.00\nCr 1010 65.00"
    assert slip.journal.posted_on == date(2026, 11, 18)
    assert held(in_summit) == (D("0.00"), D("65.00"))
    assert "The bank had it on 11/18/2026" in words_of(
        poster.get(reverse("billing:deposit", args=[slip.public_id]))
    )
    assert proofs() == []


def test_two_deposits_of_one_amount_are_left_to_a_person(
    in_summit: Practice, poster: Client
) -> None:
    make(poster, pay(in_summit, "40", "cash"))
    make(poster, pay(in_summit, "40", "check"))
    bring(poster, bai2(MONDAY, ["16,301,4000,Z,B1,,DEPOSIT"]))
    assert not BankMatch.objects.exists()
    line, slip = BankLine.objects.get(), DepositSlip.objects.order_by("pk")[0]
    step(poster, line, act="match", chosen=f"slip:{slip.public_id}", reason="The slip of Monday")
    assert BankMatch.objects.get().slip == slip
    assert proofs() == []


def test_one_deposit_at_the_bank_may_be_several_slips_and_what_is_left_stays_open(
    in_summit: Practice, poster: Client
) -> None:
    make(poster, pay(in_summit, "40", "cash"))
    make(poster, pay(in_summit, "30", "check"))
    bring(poster, bai2(MONDAY, ["16,301,7500,Z,B1,,DEPOSIT"]))
    line = BankLine.objects.get()
    keys = [f"slip:{slip.public_id}" for slip in DepositSlip.objects.all()]
    page = words_of(step(poster, line, act="match", chosen=keys, reason="Both of Monday"))
    assert "Matched; 5.00 of the line is left" in page
    line.refresh_from_db()
    assert (line.state, line.matched_amount) == ("open", D("70.00"))
    assert proofs() == []


def test_w52_cards_are_settled_less_the_processors_fee(in_summit: Practice, poster: Client) -> None:
    make(poster, pay(in_summit, "30", "card"), kind="cards")
    bring(poster, bai2(date(2026, 11, 17), ["16,165,2913,Z,B1,,MERCHANT SETTLEMENT"]))
    line, slip = BankLine.objects.get(), DepositSlip.objects.get()
    assert "may have come less a fee" in words_of(
        poster.get(reverse("billing:bank-line", args=[line.public_id]))
    )
    step(poster, line, act="match", chosen=f"slip:{slip.public_id}", fee="card", fee_amount="0.87")
    slip.refresh_from_db()
    assert slip.journal is not None
    assert ledger([slip.journal]) == "Dr 1000 29.13\nDr 5110 0.87\nCr 1015 30.00"
    assert proofs() == []


def test_a_slip_taken_apart_gives_its_receipts_back(in_summit: Practice, poster: Client) -> None:
    cash = pay(in_summit, "25", "cash")
    make(poster, cash)
    slip = DepositSlip.objects.get()
    with pytest.raises(ApplicationError, match=f"It is on deposit {slip.number}"):
        take_back_payment(payment=cash, reason="Typed twice")
    url = reverse("billing:deposit-step", args=[slip.public_id])
    assert "Say in a few words why." in words_of(poster.post(url, {"reason": ""}))
    assert "is taken apart" in words_of(poster.post(url, {"reason": "Not brought"}, follow=True))
    take_back_payment(payment=cash, reason="Typed twice")
    slip.refresh_from_db()
    assert slip.state == SlipState.APART
    assert held(in_summit) == (D("0.00"), D("0.00"))
    assert proofs() == []


def test_a_match_taken_back_brings_the_slip_on_its_way_again(
    in_summit: Practice, poster: Client
) -> None:
    make(poster, pay(in_summit, "25", "cash"))
    bring(poster, bai2(MONDAY, ["16,301,2500,Z,B1,,DEPOSIT"]))
    line = BankLine.objects.get()
    for _ in range(2):
        unmatch_bank_line(line=line, reason="Another branch's deposit")
        assert DepositSlip.objects.get().state == SlipState.OPEN
        assert held(in_summit) == (D("25.00"), D("0.00"))
        slip = DepositSlip.objects.get()
        step(poster, line, act="match", chosen=f"slip:{slip.public_id}", reason="It was ours")
        assert held(in_summit) == (D("0.00"), D("25.00"))
    assert proofs() == []


def test_a_check_that_bounces_after_the_bank_had_it_leaves_the_books_provable(
    in_summit: Practice, poster: Client
) -> None:
    check = pay(in_summit, "40", "check")
    make(poster, check)
    bring(poster, bai2(MONDAY, ["16,301,4000,Z,B1,,DEPOSIT"]))
    take_back_payment(payment=check, reason="Returned: no funds")
    assert held(in_summit) == (D("-40.00"), D("40.00"))
    assert proofs() == []
    bring(poster, bai2(date(2026, 11, 19), ["16,555,4000,,B2,,RETURNED ITEM"]))
    line = BankLine.objects.get(amount=D("-40.00"))
    assert f"{check.number} Check of" in words_of(
        poster.get(reverse("billing:bank-line", args=[line.public_id]))
    )
    step(poster, line, act="match", chosen=f"returned:{check.public_id}")
    match = BankMatch.objects.get(line=line)
    assert match.journal is not None
    assert ledger([match.journal]) == "Dr 1010 40.00\nCr 1000 40.00"
    assert held(in_summit) == (D("0.00"), D("0.00"))
    assert proofs() == []
    unmatch_bank_line(line=line, reason="Another check")
    assert held(in_summit) == (D("-40.00"), D("40.00"))
    assert proofs() == []


# --- payers' checks ------------------------------------------------------------------------------


def slip_of_a_check(practice: Practice) -> tuple[Remittance, DepositSlip]:
    """Medicare paid 161.50 by check, which is on its way to the bank."""
    check = medicare(practice)
    Remittance.objects.filter(pk=check.pk).update(method_code="CHK")
    slip = make_deposit_slip(
        practice=practice, kind="paper", account=BankAccount.objects.get(), day=MONDAY,
        keys=[f"remittance:{check.public_id}"],
    )  # fmt: skip
    check.refresh_from_db()
    return check, slip


def test_a_posting_is_not_undone_while_its_check_is_on_a_slip(
    in_summit: Practice, poster: Client
) -> None:
    check, slip = slip_of_a_check(in_summit)
    with pytest.raises(Conflict, match=f"It is on deposit {slip.number}: take that apart first"):
        undo_remittance(remittance=check, reason="Posted to the wrong claims")
    take_slip_apart(slip=slip, reason="Not brought")
    undo_remittance(remittance=check, reason="Posted to the wrong claims")


def test_a_deposit_that_cannot_be_posted_leaves_the_file_and_the_other_lines_alone(
    in_summit: Practice, poster: Client
) -> None:
    check, slip = slip_of_a_check(in_summit)
    make(poster, pay(in_summit, "25", "cash"))
    Remittance.objects.filter(pk=check.pk).update(state=RemittanceState.MATCHED)
    text = bai2(MONDAY, ["16,301,16150,Z,B1,,DEPOSIT", "16,301,2500,Z,B2,,DEPOSIT"])
    assert "2 new lines" in words_of(bring(poster, text))
    states = dict(BankLine.objects.values_list("amount", "state"))
    assert states == {D("161.50"): "open", D("25.00"): "matched"}
    line = BankLine.objects.get(amount=D("161.50"))
    words = f"could not match deposit {slip.number} by itself: Post the remittance first."
    page = poster.get(reverse("billing:bank-line", args=[line.public_id]))
    assert words in words_of(page)
    watch_deposits()
    watch_deposits()
    assert entries_for(line).filter(sentence=words).count() == 1


def test_a_slip_that_never_reaches_the_bank_is_asked_about_until_the_bank_has_it_or_it_is_apart(
    in_summit: Practice, poster: Client
) -> None:
    make(poster, pay(in_summit, "25", "cash"))
    make(poster, pay(in_summit, "40", "check"))
    banked, apart = DepositSlip.objects.order_by("pk")
    bring(poster, bai2(date(2026, 11, 13), ["16,698,1250,,B9,,FEE"]))
    roles = []
    for day in (20, 21, 24):
        with clock.travel(datetime(2026, 11, day, 20, 0, tzinfo=UTC)):
            poster = client_of(in_summit, Role.POSTER)
            bring(poster, bai2(date(2026, 11, day), [f"16,698,{day},,B9,,FEE"]))
            watch_deposits()
            assert watch_deposits() == 0
            asked = WorkItem.objects.filter(kind="slip.missing", state=WorkState.OPEN)
            roles.append(sorted(asked.values_list("role", "amount")))
    assert roles == [
        [],
        [("poster", D("25.00")), ("poster", D("40.00"))],
        [("manager", D("25.00")), ("manager", D("40.00"))],
    ]
    assert {item.title for item in asked} == {
        f"Deposit {banked.number} is not at the bank", f"Deposit {apart.number} is not at the bank",
    }  # fmt: skip
    bring(poster, bai2(date(2026, 11, 18), ["16,301,2500,Z,B1,,DEPOSIT"]))
    assert [item.amount for item in asked.all()] == [D("40.00")]
    take_slip_apart(slip=apart, reason="Not brought")
    assert not asked.all().exists()


def test_what_cannot_be_on_a_slip_is_said_and_nothing_is_lost(
    in_summit: Practice, poster: Client
) -> None:
    cash, card = pay(in_summit, "25", "cash"), pay(in_summit, "30", "card")
    assert "Choose at least one receipt." in words_of(make(poster))
    assert "on a slip by now" in words_of(make(poster, cash, card))
    make(poster, cash)
    assert "on a slip by now" in words_of(make(poster, cash))
    assert DepositSlip.objects.count() == 1


def test_the_slip_is_a_pdf_for_the_bank(in_summit: Practice, poster: Client) -> None:
    pytest.importorskip("weasyprint", exc_type=OSError)
    make(poster, pay(in_summit, "25", "cash"), pay(in_summit, "40", "check", "1881"))
    slip = DepositSlip.objects.get()
    response = poster.get(reverse("billing:deposit-pdf", args=[slip.public_id]))
    assert response.content.startswith(b"%PDF")
    assert slip.number in response["Content-Disposition"]
    assert poster.get(reverse("billing:reconciliation-pdf")).content.startswith(b"%PDF")


def test_another_practices_deposits_are_not_seen(
    in_summit: Practice, lakeside: Practice, poster: Client
) -> None:
    make(poster, pay(in_summit, "25", "cash"))
    pay(in_summit, "26", "cash")
    slip = DepositSlip.objects.get()
    outsider = client_of(lakeside, Role.POSTER)
    for name in ("billing:deposit", "billing:deposit-pdf"):
        assert outsider.get(reverse(name, args=[slip.public_id])).status_code == 404
    assert slip.number not in words_of(outsider.get(reverse("billing:deposits")))
    assert "26.00" not in words_of(outsider.get(reverse(NEW)))
