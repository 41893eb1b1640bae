"""A guide's table compiled: where a segment leads from each place, and one pattern a segment.

From a place in a guide a segment of a certain id and qualifier always leads to the same next
place, so that each step is found once and remembered. What is well formed passes one regular
expression; only what does not is looked at element by element.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

from x12.delimiters import Delimiters
from x12.patterns import Pattern, date_places, pattern_of
from x12.spec import EXPECTED, MANY, REQUIRED, LoopSpec, SegmentSpec

FURTHEST = 3  # so many missing segments in a row are believed; more, and the segment is misplaced
_END = "SE"
_MOST_FORMS = 16


class Node:
    """One segment in its place in the table."""

    __slots__ = (
        "dates", "days", "index", "is_expected", "is_opener", "is_required", "loop", "match",
        "moves", "repeat", "spec", "taken", "tracked",
    )  # fmt: skip

    def __init__(self, spec: SegmentSpec, loop: "Loop", index: int) -> None:
        self.spec = spec
        self.loop = loop
        self.index = index
        self.is_opener = index == 0
        self.is_required = spec.usage in {REQUIRED, EXPECTED}
        self.is_expected = spec.usage == EXPECTED
        self.repeat = spec.repeat
        self.dates = date_places(spec)
        self.days = {place for place in self.dates if spec.elements[place].kind == "DT"}
        self.tracked = False  # one of several namesakes in a row, in any order
        self.taken: set[str] = set()  # qualifiers that a namesake beside it stands for
        self.match: Pattern = None
        self.moves: dict[str, Move] = {}

    def fits(self, key: str) -> bool:
        """Whether a segment with this key is the one described here."""
        segment_id, _, value = key.partition("*")
        if segment_id != self.spec.id:
            return False
        if self.spec.qualifiers is None:
            return value not in self.taken
        return value in self.spec.qualifiers[1]


class Loop:
    """One loop of the table with its place among the others."""

    __slots__ = ("bounded_inside", "is_required", "loops", "nodes", "parent", "place", "spec")

    def __init__(self, spec: LoopSpec, parent: "Loop | None", place: int) -> None:
        self.spec = spec
        self.parent = parent
        self.place = place
        self.is_required = spec.usage == REQUIRED
        self.nodes = [Node(segment, self, n) for n, segment in enumerate(spec.segments)]
        self.loops = [Loop(inner, self, n) for n, inner in enumerate(spec.loops)]
        self.bounded_inside: list[Loop] = []
        for inner in self.loops:
            self.bounded_inside += [inner] if inner.spec.repeat < MANY else []
            self.bounded_inside += inner.bounded_inside
        for node in self.nodes:
            mates = self.namesakes(node)
            node.tracked = len(mates) > 1
            for mate in mates:
                node.taken |= mate.spec.qualifiers[1] if mate.spec.qualifiers else set()

    def namesakes(self, node: Node) -> list[Node]:
        """The nodes beside `node` of the same segment id: they may come in any order."""
        first = last = node.index
        while first > 0 and self.nodes[first - 1].spec.id == node.spec.id:
            first -= 1
        while last + 1 < len(self.nodes) and self.nodes[last + 1].spec.id == node.spec.id:
            last += 1
        return self.nodes[first : last + 1]


@dataclass(frozen=True, slots=True)
class Move:
    """Where a segment leads. `fault` is the IK304 code of a segment that stands wrong.

    `missing` are required segments passed over; `is_plain` says that nothing needs counting;
    `stays` that the segment repeats the one before it.
    """

    node: Node
    fault: str = ""
    missing: tuple[Node, ...] = ()
    is_plain: bool = False
    stays: bool = False


class Matcher:
    """A compiled guide for one pair of element and component separators."""

    def __init__(self, table: LoopSpec, element: str, component: str) -> None:
        self.root = Loop(table, None, 0)
        self.start = Node(SegmentSpec(""), self.root, -1)
        self.keys: dict[str, tuple[int, dict[str, str]] | None] = {}
        for node in _every_node(self.root):
            node.match = pattern_of(node.spec, element, component)
            self._learn_key(node.spec)

    def _learn_key(self, spec: SegmentSpec) -> None:
        known = self.keys.setdefault(spec.id, None)
        if spec.qualifiers is None:
            return
        place, values = spec.qualifiers
        places = known or (place, {})
        if places[0] != place:
            raise ValueError(f"{spec.id} is told apart by two elements")
        places[1].update({value: f"{spec.id}*{value}" for value in values})
        self.keys[spec.id] = places

    def find(self, node: Node, key: str) -> Move:
        """Where `key` leads from `node`; remembered, because it is always the same."""
        move = self._find(node, key)
        if move.node is node and not move.fault and not node.is_opener:
            move = replace(move, is_plain=False, stays=True)
        node.moves[key] = move
        return move

    def after(self, node: Node, key: str) -> Move | None:
        """Another legal place for `key` than `node` itself, which is full."""
        for target, missing in _forward(node):
            if target is not node and not missing and target.fits(key):
                return _move(target, ())
        return None

    def _find(self, node: Node, key: str) -> Move:
        found: list[tuple[Node, tuple[Node, ...]]] = []
        for target, missing in _forward(node):
            if not target.fits(key):
                continue
            mates = _mates(node)
            if all(passed.is_expected or passed in mates for passed in missing):
                return _move(target, missing)
            found.append((target, missing))
        back = next((n for n in node.loop.nodes[: max(node.index, 0)] if n.fits(key)), None)
        if back is not None and not (back.is_required and back.repeat == 1):
            return Move(back, "7")
        found = [(t, m) for t, m in found if len(m) <= FURTHEST or key == _END]
        for sure in (True, False):
            near = [(t, m) for t, m in found if _is_sure(t, node) is sure]
            if near:
                return _move(*min(near, key=lambda pair: len(pair[1])))
            above = _above(node, key)
            if sure and (back or above) is not None:
                return Move(back or above or node, "7")
        return Move(node, "2" if key.partition("*")[0] in self.keys else "1")


class Table:
    """A guide's table and its compiled forms, one for each pair of separators met."""

    def __init__(self, spec: LoopSpec) -> None:
        self.spec = spec
        self._matchers: dict[tuple[str, str], Matcher] = {}

    def matcher(self, delimiters: Delimiters) -> Matcher:
        """The form for these separators; made when first asked for."""
        key = delimiters.element, delimiters.component
        if key not in self._matchers:
            if len(self._matchers) >= _MOST_FORMS:
                self._matchers.clear()
            self._matchers[key] = Matcher(self.spec, *key)
        return self._matchers[key]


def _move(target: Node, missing: tuple[Node, ...]) -> Move:
    counts = target.is_opener and (
        target.loop.spec.repeat < MANY or bool(target.loop.bounded_inside)
    )
    return Move(target, "", missing, not (missing or counts or target.tracked))


def _is_sure(target: Node, node: Node) -> bool:
    return target.is_opener or target.is_required or target.loop is node.loop


def _above(node: Node, key: str) -> Node | None:
    """A segment of an outer loop that should have come before this one began."""
    outer = node.loop.parent
    while outer is not None:
        for target in outer.nodes[1:]:
            if target.fits(key):
                return target
        outer = outer.parent
    return None


def _mates(node: Node) -> list[Node]:
    return node.loop.namesakes(node) if node.index >= 0 else []


def _forward(node: Node) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Every place that may follow `node`, nearest first, with the required ones passed over."""
    loop, mates = node.loop, _mates(node)
    yield from ((mate, ()) for mate in mates if not mate.is_opener)
    missing: tuple[Node, ...] = tuple(
        mate for mate in mates if mate.is_required and mate is not node
    )
    for later in loop.nodes[(mates[-1].index if mates else node.index) + 1 :]:
        yield later, missing
        missing += (later,) if later.is_required else ()
    missing = yield from _inner(loop, 0, missing)
    while True:
        if loop.spec.repeat > 1:
            yield from _enter(loop, missing)
        if loop.parent is None:
            return
        yield from ((sibling.nodes[0], missing) for sibling in _interchangeable(loop))
        missing = yield from _inner(loop.parent, loop.place + 1, missing)
        loop = loop.parent


def _inner(
    loop: Loop, start: int, missing: tuple[Node, ...]
) -> Generator[tuple[Node, tuple[Node, ...]], None, tuple[Node, ...]]:
    for inner in loop.loops[start:]:
        yield from _enter(inner, missing)
        missing += (inner.nodes[0],) if inner.is_required else ()
    return missing


def _enter(loop: Loop, missing: tuple[Node, ...]) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """The segment that opens a loop, and those that may be met where it was lost."""
    yield loop.nodes[0], missing
    missing += (loop.nodes[0],)
    for node in loop.nodes[1:]:
        yield node, missing
        if node.is_required:
            return
    for inner in loop.loops:
        yield from _enter(inner, missing)
        if inner.is_required:
            return


def _interchangeable(loop: Loop) -> list[Loop]:
    """Earlier situational loops opened by the same segment id: roles come in any order."""
    before = loop.parent.loops[: loop.place] if loop.parent else []
    return [
        other
        for other in before
        if other.nodes[0].spec.id == loop.nodes[0].spec.id
        and not other.is_required
        and not loop.is_required
    ]


def _every_node(loop: Loop) -> Iterator[Node]:
    yield from loop.nodes
    for inner in loop.loops:
        yield from _every_node(inner)
