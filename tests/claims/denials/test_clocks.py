"""Until when a decision can be appealed (domain G.2, W-47)."""

from datetime import date
from decimal import Decimal

from claims.denials.clocks import Level, limit_of, medicare_levels, usual_levels, year_of_amounts
from claims.denials.deadlines import next_level


def test_w47_redetermination_runs_from_receipt_and_is_worked_before_a_sunday() -> None:
    first, second = medicare_levels(2026)[:2]
    limit = limit_of(first, date(2026, 11, 16))
    assert limit.last_day == date(2027, 3, 21), "a Sunday"
    assert limit.work_by == date(2027, 3, 19)
    assert limit_of(second, date(2027, 2, 10)).last_day == date(2027, 8, 14)


def test_medicare_has_five_levels_with_amounts_at_stake_from_the_third_on() -> None:
    levels = medicare_levels(2025)
    assert [(one.days, one.decision_days) for one in levels] == [
        (120, 60), (180, 60), (60, 90), (60, 90), (60, None),
    ]  # fmt: skip
    assert [one.least_amount for one in levels] == [0, 0, 190, 0, 1900]
    assert medicare_levels(2024)[2].least_amount == 180


def test_a_year_whose_amounts_are_not_known_takes_the_newest() -> None:
    assert year_of_amounts(2030) == 2025
    assert medicare_levels(2030)[4].least_amount == 1900


def test_a_level_that_the_amount_does_not_reach_is_passed_over() -> None:
    levels = (Level(1, "One", 60), Level(2, "Two", 60, least_amount=Decimal(200)))
    assert next_level(levels, 1, Decimal("199.99")) is None
    reached = next_level(levels, 1, Decimal(200))
    assert reached is not None
    assert reached.number == 2


def test_a_payer_without_rules_of_its_own_has_its_limit_else_the_usual_days() -> None:
    assert usual_levels("commercial", 90, 2026)[0].days == 90
    assert usual_levels("commercial", None, 2026)[0].days == 180
    assert usual_levels("medicaid", None, 2026)[0].days == 90


def test_a_limit_on_a_holiday_is_worked_the_business_day_before() -> None:
    # Ninety days from 2026-10-03 is New Year's Day.
    limit = limit_of(Level(1, "First appeal", 90), date(2026, 10, 3))
    assert (limit.last_day, limit.work_by) == (date(2027, 1, 1), date(2026, 12, 31))
