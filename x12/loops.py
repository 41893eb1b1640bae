"""Walking a guide over segments: what is missing, out of place, too often, or badly formed.

Bad content never raises: every fault is gathered in one pass. Codes follow a 999's own: S and the
IK304 code for segments, E and the IK403 code for elements.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace

from x12 import values
from x12.errors import ERROR, WARNING, Fault
from x12.hierarchy import Levels
from x12.matching import Loop, Matcher, Move, Node
from x12.spec import MANY, REQUIRED, Element

_NOTED = {"CLM", "CLP", "HL"}  # claims, so that faults can name them, and levels
_SHOWN = 20  # so much of a wrong value is shown
_MOST_CODES_SHOWN = 15


class Walk:
    """One walk of one guide over the segments of one transaction, some at a time.

    `trace` asks for `loop_of`: the loop of each segment by its position.
    """

    def __init__(self, matcher: Matcher, component: str, *, trace: bool = False) -> None:
        self._matcher = matcher
        self._component = component
        self._node = matcher.start
        self._count = 1  # how often the present segment came in a row
        self._seen: set[Node] = set()  # of namesakes in a row, those that came
        self._times: dict[Loop, int] = {}  # bounded loops: how often each came
        self._claims: list[tuple[int, str]] = []
        self._levels = Levels()
        self._trace = trace
        self._faults: list[Fault] = []
        self.position = 0
        self.loop_of: dict[int, str] = {}

    def run(self, texts: Iterable[str], rows: Iterable[list[str]]) -> None:
        """Take the next segments, whole and split into elements.

        Whatever is as it should be is passed in this loop; every other step goes by `_carefully`.
        """
        keys, find, component = self._matcher.keys, self._matcher.find, self._component
        node, count, position = self._node, self._count, self.position
        for text, elements in zip(texts, rows, strict=True):
            position += 1
            name = key = elements[0]
            told_apart = keys.get(key)
            if told_apart is not None:
                place, known = told_apart
                value = elements[place] if place < len(elements) else ""
                key = known.get(value) or known.get(value.split(component)[0], key)
            move = node.moves.get(key) or find(node, key)
            if move.is_plain:
                node, count = move.node, 1
                here = node
            elif move.stays and count < node.repeat:
                count += 1
                here = node
            else:
                self._node, self._count, self.position = node, count, position
                self._stumble(move, key, elements)
                node, count = self._node, self._count
                here = move.node if move.fault else node
            if here.match is not None and not here.match(text):
                self.position = position
                self._elements(here, elements)
            elif here.dates and not _are_days(here, elements):
                self.position = position
                self._dates(here, elements)
            if self._trace:
                self.loop_of[position] = here.loop.spec.id
            if name in _NOTED:
                self.position = position
                self._note(move, elements)
        self._node, self._count, self.position = node, count, position

    def _stumble(self, move: Move, key: str, elements: list[str]) -> None:
        if move.stays:
            self._again(move, key, elements)
        else:
            self._carefully(move, elements)

    def finish(self) -> list[Fault]:
        """Every fault, each with the claim it stands in, in the order of the segments."""
        starts = [position for position, _ in self._claims]
        found = []
        for fault in sorted(
            self._faults + self._levels.finish(), key=lambda fault: fault.segment_number
        ):
            number = bisect_right(starts, fault.segment_number) - 1
            claim_number = self._claims[number][1] if number >= 0 else ""
            found.append(replace(fault, claim_number=claim_number))
        return found

    def _note(self, move: Move, elements: list[str]) -> None:
        if elements[0] != "HL":
            self._claims.append((self.position, "".join(elements[1:2])))
        elif not move.fault:
            self._levels.add(self.position, elements, move.node.loop)

    def _again(self, move: Move, key: str, elements: list[str]) -> None:
        self._count += 1
        if self._count <= move.node.repeat:
            return
        other = self._matcher.after(move.node, key)
        if other is not None:
            self._carefully(other, elements)
        elif self._count == move.node.repeat + 1:
            most = move.node.repeat
            self._fault("S5", elements, f"{elements[0]} comes more than {_times(most)}")

    def _carefully(self, move: Move, elements: list[str]) -> None:
        """A step on which something is wrong, or on which something must be counted."""
        if move.fault:
            words = {
                "1": "no such segment is in this guide",
                "2": f"{elements[0]} is not expected here",
                "7": f"{elements[0]} comes too late",
            }
            self._fault(f"S{move.fault}", elements, words[move.fault], loop=move.node.loop)
            return
        for missing in move.missing:
            if missing not in self._seen:
                self._missing(missing)
        target = move.node
        if not (target.tracked and self._node.tracked and self._node.loop is target.loop):
            self._seen.clear()
        if target.tracked:
            if target in self._seen and target.repeat == 1:
                self._fault("S5", elements, f"{elements[0]} comes more than once")
            self._seen.add(target)
        self._node = target
        self._count = 1
        if target.is_opener:
            self._open(target.loop, elements)

    def _open(self, loop: Loop, elements: list[str]) -> None:
        for inner in loop.bounded_inside:
            self._times[inner] = 0
        most = loop.spec.repeat
        if most < MANY:
            self._times[loop] = self._times.get(loop, 0) + 1
            if self._times[loop] == most + 1:
                words = f"loop {loop.spec.id} comes more than {_times(most)}"
                self._fault("S4", elements, words, loop=loop)

    def _missing(self, node: Node) -> None:
        loop_id = node.loop.spec.id
        message = f"required segment {node.spec.name} of loop {loop_id} is missing"
        severity = WARNING if node.is_expected else ERROR
        self._faults.append(
            Fault("S3", severity, message, self.position, node.spec.id, loop_id=loop_id)
        )

    def _dates(self, node: Node, elements: list[str]) -> None:
        for place in node.dates:
            if place < len(elements) and elements[place]:
                found = node.spec.elements[place]
                self._element(node, elements, place, found)

    def _elements(self, node: Node, elements: list[str]) -> None:
        for place, found in node.spec.elements.items():
            if found.parts:
                self._components(node, elements, place, found)
            else:
                self._element(node, elements, place, found)

    def _components(self, node: Node, elements: list[str], place: int, found: Element) -> None:
        text = elements[place] if place < len(elements) else ""
        if not text:
            if found.usage == REQUIRED:
                self._wrong(node, f"{place:02d}", "E1", "a required element is empty")
            return
        inside = text.split(self._component)
        for number, part in enumerate(found.parts, 1):
            value = inside[number - 1] if number <= len(inside) else ""
            self._value(node, f"{place:02d}-{number}", value, part, "")

    def _element(self, node: Node, elements: list[str], place: int, found: Element) -> None:
        value = elements[place] if place < len(elements) else ""
        before = elements[place - 1] if place <= len(elements) else ""
        self._value(node, f"{place:02d}", value, found, before)

    def _value(self, node: Node, name: str, value: str, found: Element, before: str) -> None:
        if not value:
            if found.usage == REQUIRED:
                self._wrong(node, name, "E1", "a required element is empty")
            return
        shown = repr(value[:_SHOWN])
        if found.codes:
            if value not in found.codes:
                some = sorted(found.codes)[:_MOST_CODES_SHOWN]
                self._wrong(node, name, "E7", f"{shown} is no code of the guide", " ".join(some))
            return
        if found.kind in _WRONG:
            code, expected, is_right = _WRONG[found.kind]
            if not is_right(value, before):
                self._wrong(node, name, code, f"{shown} is not well formed", expected)
                return
        if found.kind == "AN":
            self._text(node, name, value)
        if len(value) > found.longest:
            self._wrong(node, name, "E5", f"longer than {found.longest}", f"{found.longest}")
        elif len(value) < found.shortest:
            self._wrong(node, name, "E4", f"shorter than {found.shortest}", f"{found.shortest}")

    def _text(self, node: Node, name: str, value: str) -> None:
        if not value.isprintable():
            self._wrong(node, name, "E6", "there is a control character in it")
        elif not value.isascii():
            self._wrong(
                node, name, "E6", "there is a character above ASCII in it", severity=WARNING
            )
        elif self._component in value:
            message = "there is a component separator in a simple element"
            self._wrong(node, name, "E6", message, severity=WARNING)

    def _wrong(
        self,
        node: Node,
        name: str,
        code: str,
        message: str,
        expected: str = "",
        *,
        severity: str = ERROR,
    ) -> None:
        element = f"{node.spec.id}{name}"
        self._faults.append(
            Fault(code, severity, message, self.position, node.spec.id, element, expected,
                  node.loop.spec.id)
        )  # fmt: skip

    def _fault(
        self, code: str, elements: list[str], message: str, *, loop: Loop | None = None
    ) -> None:
        loop_id = (loop or self._node.loop).spec.id
        segment_id = elements[0][:3]
        self._faults.append(Fault(code, ERROR, message, self.position, segment_id, loop_id=loop_id))


def _are_days(node: Node, elements: list[str]) -> bool:
    """Whether the node's dates are all of the plain kind, and days; an empty one is none."""
    for place in node.dates:
        if place not in node.days:
            return False
        if place < len(elements) and elements[place] and values.day(elements[place]) is None:
            return False
    return True


def _times(most: int) -> str:
    return "once" if most == 1 else f"{most} times"


def _is_whole_number(value: str, _before: str) -> bool:
    return value.isascii() and value.removeprefix("-").isdigit()


_REPEATED_CODES = re.compile("[A-Z0-9]{1,3}(?:[^A-Za-z0-9][A-Z0-9]{1,3})*")


_WRONG: dict[str, tuple[str, str, Callable[[str, str], bool]]] = {
    "N0": ("E6", "a whole number", _is_whole_number),
    "RC": ("E7", "short codes", lambda value, _: bool(_REPEATED_CODES.fullmatch(value))),
    "R": ("E6", "an amount", lambda value, _: values.amount(value) is not None),
    "DT": ("E8", "CCYYMMDD", lambda value, _: values.day(value) is not None),
    "TM": ("E9", "HHMM", lambda value, _: values.minute(value) is not None),
    "DP": ("E8", "as the qualifier says", lambda v, how: values.period(how, v) is not None),
}
