"""The Alphabetic Index of ICD-10-CM and its tables, from the official XML or its flattened CSV.

An entry is a main term or a term below one. `see` sends the reader to another entry, `see also` to
more; a code that ends in "-" needs more characters, which the Tabular List gives. The tables of
neoplasms and of drugs have six columns of codes in place of one. Pure functions: nothing here
knows the database.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse

from coding.choices import IndexTable
from coding.code_sets.files import BadFile

SEPARATOR = " > "
_COLUMNS = 6
_MOST_HOPS = 5
_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?-?", re.ASCII)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_WORDS = re.compile(r"[a-z0-9]+")
_NO_PLACE = re.compile(r",?\s*(by (site|type|drug|substance|animal)\b.*|condition|NEC|NOS)\s*$")
_TERM = ("Term", "NonEssModif")
_CSV_TABLES = (
    ("MalignantPrimary", IndexTable.NEOPLASMS,
     ("MalignantPrimary", "MalignantSecondary", "CaInSitu", "Benign", "UncertainBehavior",
      "UnspecifiedBehavior")),
    ("PoisoningAccidental", IndexTable.DRUGS,
     ("PoisoningAccidental", "PoisoningIntentionalSelfHarm", "PoisoningAssault",
      "PoisoningUndetermined", "AdverseEffect", "Underdosing")),
    ("Code", IndexTable.DISEASES, ("Code",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One entry as it is printed. `codes` is one code or six columns, "" where one is empty."""

    table: IndexTable
    level: int
    term: str
    modifiers: str = ""
    codes: tuple[str, ...] = ()
    see: str = ""
    see_also: str = ""


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One entry with its whole path and the codes that it, or the entry it sends to, leads to."""

    table: IndexTable
    position: int
    level: int
    path: str
    modifiers: str
    codes: tuple[str, ...]
    see: str
    see_also: str


def read_xml(file: IO[bytes]) -> Iterator[IndexRow]:
    """The entries of one official XML file, in its order.

    Raises BadFile when it is no XML or not one of the four index files.
    """
    table: IndexTable | None = None
    headings: list[str] = []
    try:
        for _, element in iterparse(file):  # noqa: S314  (expat: no external entities)
            if element.tag == "head":
                headings.append((element.text or "").lower())
            elif element.tag == "mainTerm":
                yield from _term(element, table or IndexTable.DISEASES, 0)
                element.clear()
            elif element.tag in {"title", "indexHeading"} and table is None:
                table = _table(element, headings)
            elif element.tag == "ICD10CM.tabular":
                raise BadFile("This is the Tabular List, not the Alphabetic Index.")
    except ParseError as error:
        raise BadFile(f"This is no XML: {error}.") from error
    if table is None:
        raise BadFile("This is no file of the ICD-10-CM Alphabetic Index.")


def _table(element: Element, headings: list[str]) -> IndexTable | None:
    """Which of the four it is, by its heading: nothing as long as that is not read."""
    if element.tag == "indexHeading":
        return IndexTable.NEOPLASMS if "neoplasm" in headings[0] else IndexTable.DRUGS
    text = (element.text or "").upper()
    if "EXTERNAL CAUSE" in text:
        return IndexTable.EXTERNAL
    is_letter = len(text.strip()) == 1
    return IndexTable.DISEASES if is_letter or "DISEASE" in text else None


def _term(element: Element, table: IndexTable, level: int) -> Iterator[IndexRow]:
    title = element.find("title")
    modifiers, term = "", ""
    if title is not None:
        modifiers = " ".join("".join(one.itertext()) for one in title.findall("nemod"))
        modifiers = " ".join(modifiers.split())
        parts = [title.text or "", *(one.tail or "" for one in title)]
        term = " ".join(" ".join(parts).split())
    cells = {
        int(cell.get("col", "0")): "".join(cell.itertext()) for cell in element.findall("cell")
    }
    codes = tuple(_code(cells.get(column, "")) for column in range(2, 2 + _COLUMNS))
    if not cells:
        codes = (_code(element.findtext("code") or ""),)
    yield IndexRow(
        table=table,
        level=level,
        term=term or modifiers,
        modifiers=modifiers if term else "",
        codes=codes if any(codes) else (),
        see=" ".join((element.findtext("see") or "").split()),
        see_also=" ".join((element.findtext("seeAlso") or "").split()),
    )
    for below in element.findall("term"):
        yield from _term(below, table, int(below.get("level", level + 1)))


def read_csv(file: Iterable[str]) -> Iterator[IndexRow]:
    """The entries of a flattened table: a row an entry, with its level.

    Raises BadFile when the columns are not those of an index table.
    """
    reader = csv.DictReader(file)
    names = set(reader.fieldnames or ())
    found = next((kind for kind in _CSV_TABLES if kind[0] in names), None)
    if found is None or not {"Level", "Term"} <= names:
        raise BadFile("These are not the columns of the ICD-10-CM Alphabetic Index.")
    _, table, columns = found
    for row in reader:
        # A term that is nothing but its modifier stands so in seven places of the official list.
        term, modifiers = (" ".join((row.get(name) or "").split()) for name in _TERM)
        if not (row["Level"] or "").isdigit() or not (term or modifiers):
            raise BadFile(f"Line {reader.line_num} is no entry: its level or its term is missing.")
        codes = tuple(_code(row.get(name) or "") for name in columns)
        yield IndexRow(
            table=table,
            level=int(row["Level"]),
            term=term or modifiers,
            modifiers=modifiers if term else "",
            codes=codes if any(codes) else (),
            see=" ".join((row.get("See") or "").split()),
            see_also=" ".join((row.get("SeeAlso") or "").split()),
        )


def _code(text: str) -> str:
    """A code as printed, with its dash; "" for "--" and anything that is none."""
    code = text.strip().rstrip("\u2013")
    return code if _CODE.fullmatch(code) else ""


def lines(rows: Iterable[IndexRow]) -> list[IndexLine]:
    """Every entry with its path, and `see` followed to the codes of the entry that it names.

    The tables of neoplasms and drugs stand under their main term. A `see` whose entry is not there
    leads to nothing; a longer path than there is leads to the nearest entry above.
    """
    made: list[IndexLine] = []
    above: list[str] = []
    for position, row in enumerate(rows):
        del above[row.level :]
        above.append(row.term)
        path = SEPARATOR.join(above)
        made.append(
            IndexLine(row.table, position, row.level, path, row.modifiers, row.codes, row.see,
                      row.see_also)
        )  # fmt: skip
    targets = _targets(made)
    return [_followed(line, made, targets) for line in made]


def _targets(made: list[IndexLine]) -> dict[str, int]:
    """Where an entry stands, by the words of its path, whole or with the first form of each."""
    targets: dict[str, int] = {}
    for number, line in enumerate(made):
        terms = line.path.split(SEPARATOR)
        short = [term.split(",")[0] for term in terms]
        for words in (_key(" ".join(terms)), _key(" ".join([short[0], *terms[1:]]))):
            targets.setdefault(words, number)
        targets.setdefault(_key(" ".join(short)), number)
    return targets


def _followed(line: IndexLine, made: list[IndexLine], targets: dict[str, int]) -> IndexLine:
    codes, see, hops = line.codes, line.see, 0
    while not any(codes) and see and hops < _MOST_HOPS:
        number = _target(see, targets)
        if number is None:
            break
        codes, see, hops = made[number].codes, made[number].see, hops + 1
    if codes == line.codes:
        return line
    return IndexLine(line.table, line.position, line.level, line.path, line.modifiers, codes,
                     line.see, line.see_also)  # fmt: skip


def _target(see: str, targets: dict[str, int]) -> int | None:
    """The entry that a `see` names; where its last words are no entry, the one above."""
    parts = [part for part in _NO_PLACE.sub("", see).split(",") if part.strip()]
    for length in range(len(parts), 0, -1):
        number = targets.get(_key(" ".join(parts[:length])))
        if number is not None:
            return number
    return None


def _key(text: str) -> str:
    words = _WORDS.findall(_BRACKETS.sub(" ", text).lower())
    return " ".join(word for word in words if word not in {"nec", "nos"})
