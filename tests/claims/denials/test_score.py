"""The order of denials (domain G.3, W-46), as numbers and as the database sorts them."""

from decimal import Decimal

import pytest

from claims.denials.chances import learned
from claims.denials.score import nearness, score, worth

D = Decimal


@pytest.mark.parametrize(
    ("chance", "expected", "cost", "days", "found"),
    [
        (".45", 400, 25, 6, "403.00"),
        (".85", 150, 10, 60, "117.50"),
        (".45", 1200, 60, 45, "480.00"),
        (".30", 300, 25, -1, "0.00"),
    ],
)
def test_w46_a_denial_scores_its_worth_times_its_nearness(
    chance: str, expected: int, cost: int, days: int, found: str
) -> None:
    assert score(D(chance), D(expected), D(cost), days) == D(found)


def test_w46_the_most_worth_it_comes_first_and_what_is_past_last() -> None:
    rows = {
        "A": score(D(".45"), D(400), D(25), 6),
        "B": score(D(".85"), D(150), D(10), 60),
        "C": score(D(".45"), D(1200), D(60), 45),
        "D": score(D(".30"), D(300), D(25), -1),
    }
    assert sorted(rows, key=lambda key: -rows[key]) == ["C", "A", "B", "D"]


def test_what_costs_more_than_it_brings_scores_nothing_and_says_how_much_it_costs() -> None:
    assert worth(D(".10"), D(50), D(25)) == D("-20.00")
    assert score(D(".10"), D(50), D(25), 10) == D("0.00")


def test_nearness_is_one_from_thirty_days_on_and_three_on_the_day() -> None:
    assert [nearness(days) for days in (90, 30, 15, 0)] == [1, 1, 2, 3]
    assert nearness(None) == 1


def test_a_chance_moves_from_its_seed_to_what_is_seen_here() -> None:
    assert learned(D(".45"), D(0), 0) == D(".450")
    assert learned(D(".45"), D(10), 10) == D(".725")
    assert learned(D(".45"), D("0.5"), 10) == D(".250")
    many = learned(D(".45"), D(900), 1000)
    assert abs(many - D(".9")) < D(".005")
