"""Which lengths a judge is shown besides the shapes, and that they are few."""

import pytest

from tests.x12.files import changed, worked
from tests.x12.lengths import lengths_in
from tests.x12.shapes import shapes_in

W01 = worked("w01")


@pytest.mark.parametrize(
    ("old", "new", "segment", "mark"),
    [
        ("NM1*IL*1*TESTPATIENT", f"NM1*IL*1*{'N' * 60}", ("NM1", "IL", "3"), "longest of 60"),
        ("NM1*IL*1*TESTPATIENT", f"NM1*IL*1*{'N' * 59}", ("NM1", "IL", "3"), "long of 60"),
        ("NM1*IL*1*TESTPATIENT", "NM1*IL*1*N", ("NM1", "IL", "3"), "shortest"),
        ("*TESTPATIENT*JOAN*", f"*TESTPATIENT*{'J' * 35}*", ("NM1", "IL", "4"), "longest of 35"),
        ("N3*12 ELM ST", f"N3*{'E' * 55}", ("N3", "", "1"), "longest of 55"),
        ("N4*ANYTOWN", f"N4*{'A' * 30}", ("N4", "", "1"), "longest of 30"),
    ],
)
def test_a_text_at_its_limit_is_one_more_thing_to_judge_though_the_shape_is_the_same(
    old: str, new: str, segment: tuple[str, str, str], mark: str
) -> None:
    content = changed(W01, old, new)
    assert shapes_in(content) == shapes_in(W01), "the shape does not show it"
    found = lengths_in(content) - lengths_in(W01)
    assert ("length", *segment, "1", mark) in found


def test_a_long_amount_is_one_more_thing_to_judge() -> None:
    found = lengths_in(changed(W01, "*390*", "*9999999.99*")) - lengths_in(W01)
    assert {one[-1] for one in found} == {"long number of 10"}


def test_lengths_between_are_alike() -> None:
    shorter = changed(W01, "TESTPATIENT", "SOMEBODYELSE")
    assert lengths_in(shorter) == lengths_in(W01)


def test_a_hundred_claims_of_all_lengths_add_no_more_than_the_marks_of_a_place() -> None:
    found = set()
    for length in range(1, 61):
        found |= lengths_in(changed(W01, "NM1*IL*1*TESTPATIENT", f"NM1*IL*1*{'N' * length}"))
    assert len({one for one in found if one[1:4] == ("NM1", "IL", "3")}) == 3
