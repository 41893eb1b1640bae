"""Rows to a PDF, to be printed at 100 % on the pre-printed form: Courier in 10 pitch (domain B.9).

Nothing but data is drawn, never the form. The bytes are the same for the same boxes.
"""

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from io import BytesIO
from typing import Any

from claims.paper.geometry import CELLS, COLUMNS, LINES
from claims.paper.rows import placed

INCH = 72.0  # in points
MM = INCH / 25.4
PAGE = (8.5 * INCH, 11 * INCH)
LEFT = 0.3 * INCH
COLUMN, LINE = INCH / 10, INCH / 6
FONT, SIZE = "Courier", 12  # each character is exactly a tenth of an inch wide
_SMALL = 5
_ARM = 3 * MM


def x_of(column: int) -> float:
    """Points from the left edge to the start of a column."""
    return LEFT + (column - 1) * COLUMN


def y_of(line: int) -> float:
    """Points from the bottom edge to the foot of the letters on a line."""
    return PAGE[1] - line * LINE


def draw_forms(
    forms: Iterable[Mapping[str, str]], plain_pages: Iterable[Sequence[str]] = ()
) -> bytes:
    """One page for each form; after them the pages for plain paper, line by line."""
    canvas, buffer = _canvas("Claim forms")
    for boxes in forms:
        canvas.setFont(FONT, SIZE)
        for one in placed(boxes):
            canvas.drawString(x_of(one.column), y_of(one.line), one.text)
        canvas.showPage()
    for lines in plain_pages:
        _plain_page(canvas, lines)
    canvas.save()
    return buffer.getvalue()


def _plain_page(canvas: Any, lines: Sequence[str]) -> None:
    """Text in 80 columns of 10 points, with a margin all around."""
    canvas.setFont(FONT, 10)
    for number, line in enumerate(lines):
        canvas.drawString(INCH, PAGE[1] - INCH - number * LINE, line)
    canvas.showPage()


def draw_test_page() -> bytes:
    """Crosses in the corners, rulers along two edges and an X at the start of every box.

    Laid over an empty form against the light it shows how far the printer is off.
    """
    canvas, buffer = _canvas("Test page")
    canvas.setLineWidth(0.4)
    for column in (1, COLUMNS):
        for line in (1, LINES - 1):
            _cross(canvas, x_of(column), y_of(line))
    _rulers(canvas)
    canvas.setFont(FONT, SIZE)
    for cell in CELLS.values():
        canvas.drawString(x_of(cell.column), y_of(cell.line), "X")
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def moved(content: bytes, x_mm: float, y_mm: float) -> bytes:
    """The same pages moved to the right and down, for one printer.

    Without an offset these are the very bytes. The pages are not drawn anew: what was kept when
    the batch was built is what is printed.
    """
    if not x_mm and not y_mm:
        return content
    pikepdf = import_module("pikepdf")  # here, because it takes a while and few processes need it
    shift = f"1 0 0 1 {x_mm * MM:.4f} {-y_mm * MM:.4f} cm\n".encode()
    buffer = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        for sheet in pdf.pages:
            sheet.contents_add(pikepdf.Stream(pdf, shift), prepend=True)
        pdf.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def _canvas(title: str) -> tuple[Any, BytesIO]:
    """An empty PDF, and where it is written to. ReportLab is loaded here: it takes half a second
    that most processes need not wait.
    """
    buffer = BytesIO()
    canvas = import_module("reportlab.pdfgen.canvas").Canvas(
        buffer, pagesize=PAGE, invariant=1, initialFontName=FONT
    )
    canvas.setTitle(title)
    canvas.setAuthor("")
    canvas.setViewerPreference("PrintScaling", "None")  # scaled to fit, nothing meets its box
    return canvas, buffer


def _cross(canvas: Any, x: float, y: float) -> None:
    canvas.line(x - _ARM, y, x + _ARM, y)
    canvas.line(x, y - _ARM, x, y + _ARM)


def _rulers(canvas: Any) -> None:
    """A tick at each column on top and each line at the left, now and then with its number."""
    canvas.setFont(FONT, _SMALL)
    top = y_of(1)
    for column in range(1, COLUMNS + 1):
        x, is_long = x_of(column), column % 10 == 0
        canvas.line(x, top, x, top - (2 if is_long else 1) * MM)
        if is_long:
            canvas.drawString(x + 0.5, top - 3.5 * MM, str(column))
    left = x_of(1) - MM  # clear of the first column
    for line in range(1, LINES):
        y, is_long = y_of(line), line % 5 == 0
        canvas.line(left, y, left - (2 if is_long else 1) * MM, y)
        if is_long:
            canvas.drawString(left - 4.5 * MM, y + 0.5, str(line))
