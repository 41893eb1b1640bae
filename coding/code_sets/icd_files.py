"""ICD-10-CM from the official files inside the simple-icd-10-cm wheel, read by ourselves.

The package is never imported: it would take two seconds and 190 MB, and it answers for a block
where a category of the same name is meant.
"""

import hashlib
import xml.etree.ElementTree as ET
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "simple_icd_10_cm"


@dataclass(frozen=True, slots=True)
class IcdFiles:
    """One release as its two files: the list of all codes, and the tabular list as XML."""

    code_list: Path
    tabular: Path

    @property
    def sha256(self) -> str:
        """One hash over both files: what tells one release from another."""
        digest = hashlib.sha256(self.code_list.read_bytes())
        digest.update(self.tabular.read_bytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class IcdRow:
    """One code without its dot. A header has codes below it and cannot be billed (ICD-02)."""

    code: str
    title: str
    is_billable: bool
    parent_code: str
    chapter: int


@dataclass(frozen=True, slots=True)
class _Node:
    title: str
    chapter: int
    extensions: dict[str, str]


def wheel_files() -> IcdFiles:
    """The files of the installed wheel. Raises FileNotFoundError when it is not there."""
    spec = find_spec(PACKAGE)
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        data = Path(folder) / "data"
        lists = sorted(data.glob("code-list-*.txt"))
        tabulars = sorted(data.glob("icd10c*tabular*.xml"))
        if lists and tabulars:
            return IcdFiles(lists[-1], tabulars[-1])
    raise FileNotFoundError(f"the ICD-10-CM files of {PACKAGE} are not installed")


def read_icd(files: IcdFiles) -> list[IcdRow]:
    """Every code of a release in code order, headers included.

    Thirty-nine blocks hold one category and share its name, so a name may stand twice in the
    list: a set makes one of it. A code is billable when no other code starts with it; over the
    April 2026 files that gives the 74,719 of the official list.
    """
    nodes = _nodes(files.tabular)
    codes = sorted(_codes(files.code_list))
    known = set(codes)
    rows = []
    for code in codes:
        title, chapter = _title(code, nodes)
        rows.append(IcdRow(code, title, not _has_more(code, codes), _parent(code, known), chapter))
    return rows


def _codes(path: Path) -> set[str]:
    """The codes in the list, without its chapter numbers and block ranges (A00-A09)."""
    lines = path.read_text(encoding="utf-8").split()
    return {line for line in lines if 3 <= len(line) <= 7 and "-" not in line}


def _has_more(code: str, codes: list[str]) -> bool:
    following = bisect_left(codes, code) + 1
    return following < len(codes) and codes[following].startswith(code)


def _parent(code: str, known: set[str]) -> str:
    for length in range(len(code) - 1, 2, -1):
        if code[:length] in known:
            return code[:length]
    return ""


def _title(code: str, nodes: dict[str, _Node]) -> tuple[str, int]:
    """The title; for a seventh character the title of its stem and what the character means.

    Raises ValueError when the two files do not belong together.
    """
    if code in nodes:
        return nodes[code].title, nodes[code].chapter
    stem = code[:-1]
    while stem not in nodes:
        if not stem.endswith("X"):
            raise ValueError(f"{code} is in the code list and not in the tabular list")
        stem = stem[:-1]
    node = nodes[stem]
    meaning = node.extensions.get(code[-1])
    if meaning is None:
        raise ValueError(f"{code}: the tabular list does not say what its last character means")
    return f"{node.title}, {meaning}", node.chapter


def _nodes(path: Path) -> dict[str, _Node]:
    root = ET.parse(path).getroot()  # noqa: S314 - a file of a hash-pinned wheel, not of a stranger
    nodes: dict[str, _Node] = {}
    for chapter in root.iter("chapter"):
        number = int(chapter.findtext("name") or 0)
        for section in chapter.iter("section"):
            inherited = _extensions(section, {})
            for diagnosis in section.findall("diag"):
                nodes.update(_walk(diagnosis, number, inherited))
    return nodes


def _walk(
    element: ET.Element, chapter: int, inherited: dict[str, str]
) -> Iterator[tuple[str, _Node]]:
    """A code and all below it. The nearest definition of seventh characters counts (ICD-04)."""
    extensions = _extensions(element, inherited)
    name = (element.findtext("name") or "").replace(".", "")
    title = " ".join((element.findtext("desc") or "").split())
    yield name, _Node(title, chapter, extensions)
    for below in element.findall("diag"):
        yield from _walk(below, chapter, extensions)


def _extensions(element: ET.Element, inherited: dict[str, str]) -> dict[str, str]:
    definition = element.find("sevenChrDef")
    if definition is None:
        return inherited
    return {
        extension.get("char", ""): " ".join((extension.text or "").split())
        for extension in definition.findall("extension")
    }
