"""Files that hold every row of a guide's table, made from the table itself.

They mean nothing, but they are built as the guide allows: what is read of them must be written
back as it was, or something of a real file would be lost.
"""

from collections.abc import Iterator
from itertools import count

from x12.guides import Guide
from x12.spec import Element, LoopSpec, SegmentSpec

_SAMPLES = {"R": "1", "N0": "1", "DT": "20261102", "TM": "0930", "DP": "20261102"}
_HEAD = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261123*0930*^*00501"
    "*000000007*1*P*:~\nGS*{code}*SENDER*RECEIVER*20261123*0930*8*X*{version}~\n"
)
_PERIOD = {"RD8": "20261102-20261104", "DT": "202611020930", "TM": "0930"}


def whole_file(set_code: str, guide: Guide, turn: int) -> bytes:
    """A file with each row once; of several qualifiers each has its `turn`."""
    body = list(_Maker(turn).loop(guide.table.spec))
    head = f"ST*{set_code}*0001" + (f"*{guide.version}" if guide.has_version_in_st else "")
    inside = [row for row in body if not row.startswith(("ST*", "SE*"))]
    tail = f"SE*{len(inside) + 2}*0001~\nGE*1*8~\nIEA*1*000000007~\n"
    start = _HEAD.format(code=guide.functional_code, version=guide.version)
    return (start + "".join(f"{row}~\n" for row in [head, *inside]) + tail).encode()


def turns_of(loop: LoopSpec) -> int:
    """How many files it takes to give every qualifier its turn."""
    marks = [len(one.qualifiers[1]) if one.qualifiers else 1 for one in loop.segments]
    return max([*marks, *(turns_of(inner) for inner in loop.loops)])


class _Maker:
    """Writes segments with every element that the table names, and one code of each list."""

    def __init__(self, turn: int) -> None:
        self._turn = turn
        self._levels = count(1)
        self._parents: list[int] = []

    def loop(self, loop: LoopSpec) -> Iterator[str]:
        """The rows of a loop, then its inner loops, in the order of the guide."""
        depth = len(self._parents)
        for spec in loop.segments:
            yield self._segment(spec, loop)
        for inner in loop.loops:
            yield from self.loop(inner)
        del self._parents[depth:]

    def _segment(self, spec: SegmentSpec, loop: LoopSpec) -> str:
        marks = sorted(spec.qualifiers[1]) if spec.qualifiers else [""]
        mark = marks[self._turn % len(marks)]
        place = spec.qualifiers[0] if spec.qualifiers else 0
        if spec.id == "HL":
            return self._level(mark, loop)
        last = max([*spec.elements, place, 1])
        values: list[str] = []
        for at in range(1, last + 1):
            found = spec.elements.get(at)
            if at == place and (found is None or not found.parts):
                values.append(mark)
            else:
                before = values[-1] if values else ""
                values.append(self._value(found, before, mark if at == place else ""))
        while values and not values[-1]:
            values.pop()
        return "*".join([spec.id, *(values or ["X"])])

    def _level(self, code: str, loop: LoopSpec) -> str:
        number = next(self._levels)
        parent = str(self._parents[-1]) if self._parents else ""
        self._parents.append(number)
        child = "1" if any(i.segments[0].id == "HL" for i in loop.loops) else "0"
        return f"HL*{number}*{parent}*{code}*{child}"

    def _value(self, found: Element | None, before: str, mark: str) -> str:
        if found is None or found.longest == 0:
            return mark
        if found.parts:
            parts: list[str] = []
            for number, part in enumerate(found.parts):
                first = mark if number == 0 else ""
                parts.append(first or self._value(part, parts[-1] if parts else "", ""))
            while parts and not parts[-1]:
                parts.pop()
            return ":".join(parts)
        if found.codes:
            codes = sorted(found.codes)
            return codes[self._turn % len(codes)]
        if found.kind == "DP":
            return _PERIOD.get(before, _SAMPLES["DP"])
        sample = _SAMPLES.get(found.kind, "X")
        return sample.ljust(found.shortest, "X") if found.kind == "AN" else sample
