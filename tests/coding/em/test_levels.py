"""Levels of visits: the worked examples of W-37, and what holds for every worksheet."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.choices import EmFamily
from coding.em import Entered, Family, families_on, family_of, family_on, judge, mdm_level
from coding.em.levels import ELEMENTS
from coding.em.tables import complexity_on, names, prolonged_on
from coding.em.words import ROWS

DAY = date(2026, 11, 2)
NEW, OLD, ROOM = "office_new", "office_established", "emergency"
TICKS = list(product((1, 2, 3, 4), repeat=3))


def family(name: str, on: date = DAY) -> Family:
    found = family_on(name, on)
    assert found is not None
    return found


def code(name: str, *ticks: int, minutes: int | None = None) -> str:
    """The code that a worksheet supports; no ticks for one that goes by time alone."""
    three = (ticks[0], ticks[1], ticks[2]) if ticks else None
    return judge(Entered(three, minutes), family(name)).code


# -- the worked examples -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "ticks", "minutes", "expected"),
    [
        (OLD, (3, 1, 3), None, "99214"),
        (OLD, (4, 2, 3), None, "99214"),
        (NEW, (2, 4, 1), None, "99203"),
        (OLD, (2, 2, 2), 41, "99215"),
        (OLD, (3, 3, 3), 39, "99214"),
        (NEW, (2, 2, 2), 29, "99203"),
        (ROOM, (4, 3, 4), None, "99285"),
        (ROOM, (1, 1, 1), 300, "99282"),
        ("hospital_initial", (1, 1, 1), None, "99221"),
        ("hospital_initial", (2, 2, 1), None, "99221"),
        ("hospital_initial", (3, 3, 1), None, "99222"),
        ("hospital_subsequent", (1, 1, 1), 50, "99233"),
        ("same_day", (3, 3, 3), 84, "99235"),
        ("consult_office", (1, 1, 1), 55, "99245"),
        ("consult_hospital", (4, 4, 1), None, "99255"),
        ("nursing_subsequent", (2, 2, 2), None, "99308"),
        ("home_new", (3, 1, 3), 74, "99344"),
        ("home_established", (1, 1, 1), 40, "99349"),
    ],
)
def test_two_of_three_make_the_level_and_time_may_be_higher(
    name: str, ticks: tuple[int, int, int], minutes: int | None, expected: str
) -> None:
    assert code(name, *ticks, minutes=minutes) == expected


def test_time_alone_makes_a_level_from_its_fewest_minutes_on() -> None:
    assert [code(OLD, minutes=minutes) for minutes in (9, 10, 19, 20, 29, 30, 39, 40)] == [
        "", "99212", "99212", "99213", "99213", "99214", "99214", "99215",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "minutes", "is_medicare", "expected"),
    [
        (OLD, 54, False, ""),
        (OLD, 55, False, "99417 x1"),
        (OLD, 55, True, ""),
        (OLD, 70, True, "G2212 x1"),
        (NEW, 75, False, "99417 x1"),
        (NEW, 90, False, "99417 x2"),
        (NEW, 90, True, "G2212 x1"),
        (OLD, 30, False, ""),
    ],
)
def test_time_past_the_highest_code_is_counted_as_the_payer_does(
    name: str, minutes: int, is_medicare: bool, expected: str
) -> None:
    judged = judge(
        Entered((4, 4, 4), minutes), family(name), prolonged_on(DAY, is_medicare=is_medicare)
    )
    said = f"{judged.prolonged_code} x{judged.prolonged_units}" if judged.prolonged_units else ""
    assert said == expected


# -- why not one higher ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "ticks", "minutes", "says"),
    [
        (OLD, (4, 2, 3), 31,
         ("99215 takes two of problems, data and risk at high: only problems is; "
         "or 40 minutes: 31 are written down.")),
        (OLD, (3, 3, 3), None,
         ("99215 takes two of problems, data and risk at high: none is; "
         "or 40 minutes: none are written down.")),
        (OLD, (4, 4, 1), None, "It is the highest of its kind."),
        (OLD, None, 20,
         ("99214 takes two of problems, data and risk at moderate: none is ticked; "
         "or 30 minutes: 20 are written down.")),
        (ROOM, (3, 3, 4), 99,
         ("99285 takes two of problems, data and risk at high: only risk is; "
         "time does not count here.")),
        ("hospital_initial", (1, 1, 1), None,
         ("99222 takes two of problems, data and risk at moderate: none is; "
         "or 55 minutes: none are written down.")),
    ],
)  # fmt: skip
def test_a_sentence_says_why_not_one_higher(
    name: str, ticks: tuple[int, int, int] | None, minutes: int | None, says: str
) -> None:
    assert judge(Entered(ticks, minutes), family(name)).why_not_higher == says


# -- what always holds -------------------------------------------------------------------------


@pytest.mark.parametrize("ticks", TICKS)
def test_the_level_is_reached_by_two_and_the_next_one_is_not(ticks: tuple[int, int, int]) -> None:
    level = mdm_level(ticks)
    assert sum(tick >= level for tick in ticks) >= 2
    assert sum(tick >= level + 1 for tick in ticks) < 2


@given(
    name=st.sampled_from(EmFamily.values),
    ticks=st.none() | st.sampled_from(TICKS),
    minutes=st.none() | st.integers(1, 1440),
)
def test_no_code_is_higher_than_the_middle_tick_or_the_minutes_support(
    name: str, ticks: tuple[int, int, int] | None, minutes: int | None
) -> None:
    table = family(name)
    judged = judge(Entered(ticks, minutes), table)
    allowed = [table.codes[sorted(ticks)[1] - 1]] if ticks else []
    allowed += [one for one, least in table.minutes.items() if minutes and minutes >= least]
    highest = max(allowed, key=table.ranked.index, default="")
    assert judged.code == highest
    if name == EmFamily.EMERGENCY:
        assert judged.by_time == ""
        assert judged.code == judged.by_mdm
    assert judged.why_not_higher.endswith(".")


@given(ticks=st.sampled_from(TICKS), row=st.integers(0, 2), name=st.sampled_from(EmFamily.values))
def test_a_higher_tick_never_lowers_the_code(
    ticks: tuple[int, int, int], row: int, name: str
) -> None:
    table = family(name)
    more = list(ticks)
    more[row] = min(4, more[row] + 1)
    now, then = code(name, *ticks), code(name, *more)
    assert table.ranked.index(then) >= table.ranked.index(now)


# -- the tables --------------------------------------------------------------------------------


def test_each_kind_of_visit_has_a_table_and_each_table_a_kind() -> None:
    assert sorted(names()) == sorted(EmFamily.values)
    assert {one.name for one in families_on(DAY)} == set(EmFamily.values)
    assert [row.name for row in ROWS] == list(ELEMENTS)


@pytest.mark.parametrize("name", EmFamily.values)
def test_a_table_says_where_it_is_from_and_rises_with_the_level(name: str) -> None:
    table = family(name)
    assert table.source
    assert len(table.codes) == 4
    assert list(table.codes) == sorted(table.codes)
    least = [table.minutes[one] for one in table.ranked if one in table.minutes]
    assert least == sorted(set(least))
    assert set(table.minutes) in (set(table.ranked), set())


def test_a_code_belongs_to_one_family_only() -> None:
    every = [one for table in families_on(DAY) for one in table.ranked]
    assert len(every) == len(set(every))
    found = family_of("99214", DAY)
    assert found is not None
    assert found.name == OLD
    assert family_of("99211", DAY) is None


@pytest.mark.parametrize(
    ("name", "changed", "before", "after"),
    [
        ("nursing_initial", date(2024, 1, 1), 45, 50),
        ("nursing_subsequent", date(2024, 1, 1), 15, 20),
    ],
)
def test_minutes_that_changed_hold_from_their_day_on(
    name: str, changed: date, before: int, after: int
) -> None:
    code_of = {"nursing_initial": "99306", "nursing_subsequent": "99308"}[name]
    assert family(name, changed - timedelta(days=1)).minutes[code_of] == before
    assert family(name, changed).minutes[code_of] == after


def test_before_a_table_begins_there_is_none() -> None:
    assert family_on(OLD, date(2020, 12, 31)) is None
    assert family_on("hospital_initial", date(2022, 12, 31)) is None
    assert prolonged_on(date(2020, 12, 31), is_medicare=True) is None
    assert complexity_on(date(2023, 12, 31)) is None


def test_visit_complexity_beside_25_is_another_rule_since_2025() -> None:
    first, second = complexity_on(date(2024, 12, 31)), complexity_on(date(2025, 1, 1))
    assert first is not None
    assert second is not None
    assert "preventive" not in first.remark
    assert "preventive" in second.remark
