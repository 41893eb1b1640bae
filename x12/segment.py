"""A segment: its id, its elements as text, and where it stood."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Segment:
    """One segment. `elements[0]` is the id, so that `segment[2]` is what guides call 02.

    `position` counts from 1 at ST, as a 999 does; `component` is the separator inside elements.
    """

    elements: list[str]
    position: int = 0
    component: str = field(default=":", repr=False)

    @property
    def id(self) -> str:
        """The segment id, such as CLM."""
        return self.elements[0]

    def __getitem__(self, place: int) -> str:
        """Element `place`, "" when the segment is shorter."""
        return self.elements[place] if place < len(self.elements) else ""

    def parts(self, place: int) -> list[str]:
        """The components of element `place`; [] when it is empty."""
        value = self[place]
        return value.split(self.component) if value else []

    def part(self, place: int, number: int) -> str:
        """Component `number` (from 1) of element `place`, "" when it is not there."""
        parts = self.parts(place)
        return parts[number - 1] if number <= len(parts) else ""

    def kept(self) -> tuple[str, ...]:
        """The elements as a record keeps a segment it has no field for; components with ":"."""
        values = self.elements
        if self.component != ":":
            values = [value.replace(self.component, ":") for value in values]
        return tuple(values)
