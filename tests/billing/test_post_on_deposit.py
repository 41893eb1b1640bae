"""Posting on deposit: a remittance waits for its money, says so, and is posted when it is there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing.batch_choices import BankLineState
from billing.selectors.deposit_wait import waits_for_deposit
from billing.services.save_bank_account import save_bank_account
from billing.services.watch_deposits import watch_deposits
from billing.settings import POST_ON_DEPOSIT
from claims.models import PayerFilingSettings, TradingPartner
from core import clock, timeline
from core.choices import Role
from core.models import Practice
from core.practice_settings import change
from core.services.deliver_news import deliver_due_news
from tests.billing.bank.files import ACCOUNT, bai2
from tests.billing.inbox import example
from tests.billing.road import accounts_of
from tests.billing.test_bank_lines import EFT10, MONDAY, bring, line_of
from tests.billing.test_views import words_of
from tests.cast import client_of

D = Decimal


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


def test_posted_on_deposit_it_waits_for_its_money_and_is_then_posted_and_matched_by_itself(
    in_summit: Practice, poster: Client
) -> None:
    account = accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    payer = account["SFM1001"].version.payer
    PayerFilingSettings.objects.create(
        practice=in_summit, payer=payer, partner=TradingPartner.objects.get(), posts="automatic"
    )
    url = reverse("billing:payer-posting", args=[payer.public_id])
    form = {"level": "automatic", "posts_on_deposit": "on", "r0-code": "", "r1-code": ""}
    assert poster.post(url, form).status_code == 303
    remittance = example(in_summit, "w10_clean_medicare_payment")
    while deliver_due_news():
        pass
    remittance.refresh_from_db()
    assert remittance.state == "matched"
    page = words_of(poster.get(reverse("billing:remittance", args=[remittance.public_id])))
    assert "This one waits for a person:Its money is not at the bank yet" in page
    said = (
        timeline.entries_for(remittance)
        .filter(kind="remittance.left")
        .values_list("sentence", flat=True)
    )
    assert "its money is not at the bank yet" in said[0]

    watch_deposits()
    remittance.refresh_from_db()
    assert remittance.state == "matched", "the bank has not told of it"
    bring(poster, bai2(MONDAY, [EFT10]))
    watch_deposits()
    remittance.refresh_from_db()
    assert remittance.state == "posted"
    assert line_of("161.50").state == BankLineState.MATCHED
    assert remittance.reconciled_on is not None


def test_the_practice_may_post_everything_on_deposit_and_what_pays_nothing_does_not_wait(
    in_summit: Practice, poster: Client
) -> None:
    accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    remittance = example(in_summit, "w10_clean_medicare_payment")
    assert not waits_for_deposit(remittance)
    change(in_summit, POST_ON_DEPOSIT, True)
    assert waits_for_deposit(remittance)
    remittance.payment_amount = D(0)
    assert not waits_for_deposit(remittance)
    url = reverse("billing:remittance-post", args=[remittance.public_id])
    poster.post(url)
    remittance.refresh_from_db()
    assert remittance.state == "posted", "a person who has seen why it waits may post it"
