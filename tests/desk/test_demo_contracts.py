"""The demo's contracts say what its payers pay by: expected and paid agree."""

from datetime import date
from decimal import Decimal

import pytest

from coding.pricing.answer import answer
from core.tenancy import practice_scope
from desk.demo.cast import payers
from desk.demo.set_up import set_up

pytestmark = pytest.mark.django_db


def test_each_plan_has_a_contract_with_the_figures_of_the_simulator() -> None:
    stage = set_up(date(2026, 6, 1), "http://localhost:1")[0]
    with practice_scope(stage.practice):
        for one in payers():
            found = answer(
                plan=stage.plans[one.key], on=date(2026, 11, 2), place="11", lines="99213; 83036"
            )
            expected = Decimal("101.10")  # Medicare: 91.39 and 9.71
            if one.kind != "medicare":
                percent = Decimal(one.terms["default_percent"])
                expected = round(148 * percent, 2) + round(25 * percent, 2)
            assert found.allowed == expected, one.name
