"""The four separators of an interchange: learned from the fixed-width ISA, never guessed."""

from dataclasses import dataclass

ISA_LENGTH = 106


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
    if len(isa) < ISA_LENGTH or not isa.startswith("ISA"):
        return None
    found = Delimiters(isa[3], isa[82], isa[104], isa[105])
    separators = {found.element, found.component, found.segment}
    if len(separators) < 3 or any(sign.isalnum() or sign == " " for sign in separators):
        return None
    return found
