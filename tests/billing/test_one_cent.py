"""An 835 that is off by one cent, at whatever level, brought by the front door: nothing of it is
posted, and the page says at which segment it does not add up and by how much (W-29).
"""

from decimal import Decimal
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from billing.models import Journal
from claims.choices import RemittanceState, VersionState
from claims.models import Remittance
from core import sweeping
from core.choices import Role
from core.models import Practice
from tests.billing.books_hold import books_hold
from tests.billing.inbox import interchange
from tests.billing.road import Account, accounts_of
from tests.billing.test_views import words_of
from tests.billing.worked import text_of
from tests.cast import client_of

D = Decimal
ACME = "ACME HEALTH PLAN"
# Two lines; the claim has an adjustment of its own, and the payment one beside.
BODY = (
    "CLP*SFM1029*1*300*205.5*20*12*ICN29*11*1~CAS*CO*45*14.5~"
    "NM1*QC*1*NGUYEN*DAVID****MI*AHP222333444~"
    "SVC*HC:99213*200*150~DTM*472*20261012~CAS*CO*45*30~CAS*PR*2*20~REF*6R*SFM1029L1~"
    "SVC*HC:99213*100*70~DTM*472*20261012~CAS*CO*45*25**97*5~REF*6R*SFM1029L2~"
    "PLB*2000000010*20261231*AH:FEES*5.5~"
)
LINE_1, LINE_2 = "SVC*HC:99213*200", "SVC*HC:99213*100"
# What is spoiled and how, the rule that finds it, and the segment where the page says it is.
LEVELS = {
    "line, what is paid": ("*200*150~", "*200*150.01~", "BAL-S", LINE_1),
    "line, what was billed": ("SVC*HC:99213*100*70~", "SVC*HC:99213*100.01*70~", "BAL-S", LINE_2),
    "line, an adjustment": ("CAS*CO*45*30~", "CAS*CO*45*29.99~", "BAL-S", LINE_1),
    "line, the second of two trios": ("*45*25**97*5~", "*45*25**97*5.01~", "BAL-S", LINE_2),
    "claim, an adjustment": ("CAS*CO*45*14.5~", "CAS*CO*45*14.51~", "BAL-C", "CLP"),
    "claim, what is paid": ("*300*205.5*20*", "*300*205.51*20*", "BAL-C", "CLP"),
    "claim, what was billed": ("*1*300*205.5*", "*1*300.01*205.5*", "BAL-C", "CLP"),
    "claim, its lines balance and it does": (
        "SVC*HC:99213*100*70~DTM*472*20261012~CAS*CO*45*25**97*5~",
        "SVC*HC:99213*100.01*70~DTM*472*20261012~CAS*CO*45*25.01**97*5~", "BAL-C2", "CLP",
    ),
    "payment": ("BPR*I*200*", "BPR*I*200.01*", "BAL-T", "BPR"),
    "provider adjustment": ("AH:FEES*5.5~", "AH:FEES*5.51~", "BAL-T", "BPR"),
}  # fmt: skip


@pytest.fixture
def account(in_summit: Practice) -> Account:
    return accounts_of(in_summit, [("SFM1029", ("200", "100"))], ACME)["SFM1029"]


@pytest.fixture
def poster(summit: Practice) -> Client:
    return client_of(summit, Role.POSTER)


def payment_835(spoiled: tuple[str, str] = ("", "")) -> str:
    """The file: 200.00 for one claim, with `spoiled[0]` made `spoiled[1]`."""
    head = text_of("w13_partial_pay").partition("CLP*")[0].replace("BPR*I*126*", "BPR*I*200*")
    text = head + BODY
    text += f"SE*{text.count('~') + 1}*0013~\n"
    assert spoiled[0] in text
    return interchange(text.replace(*spoiled, 1) if spoiled[0] else text)


def bring(poster: Client, content: str) -> Remittance:
    """Upload it, let the workers read it, and press Post."""
    file = SimpleUploadedFile("era.835", content.encode())
    poster.post(reverse("claims:remittance-upload"), {"file": file})
    sweeping.run_all()
    remittance = Remittance.objects.get()
    poster.post(reverse("billing:remittance-post", args=[remittance.public_id]), {"reviewed": "on"})
    remittance.refresh_from_db()
    return remittance


def test_the_same_file_with_every_cent_right_is_posted(account: Account, poster: Client) -> None:
    """So that it is the cent that keeps the others out."""
    remittance = bring(poster, payment_835())
    assert remittance.state == RemittanceState.POSTED, remittance.faults
    assert account.fresh().claim.patient_balance_amount == D("20.00")
    books_hold()


@pytest.mark.parametrize("level", LEVELS)
def test_off_by_one_cent_nothing_is_posted_and_the_page_says_where(
    account: Account, poster: Client, level: str
) -> None:
    right, wrong, rule, segment = LEVELS[level]
    written = Journal.objects.count()
    text = payment_835((right, wrong))
    remittance = bring(poster, text)
    assert remittance.state == RemittanceState.OUT_OF_BALANCE
    assert Journal.objects.count() == written
    assert account.fresh().version.state == VersionState.PAYER_ACCEPTED
    faults = [fault for fault in remittance.faults if fault["code"] == rule]
    assert faults, remittance.faults
    assert all("off by 0.01" in fault["message"] for fault in faults)
    segments = text.partition("ST*")[2].split("~")
    assert all(segments[fault["segment"] - 1].strip().startswith(segment) for fault in faults)
    page = poster.get(reverse("billing:remittance", args=[remittance.public_id]))
    shown = unescape(words_of(page))
    for fault in faults:
        words = fault["message"]
        assert f"{words[0].upper()}{words[1:]} segment {fault['segment']}" in shown
    assert "It does not balance, so nothing of it is posted." in shown
