"""Which kind of visit is offered: by the place, and by whether the patient was seen before."""

from dataclasses import replace
from datetime import date

import pytest

from coding.em.offer import offered_family
from tests.coding.edits.cast import BONES, before, seen

VISIT = seen("I10", "")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("11", "office_new"), ("22", "hospital_initial"), ("21", "hospital_initial"),
        ("23", "emergency"), ("31", "nursing_initial"), ("12", "home_new"), ("10", "office_new"),
    ],
)  # fmt: skip
def test_the_place_says_which_kind(place: str, expected: str) -> None:
    assert offered_family(replace(VISIT, place_of_service_code=place))[0] == expected


@pytest.mark.parametrize(
    ("earlier", "expected", "why"),
    [
        ((), "office_new", "No visit to this specialty in the last three years"),
        ((before("99213", date(2026, 5, 4)),), "office_established", "Seen on 05/04/2026"),
        ((before("99213", date(2023, 11, 2)),), "office_new", "three years ago to the day"),
        ((before("83036", date(2026, 5, 4)),), "office_new", "No visit"),
        ((before("99213", date(2026, 5, 4), specialty_code=BONES),), "office_new", "No visit"),
    ],
)
def test_whether_new_or_established_is_what_the_edits_say(
    earlier: tuple[object, ...], expected: str, why: str
) -> None:
    name, said = offered_family(replace(VISIT, earlier=earlier))
    assert name == expected
    assert why in said


def test_a_later_day_of_a_stay_is_known_by_the_day_before() -> None:
    stay = replace(VISIT, place_of_service_code="21")
    yesterday = before("99222", date(2026, 11, 1))
    assert offered_family(replace(stay, earlier=(yesterday,)))[0] == "hospital_subsequent"
    long_ago = before("99222", date(2026, 10, 1))
    assert offered_family(replace(stay, earlier=(long_ago,)))[0] == "hospital_initial"


def test_a_check_up_says_that_it_has_its_own_code() -> None:
    name, why = offered_family(VISIT, is_preventive=True)
    assert name == "office_new"
    assert "tick only what goes beyond it" in why
