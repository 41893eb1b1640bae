"""The patient's share by the payer's own figures (domain J.3, W-43)."""

from decimal import Decimal

import pytest

from claims.edi.inquiry_records import BenefitItem
from claims.estimate import Shares, estimate, figures_of, services_of, shares_for

D = Decimal
W43 = [
    BenefitItem("1", service_types=("30",), plan_name="GOLD PPO"),
    BenefitItem("C", "IND", ("30",), period="23", amount=D(1500), network="Y"),
    BenefitItem("C", "IND", ("30",), period="29", amount=D(200), network="Y"),
    BenefitItem("B", "IND", ("98",), period="27", amount=D(30), network="Y"),
    BenefitItem("A", "IND", ("30",), percent=D(".2"), network="Y"),
    BenefitItem("G", "IND", ("30",), period="29", amount=D(2150), network="Y"),
]


def test_w43_a_procedure_takes_the_deductible_and_a_part_of_the_rest() -> None:
    found = estimate(D(350), shares_for(figures_of(W43), "30"))
    assert (found.patient, found.deductible, found.coinsurance) == (D(230), D(200), D(30))
    assert found.steps == ("$200.00 of the deductible", "20% of the other $150.00: $30.00")


def test_w43_an_office_visit_with_a_copay_of_its_own_costs_the_copay() -> None:
    found = estimate(D(95), shares_for(figures_of(W43), "98"))
    assert found.patient == D(30)
    assert found.steps == ("$30.00 copay, in place of deductible and coinsurance",)


def test_w43_nobody_pays_more_than_what_is_left_of_the_limit() -> None:
    left = [*W43[:-1], BenefitItem("G", "IND", ("30",), period="29", amount=D(100), network="Y")]
    found = estimate(D(350), shares_for(figures_of(left), "30"))
    assert found.patient == D(100)
    assert found.steps[-1] == "no more than $100.00, which is left of the out-of-pocket limit"


def test_the_familys_rest_of_the_deductible_counts_where_it_is_smaller() -> None:
    family = BenefitItem("C", "FAM", ("30",), period="29", amount=D(50), network="Y")
    assert estimate(D(350), shares_for(figures_of([*W43, family]), "30")).patient == D(110)


def test_a_copay_beside_a_coinsurance_of_the_same_service_is_paid_first() -> None:
    both = [*W43, BenefitItem("A", "IND", ("98",), percent=D(".1"), network="Y")]
    found = estimate(D(330), shares_for(figures_of(both), "98"))
    assert (found.deductible, found.copay, found.coinsurance) == (D(200), D(30), D(10))


@pytest.mark.parametrize(
    ("allowed", "patient"), [("20", "20"), ("200", "200"), ("0.03", "0.03"), ("200.03", "200.01")]
)
def test_the_share_is_never_more_than_is_allowed_and_rounded_to_the_cent(
    allowed: str, patient: str
) -> None:
    assert estimate(D(allowed), shares_for(figures_of(W43), "30")).patient == D(patient)


def test_a_copay_is_no_more_than_is_allowed() -> None:
    assert estimate(D(20), Shares(copay=D(30), copay_only=True)).patient == D(20)


def test_what_the_payer_did_not_say_is_said() -> None:
    found = estimate(D(100), Shares())
    assert found.patient == 0
    assert found.steps == (
        "nothing for a deductible: the payer said nothing of what is left of it",
        "no coinsurance: the payer named none",
    )


def test_what_holds_outside_the_network_is_left_out_where_the_inside_is_told() -> None:
    outside = BenefitItem("A", "IND", ("30",), percent=D(".5"), network="N")
    assert figures_of([outside, *W43])["30"]["coinsurance"] == "0.2"


def test_services_with_a_share_of_their_own_can_be_chosen() -> None:
    assert services_of(figures_of(W43)) == [("98", "Office visit"), ("30", "Any other service")]
