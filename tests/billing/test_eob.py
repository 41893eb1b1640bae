"""A paper EOB typed in: what adds up is a payment like an 835, what does not stays as typed."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from billing.eob.grammar import AdjustmentError, read_adjustments
from billing.models import Journal
from billing.posting.post_remittance import post_remittance
from claims.choices import MessageSource, RemittanceState, VersionState
from claims.models import Denial, InboundMessage, Remittance
from core.choices import Role
from core.models import Practice
from core.services.documents import read_document
from tests.billing.books_hold import books_hold
from tests.billing.inbox import deliver
from tests.billing.road import Account, accounts_of
from tests.billing.test_views import words_of
from tests.billing.twice import post_twice
from tests.billing.worked import expected, text_of
from tests.cast import client_of

D = Decimal
ACME = "ACME HEALTH PLAN"
URL = "billing:eob-new"


@pytest.fixture
def account(in_summit: Practice) -> Account:
    """SFM1006 of W-13: four lines at Acme."""
    charges = ("140", "180", "15", "60")
    return accounts_of(in_summit, [("SFM1006", charges)], ACME)["SFM1006"]


@pytest.fixture
def poster(summit: Practice) -> Client:
    return client_of(summit, Role.POSTER)


def typed(account: Account, **changes: str) -> dict[str, str]:
    """W-13 as a poster types it."""
    return {
        "payer": str(account.version.payer.public_id), "trace": "chk 5512", "method_code": "CHK",
        "amount": "126.00", "paid_on": "2026-11-18", "claim": str(account.claim.public_id),
        "c0.status": "1", "c0.icn": "icn20261118006",
        "c0.0.allowed": "95", "c0.0.paid": "65", "c0.0.adjust": "co45 45, pr-3 30",
        "c0.1.paid": "61.00", "c0.1.adjust": "CO-45 85 PR-1 20 PR-2 14",
        "c0.2.paid": "0", "c0.2.adjust": "CO-97 15", "c0.2.remarks": "m15",
        "c0.3.adjust": "CO-16 60", "c0.3.remarks": "N265",
        "do": "save",
    } | {name.replace("__", "."): value for name, value in changes.items()}  # fmt: skip


def send(client: Client, data: dict[str, str]) -> HttpResponse:
    return client.post(reverse(URL), data)


def test_it_is_posted_by_the_same_planner_to_the_same_cent_as_the_835(
    account: Account, poster: Client
) -> None:
    response = send(poster, typed(account))
    remittance = Remittance.objects.get()
    assert response.url == reverse("billing:remittance", args=[remittance.public_id])  # type: ignore[attr-defined]
    assert remittance.state == RemittanceState.MATCHED
    assert (remittance.trace_number, remittance.paid_on) == ("CHK 5512", date(2026, 11, 18))
    page = words_of(poster.get(response.url))  # type: ignore[attr-defined]
    assert "Remit clearing nets to 126.00, the payment" in page
    assert "EOB as it was typed in" in page
    assert post_twice(remittance) == expected("""
        Dr 1020 126.00
        Dr 1200 64.00
        Dr 4100 130.00
        Cr 1100 ACME HEALTH PLAN/1 320.00
    """)
    assert {(d.reason_code, tuple(d.remark_codes)) for d in Denial.objects.all()} == {
        ("97", ("M15",)), ("16", ("N265",)),
    }  # fmt: skip
    answer = remittance.claims.get()
    assert answer.payer_claim_number == "ICN20261118006"
    assert answer.lines.get(position=1).allowed_amount == D("95.00")
    books_hold()


def test_what_was_typed_is_kept_and_its_source_is_shown(account: Account, poster: Client) -> None:
    send(poster, typed(account))
    message = InboundMessage.objects.get()
    assert message.source == MessageSource.MANUAL
    assert b"CO-45 85 PR-1 20 PR-2 14" in read_document(message.document)
    assert "Typed in from paper" in words_of(
        poster.get(reverse("claims:remittances"), {"bucket": "all"})
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"c0__1__paid": "61.01"}, "line 2: billed $180.00 less $119.00 adjusted is not $61.01"),
        ({"c0__0__adjust": "CO-45 45"}, "line 1: billed $140.00 less $45.00 adjusted"),
        ({"amount": "125.99"}, "come to $126.00, the payment is $125.99: $0.01 is too much"),
        ({"c0__0__paid": "many"}, "Enter an amount like 125.00."),
        ({"c0__0__adjust": "CO-45 seventy"}, "“CO-45 seventy” is not understood"),
        ({"p0__code": "WO", "p0__amount": ""}, "Enter an amount like 12.50"),
        ({"p0__amount": "5"}, "Choose what it is."),
        ({"trace": ""}, "Enter the number of the check or transfer."),
        ({"method_code": "NON"}, "Choose how it was paid."),
        ({"claim": ""}, "Add the first claim of the EOB"),
        (
            {f"c0__{n}__{what}": "" for n in range(4) for what in ("paid", "adjust", "allowed",
                                                                    "remarks")},
            "type at least one line",
        ),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_said_where_and_nothing_typed_is_lost(
    account: Account, poster: Client, changes: dict[str, str], words: str
) -> None:
    data = typed(account, **changes)
    response = send(poster, data)
    assert response.status_code == 422
    assert words in words_of(response).replace("&#x27;", "'")
    page = response.content.decode()
    if data["claim"]:
        for name, value in data.items():
            if value and name.startswith("c0.") and not name.endswith(".status"):
                assert f'name="{name}"' in page
                assert f'value="{value}"' in page or f'value="{value.upper()}"' in page
    assert not Remittance.objects.exists()
    assert not InboundMessage.objects.exists()


def test_claims_are_added_by_number_and_taken_off_again(account: Account, poster: Client) -> None:
    data = {"payer": str(account.version.payer.public_id), "do": "check", "add": "sfm1006"}
    page = send(poster, data).content.decode()
    assert 'name="c0.3.adjust"' in page
    assert "autofocus" in page
    again = {**data, "claim": str(account.claim.public_id)}
    assert "is there already" in words_of(send(poster, again))
    assert "No claim of ours has the number" in words_of(send(poster, {**data, "add": "X9"}))
    assert "Choose the payer first" in words_of(send(poster, {"do": "check", "add": "SFM1006"}))
    dropped = send(poster, {**typed(account), "do": "drop-c0"}).content.decode()
    assert 'name="c0.0.paid"' not in dropped
    assert 'value="126.00"' in dropped


def test_it_may_begin_with_a_claim(account: Account, poster: Client) -> None:
    page = poster.get(reverse(URL), {"claim": str(account.claim.public_id)}).content.decode()
    assert "SFM1006" in page
    assert 'name="c0.0.paid"' in page


def test_the_835_of_the_same_check_comes_later_and_waits_for_a_person(
    account: Account, in_summit: Practice, poster: Client
) -> None:
    other = accounts_of(in_summit, [("SFM1011", ("520",))], ACME)["SFM1011"]
    deliver(in_summit, text_of("w17_recovery_for_another_patient"))  # Acme names itself
    assert other.claim.pk
    send(poster, typed(account, trace="EFT0013"))
    late = deliver(in_summit, text_of("w13_partial_pay"), control=2)
    assert late.state == RemittanceState.HELD


def test_typed_twice_it_is_refused_with_nothing_kept(account: Account, poster: Client) -> None:
    send(poster, typed(account))
    response = send(poster, typed(account))
    assert response.status_code == 422
    assert "came before" in words_of(response)
    assert Remittance.objects.count() == 1
    assert InboundMessage.objects.count() == 1


def test_a_paper_posting_is_mirrored_by_the_payers_electronic_reversal(
    in_summit: Practice, poster: Client
) -> None:
    account = accounts_of(in_summit, [("SFM1004", ("300",))], ACME)["SFM1004"]
    data = {
        "payer": str(account.version.payer.public_id), "trace": "9", "method_code": "CHK",
        "amount": "175", "paid_on": "2026-09-01", "claim": str(account.claim.public_id),
        "c0.icn": "ICN20260901004", "c0.0.paid": "175", "c0.0.adjust": "CO45 100 PR3 25",
        "do": "save",
    }  # fmt: skip
    send(poster, data)
    [paper] = post_remittance(remittance=Remittance.objects.get())
    reversal = deliver(in_summit, text_of("w15_reversal_alone"), control=2)
    mirror, *_ = post_remittance(remittance=reversal)
    assert mirror.reverses == paper
    assert account.fresh().version.state == VersionState.REVERSED
    books_hold()


def test_a_claim_taken_back_on_paper_counts_the_other_way(
    in_summit: Practice, poster: Client
) -> None:
    account = accounts_of(in_summit, [("SFM1004", ("300",))], ACME)["SFM1004"]
    post_remittance(remittance=deliver(in_summit, text_of("w15_original")))
    data = {
        "payer": str(account.version.payer.public_id), "trace": "10", "method_code": "NON",
        "amount": "0", "paid_on": "2026-09-15", "claim": str(account.claim.public_id),
        "c0.status": "22", "c0.0.paid": "175", "c0.0.adjust": "CO45 100 PR3 25",
        "p0.code": "FB", "p0.ref": "PAPER1", "p0.amount": "-175", "do": "save",
    }  # fmt: skip
    response = send(poster, data)
    assert response.status_code == 303, words_of(response)
    post_remittance(remittance=Remittance.objects.order_by("pk").last())
    assert Journal.objects.filter(reverses__isnull=False).count() == 1
    assert account.fresh().claim.insurance_balance_amount == D("300.00")
    books_hold()


def test_the_other_practices_claim_is_unknown_here(account: Account, lakeside: Practice) -> None:
    theirs = client_of(lakeside, Role.POSTER)
    page = words_of(theirs.get(reverse(URL), {"claim": str(account.claim.public_id)}))
    assert "SFM1006" not in page


def test_only_posters_type_payments_in(account: Account, summit: Practice) -> None:
    assert client_of(summit, Role.CODER).get(reverse(URL)).status_code == 403


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("CO-45 70", [("CO", "45", D("70.00"))]),
        ("co45 $1,070.5;pr2 26 / OA 23 -3", [("CO", "45", D("1070.50")), ("PR", "2", D("26.00")),
                                             ("OA", "23", D("-3.00"))]),
        ("PI-B10 1.00", [("PI", "B10", D("1.00"))]),
    ],
)  # fmt: skip
def test_adjustments_are_read_as_billers_write_them(
    text: str, found: list[tuple[str, str, Decimal]]
) -> None:
    assert read_adjustments(text) == found


@pytest.mark.parametrize(
    "text", ["70", "CO-45", "XX-45 70", "CO-45 70.005", "CO-45 0", "CO-45 7 x"]
)
def test_anything_else_is_not_understood(text: str) -> None:
    with pytest.raises(AdjustmentError):
        read_adjustments(text)
