"""The four separators of an interchange: learned from the fixed-width ISA, never guessed."""

from dataclasses import dataclass

ISA_LENGTH = 106
_ISA_ELEMENTS = 16
_LONGEST_LOOSE_ISA = 400


@dataclass(frozen=True, slots=True)
class Delimiters:
    """Element, repetition, component and segment separators."""

    element: str = "*"
    repetition: str = "^"
    component: str = ":"
    segment: str = "~"


DEFAULT = Delimiters()


def learn(text: str, start: int = 0) -> Delimiters | None:
    """The separators of the ISA that begins at `start`; None when it is no ISA of 106 characters.

    Positions are those of the standard: element 4, repetition 83, component 105, segment 106.
    """
    isa = text[start : start + ISA_LENGTH]
    if len(isa) < ISA_LENGTH or not isa.startswith("ISA") or isa[103] != isa[3]:
        return None
    return _sound(Delimiters(isa[3], isa[82], isa[104], isa[105]))


def learn_loosely(text: str) -> Delimiters | None:
    """The separators of an ISA whose elements were not padded to their widths.

    The sixteenth element is one character, so the sign after it, blanks aside, ends the segment.
    """
    if not text.startswith("ISA") or len(text) < _ISA_ELEMENTS * 2:
        return None
    pieces = text[:_LONGEST_LOOSE_ISA].split(text[3], _ISA_ELEMENTS)
    if len(pieces) <= _ISA_ELEMENTS:
        return None
    component, ending = pieces[_ISA_ELEMENTS][:1], pieces[_ISA_ELEMENTS][1:].lstrip(" ")[:1]
    if not component or not ending:
        return None
    return _sound(Delimiters(text[3], pieces[11][:1] or "^", component, ending))


def _sound(found: Delimiters) -> Delimiters | None:
    separators = {found.element, found.component, found.segment}
    if len(separators) < 3 or any(sign.isalnum() or sign == " " for sign in separators):
        return None
    return found
