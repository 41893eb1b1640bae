"""The bank's file in, matches and deposits out: what is certain by itself, the rest by a person."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from billing import verify
from billing.batch_choices import BankLineState, MatchHow
from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.models import BankAccount, BankFile, BankLine, BankMatch, Journal
from billing.posting.post_remittance import post_remittance
from billing.posting.undo import undo_remittance
from billing.services.record_deposit import record_deposit
from billing.services.save_bank_account import save_bank_account
from billing.services.watch_deposits import watch_deposits
from billing.verify_bank import check_bank_lines
from billing.verify_deposits import check_reconciled
from claims.models import Remittance
from core import clock
from core.choices import Role, WorkState
from core.models import Practice, WorkItem
from core.services.documents import read_document
from tests.billing.bank.files import ACCOUNT, bai2, csv
from tests.billing.inbox import example
from tests.billing.pages import cells_of
from tests.billing.road import accounts_of, charged_claim
from tests.billing.test_views import words_of
from tests.billing.twice import ledger
from tests.cast import client_of

D = Decimal
MONDAY = date(2026, 11, 16)
IMPORT = "billing:bank-import"
EFT10 = "16,142,16150,Z,B1001,,MEDICARE PART B HCCLAIMPMT TRN*1*EFT0010*1841111111"
EFT15 = "16,165,4000,Z,B1002,,ACME HEALTH PLAN HCCLAIMPMT TRN*1*EFT0015*1841111111"
LOCKBOX = "16,115,50525,Z,B1003,LB77,LOCKBOX 4411, 3 CHECKS"
COLUMNS = {
    "date": "Posting Date", "amount": "Amount", "description": "Description",
    "reference": "Reference",
}  # fmt: skip


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


def bring(client: Client, text: str, *, account: bool = False) -> HttpResponse:
    data = {"file": SimpleUploadedFile("bank.txt", text.encode())}
    if account:
        data["account"] = str(BankAccount.objects.get().public_id)  # type: ignore[assignment]
    return client.post(reverse(IMPORT), data, follow=True)


def post(name: str, control: int = 1) -> Remittance:
    remittance = example(Practice.objects.get(name__startswith="Summit"), name, control=control)
    post_remittance(remittance=remittance)
    remittance.refresh_from_db()
    return remittance


def medicare(practice: Practice) -> Remittance:
    accounts_of(practice, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    return post("w10_clean_medicare_payment")


def line_of(amount: str) -> BankLine:
    return BankLine.objects.get(amount=D(amount))


def step(client: Client, line: BankLine, **data: object) -> HttpResponse:
    url = reverse("billing:bank-line-step", args=[line.public_id])
    return client.post(url, data, follow=True)


def key(remittance: Remittance) -> str:
    return f"remittance:{remittance.public_id}"


def test_w26_reassociation(in_summit: Practice, poster: Client) -> None:
    accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    accounts_of(in_summit, [("SFM1004", ("300",)), ("SFM1005", ("120",))], "ACME HEALTH PLAN")
    accounts_of(in_summit, [("SFM1003", ("950",))], "ACME HEALTH PLAN")
    day = date(2026, 11, 18)
    charged_claim(
        in_summit, "SFM1015", "ACME HEALTH PLAN", [("99213", (), "140", date(2026, 10, 12))]
    )
    earlier = post("w15_original")
    record_deposit(remittance=earlier, on=date(2026, 9, 1))
    post("w10_clean_medicare_payment", 2)
    post("w15_reversal_and_correction", 3)
    post("w12_denial_zero_pay", 4)
    unmatched = post("w20_interest", 5)
    assert unmatched.payment_amount == D("101.25")
    posted = Journal.objects.latest("number").number
    bring(poster, bai2(date(2026, 11, 2), ["16,698,1250,,B8,,ANALYSIS FEE"]))
    assert "3 new lines" in words_of(bring(poster, bai2(day, [EFT10, EFT15, LOCKBOX])))
    deposits = list(Journal.objects.filter(number__gt=posted).order_by("number"))
    assert [ledger([journal]) for journal in deposits] == [
        "Dr 1000 161.50\nCr 1020 161.50",
        "Dr 1000 40.00\nCr 1020 40.00",
    ]
    assert [journal.posted_on for journal in deposits] == [day, day]
    assert balance(in_summit, Account.REMIT_CLEARING) == D("101.25")
    states = dict(BankLine.objects.filter(amount__gt=0).values_list("amount", "state"))
    assert states == {D("161.50"): "matched", D("40.00"): "matched", D("505.25"): "open"}
    assert not WorkItem.objects.filter(kind__contains="missing").exists()

    with clock.travel(datetime(2026, 12, 1, 20, 0, tzinfo=UTC)):
        poster = client_of(in_summit, Role.POSTER)
        bring(poster, bai2(date(2026, 11, 30), ["16,698,1250,,B9,,ANALYSIS FEE"]))
        watch_deposits()
        assert watch_deposits() == 0
        items = WorkItem.objects.filter(kind__contains="missing", state=WorkState.OPEN)
        assert {item.title for item in items} == {
            f"Missing EFT: {unmatched.trace_number}", "Deposit without remittance: $505.25",
        }  # fmt: skip
    assert verify.check_clearing().problems == []
    assert check_bank_lines().problems == []
    assert check_reconciled().problems == []


def test_the_same_file_twice_adds_nothing_and_an_overlapping_one_only_what_is_new(
    in_summit: Practice, poster: Client
) -> None:
    medicare(in_summit)
    text = bai2(MONDAY, [EFT10, LOCKBOX, LOCKBOX])
    assert "3 new lines" in words_of(bring(poster, text))
    journals = Journal.objects.count()
    assert "0 new lines; 3 were there already" in words_of(bring(poster, text))
    assert BankLine.objects.filter(amount=D("505.25")).count() == 2
    more = bai2(MONDAY, [EFT10, LOCKBOX, LOCKBOX, EFT15])
    assert "1 new lines; 3 were there already" in words_of(bring(poster, more))
    assert Journal.objects.count() == journals
    assert BankLine.objects.count() == 4


def test_a_bad_file_is_answered_line_by_line_nothing_is_taken_and_the_file_is_kept(
    in_summit: Practice, poster: Client
) -> None:
    text = bai2(MONDAY, [EFT10, LOCKBOX]).replace("16,115,50525", "16,115,50526")
    page = cells_of(bring(poster, text))
    assert "Nothing was taken" in page
    assert "6 The account adds up to 666.76, its control total is 666.75" in page
    assert not BankLine.objects.exists()
    assert read_document(BankFile.objects.get().document).decode() == text
    assert "Not taken" in words_of(poster.get(reverse(IMPORT)))


def test_a_day_to_come_is_a_fault_of_the_file_told_by_line(
    in_summit: Practice, poster: Client
) -> None:
    medicare(in_summit)
    response = bring(poster, bai2(date(2026, 11, 21), [EFT10]))
    assert "11/21/2026 has not come yet" in words_of(response)
    assert not BankLine.objects.exists()
    assert BankFile.objects.get().faults == [[4, "11/21/2026 has not come yet"]]


def test_a_file_of_an_account_that_is_none_of_ours_is_not_taken(poster: Client) -> None:
    page = words_of(bring(poster, bai2(MONDAY, [EFT10], account="555000111")))
    assert "The account that ends in 0111 is none of yours" in page
    assert not BankLine.objects.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "The file is empty."), ("hello", "neither BAI2 nor a CSV")],
)
def test_what_is_no_bank_file_is_said_at_its_field(poster: Client, text: str, words: str) -> None:
    response = bring(poster, text, account=True)
    assert response.status_code == 422
    assert words in words_of(response)
    assert not BankFile.objects.exists()


def test_a_csv_asks_for_its_columns_once_and_its_account_remembers_them(
    in_summit: Practice, poster: Client
) -> None:
    remittance = medicare(in_summit)
    row = "11/16/2026,MEDICARE TRN*1*EFT0010*1841111111,R1,161.50"
    assert "Say whose CSV this is." in words_of(bring(poster, csv(row)))
    page = bring(poster, csv(row), account=True)
    assert "Say which column is what" in words_of(page)
    url = reverse("billing:bank-file", args=[BankFile.objects.get().public_id])
    wrong = poster.post(url, COLUMNS | {"amount": ""})
    assert "Say which column is the amount" in words_of(wrong)
    assert not BankLine.objects.exists()
    assert "1 new lines" in words_of(poster.post(url, COLUMNS, follow=True))
    remittance.refresh_from_db()
    assert remittance.reconciled_on == MONDAY
    again = bring(poster, csv(row, "11/17/2026,RENT,R2,-900.00"), account=True)
    assert "1 new lines; 1 were there already" in words_of(again)


def test_a_faulty_csv_names_the_line_and_other_columns_may_be_tried(poster: Client) -> None:
    bring(poster, csv("11/16/2026,X,R1,161.50", "11/17/2026,Y,R2,nothing"), account=True)
    url = reverse("billing:bank-file", args=[BankFile.objects.get().public_id])
    page = cells_of(poster.post(url, COLUMNS, follow=True))
    assert "3 “nothing” is no amount" in page
    assert "Columns" in page
    assert not BankLine.objects.exists()


# --- what it is -----------------------------------------------------------------------------------


def test_what_is_only_likely_is_chosen_by_a_person_and_posts_the_deposit(
    in_summit: Practice, poster: Client
) -> None:
    remittance = medicare(in_summit)
    bring(poster, bai2(date(2026, 11, 17), ["16,142,16150,Z,B1,,MEDICARE PART B"]))
    line = line_of("161.50")
    page = words_of(poster.get(reverse("billing:bank-line", args=[line.public_id])))
    assert "EFT0010 MEDICARE PART B Likely" in page
    assert "amount, 1 day apart, the payer is named" in page
    assert "Choose what it is." in words_of(step(poster, line, act="match"))
    assert "Matched and posted" in words_of(step(poster, line, act="match", chosen=key(remittance)))
    match = BankMatch.objects.get()
    assert (match.how, match.matched_by_name) == (MatchHow.HAND, "Poster Testuser")
    assert balance(in_summit, Account.REMIT_CLEARING) == 0
    assert balance(in_summit, Account.BANK) == D("161.50")


def test_a_match_taken_back_is_a_mirror_and_both_sides_wait_again(
    in_summit: Practice, poster: Client
) -> None:
    remittance = medicare(in_summit)
    bring(poster, bai2(MONDAY, [EFT10]))
    line = line_of("161.50")
    assert "Say in a few words why." in words_of(step(poster, line, act="unmatch", reason=""))
    page = words_of(step(poster, line, act="unmatch", reason="The bank's mistake"))
    assert "Taken back: it is to be matched again" in page
    line.refresh_from_db()
    remittance.refresh_from_db()
    assert (line.state, line.matched_amount) == (BankLineState.OPEN, D("0.00"))
    assert remittance.reconciled_on is None
    assert balance(in_summit, Account.REMIT_CLEARING) == D("161.50")
    assert verify.check_clearing().problems == []
    step(poster, line, act="match", chosen=key(remittance))
    assert balance(in_summit, Account.REMIT_CLEARING) == 0
    assert check_reconciled().problems == []
    step(poster, line, act="unmatch", reason="It was wrong after all")
    remittance.refresh_from_db()
    undo_remittance(remittance=remittance, reason="The wrong month")
    assert balance(in_summit, Account.BANK) == 0


def test_what_a_card_processor_kept_back_is_posted_as_its_fee(
    in_summit: Practice, poster: Client
) -> None:
    remittance = medicare(in_summit)
    record = "16,165,15827,Z,B1,,VIRTUAL CARD TRN*1*EFT0010*1841111111"
    bring(poster, bai2(MONDAY, [record]))
    line = line_of("158.27")
    over = step(poster, line, act="match", chosen=key(remittance))
    assert "That comes to $161.50, and the bank has $158.27." in words_of(over)
    unsaid = step(poster, line, act="match", chosen=key(remittance), fee_amount="3.23")
    assert "Say how much was kept back, and by whom." in words_of(unsaid)
    step(poster, line, act="match", chosen=key(remittance), fee="card", fee_amount="3.23")
    journal = BankMatch.objects.get().journal
    assert journal is not None
    assert ledger([journal]) == "Dr 1000 158.27\nDr 5110 3.23\nCr 1020 161.50"
    text = cells_of(poster.get(reverse("billing:reconciliation")))
    assert "EFT0010 The card processor's fee (5110) 3.23" in text


def test_a_deposit_said_by_hand_before_is_found_and_not_posted_again(
    in_summit: Practice, poster: Client
) -> None:
    remittance = medicare(in_summit)
    record_deposit(remittance=remittance, on=MONDAY)
    journals = Journal.objects.count()
    bring(poster, bai2(MONDAY, [EFT10]))
    assert line_of("161.50").state == BankLineState.MATCHED
    assert Journal.objects.count() == journals
    step(poster, line_of("161.50"), act="unmatch", reason="The bank's mistake")
    remittance.refresh_from_db()
    assert remittance.reconciled_on == MONDAY


def test_money_at_the_bank_waits_for_its_remittance_and_is_matched_when_it_is_posted(
    in_summit: Practice, poster: Client
) -> None:
    accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    bring(poster, bai2(MONDAY, [EFT10]))
    remittance = example(in_summit, "w10_clean_medicare_payment")
    page = poster.get(reverse("billing:bank-line", args=[line_of("161.50").public_id]))
    assert "Post it first." in words_of(page)
    post_remittance(remittance=remittance)
    assert watch_deposits() == 1
    assert line_of("161.50").state == BankLineState.MATCHED


def test_two_lines_with_one_trace_number_are_left_to_a_person(
    in_summit: Practice, poster: Client
) -> None:
    medicare(in_summit)
    bring(poster, bai2(MONDAY, [EFT10, EFT10]))
    assert not BankMatch.objects.exists()


def test_rent_is_explained_and_nothing_is_posted(in_summit: Practice, poster: Client) -> None:
    bring(poster, bai2(MONDAY, ["16,475,120000,,B1,1001,CHECK PAID"]))
    line = line_of("-1200.00")
    assert "Explained" in words_of(step(poster, line, act="explain", reason="Rent of November"))
    line.refresh_from_db()
    assert (line.state, line.explanation) == (BankLineState.EXPLAINED, "Rent of November")
    assert not Journal.objects.exists()
    step(poster, line, act="unmatch", reason="It was the lease")
    line.refresh_from_db()
    assert line.state == BankLineState.OPEN


def test_late_money_goes_to_the_poster_after_four_days_and_to_the_manager_after_five(
    in_summit: Practice, poster: Client
) -> None:
    medicare(in_summit)
    bring(poster, bai2(date(2026, 11, 13), [LOCKBOX]))
    roles = []
    for day in (20, 21, 23, 24):
        with clock.travel(datetime(2026, 11, day, 20, 0, tzinfo=UTC)):
            poster = client_of(in_summit, Role.POSTER)
            bring(poster, bai2(date(2026, 11, day), [f"16,698,{day},,B9,,FEE"]))
            watch_deposits()
            found = WorkItem.objects.filter(title__startswith="Missing EFT").values_list("role")
            roles.append([role for (role,) in found])
    assert roles == [[], ["poster"], ["poster"], ["manager"]]
    item = WorkItem.objects.get(title__startswith="Missing EFT")
    assert "MEDICARE PART B says it paid $161.50 on 11/16/2026" in item.reason
    assert item.due_on == date(2026, 11, 21)


def test_what_the_banks_files_do_not_reach_yet_is_not_missing(
    in_summit: Practice, poster: Client
) -> None:
    medicare(in_summit)
    bring(poster, bai2(MONDAY, [LOCKBOX]))
    with clock.travel(datetime(2026, 11, 30, 20, 0, tzinfo=UTC)):
        watch_deposits()
    titles = [item.title for item in WorkItem.objects.all()]
    assert titles == ["Deposit without remittance: $505.25"]


def test_another_practices_bank_is_not_seen(
    in_summit: Practice, lakeside: Practice, poster: Client
) -> None:
    bring(poster, bai2(MONDAY, [LOCKBOX]))
    line = line_of("505.25")
    outsider = client_of(lakeside, Role.POSTER)
    for name in ("billing:bank-line", "billing:bank-line-step"):
        url = reverse(name, args=[line.public_id])
        answer = outsider.post(url) if name.endswith("step") else outsider.get(url)
        assert answer.status_code == 404
    file = BankFile.objects.get()
    assert outsider.get(reverse("billing:bank-file", args=[file.public_id])).status_code == 404
    assert "LOCKBOX" not in words_of(outsider.get(reverse("billing:bank-lines")))
    assert "LOCKBOX" not in words_of(outsider.get(reverse("billing:reconciliation")))
