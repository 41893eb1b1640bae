"""Guides as data: elements, segments and loops in the order the guide has them."""

from dataclasses import dataclass, field

REQUIRED, SITUATIONAL = "R", "S"


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its usage, shortest and longest length, and its codes where they are fixed."""

    usage: str = SITUATIONAL
    shortest: int = 1
    longest: int = 80
    codes: frozenset[str] = frozenset()
    kind: str = "AN"  # AN text, N0 whole number, R amount, DT date, TM time, C composite


@dataclass(frozen=True, slots=True)
class SegmentSpec:
    """One segment in its place. `qualifiers` (element, values) tell it from its namesakes."""

    id: str
    usage: str = SITUATIONAL
    repeat: int = 1
    qualifiers: tuple[int, frozenset[str]] | None = None
    elements: dict[int, Element] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoopSpec:
    """A loop: its first segment opens it; then its segments, then its inner loops, in order."""

    id: str
    segments: tuple[SegmentSpec, ...]
    loops: tuple["LoopSpec", ...] = ()
    usage: str = SITUATIONAL
    repeat: int = 1_000_000


def codes(text: str) -> frozenset[str]:
    """Codes written with blanks between them."""
    return frozenset(text.split())


def must(text: str = "", *, kind: str = "AN", longest: int = 80, shortest: int = 1) -> Element:
    """A required element, with `text` as its codes where they are fixed."""
    return Element(REQUIRED, shortest, longest, codes(text), kind)


def may(text: str = "", *, kind: str = "AN", longest: int = 80, shortest: int = 1) -> Element:
    """A situational element."""
    return Element(SITUATIONAL, shortest, longest, codes(text), kind)


def seg(
    segment_id: str,
    usage: str = SITUATIONAL,
    repeat: int = 1,
    *,
    when: tuple[int, str] | None = None,
    **elements: Element,
) -> SegmentSpec:
    """One segment; elements are named by place: `e01=must(), e09=may()`."""
    qualifiers = (when[0], codes(when[1])) if when else None
    places = {int(name[1:]): element for name, element in elements.items()}
    return SegmentSpec(segment_id, usage, repeat, qualifiers, places)
