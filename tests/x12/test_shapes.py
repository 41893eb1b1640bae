"""What makes two claims one shape, and what keeps them apart."""

import pytest

from tests.x12.files import changed, worked
from tests.x12.shapes import shapes_in

W01 = worked("w01")


def test_a_file_has_one_shape_for_each_claim_and_one_for_its_head() -> None:
    assert len(shapes_in(W01)) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [("TESTPATIENT", "SOMEBODYELSE"), ("*390*", "*999.99*"), ("M1711", "E119"), ("*JOAN*", "*AL*")],
)
def test_names_amounts_and_codes_of_the_patient_make_no_new_shape(old: str, new: str) -> None:
    assert shapes_in(changed(W01, old, new)) == shapes_in(W01)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("*MB~", "*CI~"),  # the kind of plan
        ("800011234", "80001"),  # a postal code of five digits where there were nine
        ("HI*ABK", "HI*BK"),  # a qualifier
        ("*11:B:1*", "*21:B:1*"),  # a place of service
    ],
)
def test_a_code_a_length_or_a_qualifier_makes_a_new_shape(old: str, new: str) -> None:
    assert shapes_in(changed(W01, old, new)) != shapes_in(W01)


def test_a_second_line_like_the_first_makes_no_new_shape() -> None:
    line = next(piece for piece in W01.split(b"LX*") if piece.startswith(b"3~"))
    again = W01.replace(b"LX*" + line, b"LX*" + line[: line.index(b"SE*")] + b"LX*4" + line[1:])
    assert shapes_in(again) == shapes_in(W01)
