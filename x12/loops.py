"""Walking a guide over segments: what is missing, out of place, too often, or badly formed.

Bad content never raises: every fault is gathered in one pass. Codes follow a 999's own: IK304 for
segments, IK403 for elements.
"""

from collections.abc import Callable, Sequence

from x12 import values
from x12.errors import ERROR, Fault
from x12.segment import Segment
from x12.spec import REQUIRED, Element, LoopSpec, SegmentSpec

_KINDS: dict[str, Callable[[str], bool]] = {
    "N0": lambda text: text.removeprefix("-").isascii() and text.removeprefix("-").isdigit(),
    "R": lambda text: values.amount(text) is not None,
    "DT": lambda text: values.day(text) is not None,
    "TM": lambda text: values.minute(text) is not None,
}
_WRONG_KIND = {"N0": "6", "R": "6", "DT": "8", "TM": "9"}


class Walk:
    """One walk of one guide over the segments of one transaction."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._at = 0
        self.faults: list[Fault] = []
        self.loop_of: dict[int, str] = {}

    def run(self, guide: LoopSpec) -> list[Fault]:
        """Match the whole transaction; segments that fit nowhere are said and passed over."""
        while self._at < len(self._segments):
            before = self._at
            self._loop(guide)
            if self._at < len(self._segments):
                self._unexpected(self._segments[self._at], guide.id)
                self._at += 1
            if before == self._at:
                break
            if self._at >= len(self._segments):
                break
            guide = LoopSpec(guide.id, (), guide.loops)
        return self.faults

    def _loop(self, loop: LoopSpec) -> None:
        self._own_segments(loop)
        for inner in loop.loops:
            self._repeat(inner, loop.id)

    def _own_segments(self, loop: LoopSpec) -> None:
        for spec in loop.segments:
            count = 0
            while (segment := self._here()) and fits(spec, segment):
                count += 1
                self._take(segment, spec, loop.id)
                if count > spec.repeat:
                    self._fault("5", segment, f"{segment.id} comes more than {spec.repeat} times")
            if count == 0 and spec.usage == REQUIRED:
                self._missing(spec, loop.id)
            self._pass_strangers(loop, spec)

    def _pass_strangers(self, loop: LoopSpec, done: SegmentSpec) -> None:
        """A segment of this loop in the wrong order is said once and stepped over."""
        place = loop.segments.index(done)
        later = loop.segments[place + 1 :]
        while (segment := self._here()) and not any(fits(spec, segment) for spec in later):
            if self._opens_some_loop(loop, segment) or not _could_belong(loop, segment):
                return
            self._unexpected(segment, loop.id)
            self._at += 1

    def _opens_some_loop(self, loop: LoopSpec, segment: Segment) -> bool:
        return any(fits(inner.segments[0], segment) for inner in loop.loops)

    def _repeat(self, loop: LoopSpec, parent: str) -> None:
        count = 0
        opener = loop.segments[0]
        while (segment := self._here()) and fits(opener, segment):
            count += 1
            if count == loop.repeat + 1:
                self._fault("4", segment, f"loop {loop.id} comes more than {loop.repeat} times")
            self._loop(loop)
        if count == 0 and loop.usage == REQUIRED:
            self._missing(opener, loop.id if opener.id != "HL" else parent)

    def _here(self) -> Segment | None:
        return self._segments[self._at] if self._at < len(self._segments) else None

    def _take(self, segment: Segment, spec: SegmentSpec, loop_id: str) -> None:
        self.loop_of[segment.position] = loop_id
        self._at += 1
        for place, element in spec.elements.items():
            self._element(segment, place, element)

    def _element(self, segment: Segment, place: int, element: Element) -> None:
        value = segment[place]
        name = f"{segment.id}{place:02d}"
        if not value:
            if element.usage == REQUIRED:
                self._fault("E1", segment, "a required element is empty", name)
            return
        if element.codes and segment.part(place, 1) not in element.codes:
            expected = " ".join(sorted(element.codes))
            self._fault("E7", segment, f"{value[:20]} is no code of the guide", name, expected)
        elif element.kind in _KINDS and not _KINDS[element.kind](value):
            code = f"E{_WRONG_KIND[element.kind]}"
            self._fault(code, segment, f"{value[:20]!r} is not well formed", name, element.kind)
        elif element.kind != "C" and len(value) > element.longest:
            self._fault("E5", segment, f"longer than {element.longest}", name)
        elif element.kind != "C" and len(value) < element.shortest:
            self._fault("E4", segment, f"shorter than {element.shortest}", name)

    def _missing(self, spec: SegmentSpec, loop_id: str) -> None:
        here = self._here()
        position = here.position if here else (
            self._segments[-1].position + 1 if self._segments else 1
        )  # fmt: skip
        which = f"{spec.id} {'/'.join(sorted(spec.qualifiers[1]))}" if spec.qualifiers else spec.id
        self.loop_of.setdefault(position, loop_id)
        self.faults.append(
            Fault("S3", ERROR, f"required segment {which} of loop {loop_id} is missing",
                  position, spec.id)
        )  # fmt: skip

    def _unexpected(self, segment: Segment, loop_id: str) -> None:
        self.loop_of.setdefault(segment.position, loop_id)
        self._fault("S2", segment, f"{segment.id} is not expected here")

    def _fault(
        self, code: str, segment: Segment, message: str, element: str = "", expected: str = ""
    ) -> None:
        code = code if code[0] in "SE" else f"S{code}"
        self.faults.append(
            Fault(code, ERROR, message, segment.position, segment.id, element, expected)
        )


def fits(spec: SegmentSpec, segment: Segment) -> bool:
    """Whether `segment` is the one that `spec` describes, by id and qualifier."""
    if spec.id != segment.id:
        return False
    if spec.qualifiers is None:
        return True
    place, allowed = spec.qualifiers
    return segment.part(place, 1) in allowed


def _could_belong(loop: LoopSpec, segment: Segment) -> bool:
    return any(fits(spec, segment) for spec in loop.segments[1:])
