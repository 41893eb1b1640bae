"""A correction with other codes that is stopped or comes back: coded once more, or given up."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from claims.models import Claim, ClaimVersion, Denial, PayerFilingSettings
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.bill_next_payer import bill_next_payer
from claims.services.correct_claim import correct_claim
from claims.services.return_claim import return_claim
from claims.services.send_again import send_again
from claims.services.watch_clocks import report_silence
from coding.models import ChargeItem, ChargeLine, CodingCase
from coding.services.diagnoses import remove_diagnosis
from coding.services.hold_case import hold_case, mark_not_billable
from coding.services.lines import remove_line
from core import clock, sweeping
from core.choices import Role
from patients.services.record_coverage import record_coverage
from tests.cast import client_of
from tests.claims.decisions import paid
from tests.claims.services.test_correct_claim import (
    FIRST,
    NOVEMBER_3,
    decide,
    file_of,
    now,
    open_work,
    sent,
    states,
    was_denied,
    was_paid,
)
from tests.claims.services.test_recode_claim import WHY, all_is_right, answers, recode
from tests.claims.views.test_pages import detail, text
from tests.factories.claims import World, make_claim, nguyen

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def claim(world: World) -> Claim:
    """At Acme, who has not answered."""
    return sent(world, make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_3))


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


def back_to_the_coder(biller: Client, claim: Claim, follow: bool = True) -> str:
    answer = biller.post(
        reverse("claims:return", args=[claim.public_id]), {"reason": WHY}, follow=follow
    )
    return text(answer)


def given_up(biller: Client, claim: Claim) -> str:
    url = reverse("claims:drop-correction", args=[claim.public_id])
    return text(biller.post(url, follow=True)).replace("&#x27;", "'")


def stopped_by_the_scrub(world: World, claim: Claim) -> None:
    """The new code was taken out of the charge master since it was coded."""
    ChargeItem.objects.filter(procedure_code="99214").delete()
    biller = client_of(world.practice, Role.BILLER)
    biller.post(reverse("claims:recheck", args=[claim.public_id]))
    assert states(claim)[-1] == ("7", "scrub_failed")


def _rejected_as(state: str) -> Callable[[World, Claim], None]:
    def reject(world: World, claim: Claim) -> None:
        attempt = sent(world, now(claim)).version.current_attempt_id
        assert attempt is not None
        words = "rejected the claim: the procedure code is not valid on that day"
        apply_evidence(world.practice, [Evidence(attempt, state, words)])
        assert states(claim)[-1] == ("7", state)

    reject.__name__ = state
    return reject


WAYS = [
    stopped_by_the_scrub,
    _rejected_as("file_rejected"),
    _rejected_as("ch_rejected"),
    _rejected_as("payer_rejected"),
]


@pytest.mark.parametrize("happens", WAYS)
@pytest.mark.parametrize("was", [was_paid, was_denied])
def test_a_correction_that_cannot_go_on_is_coded_once_more_and_goes_out_with_those_lines(
    world: World,
    biller: Client,
    claim: Claim,
    was: Callable[[World, Claim], Claim],
    happens: Callable[[World, Claim], None],
) -> None:
    was(world, claim)
    decided = ClaimVersion.objects.get(claim=claim).snapshot_hash
    back_to_the_coder(biller, claim)
    recode()
    happens(world, claim)
    page = text(biller.get(detail(claim)))
    assert "Change its codes" in page
    assert "The correction that has not left is given up for it" in page

    assert "Returned to the coder" in back_to_the_coder(biller, claim)
    assert states(claim) == [("1", "adjudicated"), ("7", "voided")]
    assert now(claim).recoded_since is not None
    all_is_right()

    recode("93010 /a")
    assert states(claim) == [("1", "replaced"), ("7", "voided"), ("7", "ready")]
    version = now(claim).version
    assert version.corrects == ClaimVersion.objects.get(claim=claim, number=1)
    assert version.corrects.snapshot_hash == decided, "what the payer decided is as it was"
    all_is_right()

    sent(world, now(claim))
    new = version.lines.get()
    assert (new.procedure_code, version.charge_amount) == ("93010", now(claim).charge_amount)
    assert f"REF*F8*{FIRST}" in file_of(claim)
    assert f"REF*6R*{new.control_number}" in file_of(claim)


def test_coded_anew_twice_the_payers_answers_settle_the_first_and_the_last_lines(
    world: World, biller: Client, claim: Claim
) -> None:
    was_paid(world, claim)
    back_to_the_coder(biller, claim)
    recode("93010 /a")
    back_to_the_coder(biller, claim)
    recode()
    sent(world, now(claim))
    decide(world, *answers(claim), total=40, number=502)
    assert states(claim)[-1] == ("7", "adjudicated")
    first, given, last = (link.charge_line for link in claim.charge_lines.order_by("pk"))
    for line in (first, given):
        for account in (Account.INSURANCE_AR, Account.PATIENT_AR, Account.CHARGES):
            assert balance(world.practice, account, charge_line_id=line.pk) == 0, account
    assert balance(world.practice, Account.CHARGES, charge_line_id=last.pk) == -200
    all_is_right()


def test_a_correction_of_the_same_lines_goes_to_the_coder_too(
    world: World, biller: Client, claim: Claim
) -> None:
    was_denied(world, claim)
    correct_claim(claim=now(claim), reason="The authorization was left out.")
    back_to_the_coder(biller, claim)
    assert states(claim) == [("1", "adjudicated"), ("7", "voided")]
    assert Denial.objects.get().state == "open"
    recode()
    assert states(claim) == [("1", "replaced"), ("7", "voided"), ("7", "ready")]
    assert Denial.objects.get().state == "resolved"
    all_is_right()


def test_the_coder_takes_a_correction_back_on_the_coding_screen(
    world: World, biller: Client, claim: Claim
) -> None:
    was_paid(world, claim)
    back_to_the_coder(biller, claim)
    case = recode()
    stopped_by_the_scrub(world, claim)
    url = reverse("coding:hold", args=[case.public_id])
    client_of(world.practice, Role.CODER).post(url, {"end": "return", "reason": WHY})
    assert states(claim) == [("1", "adjudicated"), ("7", "voided")]
    assert now(claim).recoded_since is not None
    all_is_right()


def test_coded_anew_and_on_no_correction_yet_it_may_go_back_as_well(
    world: World, biller: Client, claim: Claim
) -> None:
    was_paid(world, claim)
    back_to_the_coder(biller, claim)
    PayerFilingSettings.objects.filter(payer=world.acme).update(correction_mode="reopen")
    recode()
    assert "claim.recoded" in open_work(claim)
    assert "Returned to the coder" in back_to_the_coder(biller, claim)
    assert "claim.recoded" not in open_work(claim)
    PayerFilingSettings.objects.filter(payer=world.acme).update(correction_mode="replace")
    recode("93010 /a")
    assert states(claim) == [("1", "replaced"), ("7", "ready")]
    all_is_right()


def test_a_correction_that_is_out_or_may_have_arrived_is_neither_recoded_nor_given_up(
    world: World, biller: Client, claim: Claim
) -> None:
    was_paid(world, claim)
    back_to_the_coder(biller, claim)
    recode()
    sent(world, now(claim))
    assert "has not decided yet" in back_to_the_coder(biller, claim)
    assert "There is no unsent correction" in given_up(biller, claim)
    with clock.travel(clock.now() + timedelta(days=31)):
        report_silence()
        send_again(claim=now(claim), reason="Nobody answers.")
    assert states(claim)[-1] == ("7", "ready")
    assert "may still have arrived" in back_to_the_coder(biller, claim)
    assert "may still have arrived" in given_up(biller, claim)
    assert states(claim) == [("1", "replaced"), ("7", "ready")]
    assert ChargeLine.objects.filter(state="released").count() == 1
    all_is_right()


# --- the first answer is stayed with -------------------------------------------------------------


def with_the_coder(world: World, claim: Claim) -> None:
    return_claim(claim=now(claim), reason=WHY)


def on_no_correction(world: World, claim: Claim) -> None:
    return_claim(claim=now(claim), reason=WHY)
    PayerFilingSettings.objects.filter(payer=world.acme).update(correction_mode="reopen")
    recode()
    assert "claim.recoded" in open_work(claim)


def on_a_ready_correction(world: World, claim: Claim) -> None:
    return_claim(claim=now(claim), reason=WHY)
    recode()


def on_a_stopped_correction(world: World, claim: Claim) -> None:
    on_a_ready_correction(world, claim)
    stopped_by_the_scrub(world, claim)


def on_a_rejected_correction(world: World, claim: Claim) -> None:
    on_a_ready_correction(world, claim)
    _rejected_as("payer_rejected")(world, claim)


def not_billable(world: World, claim: Claim) -> None:
    return_claim(claim=now(claim), reason=WHY)
    case = CodingCase.objects.get()
    remove_line(case=case, line=ChargeLine.objects.get(case=case, state="draft"))
    case.refresh_from_db()
    mark_not_billable(case=case, reason="Seen by mistake")


@pytest.mark.parametrize(
    "where",
    [
        with_the_coder,
        on_no_correction,
        on_a_ready_correction,
        on_a_stopped_correction,
        on_a_rejected_correction,
        not_billable,
    ],
)
@pytest.mark.parametrize("was", [was_paid, was_denied])
def test_given_up_the_first_answer_stands_with_its_charges_its_money_and_its_denials(
    world: World,
    biller: Client,
    claim: Claim,
    was: Callable[[World, Claim], Claim],
    where: Callable[[World, Claim], None],
) -> None:
    was(world, claim)
    row, line = now(claim), claim.charge_lines.get().charge_line
    before = (
        row.version.pk, row.version.state, row.charge_amount, row.insurance_balance_amount,
        row.patient_balance_amount, list(Denial.objects.values_list("state", flat=True)),
    )  # fmt: skip
    where(world, claim)
    assert "the first answer stands" in text(biller.get(detail(claim)))
    assert "the payer's decision stands" in given_up(biller, claim)

    row = now(claim)
    after = (
        row.version.pk, row.version.state, row.charge_amount, row.insurance_balance_amount,
        row.patient_balance_amount, list(Denial.objects.values_list("state", flat=True)),
    )  # fmt: skip
    assert after == before
    assert row.recoded_since is None
    line.refresh_from_db()
    assert line.state == "released"
    assert not ChargeLine.objects.exclude(pk=line.pk).exclude(state="void").exists()
    case = CodingCase.objects.get()
    assert case.state == "released"
    assert {"claim.reversal_expected", "claim.recoded"}.isdisjoint(open_work(claim))
    assert "There is no unsent correction" in given_up(biller, claim)
    all_is_right()


def test_given_up_its_codes_can_be_changed_again_and_given_up_again(
    world: World, biller: Client, claim: Claim
) -> None:
    was_paid(world, claim)
    for _ in range(2):
        back_to_the_coder(biller, claim)
        recode()
        given_up(biller, claim)
        all_is_right()
    assert now(claim).version.number == 1
    back_to_the_coder(biller, claim)
    recode("93010 /a")
    sent(world, now(claim))
    assert now(claim).version.lines.get().procedure_code == "93010"
    all_is_right()


def test_a_diagnosis_that_was_taken_off_meanwhile_is_on_the_list_again(
    world: World, biller: Client, claim: Claim
) -> None:
    was_paid(world, claim)
    back_to_the_coder(biller, claim)
    case = CodingCase.objects.get()
    old = case.diagnoses.get(position=1)
    remove_diagnosis(case=case, diagnosis=old)
    given_up(biller, claim)
    line = ChargeLine.objects.get(state="released")
    assert [case.diagnoses.get(pk=key).code for key in line.pointers] == [old.code]


def test_taken_back_by_the_payer_there_is_no_first_answer_to_stay_with(
    world: World, biller: Client, claim: Claim
) -> None:
    was_paid(world, claim)
    back_to_the_coder(biller, claim)
    recode()
    other = sent(world, make_claim(world, nguyen(world, 2), "99213 /a", on=NOVEMBER_3))
    decide(world, answers(claim)[0], paid(other, "ICN9"), total=0, number=503)
    assert "has taken its decision back" in given_up(biller, claim)
    assert states(claim) == [("1", "replaced"), ("7", "ready")]
    all_is_right()


def test_what_waited_for_the_second_payer_is_made_again(
    world: World, biller: Client, claim: Claim
) -> None:
    was_paid(world, claim)
    record_coverage(
        patient=claim.patient, plan=world.medicare_plan, member_id="1EG4TE5MK73", rank=2,
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    bill_next_payer(now(claim).version.pk)
    back_to_the_coder(biller, claim)
    given_up(biller, claim)
    assert now(claim).version.rank == 2
    assert now(claim).version.state in {"ready", "scrub_failed"}
    all_is_right()


def test_who_may_not_send_gives_nothing_up(world: World, claim: Claim) -> None:
    was_paid(world, claim)
    return_claim(claim=now(claim), reason=WHY)
    url = reverse("claims:drop-correction", args=[claim.public_id])
    for role in set(Role) - {Role.BILLER, Role.MANAGER}:
        assert client_of(world.practice, role).post(url).status_code == 403, role
    assert now(claim).recoded_since is not None


def test_while_the_encounter_waits_for_the_provider_it_says_so_and_keeps_all(
    world: World, biller: Client, claim: Claim
) -> None:
    was_paid(world, claim)
    back_to_the_coder(biller, claim)
    case = CodingCase.objects.get()
    CodingCase.objects.filter(pk=case.pk).update(state="waiting_query")
    assert "take that back on the coding screen first" in given_up(biller, claim)
    assert ChargeLine.objects.filter(state="draft").count() == 1
    CodingCase.objects.filter(pk=case.pk).update(state="in_progress")
    case.refresh_from_db()
    hold_case(case=case, reason="The coder asks.")
    given_up(biller, claim)
    assert CodingCase.objects.get().state == "released"
    all_is_right()
    sweeping.run_one("news")
    assert states(claim) == [("1", "adjudicated")]
