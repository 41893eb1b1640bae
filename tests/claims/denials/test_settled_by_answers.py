"""What a later answer of the payer makes of a refusal, whatever the order in which answers come:
only what the payer allows beyond its first decision has been recovered (domain E.5, G.3).
"""

from decimal import Decimal

import pytest

from billing.posting.undo import undo_remittance
from claims.models import Claim, Denial, DenialCase, Remittance
from claims.services.send_transmission import send_due
from tests.claims.decisions import answer
from tests.claims.denials.conftest import NOVEMBER_3, Post, current
from tests.factories.claims import World, batch_of, make_claim, nguyen

pytestmark = pytest.mark.django_db
D = Decimal
REFUSED, AGREED = "CO-197", "CO-45"


@pytest.fixture
def claim(world: World) -> Claim:
    """135.00 at Acme."""
    made = make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_3)
    batch_of(world, made)
    send_due()
    return current(made)


def case_of(claim: Claim) -> DenialCase:
    return DenialCase.objects.get(claim=claim)


def ended(claim: Claim) -> tuple[str, str, Decimal]:
    case = case_of(claim)
    return case.state, case.outcome, case.recovered_amount


@pytest.mark.parametrize(
    ("paid", "end"),
    [(60, ("otherwise", D("0"))), (90, ("overturned", D("30")))],
    ids=["the payer writes off what it had refused", "the payer pays more"],
)
@pytest.mark.parametrize("order", ["reversal first", "correction first"])
def test_a_correction_recovers_what_it_allows_beyond_the_first_decision(
    claim: Claim, post: Post, paid: int, end: tuple[str, Decimal], order: str
) -> None:
    post(answer(claim, "ICN1", 60, {REFUSED: 50, AGREED: 25}), total=60)
    reversal = answer(claim, "ICN1", -60, {REFUSED: -50, AGREED: -25}, status="22")
    reversal += "PLB*2000000010*20261231*FB:ACME20261122*-60~\n"
    correction = answer(claim, "ICN2", paid, {AGREED: 135 - paid})
    if order == "reversal first":
        post(reversal)
        post(correction, total=paid)
    else:
        post(correction, total=paid)
        assert case_of(claim).outcome == "", "both decisions stand: nothing is known yet"
        post(reversal)
    assert ended(claim) == ("settled", *end)


def test_a_rest_that_is_paid_beside_what_was_paid_before_is_recovered_at_once(
    claim: Claim, post: Post
) -> None:
    post(answer(claim, "ICN1", 60, {REFUSED: 50, AGREED: 25}), total=60)
    post(answer(claim, "ICN2", 50, {"OA-23": 60, AGREED: 25}), total=50)
    assert ended(claim)[2] == D("50.00")


def test_what_an_undone_posting_had_refused_waits_for_no_answer(world: World, post: Post) -> None:
    made = make_claim(world, nguyen(world), "99213-25 /a", "20610-RT /a", on=NOVEMBER_3)
    batch_of(world, made)
    send_due()
    claim = current(made)
    amounts = [
        int(one.charge_line.charge_amount) for one in claim.charge_lines.order_by("charge_line")
    ]
    post(answer(claim, "ICN1", 0, {REFUSED: amounts[0]}))
    wrong = post(answer(claim, "ICN2", 0, {REFUSED: amounts[1]}, line=1))
    undo_remittance(remittance=Remittance.objects.get(pk=wrong.pk), reason="The wrong file")
    assert case_of(claim).denials.count() == 2
    post(answer(claim, "ICN3", 100, {AGREED: amounts[0] - 100}), total=100)
    assert ended(claim) == ("settled", "overturned", D("100.00"))
    assert Denial.objects.get(remittance_claim__remittance=wrong).outcome == ""
