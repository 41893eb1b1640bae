"""The lengths in an 837 that a grammar may stumble over: what `shapes` masks of a text.

Of each place (segment, its qualifier, element, component) four are told apart: longer than the
guide allows, just as long, nearly so, and a single character. Those between are alike for a judge.
There are some hundreds of them at most, however many claims a run writes.
"""

from collections.abc import Iterator
from functools import cache

from tests.x12.shapes import Shape, is_code_in, rows_of
from x12.guides import GUIDES
from x12.spec import Element, LoopSpec

GUIDE = ("837", "005010X222A1")
TOO_LONG, LONGEST, LONG, SHORTEST = "too long", "longest", "long", "shortest"
_NEARLY = 0.75  # of the longest
_LONG_NUMBER = 9  # characters of an amount or a count with its point: 999999.99
_QUALIFIED = frozenset({"NM1", "REF", "PER", "NTE", "PRV", "DTP", "AMT", "QTY", "LIN"})


def lengths_in(content: bytes) -> set[Shape]:
    """What is as long as it may be, nearly, or one character: each with its place."""
    rows, component = rows_of(content)
    return {found for row in rows for found in _of_row(row, component)}


def _of_row(row: list[str], component: str) -> Iterator[Shape]:
    qualifier = row[1] if row[0] in _QUALIFIED and len(row) > 1 else ""
    for place, element in enumerate(row[1:], 1):
        if is_code_in(row[0], place):
            continue
        for part, text in enumerate(element.split(component), 1):
            for mark in _marks(text, _longest().get((row[0], place, part), frozenset())):
                yield ("length", row[0], qualifier, str(place), str(part), mark)


def _marks(text: str, limits: frozenset[int]) -> Iterator[str]:
    """`limits` are the longest that the guide's loops allow at this place."""
    if not text:
        return
    if text.replace(".", "", 1).replace("-", "", 1).isdigit():
        if len(text) >= _LONG_NUMBER:
            yield f"{LONG} number of {len(text)}"
        return
    if len(text) == 1:
        yield SHORTEST
    for limit in limits:
        if len(text) == limit:
            yield f"{LONGEST} of {limit}"
        elif len(text) > limit:
            yield f"{TOO_LONG} for {limit}"
        elif limit * _NEARLY <= len(text) < limit:
            yield f"{LONG} of {limit}"


@cache
def _longest() -> dict[tuple[str, int, int], frozenset[int]]:
    """By segment, element and component the longest texts that the guide allows."""
    found: dict[tuple[str, int, int], set[int]] = {}
    for segment, place, part, element in _elements(GUIDES[GUIDE].table.spec):
        if element.kind == "AN" and not element.codes and element.longest > element.shortest:
            found.setdefault((segment, place, part), set()).add(element.longest)
    return {place: frozenset(limits) for place, limits in found.items()}


def _elements(loop: LoopSpec) -> Iterator[tuple[str, int, int, Element]]:
    for spec in loop.segments:
        for place, element in spec.elements.items():
            if element.parts:
                for part, inner in enumerate(element.parts, 1):
                    yield spec.id, place, part, inner
            else:
                yield spec.id, place, 1, element
    for inner_loop in loop.loops:
        yield from _elements(inner_loop)
