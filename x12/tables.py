"""The guides' tables as text for people: loops, segments and what must stand in them."""

from collections.abc import Iterator

from x12.guides import GUIDES
from x12.spec import EXPECTED, MANY, REQUIRED, Element, LoopSpec, SegmentSpec

_USAGE = {REQUIRED: "required", EXPECTED: "expected"}
_MOST_CODES = 12


def tables() -> Iterator[str]:
    """Every guide, one Markdown table each, line by line."""
    yield "# X12 tables"
    yield ""
    yield "Made by `python -m x12 tables` from the very tables that files are checked by."
    yield "Elements in brackets may be left out; x9 says that a row may come nine times."
    for (code, version), guide in sorted(GUIDES.items()):
        yield from ("", f"## {code} {version}", "", "| loop | segment | usage | elements |")
        yield "|---|---|---|---|"
        yield from _loop(guide.table.spec, 0)


def _loop(loop: LoopSpec, depth: int) -> Iterator[str]:
    indent = "· " * depth
    times = "" if loop.repeat >= MANY else f" x{loop.repeat}"
    for number, spec in enumerate(loop.segments):
        name = f"{indent}{loop.id}{times}" if not number else ""
        yield f"| {name} | {_segment(spec)} | {_USAGE.get(spec.usage, '')} | {_elements(spec)} |"
    for inner in loop.loops:
        yield from _loop(inner, depth + 1)


def _segment(spec: SegmentSpec) -> str:
    times = f" x{spec.repeat}" if 1 < spec.repeat < MANY else ""
    marks = f" {' '.join(sorted(spec.qualifiers[1]))}" if spec.qualifiers else ""
    return f"{spec.id}{marks}{times}"


def _elements(spec: SegmentSpec) -> str:
    said = []
    for place, found in sorted(spec.elements.items()):
        words = f"{place:02d}{_kind(found)}"
        said.append(words if found.usage == REQUIRED else f"({words})")
    return ", ".join(said)


def _kind(found: Element) -> str:
    if found.codes:
        codes = sorted(found.codes)
        shown = "/".join(codes[:_MOST_CODES])
        return f" {shown}{'…' if len(codes) > _MOST_CODES else ''}"
    if found.kind == "AN":
        return f" ≤{found.longest}"
    return f" {found.kind}"
