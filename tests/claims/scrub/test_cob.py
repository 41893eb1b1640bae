"""COB rules over a snapshot: the order of payers, and decisions that balance line by line (C.3)."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from claims.models import Claim
from claims.scrub import ScrubFacts, scrub
from tests.factories.claims import World
from tests.factories.cob import answered, joans

pytestmark = pytest.mark.django_db
FACTS = ScrubFacts(today=date(2026, 11, 23))


@pytest.fixture
def secondary(world: World) -> dict[str, Any]:
    """The snapshot of W-03, free to be changed."""
    claim: Claim = joans(world)
    answered(world, "w10.835", claim)
    return deepcopy(dict(claim.version.snapshot))


def found(snapshot: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one.code, one.field) for one in scrub(snapshot, FACTS) if one.code[:3] == "COB"]


def first(snapshot: dict[str, Any]) -> dict[str, Any]:
    other: dict[str, Any] = snapshot["other_payers"][0]
    return other


def test_w03_balances(secondary: dict[str, Any]) -> None:
    assert found(secondary) == []


def test_a_line_that_does_not_add_up_is_named_and_nothing_is_plugged(
    secondary: dict[str, Any],
) -> None:
    line = first(secondary)["decision"]["lines"][1]
    line["adjustments"][0]["amount"] = "81.99"
    findings = [one for one in scrub(secondary, FACTS) if one.code == "COB-07"]
    assert [one.field for one in findings] == ["other_payers.1.lines.2"]
    assert "Line 2: Medicare Part B paid 53.31 and adjusted 96.68" in findings[0].message
    assert ("COB-08", "other_payers.1.paid_amount") in found(secondary)


def test_a_payer_that_comes_first_must_have_decided(secondary: dict[str, Any]) -> None:
    first(secondary)["decision"] = None
    assert found(secondary) == [("COB-06", "other_payers.1.decision")]
    first(secondary)["is_declined"] = True
    assert found(secondary) == []


def test_an_other_payer_is_named_whole(secondary: dict[str, Any]) -> None:
    first(secondary)["payer"]["payer_number"] = ""
    first(secondary)["coverage"]["member_id"] = ""
    assert found(secondary) == [
        ("COB-09", "other_payers.1.payer_number"),
        ("COB-10", "other_payers.1.member_id"),
    ]


def test_the_order_names_the_coverage_to_change(secondary: dict[str, Any]) -> None:
    first(secondary)["coverage"] |= {"claim_filing_code": "MC", "is_medicaid": True}
    assert found(secondary) == [("COB-01", "other_payers.1.rank")]


def test_medicare_as_second_payer_says_why(secondary: dict[str, Any]) -> None:
    first(secondary)["coverage"]["claim_filing_code"] = "CI"
    secondary["coverage"] |= {"claim_filing_code": "MB", "member_id": "1EG4TE5MK73"}
    assert found(secondary) == [("COB-04", "coverage.insurance_type_code")]
    first(secondary)["coverage"] |= {"employment_code": "own", "employee_count": 30}
    assert found(secondary) == []
