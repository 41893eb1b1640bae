"""The PDF: every text where the form wants it, nothing else on the page (domain B.9)."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw
import pytest

from claims.paper.boxes import paper_claim
from claims.paper.draw import draw_forms, draw_test_page, moved
from claims.paper.geometry import CELLS
from claims.paper.rows import placed
from tests.claims.paper.snapshots import W01, child, many_lines

MM = 72 / 25.4
PAGE_MM = (215.9, 279.4)
TOLERANCE_MM = 0.1


@dataclass(frozen=True)
class Letter:
    """One character of a page: millimeters from the left and the top edge to its foot."""

    sign: str
    x: float
    y: float


def letters(content: bytes, page: int = 0) -> Iterator[Letter]:
    """The characters in the order of the page, read back from the PDF itself."""
    with pypdfium2.PdfDocument(content) as pdf:
        text = pdf[page].get_textpage()
        for place in range(text.count_chars()):
            code = pypdfium2.raw.FPDFText_GetUnicode(text, place)
            if chr(code).isspace():
                continue
            x, y = ctypes.c_double(), ctypes.c_double()
            assert pypdfium2.raw.FPDFText_GetCharOrigin(text, place, x, y)
            yield Letter(chr(code), x.value / MM, PAGE_MM[1] - y.value / MM)


def expected(forms: tuple[dict[str, str], ...], form: int = 0) -> Iterator[Letter]:
    """By the words of B.9: column 1 at 0.3 inches, line 8 at 8/6 inches, 2.54 by 4.2333 mm."""
    for one in placed(forms[form]):
        for place, sign in enumerate(one.text):
            if sign != " ":
                column = one.column + place
                yield Letter(sign, 0.3 * 25.4 + (column - 1) * 2.54, one.line * 25.4 / 6)


def together(found: Iterator[Letter], wanted: Iterator[Letter]) -> Iterator[tuple[Letter, Letter]]:
    def order(one: Letter) -> tuple[float, float]:
        return round(one.y), one.x

    yield from zip(sorted(found, key=order), sorted(wanted, key=order), strict=True)


@pytest.mark.parametrize("snapshot", [W01, child()], ids=["W-01", "W-02"])
def test_each_letter_stands_within_a_tenth_of_a_millimeter(snapshot: dict[str, object]) -> None:
    forms = paper_claim(snapshot).forms
    for found, wanted in together(letters(draw_forms(forms)), expected(forms)):
        assert found.sign == wanted.sign
        assert found.x == pytest.approx(wanted.x, abs=TOLERANCE_MM)
        assert found.y == pytest.approx(wanted.y, abs=TOLERANCE_MM)


def test_line_8_is_an_inch_and_a_third_from_the_top() -> None:
    mark = next(one for one in letters(draw_forms(paper_claim(W01).forms)) if one.sign == "X")
    assert mark.x == pytest.approx(0.3 * 25.4, abs=0.01)
    assert mark.y == pytest.approx(1.33 * 25.4, abs=0.1)


def test_the_second_form_is_the_second_page() -> None:
    forms = paper_claim(many_lines(7)).forms
    content = draw_forms(forms)
    with pypdfium2.PdfDocument(content) as pdf:
        assert len(pdf) == 2
        assert pdf[1].get_size() == (612, 792)
    assert len(list(letters(content, 1))) == len(list(expected(forms, 1)))


def test_nothing_but_letters_is_drawn() -> None:
    """The form is pre-printed: a line or a box of ours would stand across it."""
    with pypdfium2.PdfDocument(draw_forms(paper_claim(W01).forms)) as pdf:
        kinds = {one.type for one in pdf[0].get_objects()}
    assert kinds == {pypdfium2.raw.FPDF_PAGEOBJ_TEXT}


def test_the_same_boxes_give_the_same_bytes() -> None:
    forms = paper_claim(W01).forms
    assert draw_forms(forms) == draw_forms(forms)


def test_an_offset_moves_every_letter_right_and_down() -> None:
    content = draw_forms(paper_claim(W01).forms)
    shifted = moved(content, 1.5, -2.3)
    for found, before in zip(letters(shifted), letters(content), strict=True):
        assert found.sign == before.sign
        assert found.x - before.x == pytest.approx(1.5, abs=0.01)
        assert found.y - before.y == pytest.approx(-2.3, abs=0.01)
    assert moved(content, 1.5, -2.3) == shifted


def test_without_an_offset_the_bytes_are_those_that_were_kept() -> None:
    content = draw_forms(paper_claim(W01).forms)
    assert moved(content, 0, 0) is content


def test_the_test_page_marks_every_box_and_says_nothing_of_anybody() -> None:
    found = list(letters(draw_test_page()))
    marks = {(round(one.x, 1), round(one.y, 1)) for one in found if one.sign == "X"}
    for cell in CELLS.values():
        place = (0.3 * 25.4 + (cell.column - 1) * 2.54, cell.line * 25.4 / 6)
        assert any(abs(x - place[0]) < 0.1 and abs(y - place[1]) < 0.1 for x, y in marks), cell
    assert {one.sign for one in found} <= set("X0123456789")
