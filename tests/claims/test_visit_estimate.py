"""What a patient owes for a visit: the payer's shares of what it usually allows (domain J.3)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from claims.models import EligibilityCheck
from claims.services.ask_eligibility import ask_eligibility
from claims.services.send_inquiry import ask_due
from claims.transport.base import Replied
from claims.visit_estimate import usually_allowed, visit_estimate
from patients.models import Coverage
from tests.claims.answers import ACTIVE, INACTIVE, answer_271
from tests.claims.decisions import paid
from tests.claims.line import Line
from tests.claims.services.test_correct_claim import decide, sent
from tests.factories.claims import World, joan, make_claim, nguyen

pytestmark = pytest.mark.django_db
NOVEMBER_3 = date(2026, 11, 3)
OFFICE = "EB*1**98**GOLD PPO~EB*B*IND*98***27*30*****Y~"


@pytest.fixture
def coverage(world: World) -> Coverage:
    return joan(world).coverages.select_related("plan__payer").get()


@pytest.fixture
def says(line: Line, coverage: Coverage) -> Callable[[str], EligibilityCheck]:
    """The payer answers so, for Joan."""

    def answer(benefits: str) -> EligibilityCheck:
        check = ask_eligibility(coverage=coverage)
        number = 900 + check.pk % 90
        line.reply = Replied(answer_271(check.reference, benefits, number=number))
        ask_due()
        check.refresh_from_db()
        return check

    return answer


def amount(coverage: Coverage, **typed: str) -> Decimal | None:
    found = visit_estimate(coverage, typed)
    assert found is not None
    return found.result.patient if found.result else None


def test_deductible_copay_and_coinsurance_of_what_is_typed(
    coverage: Coverage, says: Callable[[str], EligibilityCheck]
) -> None:
    says(ACTIVE)
    # $200 of the deductible are left; then a fifth of the other $100.
    assert amount(coverage, allowed="300.00", service="30") == Decimal("220.00")


def test_a_copay_named_for_the_office_visit_is_all(
    coverage: Coverage, says: Callable[[str], EligibilityCheck]
) -> None:
    says(OFFICE)
    assert amount(coverage, allowed="120.00", service="98") == Decimal("30.00")
    assert amount(coverage, allowed="20.00", service="98") == Decimal("20.00"), "not more than that"


def test_without_a_usual_amount_it_waits_for_one(
    coverage: Coverage, says: Callable[[str], EligibilityCheck]
) -> None:
    says(ACTIVE)
    found = visit_estimate(coverage, {})
    assert found is not None
    assert (found.usual, found.result, found.form.is_bound) == (None, None, False)


def test_an_amount_that_is_none_is_told_at_its_field(
    coverage: Coverage, says: Callable[[str], EligibilityCheck]
) -> None:
    says(ACTIVE)
    found = visit_estimate(coverage, {"allowed": "much", "service": "30"})
    assert found is not None
    assert found.result is None
    assert found.form.errors["allowed"]


def test_the_usual_amount_is_the_middle_of_what_the_payer_allowed_on_its_last_claims(
    world: World,
) -> None:
    assert usually_allowed(world.acme) is None
    for number, (pays, share) in enumerate(((90, 10), (70, 10), (20, 10)), 1):
        claim = sent(world, make_claim(world, nguyen(world, number), "99213 /a", on=NOVEMBER_3))
        decide(
            world, paid(claim, f"ICN{number}", amount=pays, share=share), total=pays,
            number=600 + number,
        )  # fmt: skip
    assert usually_allowed(world.acme) == Decimal("80.00")
    assert usually_allowed(world.medicare) is None


@pytest.mark.parametrize("benefits", [INACTIVE, "EB*1**30**GOLD PPO~"])
def test_nothing_is_estimated_where_it_is_not_active_or_names_no_share(
    coverage: Coverage, says: Callable[[str], EligibilityCheck], benefits: str
) -> None:
    says(benefits)
    assert visit_estimate(coverage, {}) is None


def test_the_newest_answer_counts(
    coverage: Coverage, says: Callable[[str], EligibilityCheck]
) -> None:
    assert visit_estimate(coverage, {}) is None, "nobody was asked"
    says(ACTIVE)
    assert visit_estimate(coverage, {}) is not None
    says(INACTIVE)
    assert visit_estimate(coverage, {}) is None
