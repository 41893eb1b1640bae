"""Posting a remittance end to end: automatically, with prepaid money, long, and twice at once."""

from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection

from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.models import Journal, JournalLine, PayerPostingSettings
from billing.posting.post_remittance import post_remittance, preview_remittance
from billing.receivers import post_when_trusted
from billing.services.record_deposit import record_deposit
from billing.services.take_patient_payment import take_patient_payment
from claims.choices import PostingLevel, RemittanceState, VersionState
from claims.models import (
    ClaimVersion,
    Denial,
    PayerFilingSettings,
    Remittance,
    TradingPartner,
)
from claims.news import REMITTANCE_MATCHED
from core import actors, clock, timeline
from core.errors import ApplicationError
from core.models import NewsItem, Practice, WorkItem
from core.services.deliver_news import deliver_due_news
from core.tenancy import practice_scope
from tests.billing.inbox import deliver, example
from tests.billing.road import accounts_of, payer_named
from tests.billing.worked import text_of

D = Decimal
W10 = [("SFM1001", ("200", "150", "40"))]


def trust(practice: Practice, payer_name: str, level: str) -> None:
    """Say how much of this payer's remittances is posted without a person."""
    PayerFilingSettings.objects.create(
        practice=practice,
        payer=payer_named(practice, payer_name),
        partner=TradingPartner.objects.get(),
        posts=level,
    )


# --- without a person ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "state"),
    [
        (PostingLevel.AUTOMATIC, RemittanceState.POSTED),
        (PostingLevel.ONE_CLICK, RemittanceState.MATCHED),
    ],
)
def test_a_matched_remittance_is_posted_where_its_payer_is_trusted(
    in_summit: Practice, level: str, state: str
) -> None:
    accounts_of(in_summit, W10, "MEDICARE PART B")
    trust(in_summit, "MEDICARE PART B", level)
    remittance = example(in_summit, "w10_clean_medicare_payment")
    assert deliver_due_news() > 0
    remittance.refresh_from_db()
    assert remittance.state == state


def news_of(remittance: Remittance) -> NewsItem:
    return NewsItem.everywhere.get(topic=REMITTANCE_MATCHED.name, subject_id=remittance.pk)


def test_a_payer_that_nobody_set_up_waits_for_a_person(in_summit: Practice) -> None:
    accounts_of(in_summit, W10, "MEDICARE PART B")
    remittance = example(in_summit, "w10_clean_medicare_payment")
    post_when_trusted(news_of(remittance))
    remittance.refresh_from_db()
    assert remittance.state == RemittanceState.MATCHED


def test_news_that_comes_again_posts_nothing_more(in_summit: Practice) -> None:
    accounts_of(in_summit, W10, "MEDICARE PART B")
    trust(in_summit, "MEDICARE PART B", PostingLevel.AUTOMATIC)
    remittance = example(in_summit, "w10_clean_medicare_payment")
    post_when_trusted(news_of(remittance))
    written = Journal.objects.count()
    post_when_trusted(news_of(remittance))
    assert Journal.objects.count() == written


def test_one_that_would_not_come_to_its_payment_is_left_to_a_person(in_summit: Practice) -> None:
    accounts_of(in_summit, W10, "MEDICARE PART B")
    trust(in_summit, "MEDICARE PART B", PostingLevel.AUTOMATIC)
    remittance = example(in_summit, "w10_clean_medicare_payment")
    Remittance.objects.filter(pk=remittance.pk).update(payment_amount=D("1"))
    post_when_trusted(news_of(remittance))
    remittance.refresh_from_db()
    assert remittance.state == RemittanceState.MATCHED


# --- with money that came before -----------------------------------------------------------------


def test_a_copay_from_the_desk_settles_the_patients_share_when_it_is_known(
    in_summit: Practice,
) -> None:
    account = accounts_of(in_summit, W10, "MEDICARE PART B")["SFM1001"]
    take_patient_payment(
        patient=account.patient, amount=D("50"), method="cash",
        received_on=clock.today(in_summit),
    )  # fmt: skip
    post_remittance(remittance=example(in_summit, "w10_clean_medicare_payment"))
    assert balance(in_summit, Account.PATIENT_AR) == 0
    assert balance(in_summit, Account.PATIENT_CREDITS) == D("-8.80")
    after = account.fresh()
    assert after.version.state == VersionState.CLOSED
    assert account.patient.patient_balance_amount == 0


# --- what a contract adds ------------------------------------------------------------------------


def test_a_reason_that_the_contract_agrees_to_is_no_denial(in_summit: Practice) -> None:
    accounts_of(in_summit, [("SFM1017", ("240",))], "ACME HEALTH PLAN")
    PayerPostingSettings.objects.create(
        practice=in_summit,
        payer=payer_named(in_summit, "ACME HEALTH PLAN"),
        extra_contractual_codes=["150"],
    )
    post_remittance(remittance=example(in_summit, "w22_down_coded"))
    assert not Denial.objects.exists()
    assert balance(in_summit, Account.CONTRACTUAL) == D("130.00")


# --- seen before ---------------------------------------------------------------------------------


def test_the_same_answer_under_another_trace_is_posted_and_asked_about(
    in_summit: Practice,
) -> None:
    accounts_of(in_summit, W10, "MEDICARE PART B")
    post_remittance(remittance=example(in_summit, "w10_clean_medicare_payment"))
    again = text_of("w10_clean_medicare_payment").replace("EFT0010", "EFT0099")
    post_remittance(remittance=deliver(in_summit, again, control=5))
    kinds = set(WorkItem.objects.values_list("kind", flat=True))
    assert {"possible_double_payment", "overpaid_line", "adjustment_above_open"} <= kinds
    assert balance(in_summit, Account.INSURANCE_AR) == D("-161.50")
    assert balance(in_summit, Account.PATIENT_AR) == D("41.20"), "no dollar is owed twice"


def test_however_far_a_payer_is_trusted_a_second_payment_waits_for_a_person(
    in_summit: Practice,
) -> None:
    accounts_of(in_summit, W10, "MEDICARE PART B")
    trust(in_summit, "MEDICARE PART B", PostingLevel.AUTOMATIC)
    post_when_trusted(news_of(example(in_summit, "w10_clean_medicare_payment")))
    again = deliver(
        in_summit, text_of("w10_clean_medicare_payment").replace("EFT0010", "EFT0099"), control=5
    )
    post_when_trusted(news_of(again))
    again.refresh_from_db()
    assert again.state == RemittanceState.MATCHED
    told = timeline.entries_for(again).first()
    assert told is not None
    assert told.sentence == (
        "left the posting to a person: credit balance with the payer; possible double payment"
    )


def test_a_claim_that_only_the_payers_number_finds_waits_for_a_person(
    in_summit: Practice,
) -> None:
    account = accounts_of(in_summit, W10, "MEDICARE PART B")["SFM1001"]
    trust(in_summit, "MEDICARE PART B", PostingLevel.AUTOMATIC)
    text = text_of("w10_clean_medicare_payment")
    number = next(line for line in text.splitlines() if line.startswith("CLP")).split("*")[7]
    ClaimVersion.objects.filter(pk=account.version.pk).update(payer_claim_number=number)
    other = deliver(in_summit, text.replace("CLP*SFM1001*", "CLP*NOTOURS*"))
    assert other.state == RemittanceState.MATCHED
    post_when_trusted(news_of(other))
    other.refresh_from_db()
    assert other.state == RemittanceState.MATCHED


def test_a_decision_made_anew_after_its_reversal_is_no_double_payment(
    in_summit: Practice,
) -> None:
    accounts_of(in_summit, [("SFM1004", ("300",))], "ACME HEALTH PLAN")
    original = text_of("w15_original")
    post_remittance(remittance=deliver(in_summit, original))
    post_remittance(remittance=example(in_summit, "w15_reversal_alone", control=2))
    anew = original.replace(original.split("TRN*1*")[1].split("*")[0], "EFT0777")
    post_remittance(remittance=deliver(in_summit, anew, control=3))
    assert not WorkItem.objects.filter(kind="possible_double_payment").exists()


# --- the deposit ---------------------------------------------------------------------------------


def test_a_deposit_belongs_to_a_posted_remittance_with_money(in_summit: Practice) -> None:
    accounts_of(in_summit, [("SFM1003", ("950",))], "ACME HEALTH PLAN")
    zero = example(in_summit, "w12_denial_zero_pay")
    today = clock.today(in_summit)
    with pytest.raises(ApplicationError, match="Post the remittance first"):
        record_deposit(remittance=zero, on=today)
    post_remittance(remittance=zero)
    zero.refresh_from_db()
    with pytest.raises(ApplicationError, match="pays nothing"):
        record_deposit(remittance=zero, on=today)


# --- many, and at once ---------------------------------------------------------------------------


def long_remittance(count: int) -> str:
    """An 835 of `count` claims that pay 60 of 100, 25 contractual and 15 coinsurance each."""
    head, _ = text_of("w20_interest").split("LX*1~")
    head = head.replace("BPR*I*101.25*", f"BPR*I*{60 * count}*").replace("0022", "0777")
    body = "".join(
        f"CLP*SFM{9000 + n}*1*100*60*15*MB*ICN{n}*11*1~NM1*QC*1*TESTPATIENT*JOAN~"
        f"SVC*HC:99213*100*60~DTM*472*20261012~CAS*CO*45*25~CAS*PR*2*15~"
        f"REF*6R*SFM{9000 + n}L1~AMT*B6*75~"
        for n in range(count)
    )
    text = head + "LX*1~" + body
    return text + f"SE*{text.count('~') + 1}*0777~\n"


def test_the_number_of_statements_hardly_grows_with_the_claims(
    in_summit: Practice, django_assert_max_num_queries: object
) -> None:
    accounts_of(in_summit, [(f"SFM{9000 + n}", ("100",)) for n in range(6)], "MEDICARE PART B")
    remittance = deliver(in_summit, long_remittance(6))
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        plan = preview_remittance(remittance)
    assert len(plan.journals) == 6
    post_remittance(remittance=remittance)
    assert balance(in_summit, Account.REMIT_CLEARING) == D("360.00")
    assert JournalLine.objects.filter(journal__source_kind="remittance").count() == 18


@pytest.mark.django_db(transaction=True)
def test_two_people_posting_at_once_post_once(summit: Practice) -> None:
    biller = actors.Actor(name="Two billers")
    with practice_scope(summit), actors.acting_as(biller):
        accounts_of(summit, W10, "MEDICARE PART B")
        remittance = example(summit, "w10_clean_medicare_payment")
    answers: list[list[Journal]] = []

    def post() -> None:
        with practice_scope(summit), actors.acting_as(biller):
            answers.append(list(post_remittance(remittance=remittance)))
        connection.close()

    threads = [Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(answers) == 2
    assert answers[0] == answers[1]
    with practice_scope(summit):
        assert balance(summit, Account.REMIT_CLEARING) == D("161.50")
