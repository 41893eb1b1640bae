"""One regular expression for each segment of a table: what passes it is well formed."""

import re
from collections.abc import Callable, Sequence

from x12.spec import REQUIRED, Element, SegmentSpec

Pattern = Callable[[str], object] | None

_ANY = "<any>*"  # further components: stands for whatever is no element separator
_KINDS = {
    "R": r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)",
    "DT": "[0-9]{8}",
    "TM": "[0-9]{4,8}",
    "RC": "[A-Z0-9]{1,3}(?:[^A-Za-z0-9][A-Z0-9]{1,3})*",
    "DP": "[0-9]{8}(?:[0-9]{4}|-[0-9]{8})?",
}


def pattern_of(spec: SegmentSpec, element: str, component: str) -> Pattern:
    """Matches the whole text of a segment when every element of it is as the table says."""
    if not spec.elements:
        return None
    places = [spec.elements.get(place) for place in range(1, max(spec.elements) + 1)]
    inside = [_one(found, element, component) for found in places]
    row = _row(inside, _required(places), re.escape(element), leads=True)
    return re.compile(re.escape(spec.id) + row, re.DOTALL).fullmatch


def date_places(spec: SegmentSpec) -> tuple[int, ...]:
    """The places of dates and times: a pattern sees their shape, not whether there is such one."""
    kinds = {"DT", "DP", "TM"}
    return tuple(place for place, found in spec.elements.items() if found.kind in kinds)


def _row(inside: list[str], required: int, sign: str, *, leads: bool) -> str:
    """Elements or components in a row; those behind the last required one may be left out."""
    text = f"(?:{sign}.*)?" if leads else f"(?:{sign}{_ANY})?"
    for number in range(len(inside) - 1, -1, -1):
        text = (sign if leads or number else "") + inside[number] + text
        if number >= required:
            text = f"(?:{text})?"
    return text


def _required(places: Sequence[Element | None]) -> int:
    """How many places must be there: up to the last required one."""
    last = 0
    for number, found in enumerate(places, 1):
        last = number if found and found.usage == REQUIRED else last
    return last


def _one(found: Element | None, element: str, component: str) -> str:
    if found is None:
        return f"[^{re.escape(element)}]*"
    if found.parts:
        inside = [_one(part, element, component) for part in found.parts]
        text = _row(inside, _required(found.parts), re.escape(component), leads=False)
        text = text.replace(_ANY, f"[^{re.escape(element)}]*")
    elif found.codes:
        text = "(?:" + "|".join(re.escape(code) for code in sorted(found.codes)) + ")"
    elif found.kind == "N0":
        text = f"-?[0-9]{{{found.shortest},{found.longest}}}"
    elif found.kind in _KINDS:
        text = _KINDS[found.kind]
    elif found.kind == "C":
        text = f"[^{re.escape(element)}]+"
    else:
        # Text: no control characters, nothing above ASCII, and nothing that would end it.
        stop = re.escape(element) + re.escape(component)
        text = f"[^{stop}\\x00-\\x1f\\x7f-\\xff]{{{found.shortest},{found.longest}}}"
    return text if found.usage == REQUIRED else f"(?:{text})?"
