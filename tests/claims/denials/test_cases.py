"""What a posted remittance makes of refused money: one piece of work a claim and cause, settled by
what the payer decides later (domain G.3).
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from claims.denials.score import score
from claims.models import Claim, Denial, DenialCase, PayerFilingSettings
from claims.services.correct_claim import correct_claim, reroute_claim
from claims.services.drop_correction import drop_correction
from claims.services.open_denials import adopt_denials
from claims.services.resolve_denial import resolve_denials_of_lines
from claims.services.send_transmission import send_due
from claims.services.work_denial import choose_step, set_aside, take_up, wait_for
from claims.views.denials import all_cases
from core import clock
from core.errors import ApplicationError
from core.models import WorkItem
from patients.models import Coverage
from patients.services.record_authorization import record_authorization
from patients.services.record_coverage import change_coverage, record_coverage
from tests.claims.decisions import denied, paid
from tests.claims.denials.conftest import NOVEMBER_3, Deny, Post, current
from tests.factories.claims import World, batch_of, make_claim, nguyen

pytestmark = pytest.mark.django_db
D = Decimal


def case_of(claim: Claim) -> DenialCase:
    return DenialCase.objects.select_related("claim", "practice", "payer").get(claim=claim)


def work(case: DenialCase) -> WorkItem | None:
    rows = WorkItem.objects.filter(kind=case.work_kind, state="open", subject_id=case.claim_id)
    return rows.first()


# --- opening --------------------------------------------------------------------------------------


def test_w12_a_zero_payment_is_a_denial_with_its_cause_step_chance_and_deadline(deny: Deny) -> None:
    case = deny("CO-197")
    assert (case.code, case.root_cause, case.category) == (
        "CO-197", "authorization", "authorization",
    )  # fmt: skip
    assert (case.state, case.amount, case.step) == ("not_started", D("135.00"), "appeal")
    assert (case.seed_chance, case.chance, case.work_cost) == (D(".450"), D(".450"), D("25.00"))
    assert case.core_scenario == "not_covered"
    # 180 days from 2026-11-22 is a Friday.
    assert case.deadline_on == date(2027, 5, 21)
    assert case.deadline_of == "appeal: First appeal"
    item = work(case)
    assert item is not None
    assert item.title == "CO-197 denied by Acme Health Plan"
    assert case.claim.version.outcome == "denied"


def test_what_is_paid_or_the_patients_share_opens_nothing(world: World, post: Post) -> None:
    claim = make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_3)
    batch_of(world, claim)
    send_due()
    post(paid(current(claim), "ICN1"), total=90)  # CO-45 35.00 and PR-3 10.00 beside it
    assert not Denial.objects.exists()
    assert not DenialCase.objects.exists()


def test_a_zero_payment_that_is_all_the_patients_share_is_no_denial(
    world: World, post: Post
) -> None:
    claim = make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_3)
    batch_of(world, claim)
    send_due()
    post(paid(current(claim), "ICN1", amount=0, share=100))
    assert not DenialCase.objects.exists()
    assert current(claim).version.outcome == "zero", "and it is not paid either"


def test_each_cause_is_a_piece_of_work_of_its_own(deny: Deny) -> None:
    first, second = deny("CO-197", number=1), deny("CO-16", remark="N290", number=2)
    assert (second.root_cause, second.step) == ("claim_data", "fix")
    assert "rendering provider's NPI" in second.step_why
    assert {first.work_kind, second.work_kind} == {
        "claim.denied.authorization", "claim.denied.claim_data",
    }  # fmt: skip


def test_the_database_sorts_by_the_score_that_the_page_shows(deny: Deny) -> None:
    deny("CO-197", number=1), deny("CO-16", remark="N290", number=2), deny("CO-29", number=3)
    cases = DenialCase.objects.order_by("pk")
    today = date(2026, 11, 23)
    for row, days in zip(cases, (6, 60, -1), strict=True):
        DenialCase.objects.filter(pk=row.pk).update(deadline_on=today + timedelta(days=days))

    class Asked:
        practice = cases[0].practice

    for row in all_cases(Asked()):  # type: ignore[arg-type]
        days_left = (row.deadline_on - today).days if row.deadline_on else None
        shown = score(row.chance, row.expected_amount, row.work_cost, days_left)
        assert row.score == shown, row.code


def test_an_authorization_on_file_turns_the_suggestion_to_a_correction(
    world: World, deny: Deny
) -> None:
    patient = nguyen(world, 7)
    claim = make_claim(world, patient, "99213 /a", on=NOVEMBER_3)
    batch_of(world, claim)
    send_due()
    record_authorization(
        patient=patient, payer=world.acme, number="AUTH77", effective_from=NOVEMBER_3
    )
    other = deny("CO-197", number=2)
    assert other.step == "appeal", "that patient has none"


def test_open_denials_from_before_get_their_case_by_the_sweep(deny: Deny) -> None:
    case = deny()
    Denial.objects.update(case=None)
    DenialCase.objects.all().delete()
    assert adopt_denials() == 1
    assert case_of(case.claim).code == "CO-197"
    assert adopt_denials() == 0


# --- settled by what the payer decides later ------------------------------------------------------


def test_a_payment_by_835_settles_the_denial_by_itself_and_raises_the_chance(
    deny: Deny, post: Post
) -> None:
    case, like = deny(number=1), deny(number=2)
    post(paid(current(case.claim), "ICN1"), total=90)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("settled", "overturned")
    assert case.recovered_amount == D("100.00"), "90 paid and 10 the patient's"
    assert work(case) is None
    like.refresh_from_db()
    assert (like.tried_count, like.won_count, like.chance) == (1, 1, D(".500"))


def test_refused_again_on_the_corrected_claim_counts_against_it(
    world: World, deny: Deny, post: Post
) -> None:
    case = deny()
    correct_claim(claim=current(case.claim), reason="The authorization was left out.")
    case.refresh_from_db()
    assert (case.state, case.waits_for) == (
        "waiting", "the answer to version 2, a replacement claim",
    )  # fmt: skip
    batch_of(world, current(case.claim))
    send_due()
    post(denied(current(case.claim), "ICN9", frequency="7"))
    first, second = DenialCase.objects.order_by("pk")
    assert (first.state, first.outcome) == ("settled", "upheld")
    assert (second.state, second.version.number) == ("not_started", 2)
    assert (second.tried_count, second.won_count, second.chance) == (1, 0, D(".409"))


def test_paid_on_the_corrected_claim_it_is_won(world: World, deny: Deny, post: Post) -> None:
    case = deny()
    correct_claim(claim=current(case.claim), reason="The authorization was left out.")
    batch_of(world, current(case.claim))
    send_due()
    post(paid(current(case.claim), "ICN9", frequency="7"), total=90)
    case.refresh_from_db()
    assert (case.state, case.outcome, case.recovered_amount) == (
        "settled", "overturned", D("100.00"),
    )  # fmt: skip


def test_a_dropped_correction_brings_the_denial_back(deny: Deny) -> None:
    case = deny()
    correct_claim(claim=current(case.claim), reason="The authorization was left out.")
    drop_correction(claim=current(case.claim))
    case.refresh_from_db()
    assert (case.state, case.waits_for) == ("not_started", "")
    item = work(case)
    assert item is not None
    assert "dropped" in item.reason


def test_what_billing_writes_off_or_moves_ends_the_denial_with_it(deny: Deny) -> None:
    case = deny()
    lines = Denial.objects.values_list("charge_line_id", flat=True)
    assert resolve_denials_of_lines(list(lines), outcome="Written off.", how="written_off") == 1
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("settled", "written_off")
    like = deny(number=2)
    assert like.tried_count == 0, "what was given up teaches no chance"


# --- what people decide ---------------------------------------------------------------------------


def test_another_step_needs_a_reason_and_moves_the_deadline(deny: Deny) -> None:
    case = deny()
    with pytest.raises(ApplicationError) as refused:
        choose_step(case=case, step="fix")
    assert refused.value.field == "reason"
    PayerFilingSettings.objects.update(corrected_limit_days=60)
    case = choose_step(case=case, step="fix", reason="The number was on the referral.")
    assert (case.next_step, case.deadline_of) == ("fix", "corrected claim")
    assert case.deadline_on == date(2027, 1, 21)
    case = choose_step(case=case, step="appeal")
    assert (case.chosen_step, case.next_step) == ("", "appeal")


@pytest.mark.parametrize(("step", "words"), [("appeal", "N211"), ("patient", "CO means")])
def test_a_forbidden_step_is_refused_with_the_reason(deny: Deny, step: str, words: str) -> None:
    case = deny("CO-16", remark="N211")
    with pytest.raises(ApplicationError, match=words) as refused:
        choose_step(case=case, step=step, reason="All the same.")
    assert refused.value.field == "step"


def test_records_that_are_sent_put_it_off_to_its_day(deny: Deny) -> None:
    case = deny("CO-252")
    assert case.step == "records"
    day = clock.today(case.practice) + timedelta(days=10)
    wait_for(case=case, step="records", waits_for="The operative note went out", follow_up_on=day)
    case.refresh_from_db()
    assert (case.state, case.waits_for) == ("waiting", "The operative note went out")
    item = work(case)
    assert item is not None
    assert item.due_on == day


def test_what_is_set_aside_can_be_taken_up_again(deny: Deny) -> None:
    case = set_aside(case=deny(), reason="The patient signed nothing.")
    case.refresh_from_db()
    assert case.state == "not_workable"
    take_up(case=case)
    case.refresh_from_db()
    assert (case.state, case.outcome_note) == ("not_started", "")


def test_a_refused_claim_goes_to_the_payer_that_stands_in_its_place_now(
    world: World, deny: Deny
) -> None:
    case = deny("CO-22")
    old = Coverage.objects.get(patient=case.claim.patient)
    with pytest.raises(ApplicationError) as refused:
        reroute_claim(claim=current(case.claim), coverage=old, reason="Wrong payer.")
    assert refused.value.field == "coverage"
    change_coverage(coverage=old, effective_to=date(2026, 10, 31))
    right = record_coverage(
        patient=case.claim.patient, plan=world.medicare_plan, member_id="1EG4TE5MK73",
        effective_from=date(2026, 11, 1),
    )  # fmt: skip
    version = reroute_claim(claim=current(case.claim), coverage=right, reason="Wrong payer.")
    assert (version.payer, version.frequency_code, version.rank) == (world.medicare, "1", 1)
    assert version.snapshot["claim"]["original_reference_number"] == ""
    case.refresh_from_db()
    assert case.state == "waiting"
