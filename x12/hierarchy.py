"""HL levels: numbered from 1, each naming its parent, and saying whether children follow."""

from dataclasses import dataclass, field

from x12.errors import ERROR, Fault
from x12.matching import Loop


@dataclass(slots=True)
class Levels:
    """The HL segments of one transaction as they come."""

    _found: list[tuple[int, list[str], str]] = field(default_factory=list)
    _latest: dict[Loop, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, position: int, elements: list[str], loop: Loop) -> None:
        """Take an HL that opens `loop`."""
        number, parent = [*elements, "", "", ""][1:3]
        count = len(self._found) + 1
        loop_id = loop.spec.id
        if number != str(count):
            self._wrong(position, "HL01", f"level {count} is numbered {number[:12]}", str(count),
                        loop_id)  # fmt: skip
        expected = self._latest.get(loop.parent, "") if loop.parent else ""
        if parent != expected:
            message = f"the level names {parent[:12] or 'nothing'} as its parent"
            self._wrong(position, "HL02", message, expected or "nothing", loop_id)
        self._latest[loop] = number
        self._found.append((position, elements, loop_id))

    def finish(self) -> list[Fault]:
        """Every fault, with those about children that follow or do not."""
        parents = {elements[2] for _, elements, _ in self._found if len(elements) > 2}
        for position, elements, loop_id in self._found:
            said = elements[4] if len(elements) > 4 else ""
            has_child = elements[1] in parents if len(elements) > 1 else False
            if said in {"0", "1"} and (said == "1") != has_child:
                words = "a level below follows" if has_child else "no level below follows"
                expected = "1" if has_child else "0"
                self._wrong(position, "HL04", f"HL04 is {said}, yet {words}", expected, loop_id)
        return self.faults

    def _wrong(
        self, position: int, element: str, message: str, expected: str, loop_id: str
    ) -> None:
        self.faults.append(Fault("E7", ERROR, message, position, "HL", element, expected, loop_id))
