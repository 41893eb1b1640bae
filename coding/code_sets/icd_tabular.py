"""The tabular list of ICD-10-CM (NCHS XML): blocks, notes, titles and seventh characters.

Notes stand on codes, on blocks and on chapters, and hold for everything below. The file is read
category by category, so that its size does not matter.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError, iterparse

from coding.choices import IcdNoteKind
from core.errors import ApplicationError

_NOTES = {
    "includes": IcdNoteKind.INCLUDES,
    "inclusionTerm": IcdNoteKind.INCLUSION,
    "excludes1": IcdNoteKind.EXCLUDES1,
    "excludes2": IcdNoteKind.EXCLUDES2,
    "codeFirst": IcdNoteKind.CODE_FIRST,
    "useAdditionalCode": IcdNoteKind.USE_ADDITIONAL,
    "codeAlso": IcdNoteKind.CODE_ALSO,
    "notes": IcdNoteKind.NOTE,
    "sevenChrNote": IcdNoteKind.SEVENTH,
}
NoteRow = tuple[str, str, int, str]


@dataclass
class Tabular:
    """What the file says, by code without the dot; notes as (owner, kind, position, text)."""

    titles: dict[str, str] = field(default_factory=dict)
    sevenths: dict[str, dict[str, str]] = field(default_factory=dict)
    chapters: dict[str, int] = field(default_factory=dict)
    blocks: dict[str, str] = field(default_factory=dict)
    chapter_titles: dict[str, str] = field(default_factory=dict)
    block_titles: dict[str, str] = field(default_factory=dict)
    notes: list[NoteRow] = field(default_factory=list)


def read_tabular(file: BinaryIO) -> Tabular:
    """Read the whole file. Raises ApplicationError where it is none, or breaks off."""
    found = Tabular()
    try:
        _read(file, found)
    except ParseError as error:
        raise ApplicationError(
            f"The tabular list is not whole XML: {error}.", code="code_sets.bad_file"
        ) from error
    if not found.titles:
        raise ApplicationError(
            "This XML holds no diagnoses: it is not the tabular list.", code="code_sets.bad_file"
        )
    return found


def _read(file: BinaryIO, found: Tabular) -> None:
    chapter, block = 0, ""
    for event, element in iterparse(file, events=("start", "end")):  # noqa: S314
        if event == "start":
            if element.tag == "chapter":
                chapter += 1
            elif element.tag == "section":
                block = _block(element.get("id", ""))
        elif element.tag == "diag":
            code = _code(element)
            if len(code) == 3:
                found.chapters[code], found.blocks[code] = chapter, block
                _take(element, found)
                element.clear()
        elif element.tag == "section" and block:
            found.block_titles[block] = element.findtext("desc") or ""
            found.notes += _notes(block, element)
            element.clear()
        elif element.tag == "chapter":
            name = f"CH{chapter:02}"
            found.chapter_titles[name] = element.findtext("desc") or ""
            found.notes += _notes(name, element)
            element.clear()


def _take(diag: Element, found: Tabular) -> None:
    """A code and everything below it."""
    code = _code(diag)
    found.titles[code] = diag.findtext("desc") or ""
    found.notes += _notes(code, diag)
    if defined := _sevenths(diag):
        found.sevenths[code] = defined
    for child in diag.findall("diag"):
        _take(child, found)


def _block(name: str) -> str:
    """A block as first-last, also where it is one category: 39 share their category's name."""
    return name if not name or "-" in name else f"{name}-{name}"


def _code(diag: Element) -> str:
    return (diag.findtext("name") or "").replace(".", "")


def _sevenths(diag: Element) -> dict[str, str]:
    return {item.get("char", ""): item.text or "" for item in diag.findall("sevenChrDef/extension")}


def _notes(owner: str, element: Element) -> Iterator[NoteRow]:
    positions: dict[str, int] = {}
    for child in element:
        kind = _NOTES.get(child.tag)
        if kind is None:
            continue
        for note in child.findall("note"):
            positions[kind] = positions.get(kind, 0) + 1
            text = " ".join("".join(note.itertext()).split())
            yield owner, str(kind), positions[kind], text
