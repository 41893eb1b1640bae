"""Boxes to places on the page: which text stands on which line from which column."""

from collections.abc import Mapping
from dataclasses import dataclass

from claims.paper.geometry import CELLS


@dataclass(frozen=True, slots=True, order=True)
class Printed:
    """One text on the page; lines and columns count from 1."""

    line: int
    column: int
    text: str


def placed(boxes: Mapping[str, str]) -> list[Printed]:
    """The texts of one form from top left to bottom right."""
    found = []
    for box, text in boxes.items():
        cell = CELLS[box]
        found.append(Printed(cell.line, cell.column, text))
    return sorted(found)


def rows(boxes: Mapping[str, str]) -> dict[int, str]:
    """Each printed line as it reads across, without blanks at its end (W-08)."""
    found: dict[int, str] = {}
    for one in placed(boxes):
        found[one.line] = found.get(one.line, "").ljust(one.column - 1) + one.text
    return found
