"""The worked examples of coding decisions, W-34 to W-40, with their figures."""

from datetime import date

import pytest

from coding.edits import EncounterFacts
from coding.edits.globals import window
from coding.edits.person import trimester
from coding.edits.therapy import (
    SPM,
    drug_units,
    minutes_to_units,
)  # fmt: skip
from tests.coding.edits.cast import DAY, before, findings, said, seen

SPRING, SUMMER = date(2026, 6, 30), date(2026, 7, 1)
MEDICARE = {"payer": "medicare"}


def found(facts: EncounterFacts, *rules: str) -> list[str]:
    """The findings of the families in question."""
    return [one for one in said(facts) if one.split()[1].startswith(rules)]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ("S52.501", "E ICD-04"),
        ("R10.0 W19A", "E ICD-05"),
        ("E11.9 E10.9", "O ICD-06"),
        ("R05.9 J41.0", "O ICD-06"),
        ("F02.80 G30.9", "E ICD-07"),
        ("I11.0", "W ICD-09"),
        ("V43.51XA M17.11", "E ICD-14"),
        ("I10 Z00.00", "E ICD-15"),
        ("J45.909", "W ICD-13"),
        ("O30.001 Z3A.30", "E ICD-19"),
        ("H35.32", "E ICD-02"),
    ],
)
def test_w34_diagnoses(codes: str, expected: str) -> None:
    assert expected in said(seen(codes, "99213"))


def test_w34_a_manifestation_behind_its_cause_is_right() -> None:
    assert found(seen("G30.9 F02.80", "99213"), "ICD-07", "ICD-08") == []


@pytest.mark.parametrize(
    ("weeks", "days", "which"), [(13, 6, 1), (14, 0, 2), (27, 6, 2), (28, 0, 3)]
)
def test_w34_trimesters(weeks: int, days: int, which: int) -> None:
    assert trimester(weeks * 7 + days) == which


@pytest.mark.parametrize(
    ("lines", "on", "expected"),
    [
        ("11400; 12001", DAY, ["O NCCI-1"]),
        ("11400; 12001-59", DAY, ["W NCCI-2"]),
        ("11400-59; 12001", DAY, ["W NCCI-2"]),
        ("45378; 45380-59", SPRING, ["E NCCI-0"]),
        ("45378; 45380", SUMMER, []),
        ("20610-rt; 99213", DAY, ["O NCCI-3"]),
        ("20610; 99213-25", DAY, []),
        ("99213; 20610", DAY, ["O NCCI-3"]),
        ("36415; 36416", DAY, []),
    ],
)
def test_w35_pairs(lines: str, on: date, expected: list[str]) -> None:
    assert found(seen("I10", lines, on=on), "NCCI") == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("81002 x5", ["E MUE-1"]),
        ("81002 x4; 81002-59 x2", []),
        ("20610-rt; 20610-59-lt", ["E MUE-2"]),
        ("94640 x2; 94640-76", ["O MUE-3"]),
        ("94640 x2", []),
    ],
)
def test_w36_unit_limits(lines: str, expected: list[str]) -> None:
    assert found(seen("I10", lines), "MUE") == expected


@pytest.mark.parametrize(
    ("session", "pooled", "alone"),
    [
        ([("97110", 20), ("97140", 20)], [2, 1], [1, 1]),
        ([("97110", 33), ("97140", 7)], [2, 1], [2, 0]),
        ([("97112", 24), ("97110", 23)], [2, 1], [2, 2]),
        ([("97110", 7)], [0], [0]),
        ([("97110", 38)], [3], [3]),
    ],
)
def test_w38_timed_therapy(
    session: list[tuple[str, int]], pooled: list[int], alone: list[int]
) -> None:
    assert minutes_to_units(session) == pooled
    assert minutes_to_units(session, SPM) == alone


def test_w39_drugs_and_their_waste() -> None:
    assert drug_units(73, 10, 100) == (8, 2)
    assert drug_units(100, 10, 100) == (10, 0)
    assert found(seen("I10", "J1745 x8; J1745-jw x2", **MEDICARE), "DRUG") == []
    assert found(seen("I10", "J1745-jz x10", **MEDICARE), "DRUG") == []


def test_w39_global_windows() -> None:
    assert window(date(2026, 9, 1), 90) == (date(2026, 8, 31), date(2026, 11, 30))
    assert window(date(2026, 11, 2), 10) == (date(2026, 11, 2), date(2026, 11, 12))


@pytest.mark.parametrize(
    ("on", "expected"), [(date(2026, 11, 30), ["O GLOB-01"]), (date(2026, 12, 1), [])]
)
def test_w39_a_visit_on_the_last_day_is_inside(on: date, expected: list[str]) -> None:
    surgery = (before("29881", date(2026, 9, 1)),)
    assert found(seen("I10", "99213", on=on, earlier=surgery), "GLOB") == expected


@pytest.mark.parametrize(
    ("last", "code", "expected"),
    [
        (date(2023, 11, 3), "99203", ["O NEW-01"]),
        (date(2023, 11, 2), "99203", ["W NEW-02"]),
        (date(2023, 11, 1), "99203", []),
        (date(2023, 11, 1), "99213", ["W NEW-02"]),
    ],
)
def test_w39_new_and_established(last: date, code: str, expected: list[str]) -> None:
    facts = seen("I10", code, earlier=(before("99213", last),))
    assert found(facts, "NEW") == expected


def test_w40_necessity_looks_at_the_pointed_diagnoses() -> None:
    both = seen("I10 E55.9", "82306/ab", **MEDICARE)
    one = seen("I10 E55.9", "82306/a", **MEDICARE)
    assert found(both, "NEC") == []
    (refused,) = [found for found in findings(one) if found.code == "NEC-01"]
    assert refused.fix.split("|")[0] == "point_first:2"
    assert found(seen("I10 E55.9", "82306-ga/a", **MEDICARE), "NEC") == []
    assert found(seen("I10 E55.9", "82306/a"), "NEC") == [], "no policy of this payer"


@pytest.mark.parametrize(("born", "expected"), [(1950, []), (1990, ["O NEC-01"])])
def test_w40_a_group_may_have_an_age(born: int, expected: list[str]) -> None:
    facts = seen("M81.0", "82306", patient_birth_date=date(born, 1, 1), **MEDICARE)
    assert found(facts, "NEC") == expected
