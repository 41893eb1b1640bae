"""ICD-10-CM from the data files inside the `simple-icd-10-cm` wheel.

The package itself is not imported (it costs seconds and 190 MB): its two data files are read as
they are. The list names every chapter, block and code; the tabular XML holds titles and seventh
characters. A billable code is one that no longer code of the list begins with: this also puts
right the 39 blocks that share their only category's code (codesets, ICD-10-CM).
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from xml.etree.ElementTree import Element, iterparse

from core.errors import ApplicationError

_CODE = re.compile(r"[A-Z][0-9A-Z]{2,6}", re.ASCII)
_PACKAGE = "simple_icd_10_cm"
LIST_FILE, TABULAR_FILE = "code-list-April-2026.txt", "icd10c-tabular-April-1-2026.xml"
LABEL = "FY2026, April"
EFFECTIVE_FROM, EFFECTIVE_TO = date(2025, 10, 1), date(2026, 9, 30)
SOURCE = "NCHS tabular list of April 1, 2026, as carried by simple-icd-10-cm 1.5.0"


@dataclass(frozen=True, slots=True)
class IcdRow:
    """One code of the release, without the dot."""

    code: str
    title: str
    is_billable: bool
    parent_code: str
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


def read_rows(folder: Path) -> Iterator[IcdRow]:
    """Every code of the release in the order of the list."""
    codes = [
        line
        for line in (folder / LIST_FILE).read_text(encoding="ascii").split()
        if _CODE.fullmatch(line)
    ]
    codes = sorted(set(codes))
    titles, extensions, chapters = _tabular(folder / TABULAR_FILE)
    for place, code in enumerate(codes):
        following = codes[place + 1] if place + 1 < len(codes) else ""
        yield IcdRow(
            code=code,
            title=titles.get(code) or _extended_title(code, titles, extensions),
            is_billable=not following.startswith(code),
            parent_code=_parent(code, titles),
            chapter=chapters[code[:3]],
        )


def read_terms(folder: Path) -> Iterator[tuple[str, str]]:
    """Code (without dot) and text of every inclusion term and "includes" note below a code."""
    for _, element in iterparse(folder / TABULAR_FILE):  # noqa: S314
        if element.tag != "diag":
            continue
        code = (element.findtext("name") or "").replace(".", "")
        for kind in ("inclusionTerm", "includes"):
            for note in element.findall(f"{kind}/note"):
                text = " ".join("".join(note.itertext()).split())
                if text and not text.endswith(":"):
                    yield code, text
        if len(code) == 3:
            element.clear()


def _tabular(
    path: Path,
) -> tuple[dict[str, str], dict[str, dict[str, str]], dict[str, int]]:
    """Titles, seventh characters by the code they are defined on, and each category's chapter."""
    titles: dict[str, str] = {}
    extensions: dict[str, dict[str, str]] = {}
    chapters: dict[str, int] = {}
    chapter = 0
    for event, element in iterparse(path, events=("start", "end")):  # noqa: S314
        if event == "start" and element.tag == "chapter":
            chapter += 1
        elif event == "end" and element.tag == "diag":
            code = (element.findtext("name") or "").replace(".", "")
            titles[code] = element.findtext("desc") or ""
            if defined := _extensions(element):
                extensions[code] = defined
            if len(code) == 3:
                chapters[code] = chapter
                element.clear()
    return titles, extensions, chapters


def _extensions(diag: Element) -> dict[str, str]:
    return {item.get("char", ""): item.text or "" for item in diag.findall("sevenChrDef/extension")}


def _extended_title(
    code: str, titles: dict[str, str], extensions: dict[str, dict[str, str]]
) -> str:
    """The title of a code with a seventh character: its base's, and what the character says."""
    base = code[:6]
    while base not in titles and base.endswith("X"):
        base = base[:-1]
    for length in range(len(base), 2, -1):
        if meaning := extensions.get(base[:length], {}).get(code[6:]):
            return f"{titles[base]}, {meaning}"
    return titles.get(base, base)


def _parent(code: str, titles: dict[str, str]) -> str:
    """The nearest shorter code; placeholders of a seven-character code are stepped over."""
    for length in range(len(code) - 1, 2, -1):
        if code[:length] in titles:
            return code[:length]
    return ""
