"""ICD-10-CM: from the data files inside the `simple-icd-10-cm` wheel, or from the official ones.

The wheel's package itself is not imported (it costs seconds and 190 MB): its two data files are
read as they are. Its list names every chapter, block and code; the tabular XML holds titles, notes
and seventh characters. A billable code is one that no longer code of the list begins with: this
also puts right the 39 blocks that share their only category's code.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from coding.choices import IcdNoteKind
from coding.code_sets.bulk import Table
from coding.code_sets.icd_tabular import Tabular, read_tabular
from coding.models import IcdCode, IcdNote, IcdSeventhCharacter, IcdTerm
from core.errors import ApplicationError

_CODE = re.compile(r"[A-Z][0-9A-Z]{2,6}", re.ASCII)
_TERMS = {IcdNoteKind.INCLUSION, IcdNoteKind.INCLUDES}
_PACKAGE = "simple_icd_10_cm"
LIST_FILE, TABULAR_FILE = "code-list-April-2026.txt", "icd10c-tabular-April-1-2026.xml"
LABEL = "FY2026, April"
EFFECTIVE_FROM, EFFECTIVE_TO = date(2025, 10, 1), date(2026, 9, 30)
SOURCE = "NCHS tabular list of April 1, 2026, as carried by simple-icd-10-cm 1.5.0"
# The last category of each chapter, where a list comes without the tabular XML.
_LAST_OF_CHAPTER = (
    (1, "B99"), (2, "D49"), (3, "D89"), (4, "E89"), (5, "F99"), (6, "G99"), (7, "H59"),
    (8, "H95"), (9, "I99"), (10, "J99"), (11, "K95"), (12, "L99"), (13, "M99"), (14, "N99"),
    (15, "O9A"), (16, "P96"), (17, "QZZ"), (18, "R99"), (19, "T88"), (22, "U99"), (20, "Y99"),
    (21, "ZZZ"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class IcdRow:
    """One code of the release, without the dot."""

    code: str
    title: str
    is_billable: bool
    parent_code: str
    block: str
    chapter: int


def data_folder() -> Path:
    """Where the wheel's data files are. Raises ApplicationError when it is not installed."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ApplicationError("The package simple-icd-10-cm is not installed.")
    return Path(spec.origin).parent / "data"


def source_sha256(folder: Path) -> str:
    """One hash over both files: a second load of the same bytes is a no-op."""
    digest = hashlib.sha256()
    for name in (LIST_FILE, TABULAR_FILE):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def read_folder(folder: Path) -> tuple[list[IcdRow], Tabular]:
    """Every code of the wheel's list, and what the tabular list says."""
    words = (folder / LIST_FILE).read_text(encoding="ascii").split()
    codes = sorted({word for word in words if _CODE.fullmatch(word)})
    with (folder / TABULAR_FILE).open("rb") as file:
        tabular = read_tabular(file)
    return list(_listed(codes, tabular)), tabular


def tables(rows: Iterable[IcdRow], tabular: Tabular) -> list[Table]:
    """What is to be stored of a release."""
    return [
        Table(
            IcdCode,
            ("code", "title", "is_billable", "parent_code", "block", "chapter"),
            (
                (row.code, row.title, row.is_billable, row.parent_code, row.block, row.chapter)
                for row in rows
            ),
        ),
        term_table(tabular),
        *note_tables(tabular),
    ]


def term_table(tabular: Tabular) -> Table:
    """Inclusion terms of codes, which the search looks through besides the titles."""
    terms = (
        (owner, text)
        for owner, kind, _, text in tabular.notes
        if kind in _TERMS and owner in tabular.titles and text and not text.endswith(":")
    )
    return Table(IcdTerm, ("code", "text"), terms)


def note_tables(tabular: Tabular) -> list[Table]:
    """Notes and seventh characters."""
    return [
        Table(IcdNote, ("owner", "kind", "position", "text"), tabular.notes),
        Table(
            IcdSeventhCharacter,
            ("owner", "character", "meaning"),
            (
                (owner, character, meaning)
                for owner, defined in tabular.sevenths.items()
                for character, meaning in defined.items()
            ),
        ),
    ]


def rows_of(entries: Iterable[tuple[str, str, bool]], tabular: Tabular) -> Iterator[IcdRow]:
    """Rows of (code, title, billable), as the official order file has them."""
    known = list(entries)
    codes = {code for code, _, _ in known}
    for code, title, is_billable in known:
        yield IcdRow(
            code=code,
            title=title,
            is_billable=is_billable,
            parent_code=_parent(code, codes),
            block=tabular.blocks.get(code[:3], ""),
            chapter=tabular.chapters.get(code[:3]) or _chapter(code[:3]),
        )


def _listed(codes: list[str], tabular: Tabular) -> Iterator[IcdRow]:
    titles = tabular.titles
    for place, code in enumerate(codes):
        following = codes[place + 1] if place + 1 < len(codes) else ""
        yield IcdRow(
            code=code,
            title=titles.get(code) or _extended_title(code, tabular),
            is_billable=not following.startswith(code),
            parent_code=_parent(code, titles),
            block=tabular.blocks[code[:3]],
            chapter=tabular.chapters[code[:3]],
        )


def _extended_title(code: str, tabular: Tabular) -> str:
    """The title of a code with a seventh character: its base's, and what the character says."""
    titles, base = tabular.titles, code[:6]
    while base not in titles and base.endswith("X"):
        base = base[:-1]
    for length in range(len(base), 2, -1):
        if meaning := tabular.sevenths.get(base[:length], {}).get(code[6:]):
            return f"{titles[base]}, {meaning}"
    return titles.get(base, base)


def _parent(code: str, known: Iterable[str]) -> str:
    """The nearest shorter code; placeholders of a seven-character code are stepped over."""
    for length in range(len(code) - 1, 2, -1):
        if code[:length] in known:
            return code[:length]
    return ""


def _chapter(category: str) -> int:
    return next((chapter for chapter, last in _LAST_OF_CHAPTER if category <= last), 21)
