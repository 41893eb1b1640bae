"""Guides as data: elements, segments and loops in the order the guide has them.

A table is written with `seg`, `must`, `may` and `parts`; `x12.matching` compiles it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# EXPECTED: the guide requires it, but so many payers leave it out that it is only a warning.
REQUIRED, EXPECTED, SITUATIONAL = "R", "W", "S"
MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its usage, shortest and longest length, and its codes where they are fixed.

    Kinds: AN text, RC short codes that may be repeated in their place, N0 whole number, R amount,
    DT date, TM time, DP date or period as the element before says (D8, RD8), C composite, with its
    components in `parts`.
    """

    usage: str = SITUATIONAL
    shortest: int = 1
    longest: int = 80
    codes: frozenset[str] = frozenset()
    kind: str = "AN"
    parts: tuple["Element", ...] = ()


NO_ROW: Mapping[str, Element] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SegmentSpec:
    """One segment in its place. `qualifiers` (element, values) tell it from its namesakes."""

    id: str
    usage: str = SITUATIONAL
    repeat: int = 1
    qualifiers: tuple[int, frozenset[str]] | None = None
    elements: dict[int, Element] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The id with its qualifiers, such as "NM1 QC"."""
        return f"{self.id} {'/'.join(sorted(self.qualifiers[1]))}" if self.qualifiers else self.id


@dataclass(frozen=True, slots=True)
class LoopSpec:
    """A loop: its first segment opens it; then its segments, then its inner loops, in order."""

    id: str
    segments: tuple[SegmentSpec, ...]
    loops: tuple["LoopSpec", ...] = ()
    usage: str = SITUATIONAL
    repeat: int = MANY


def codes(text: str) -> frozenset[str]:
    """Codes written with blanks between them."""
    return frozenset(text.split())


def must(text: str = "", *, kind: str = "AN", longest: int = 80, shortest: int = 1) -> Element:
    """A required element, with `text` as its codes where they are fixed."""
    return Element(REQUIRED, shortest, longest, codes(text), kind)


def may(text: str = "", *, kind: str = "AN", longest: int = 80, shortest: int = 1) -> Element:
    """A situational element."""
    return Element(SITUATIONAL, shortest, longest, codes(text), kind)


def parts(*components: Element, usage: str = REQUIRED) -> Element:
    """A composite element and its components; pass `usage` where it is situational."""
    return Element(usage, 1, 200, frozenset(), "C", components)


def seg(
    segment_id: str,
    usage: str = SITUATIONAL,
    repeat: int = 1,
    *,
    when: tuple[int, str] | None = None,
    row: Mapping[str, Element] = NO_ROW,
    **elements: Element,
) -> SegmentSpec:
    """One segment; elements are named by place: `e01=must(), e09=may()`, or come as a `row`."""
    qualifiers = (when[0], codes(when[1])) if when else None
    named = {**row, **elements}
    places = {int(name[1:]): named[name] for name in sorted(named)}
    return SegmentSpec(segment_id, usage, repeat, qualifiers, places)


def loop(
    loop_id: str,
    *members: SegmentSpec | LoopSpec,
    usage: str = SITUATIONAL,
    repeat: int = MANY,
) -> LoopSpec:
    """A loop from its segments, then its inner loops, in the order of the guide."""
    segments = tuple(member for member in members if isinstance(member, SegmentSpec))
    inner = tuple(member for member in members if isinstance(member, LoopSpec))
    return LoopSpec(loop_id, segments, inner, usage, repeat)
