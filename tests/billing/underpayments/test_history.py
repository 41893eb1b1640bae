"""The history of one underpaid line tells its own amounts, not those of its claim."""

import pytest
from django.urls import reverse

from billing.models import LineVariance
from claims.models import Claim
from coding.models import Contract, ContractRule
from core.choices import Role
from tests.billing.underpayments.conftest import Post, Send
from tests.billing.underpayments.test_pages import line_page, text
from tests.cast import client_of
from tests.claims.decisions import answer
from tests.factories.claims import World

pytestmark = pytest.mark.django_db


def amounts(claim: Claim) -> list[int]:
    links = claim.charge_lines.order_by("charge_line").select_related("charge_line")
    return [int(one.charge_line.charge_amount) for one in links]


def test_a_line_tells_its_own_amounts_where_two_lines_of_a_claim_are_underpaid(
    world: World, contract: Contract, send: Send, post: Post
) -> None:
    ContractRule.objects.create(
        practice=world.practice, contract=contract, code_from="20610", method="fixed", value=90
    )
    claim = send("99213-25 /a", "20610-RT /a")
    first, second = amounts(claim)
    post(answer(claim, "ICN1", 100, {"CO-45": first - 100}), total=100)
    post(answer(claim, "ICN2", 60, {"CO-45": second - 60}, line=1), total=60)
    visit, injection = LineVariance.objects.order_by("charge_line")
    biller = client_of(world.practice, Role.BILLER)
    page = text(biller.get(line_page(visit)))
    assert "allowed $100.00 of $120.00 expected: $20.00 less than the contract says" in page
    assert "$50.00" not in page, "that is the sum of the claim"
    biller.post(
        reverse("billing:underpaid-act", args=[injection.public_id]),
        {"act": "accept", "reason": "effort"},
    )
    other = text(biller.get(line_page(injection)))
    assert "allowed $60.00 of $90.00 expected: $30.00 less than the contract says" in other
    assert "accepted $30.00: not worth the work" in other
    assert "accepted" not in text(biller.get(line_page(visit))).split("History")[1]
