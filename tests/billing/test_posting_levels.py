"""How far a payer is trusted: what each level does, what stops it, and where that is said."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing.ledger.accounts import Account as Ledger
from billing.ledger.balances import balance
from billing.models import PayerPostingSettings, ProviderAdjustmentRule
from billing.posting.post_remittance import post_remittance
from billing.posting.stopping import UNMATCHED
from billing.services.post_trusted import post_trusted
from claims.choices import PostingLevel, RemittanceState
from claims.models import PayerFilingSettings, Remittance, TradingPartner
from core import timeline
from core.choices import Role
from core.jobs import run_due_jobs
from core.models import Job, Practice
from core.services.deliver_news import deliver_due_news
from patients.models import Payer
from tests.billing.inbox import deliver, example
from tests.billing.road import Account, accounts_of, payer_named
from tests.billing.test_views import words_of
from tests.billing.worked import text_of
from tests.cast import client_of

D = Decimal
ACME = "ACME HEALTH PLAN"


@pytest.fixture
def poster(summit: Practice) -> Client:
    return client_of(summit, Role.POSTER)


@pytest.fixture
def account(in_summit: Practice) -> Account:
    return accounts_of(in_summit, [("SFM1011", ("520",))], ACME)["SFM1011"]


@pytest.fixture
def remittance(account: Account, in_summit: Practice) -> Remittance:
    """W-17: one claim, and a takeback that nobody knows."""
    return example(in_summit, "w17_recovery_for_another_patient")


def trust(practice: Practice, level: str) -> Payer:
    payer = payer_named(practice, ACME)
    PayerFilingSettings.objects.create(
        practice=practice, payer=payer, partner=TradingPartner.objects.get(), posts=level
    )
    return payer


def page_of(client: Client, remittance: Remittance) -> str:
    return words_of(client.get(reverse("billing:remittance", args=[remittance.public_id])))


def test_the_page_says_how_far_the_payer_is_trusted_and_that_nothing_stops_it(
    remittance: Remittance, in_summit: Practice, poster: Client
) -> None:
    assert "nobody has set it up yet" in page_of(poster, remittance)
    trust(in_summit, PostingLevel.AUTOMATIC)
    text = page_of(poster, remittance)
    assert "Automatically when it ties out" in text
    assert "Nothing stops this one." in text


def test_each_reason_to_stop_is_listed_with_its_money(
    account: Account, remittance: Remittance, in_summit: Practice, poster: Client
) -> None:
    post_remittance(remittance=remittance)
    again = text_of("w17_recovery_for_another_patient").replace("EFT0018", "EFT0099")
    text = page_of(poster, deliver(in_summit, again, control=2))
    assert "This one waits for a person:" in text
    assert "Possible double payment" in text
    assert "Credit balance with the payer" in text
    assert text.count("$400.00") >= 2


def test_review_each_is_posted_only_by_who_says_that_every_claim_was_looked_at(
    remittance: Remittance, in_summit: Practice, poster: Client
) -> None:
    trust(in_summit, PostingLevel.REVIEW)
    assert "I have looked at every claim" in page_of(poster, remittance)
    url = reverse("billing:remittance-post", args=[remittance.public_id])
    assert "tab=claims" in poster.post(url).url  # type: ignore[attr-defined]
    remittance.refresh_from_db()
    assert remittance.state == RemittanceState.MATCHED
    poster.post(url, {"reviewed": "1"})
    remittance.refresh_from_db()
    assert remittance.state == RemittanceState.POSTED


@pytest.mark.parametrize(
    ("level", "state"),
    [
        (PostingLevel.ONE_CLICK, RemittanceState.POSTED),
        (PostingLevel.REVIEW, RemittanceState.MATCHED),
    ],
)
def test_all_that_tie_out_are_posted_from_the_list_and_the_others_say_why(
    remittance: Remittance, in_summit: Practice, poster: Client, level: str, state: str
) -> None:
    trust(in_summit, level)
    assert "Post all that tie out" in words_of(poster.get(reverse("claims:remittances")))
    response = poster.post(reverse("billing:remittances-post"), {"scope": "ready"})
    assert "/jobs/" in response.url  # type: ignore[attr-defined]
    run_due_jobs()
    remittance.refresh_from_db()
    assert remittance.state == state
    job = Job.objects.get()
    assert job.state == "done"
    assert job.errors == (
        [] if state == RemittanceState.POSTED
        else ["EFT0018: its payer is reviewed claim by claim"]
    )  # fmt: skip


# --- the payer's page --------------------------------------------------------------------------


def settings_of(payer: Payer) -> str:
    return reverse("billing:payer-posting", args=[payer.public_id])


def test_level_reasons_and_accounts_are_set_on_one_page_and_told(
    remittance: Remittance, in_summit: Practice, poster: Client
) -> None:
    payer = trust(in_summit, PostingLevel.ONE_CLICK)
    text = words_of(poster.get(settings_of(payer)))
    assert "Possible double payment" in text
    response = poster.post(
        settings_of(payer),
        {
            "level": "automatic", "codes": "co-150, b10 150", "r0-code": "CS", "r0-begins": "FEE",
            "r0-account": "5100", "r1-code": "", "r1-account": "",
        },
    )  # fmt: skip
    assert response.status_code == 303, words_of(response)
    payer.refresh_from_db()
    assert payer.filing_settings.posts == PostingLevel.AUTOMATIC
    assert PayerPostingSettings.objects.get().extra_contractual_codes == ["150", "B10"]
    rule = ProviderAdjustmentRule.objects.get()
    assert (rule.reason_code, rule.reference_prefix, rule.account_id) == ("CS", "FEE", 5100)
    assert "changed how its remittances are posted" in [
        entry.sentence for entry in timeline.entries_for(payer)
    ]
    text = text_of("w17_recovery_for_another_patient").replace("WO:ICN20260310999", "CS:FEE2026")
    fee = deliver(in_summit, text.replace("EFT0018", "EFT0118"), control=2)
    post_remittance(remittance=fee)
    assert balance(in_summit, Ledger.PAYER_FEES) == D("80.00")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"codes": "sixty"}, "is not a reason code"),
        ({"r0-code": "CS"}, "Choose the account."),
        ({"r0-account": "5100"}, "Choose the code."),
        (
            {"r0-code": "CS", "r0-account": "5100", "r1-code": "CS", "r1-account": "4220"},
            "Two rows",
        ),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    in_summit: Practice, account: Account, poster: Client, changes: dict[str, str], words: str
) -> None:
    payer = trust(in_summit, PostingLevel.ONE_CLICK)
    response = poster.post(settings_of(payer), {"level": "one_click", "codes": "", **changes})
    assert response.status_code == 422
    assert words in words_of(response)
    assert not ProviderAdjustmentRule.objects.exists()


# --- matching a takeback -----------------------------------------------------------------------


def test_a_takeback_is_matched_on_screen(
    remittance: Remittance, account: Account, poster: Client
) -> None:
    taken = remittance.provider_adjustments.get()
    url = reverse("billing:takeback", args=[taken.public_id])
    assert "not posted yet" in words_of(poster.get(url))
    post_remittance(remittance=remittance)
    tab = reverse("billing:remittance", args=[remittance.public_id])
    assert "Match to a claim" in words_of(poster.get(tab, {"tab": "provider"}))
    assert "$80.00 of it waits in 1300" in words_of(poster.get(url))
    refused = poster.post(url, {"claim_number": "X1"})
    assert refused.status_code == 422
    assert "No claim of ours" in words_of(refused)
    assert poster.post(url, {"claim_number": "sfm1011"}).status_code == 303
    assert account.fresh().claim.insurance_balance_amount == D("80.00")
    assert "Match to a claim" not in words_of(poster.get(tab, {"tab": "provider"}))


def test_the_other_practices_settings_and_takebacks_are_not_found(
    remittance: Remittance, lakeside: Practice
) -> None:
    theirs = client_of(lakeside, Role.POSTER)
    taken = remittance.provider_adjustments.get()
    assert theirs.get(reverse("billing:takeback", args=[taken.public_id])).status_code == 404
    assert remittance.payer is not None
    assert theirs.get(settings_of(remittance.payer)).status_code == 404


def test_a_payer_may_be_trusted_past_a_reason_to_stop_and_its_money_waits_as_an_exception(
    account: Account, in_summit: Practice, poster: Client
) -> None:
    payer = trust(in_summit, PostingLevel.AUTOMATIC)
    text = text_of("w17_recovery_for_another_patient").replace("SFM1011", "NOBODY")
    remittance = deliver(in_summit, text)
    assert not post_trusted(remittance)  # a claim was not found
    form = {"level": "automatic", "passes": [UNMATCHED], "r0-code": "", "r1-code": ""}
    assert poster.post(settings_of(payer), form).status_code == 303
    assert "And these, unless they are ticked" in words_of(poster.get(settings_of(payer)))
    assert "changed how its remittances are posted" in [
        entry.sentence for entry in timeline.entries_for(payer)
    ]
    assert post_trusted(remittance)
    assert balance(in_summit, Ledger.UNAPPLIED_INSURANCE) == -D(400)
    # From now on it happens by itself.
    another = deliver(in_summit, text.replace("EFT0018", "EFT0019"), control=2)
    while deliver_due_news():
        pass
    another.refresh_from_db()
    assert another.state == RemittanceState.POSTED
    assert another.claims.get().version is None
    assert balance(in_summit, Ledger.UNAPPLIED_INSURANCE) == -D(800)


def test_what_may_be_anothers_money_cannot_be_ticked(in_summit: Practice, poster: Client) -> None:
    account = accounts_of(in_summit, [("SFM1011", ("520",))], ACME)["SFM1011"]
    payer = account.version.payer
    response = poster.post(settings_of(payer), {"level": "", "passes": ["loose"]})
    assert response.status_code == 422
    assert not PayerPostingSettings.objects.exists()
