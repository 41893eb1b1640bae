"""A posted answer is held against what was expected: what differs, what is let pass, and what a
later answer makes of it (domain I.6, E.4, E.5).
"""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.models import LineVariance, VarianceTolerance
from billing.posting.post_remittance import post_remittance, preview_remittance
from billing.posting.undo import undo_remittance
from billing.selectors.posting_level import stops_of
from billing.selectors.tolerances import tolerance_for
from billing.services.compare_answers import compare_answers
from billing.services.save_tolerance import save_tolerance
from billing.underpayments.tolerance import USUAL, Tolerance
from claims.models import Claim, Denial
from coding.models import Contract
from core import clock, timeline
from core.models import WorkItem
from tests.billing.underpayments.conftest import Post, Send, current, only
from tests.claims.decisions import _clp, decided, denied, paid, reversal
from tests.factories.claims import World

pytestmark = pytest.mark.django_db
D = Decimal


def work() -> list[tuple[str, Decimal | None]]:
    rows = WorkItem.objects.filter(kind="claim.underpaid", state="open")
    return [(row.title, row.amount) for row in rows]


# --- W-42 and its neighbours ----------------------------------------------------------------------


def test_w42_paid_at_100_instead_of_120_percent() -> None:
    """Contract 157.38; paid 104.92 and PR-2 26.23 are 131.15: 26.23 is missing."""
    usual = Tolerance()
    assert not usual.passes(D("157.38"), D("104.92") + D("26.23"))
    assert usual.passes(D("157.38"), D("157.37"))
    assert usual.of(D("157.38")) == D("1.57")
    assert usual.of(D("1.00")) == D("0.02"), "two cents at least"


def test_an_underpaid_line_is_work_on_the_claim(send: Send, post: Post) -> None:
    claim = send()
    post(paid(claim, "ICN1"), total=90)  # CO-45 35.00 and PR-3 10.00: 100.00 allowed of 120.00
    row = only()
    assert (row.expected_amount, row.allowed_amount, row.variance_amount) == (
        D("120.00"), D("100.00"), D("20.00"),
    )  # fmt: skip
    assert (row.state, row.agreed_amount, row.paid_amount) == ("open", D("35.00"), D("90.00"))
    assert row.identified_amount == D("20.00")
    assert work() == [("Underpaid by Acme Health Plan", D("20.00"))]
    claim = current(claim)
    assert claim.underpaid_amount == D("20.00")
    assert claim.version.state == "adjudicated", "it waits for a person"


def test_what_is_as_expected_has_no_row(send: Send, post: Post) -> None:
    post(paid(send(), "ICN1", amount=110, share=10), total=110)
    assert not LineVariance.objects.exists()
    assert not work()


def test_sequestration_is_part_of_what_was_allowed(send: Send, post: Post) -> None:
    """W-10: paid, coinsurance and CO-253 are the allowed amount together."""
    claim = send()
    trios = [("CO", "45", 15), ("CO", "253", 2), ("PR", "2", 20)]
    post(_clp(claim, "1", "ICN1", 98, trios, frequency="1"), total=98)
    assert not LineVariance.objects.exists()


def test_a_difference_within_tolerance_passes(world: World, send: Send, post: Post) -> None:
    save_tolerance(
        practice=world.practice, payer=world.acme,
        tolerance=Tolerance(percent=D("20"), least_amount=D("0.02")),
    )  # fmt: skip
    post(paid(send(), "ICN1"), total=90)
    assert not LineVariance.objects.exists()


def test_a_small_claim_is_kept_and_not_queued(world: World, send: Send, post: Post) -> None:
    save_tolerance(
        practice=world.practice, payer=None, tolerance=Tolerance(claim_amount=D("25.00"))
    )
    claim = send()
    post(paid(claim, "ICN1"), total=90)
    assert only().state == "small"
    assert not work()
    assert current(claim).underpaid_amount == D("0.00")


def test_more_than_the_contract_is_kept_as_such(send: Send, post: Post) -> None:
    post(paid(send(), "ICN1", amount=125, share=10), total=125)
    row = only()
    assert (row.state, row.variance_amount, row.cause) == ("over", D("-15.00"), "above")
    assert not work()


def test_what_was_refused_is_worked_as_a_denial_and_not_asked_for_twice(
    send: Send, post: Post
) -> None:
    claim = send()
    post(denied(claim, "ICN1"))
    assert Denial.objects.get().amount == D("135.00")
    assert not LineVariance.objects.filter(state="open").exists()


def test_w22_a_part_refused_leaves_the_rest_of_the_difference(send: Send, post: Post) -> None:
    """CO-150 12.00 is a denial; 8.00 of the 20.00 are nobody's yet."""
    claim = send()
    trios = [("CO", "45", 23), ("CO", "150", 12), ("PR", "3", 10)]
    post(_clp(claim, "1", "ICN1", 90, trios, frequency="1"), total=90)
    row = only()
    assert (row.refused_amount, row.variance_amount) == (D("12.00"), D("8.00"))


def test_capitation_and_another_payer_s_part_are_not_compared(send: Send, post: Post) -> None:
    claim = send()
    post(_clp(claim, "1", "ICN1", 0, [("CO", "24", 135)], frequency="1"))
    assert not LineVariance.objects.exists()


def test_a_line_without_a_contract_is_not_compared(
    world: World, contract: Contract, send: Send, post: Post
) -> None:
    contract.rules.all().delete()
    post(paid(send(), "ICN1"), total=90)
    assert not LineVariance.objects.exists()


# --- what a later answer makes of it --------------------------------------------------------------


def test_a_correction_that_pays_the_rest_settles_it_by_itself(send: Send, post: Post) -> None:
    claim = send()
    post(paid(claim, "ICN1"), total=90)
    post(reversal(claim, "ICN1"), paid(claim, "ICN2", amount=110, share=10), total=20)
    row = only()
    assert (row.state, row.recovered_amount, row.variance_amount) == (
        "recovered", D("20.00"), D("0.00"),
    )  # fmt: skip
    assert not work()
    assert current(claim).underpaid_amount == D("0.00")
    assert _told(claim, "recovered $20.00")


def _told(claim: Claim, words: str) -> bool:
    return any(words in entry.sentence for entry in timeline.entries_for(claim))


def test_a_correction_that_pays_half_leaves_half(send: Send, post: Post) -> None:
    claim = send()
    post(paid(claim, "ICN1"), total=90)
    post(reversal(claim, "ICN1"), paid(claim, "ICN2", amount=100, share=10), total=10)
    row = only()
    assert (row.state, row.variance_amount, row.recovered_amount) == (
        "open", D("10.00"), D("10.00"),
    )  # fmt: skip
    assert work() == [("Underpaid by Acme Health Plan", D("10.00"))]


def test_a_posting_that_is_undone_leaves_nothing_underpaid(send: Send, post: Post) -> None:
    claim = send()
    post(paid(claim, "ICN1"), total=90)
    undone = only().remittance_claim.remittance
    undo_remittance(remittance=undone, reason="Posted to the wrong month")
    row = only()
    assert (row.state, current(claim).underpaid_amount) == ("withdrawn", D("0.00"))
    assert not work()
    undone.refresh_from_db()
    post_remittance(remittance=undone)
    assert only().state == "open"
    assert current(claim).underpaid_amount == D("20.00")


def test_what_a_posting_refused_counts_once_after_it_was_undone_and_posted_again(
    send: Send, post: Post
) -> None:
    """Expected 120.00; allowed 60.00, and 30.00 refused: 30.00 is missing."""
    claim = send()
    trios = [("CO", "45", 35), ("CO", "97", 40), ("PR", "3", 10)]
    answered = post(_clp(claim, "1", "ICN1", 50, trios, frequency="1"), total=50)
    refused = Denial.objects.get()
    before = only().variance_amount
    assert before == D("20.00")
    undo_remittance(remittance=answered, reason="Posted to the wrong month")
    answered.refresh_from_db()
    with clock.travel(clock.now() + timedelta(minutes=1)):
        post_remittance(remittance=answered)
    assert Denial.objects.exclude(pk=refused.pk).get().amount == refused.amount
    assert only().variance_amount == before


def test_money_that_waits_without_a_decision_is_not_counted_as_one(send: Send, post: Post) -> None:
    """A negative payment that is no reversal is kept in 1300: nothing was decided on the line."""
    claim = send()
    post(paid(claim, "ICN1"), total=90)
    assert only().allowed_amount == D("100.00")
    other = paid(send(number=2), "ICN9", amount=110, share=10)
    post(_clp(claim, "1", "ICN2", -20, [("CO", "45", 155)], frequency="1"), other, total=90)
    assert WorkItem.objects.filter(kind="remittance_negative_payment").exists()
    compare_answers(claim.practice, [claim.pk])
    row = LineVariance.objects.get(claim=claim)
    assert (row.allowed_amount, row.variance_amount) == (D("100.00"), D("20.00"))


def test_the_correction_may_come_before_its_reversal(send: Send, post: Post) -> None:
    claim = send()
    post(paid(claim, "ICN1"), total=90)
    post(paid(claim, "ICN2", amount=110, share=10), total=110)
    doubled = only()
    assert doubled.variance_amount < 0, "both stand: more than the contract is paid for now"
    other = paid(send(number=2), "ICN9", amount=110, share=10)
    post(reversal(claim, "ICN1"), other, total=20)
    row = LineVariance.objects.get(claim=claim)
    assert (row.allowed_amount, row.variance_amount, row.state) == (
        D("120.00"), D("0.00"), "recovered",
    )  # fmt: skip


def test_several_answers_on_a_line_are_added_up(send: Send, post: Post) -> None:
    """The payer pays the rest without taking its first decision back."""
    claim = send()
    post(paid(claim, "ICN1"), total=90)
    more = _clp(claim, "1", "ICN2", 20, [("CO", "45", 115)], frequency="1")
    post(more, total=20)
    row = only()
    assert (row.allowed_amount, row.state) == (D("120.00"), "recovered")


# --- E.4 and the stops ----------------------------------------------------------------------------


def test_an_unlisted_reason_is_agreed_where_the_line_comes_to_its_contract(
    send: Send, post: Post
) -> None:
    """E.4: paid + PR is the expected amount, so CO-B10, which no list has, is no denial."""
    claim = send()
    trios = [("CO", "B10", 15), ("PR", "3", 10)]
    post(_clp(claim, "1", "ICN1", 110, trios, frequency="1"), total=110)
    assert not Denial.objects.exists()
    assert current(claim).insurance_balance_amount == D("0.00")


def test_the_same_reason_is_a_denial_where_the_line_does_not(send: Send, post: Post) -> None:
    claim = send()
    trios = [("CO", "B10", 35), ("PR", "3", 10)]
    post(_clp(claim, "1", "ICN1", 90, trios, frequency="1"), total=90)
    assert Denial.objects.get().reason_code == "B10"


def test_a_remittance_stops_where_the_tolerance_says_so(world: World, send: Send) -> None:
    claim = send()
    row = decided(world, paid(claim, "ICN1"), total=90, trace="EFT870", number=870)
    assert not stops_of(row, preview_remittance(row)), "usually it is posted, and queued"
    save_tolerance(
        practice=world.practice, payer=world.acme, tolerance=Tolerance(stop_amount=D("15.00"))
    )
    (stop,) = stops_of(row, preview_remittance(row))
    assert (stop.words, stop.amount) == ("Allowed less than the contract says", D("20.00"))


def test_a_tolerance_keeps_its_history(world: World) -> None:
    assert tolerance_for(world.acme.pk) == USUAL
    save_tolerance(practice=world.practice, payer=None, tolerance=Tolerance(percent=D("2")))
    own = Tolerance(percent=D("3"))
    save_tolerance(practice=world.practice, payer=world.acme, tolerance=own)
    assert save_tolerance(practice=world.practice, payer=world.acme, tolerance=own) is None
    assert tolerance_for(world.acme.pk).percent == D("3.00")
    assert tolerance_for(world.medicare.pk).percent == D("2.00")
    assert VarianceTolerance.objects.count() == 2
