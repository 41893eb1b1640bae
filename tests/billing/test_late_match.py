"""Money without a claim: into unapplied cash at once, and out of it when its claim is found."""

import re
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from billing.ledger.accounts import Account as Ledger
from billing.ledger.balances import balance, charge_line_totals
from billing.ledger.entries import lines_by_journal
from billing.models import Journal
from billing.posting.post_late import post_late, preview_late
from billing.posting.post_remittance import post_remittance
from billing.posting.undo import undo_remittance
from billing.services.take_patient_payment import take_patient_payment
from claims.choices import RemittanceState, VersionState
from claims.models import Denial, MatchCandidate, Remittance, RemittanceClaim
from core import clock
from core.choices import Role, WorkState
from core.errors import Conflict
from core.models import Practice, WorkItem
from tests.billing.books_hold import books_hold
from tests.billing.inbox import deliver, example
from tests.billing.road import VISIT_DAY, Account, accounts_of, cover, new_patient, sent_claim
from tests.billing.worked import ledger_text, text_of
from tests.cast import client_of

D = Decimal
CODES = ("99214", "20610", "J3301")


@pytest.fixture
def account(in_summit: Practice) -> Account:
    """The W-10 claim, at Medicare."""
    patient = new_patient(in_summit)
    cover(patient, "MEDICARE PART B")
    return sent_claim(patient, "SFM1001", ("200", "150", "40"), codes=CODES)


@pytest.fixture
def poster(summit: Practice) -> Client:
    return client_of(summit, Role.POSTER)


def without_line_numbers(text: str) -> str:
    """The payer leaves our line numbers out; the visit is that of `tests/billing/road.py`."""
    text = re.sub(r"DTM\*472\*\d+~", f"DTM*472*{VISIT_DAY:%Y%m%d}~", text)
    kept = [line for line in text.splitlines() if "REF*6R" not in line]
    return re.sub(r"SE\*\d+\*", f"SE*{len(kept)}*", "\n".join(kept) + "\n")


def without_numbers(text: str) -> str:
    """The payer sends 0 where our number should stand, and no line numbers."""
    return re.sub(r"CLP\*SFM\d+\*", "CLP*0*", without_line_numbers(text))


@pytest.fixture
def lost(account: Account) -> RemittanceClaim:
    """W-10's answer with a 0 for our number: no claim is found by it."""
    deliver(account.claim.practice, without_numbers(text_of("w10_clean_medicare_payment")))
    return RemittanceClaim.objects.get()


@pytest.fixture
def posted(lost: RemittanceClaim) -> RemittanceClaim:
    """The same, posted: its money waits in unapplied cash."""
    post_remittance(remittance=lost.remittance)
    lost.refresh_from_db()
    return RemittanceClaim.objects.select_related("remittance").get()


def words_of(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_right_claim_is_offered_first_with_its_reasons(
    lost: RemittanceClaim, account: Account
) -> None:
    first = MatchCandidate.objects.get(remittance_claim=lost, position=1)
    assert first.version == account.version
    assert first.score >= 60
    assert {"words": "charge", "tone": "ok"} in first.reasons
    assert WorkItem.objects.get(kind="remittance_no_claim").state == WorkState.OPEN


def test_unmatched_money_goes_to_unapplied_cash_at_once(posted: RemittanceClaim) -> None:
    practice = posted.practice
    assert balance(practice, Ledger.UNAPPLIED_INSURANCE) == D("-161.50")
    assert balance(practice, Ledger.REMIT_CLEARING) == D("161.50")


def test_found_later_the_books_are_what_they_would_have_been(
    posted: RemittanceClaim, account: Account
) -> None:
    post_late(posted, version=account.version)
    practice = posted.practice
    assert balance(practice, Ledger.UNAPPLIED_INSURANCE) == 0
    assert balance(practice, Ledger.REMIT_CLEARING) == D("161.50")
    totals = charge_line_totals(practice, [line.pk for line in account.lines])
    assert sum(insurance for insurance, _ in totals.values()) == 0
    assert sum(patient for _, patient in totals.values()) == D("41.20")
    assert account.fresh().version.state == VersionState.ADJUDICATED
    assert not WorkItem.objects.filter(kind="remittance_no_claim", state="open").exists()


def test_the_preview_is_exactly_what_is_posted_and_writes_nothing(
    posted: RemittanceClaim, account: Account
) -> None:
    before = Journal.objects.count()
    plan = preview_late(posted, version=account.version)
    assert Journal.objects.count() == before
    posted.refresh_from_db()
    assert posted.version is None
    journals = post_late(posted, version=account.version)
    written = lines_by_journal([journals[-1]])[journals[-1].pk]
    assert ledger_text(written) == ledger_text(
        line for journal in plan.journals for line in journal.lines
    )


def test_it_is_posted_once(posted: RemittanceClaim, account: Account) -> None:
    post_late(posted, version=account.version)
    before = Journal.objects.count()
    fresh = RemittanceClaim.objects.select_related("remittance").get()
    with pytest.raises(Conflict):
        post_late(fresh, version=account.version)
    assert Journal.objects.count() == before


def test_a_reversal_takes_back_what_was_posted_later(
    posted: RemittanceClaim, account: Account
) -> None:
    post_late(posted, version=account.version)
    text = text_of("w10_clean_medicare_payment").replace("EFT0010", "EFT0990")
    text = re.sub(r"(CLP\*SFM1001\*)1\*390\*161.5\*41.2", r"\g<1>22*-390*-161.5*-41.2", text)
    text = re.sub(r"(SVC\*[^*]+\*)([\d.]+)\*([\d.]+)", r"\g<1>-\2*-\3", text)
    text = re.sub(r"CAS\*.*~", _negated, text)
    text = re.sub(r"AMT\*B6\*.*~\n?", "", text).replace("BPR*I*161.5*", "BPR*I*0*")
    text = text.replace("SE*", "PLB*2000000010*20261231*FB:CARRY*-161.5~\nSE*", 1)
    count = text.count("~")
    text = re.sub(r"SE\*\d+\*", f"SE*{count}*", text)
    found = deliver(posted.practice, text, control=99)
    assert found.state in {RemittanceState.MATCHED, RemittanceState.EXCEPTIONS}, found.faults
    post_remittance(remittance=found)
    totals = charge_line_totals(posted.practice, [line.pk for line in account.lines])
    assert sum(patient for _, patient in totals.values()) == 0
    assert sum(insurance for insurance, _ in totals.values()) == D(390)


def test_undone_it_leaves_no_cash_behind_and_posted_anew_it_is_in_the_books_once(
    posted: RemittanceClaim, account: Account
) -> None:
    practice = posted.practice
    post_late(posted, version=account.version)
    undo_remittance(remittance=posted.remittance, reason="Posted to the wrong month")
    assert balance(practice, Ledger.REMIT_CLEARING) == 0
    assert balance(practice, Ledger.UNAPPLIED_INSURANCE) == 0
    books_hold()
    post_remittance(remittance=posted.remittance)
    assert balance(practice, Ledger.REMIT_CLEARING) == D("161.50")
    assert balance(practice, Ledger.UNAPPLIED_INSURANCE) == 0
    assert account.patient.patient_balance_amount == D("41.20")
    books_hold()


def test_prepaid_money_that_it_used_is_a_credit_again_when_it_is_undone(
    account: Account, posted: RemittanceClaim
) -> None:
    practice = posted.practice
    take_patient_payment(
        patient=account.patient, amount=D("30"), method="cash",
        received_on=clock.today(practice), reference="",
    )  # fmt: skip
    post_late(posted, version=account.version)
    assert account.patient.patient_balance_amount == D("11.20")
    undo_remittance(remittance=posted.remittance, reason="Posted to the wrong month")
    assert balance(practice, Ledger.PATIENT_CREDITS) == D("-30.00")
    assert balance(practice, Ledger.PATIENT_AR) == 0
    books_hold()
    post_remittance(remittance=posted.remittance)
    assert account.patient.patient_balance_amount == D("11.20")


def test_a_reversal_found_later_posts_the_correction_again_as_the_corrections_own(
    in_summit: Practice,
) -> None:
    """So that the payer's next reversal takes the correction back, and not the reversal."""
    account = accounts_of(in_summit, [("SFM1004", ("300",))], "ACME HEALTH PLAN")["SFM1004"]
    for control, name in enumerate(("w15_original", "w15_correction_alone"), start=1):
        post_remittance(remittance=example(in_summit, name, control=control))
    correction = RemittanceClaim.objects.order_by("-pk")[0]
    text = without_numbers(text_of("w15_reversal_alone")).replace("ICN20260901004", "UNKNOWN")
    reversal = deliver(in_summit, text, control=3)
    post_remittance(remittance=reversal)
    answer = reversal.claims.select_related("remittance").get()
    assert answer.version is None
    written = post_late(answer, version=account.version)
    books_hold()
    again = written[-1]
    assert (again.source_id, again.source_part_id) == (reversal.pk, correction.pk)
    assert account.patient.patient_balance_amount == D("75.00")
    undo_remittance(remittance=reversal, reason="Posted to the wrong month")
    books_hold()
    post_remittance(remittance=reversal)
    assert account.patient.patient_balance_amount == D("75.00")
    books_hold()


def _negated(found: "re.Match[str]") -> str:
    parts = found.group(0).rstrip("~").split("*")
    for place in range(3, len(parts), 3):
        parts[place] = f"-{parts[place]}"
    return "*".join(parts) + "~"


def test_our_line_numbers_alone_find_the_claim(account: Account) -> None:
    text = text_of("w10_clean_medicare_payment").replace("CLP*SFM1001*", "CLP*0*")
    remittance = deliver(account.claim.practice, text)
    answer = remittance.claims.get()
    assert (answer.version, answer.match_reason) == (account.version, "line_numbers")


def test_a_number_cut_off_finds_its_claim_where_charge_and_patient_agree(
    account: Account,
) -> None:
    text = without_line_numbers(text_of("w10_clean_medicare_payment"))
    answer = deliver(
        account.claim.practice, text.replace("CLP*SFM1001*", "CLP*SFM100*")
    ).claims.get()
    assert (answer.version, answer.match_reason) == (account.version, "number_cut_off")
    other = text.replace("TESTPATIENT*JOAN", "FICTIONAL*NIA").replace("EFT0010", "EFT0044")
    answer = deliver(
        account.claim.practice, other.replace("CLP*SFM1001*", "CLP*SFM100*"), control=4
    ).claims.get()
    assert answer.version is None


def test_a_number_of_ours_with_nothing_else_that_fits_is_an_exception(account: Account) -> None:
    text = without_line_numbers(text_of("w10_clean_medicare_payment"))
    text = text.replace("TESTPATIENT*JOAN", "FICTIONAL*NIA")
    text = re.sub(r"DTM\*472\*\d+~", "DTM*472*20250101~", text)
    text = text.replace("SVC*HC:99214:25*200*101.92", "SVC*HC:99214:25*210*111.92")
    text = text.replace("CLP*SFM1001*1*390*161.5", "CLP*SFM1001*1*405*176.5")
    text = text.replace("SVC*HC:20610:RT*150*53.31", "SVC*HC:20610:RT*151*54.31")
    text = text.replace("SVC*HC:J3301:JZ*40*6.27", "SVC*HC:J3301:JZ*44*10.27")
    text = text.replace("BPR*I*161.5*", "BPR*I*176.5*")
    answer = deliver(account.claim.practice, text).claims.get()
    assert (answer.version, answer.match_reason) == (None, "contradicts")


# --- on the screen -------------------------------------------------------------------------------


def test_before_posting_one_key_matches_and_the_remittance_ties_out(
    lost: RemittanceClaim, account: Account, poster: Client
) -> None:
    url = reverse("billing:remittance", args=[lost.remittance.public_id])
    text = words_of(poster.get(url))
    assert "No claim found" in text
    assert "TESTPATIENT" in text.upper()
    response = poster.post(
        reverse("billing:answer-match", args=[lost.public_id]),
        {"version": account.version.public_id},
    )
    assert (response.status_code, response["Location"]) == (303, url)
    lost.refresh_from_db()
    assert (lost.version, lost.match_reason, lost.chosen_candidate) == (
        account.version, "by_hand", 1,
    )  # fmt: skip
    assert Remittance.objects.get().state == RemittanceState.MATCHED


def test_a_match_by_hand_stays_when_the_rest_is_matched_again_and_can_be_taken_back(
    lost: RemittanceClaim, account: Account, poster: Client
) -> None:
    poster.post(
        reverse("billing:answer-match", args=[lost.public_id]),
        {"version": account.version.public_id},
    )
    poster.post(reverse("billing:answer-back", args=[lost.public_id]))
    lost.refresh_from_db()
    assert lost.version is None
    assert Remittance.objects.get().state == RemittanceState.EXCEPTIONS
    assert WorkItem.objects.filter(kind="remittance_no_claim", state="open").count() == 1


def test_after_posting_the_page_shows_the_journal_before_it_is_written(
    posted: RemittanceClaim, account: Account, poster: Client
) -> None:
    url = reverse("billing:answer", args=[posted.public_id])
    text = words_of(poster.get(url, {"version": account.version.public_id}))
    assert "Exactly this is written" in text
    assert "2010 Unapplied insurance cash" in text
    assert "CO-45" in text
    response = poster.post(
        reverse("billing:answer-match", args=[posted.public_id]),
        {"version": account.version.public_id},
    )
    assert response.status_code == 303
    assert balance(posted.practice, Ledger.UNAPPLIED_INSURANCE) == 0


def test_the_preview_says_what_the_posting_will_ask(
    posted: RemittanceClaim, account: Account, poster: Client
) -> None:
    """The claim was paid by another payment meanwhile: this one would overpay it."""
    text = text_of("w10_clean_medicare_payment").replace("EFT0010", "EFT0555")
    post_remittance(remittance=deliver(posted.practice, text, control=55))
    url = reverse("billing:answer", args=[posted.public_id])
    shown = words_of(poster.get(url, {"version": account.version.public_id}))
    assert "Credit balance with the payer" in shown


def test_a_claim_is_sought_by_name_and_the_name_stands_in_no_address(
    lost: RemittanceClaim, account: Account, poster: Client
) -> None:
    url = reverse("billing:answer", args=[lost.public_id])
    response = poster.post(url, {"term": "Testp"})
    assert account.claim.control_number in words_of(response)
    assert "No claim that was sent" in words_of(poster.post(url, {"term": "Nobody"}))
    assert poster.post(url, {"term": ""}).status_code == 422
    assert poster.post(url, {"term": "x"}).status_code == 422


def test_what_is_about_no_claim_of_ours_is_left_unapplied_with_the_reason(
    posted: RemittanceClaim, poster: Client
) -> None:
    url = reverse("billing:answer-aside", args=[posted.public_id])
    assert poster.post(url, {"reason": ""}).status_code == 422
    assert poster.post(url, {"reason": "Patient of the practice next door"}).status_code == 303
    posted.refresh_from_db()
    assert posted.set_aside_at is not None
    assert balance(posted.practice, Ledger.UNAPPLIED_INSURANCE) == D("-161.50")
    assert not WorkItem.objects.filter(kind="remittance_no_claim", state="open").exists()


def test_set_aside_before_posting_it_asks_nobody_afterwards(
    lost: RemittanceClaim, poster: Client
) -> None:
    poster.post(
        reverse("billing:answer-aside", args=[lost.public_id]), {"reason": "Not our patient"}
    )
    remittance = Remittance.objects.get()
    assert remittance.state == RemittanceState.MATCHED
    post_remittance(remittance=remittance)
    assert balance(remittance.practice, Ledger.UNAPPLIED_INSURANCE) == D("-161.50")
    assert not WorkItem.objects.filter(kind="remittance_no_claim", state="open").exists()


def test_a_line_that_fits_none_is_chosen_by_hand(account: Account, poster: Client) -> None:
    text = without_line_numbers(text_of("w10_clean_medicare_payment"))
    text = re.sub(r"DTM\*472\*\d+~", "DTM*472*20250101~", text)
    remittance = deliver(account.claim.practice, text)
    assert remittance.state == RemittanceState.EXCEPTIONS
    answer = RemittanceClaim.objects.get()
    page = words_of(poster.get(reverse("billing:remittance", args=[remittance.public_id])))
    assert "Which of our lines is their 99214" in page
    for line, own in zip(answer.lines.all(), account.lines, strict=True):
        poster.post(
            reverse("billing:answer-match", args=[answer.public_id]),
            {"version": account.version.public_id, f"line_{line.pk}": own.pk},
        )
    remittance.refresh_from_db()
    assert remittance.state == RemittanceState.MATCHED
    assert {line.charge_line_id for line in answer.lines.all()} == {x.pk for x in account.lines}


def test_a_denial_found_later_is_worked_like_any_other(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    cover(patient, "ACME HEALTH PLAN")
    account = sent_claim(patient, "SFM1003", ("950",), codes=("73721",))
    text = without_numbers(text_of("w12_denial_zero_pay"))
    remittance = deliver(in_summit, text)
    post_remittance(remittance=remittance)
    answer = RemittanceClaim.objects.select_related("remittance").get()
    post_late(answer, version=account.version)
    assert Denial.objects.get().version == account.version


def test_another_practice_sees_and_matches_nothing_of_it(
    lost: RemittanceClaim, account: Account, lakeside: Practice
) -> None:
    stranger = client_of(lakeside, Role.POSTER)
    assert stranger.get(reverse("billing:answer", args=[lost.public_id])).status_code == 404
    for name in ("answer-match", "answer-aside", "answer-back", "answer-look"):
        assert stranger.post(reverse(f"billing:{name}", args=[lost.public_id])).status_code == 404
