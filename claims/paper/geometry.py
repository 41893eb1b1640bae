"""Where each box of the CMS-1500 (02/12) stands: 10 characters and 6 lines an inch (domain B.9).

Line 8 is at 1.33 inches from the top and column 1 at 0.3 from the left edge; every other place
follows. Printers differ by a millimeter or two, which each person's own offset makes good.
"""

from dataclasses import dataclass
from typing import Literal

LINES_ON_FORM = 6
COLUMNS, LINES = 80, 66

# What happens with a text that is longer than its box. A name that is cut is still a name; a
# number that is cut is another number.
Overflow = Literal["cut", "refuse"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A place on the form: print line, first column, how many characters it holds."""

    line: int
    column: int
    width: int
    overflow: Overflow = "refuse"

    @property
    def last_column(self) -> int:
        """The last column that belongs to it."""
        return self.column + self.width - 1


def _cut(line: int, column: int, width: int) -> Cell:
    return Cell(line, column, width, "cut")


def _date(box: str, line: int, columns: tuple[int, int, int], year: int) -> dict[str, Cell]:
    month, day, last = columns
    return {
        f"{box}.month": Cell(line, month, 2),
        f"{box}.day": Cell(line, day, 2),
        f"{box}.year": Cell(line, last, year),
    }


def _marks(box: str, line: int, columns: dict[str, int]) -> dict[str, Cell]:
    return {f"{box}.{name}": Cell(line, column, 1) for name, column in columns.items()}


def _service_line(number: int) -> dict[str, Cell]:
    """One of the six lines: the shaded half above, the unshaded one below."""
    box, shaded, line = f"24.{number}", 41 + 2 * number, 42 + 2 * number
    return {
        f"{box}.shaded": Cell(shaded, 1, 50),
        **_date(f"{box}.from", line, (1, 4, 7), 2),
        **_date(f"{box}.to", line, (10, 13, 16), 2),
        f"{box}.place": Cell(line, 19, 2),
        f"{box}.emergency": Cell(line, 22, 1),
        f"{box}.code": Cell(line, 25, 7),
        f"{box}.modifiers": Cell(line, 33, 12),
        f"{box}.pointers": Cell(line, 45, 4),
        f"{box}.charge": Cell(line, 50, 8),
        f"{box}.units": Cell(line, 59, 3),
        f"{box}.epsdt": Cell(line, 63, 1),
        f"{box}.other.kind": Cell(shaded, 65, 2),
        f"{box}.other": Cell(shaded, 68, 11),
        f"{box}.npi": Cell(line, 68, 10),
    }


def _diagnoses() -> dict[str, Cell]:
    """A to D, E to H and I to L stand side by side in three lines."""
    letters = "ABCDEFGHIJKL"
    columns = (3, 16, 29, 42)
    return {
        f"21.{letter}": Cell(38 + place // 4, columns[place % 4], 8)
        for place, letter in enumerate(letters)
    }


CELLS: dict[str, Cell] = {
    **{f"carrier.{number}": _cut(1 + number, 41, 31) for number in range(1, 5)},
    **_marks(
        "1",
        8,
        {"medicare": 1, "medicaid": 8, "tricare": 15, "champva": 24, "group": 31, "other": 45},
    ),
    "1a": Cell(8, 50, 29),
    "2": _cut(10, 1, 28),
    **_date("3", 10, (31, 34, 37), 4),
    **_marks("3.sex", 10, {"M": 42, "F": 47}),
    "4": _cut(10, 50, 28),
    "5.street": _cut(12, 1, 28),
    **_marks("6", 12, {"self": 33, "spouse": 38, "child": 42, "other": 47}),
    "7.street": _cut(12, 50, 28),
    "5.city": _cut(14, 1, 20),
    "5.state": Cell(14, 26, 2),
    "7.city": _cut(14, 50, 20),
    "7.state": Cell(14, 74, 2),
    "7.zip": Cell(16, 50, 10),
    "5.zip": Cell(16, 1, 10),
    "5.phone.area": Cell(16, 15, 3),
    "5.phone": Cell(16, 19, 7),
    "9": _cut(18, 1, 28),
    "11": Cell(18, 50, 30),
    "9a": Cell(20, 1, 28),
    **_marks("10a", 20, {"yes": 35, "no": 41}),
    **_date("11a", 20, (53, 56, 59), 4),
    **_marks("11a.sex", 20, {"M": 68, "F": 75}),
    **_marks("10b", 22, {"yes": 35, "no": 41}),
    "10b.state": Cell(22, 45, 2),
    "11b": Cell(22, 50, 30),
    "10d": Cell(26, 34, 16),
    **_marks("10c", 24, {"yes": 35, "no": 41}),
    "11c": _cut(24, 50, 30),
    "9d": _cut(26, 1, 28),
    **_marks("11d", 26, {"yes": 52, "no": 57}),
    "12": Cell(29, 7, 17),
    "12.date": Cell(29, 37, 10),
    "13": Cell(29, 55, 17),
    **_date("14", 32, (2, 5, 8), 4),
    "14.qualifier": Cell(32, 16, 3),
    "15.qualifier": Cell(32, 31, 3),
    **_date("15", 32, (37, 40, 43), 4),
    **_date("16.from", 32, (54, 57, 60), 4),
    **_date("16.to", 32, (68, 71, 74), 4),
    "17a.kind": Cell(33, 30, 2),
    "17a": Cell(33, 33, 14),
    **_date("18.from", 34, (54, 57, 60), 4),
    **_date("18.to", 34, (68, 71, 74), 4),
    "19": Cell(36, 1, 48),
    "20.charge": Cell(36, 63, 8),
    "17.qualifier": Cell(34, 1, 3),
    "17": _cut(34, 4, 25),
    "17b": Cell(34, 33, 10),
    **_marks("20", 36, {"yes": 52, "no": 57}),
    "21.indicator": Cell(37, 42, 1),
    **_diagnoses(),
    "22.code": Cell(38, 50, 10),
    "22.reference": Cell(38, 62, 15),
    "23": Cell(40, 50, 28),
    **{
        name: cell
        for number in range(1, LINES_ON_FORM + 1)
        for name, cell in _service_line(number).items()
    },
    "25": Cell(56, 1, 15),
    **_marks("25", 56, {"SY": 17, "EI": 19}),
    "26": Cell(56, 23, 15),
    **_marks("27", 56, {"yes": 38, "no": 43}),
    "28": Cell(56, 52, 9),  # eight for an amount, nine for the word that more forms follow
    "29": Cell(56, 62, 8),
    "33.phone.area": Cell(57, 66, 3),
    "33.phone": Cell(57, 70, 8),
    "32.name": _cut(58, 23, 26),
    "32.street": _cut(59, 23, 26),
    "32.city": _cut(60, 23, 26),
    "31": Cell(60, 1, 22),
    "33.name": _cut(58, 50, 25),
    "33.street": _cut(59, 50, 25),
    "33.city": _cut(60, 50, 25),
    "32a": Cell(61, 23, 10),
    "33a": Cell(61, 50, 10),
    "32b": Cell(61, 36, 13),
    "33b": Cell(61, 63, 17),
}
