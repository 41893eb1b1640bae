"""Turning the pages of the Alphabetic Index and its tables, as loaded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from coding.choices import CodeSetKind, IndexTable
from coding.code_sets.alphabetic_index import SEPARATOR
from coding.code_sets.releases import release_on
from coding.models import CodeSetRelease, IndexEntry

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST = 300  # lines on a page; "Fracture, traumatic" alone has over a thousand
COLUMNS: dict[str, tuple[str, ...]] = {
    IndexTable.NEOPLASMS: ("Malignant primary", "Malignant secondary", "Ca in situ", "Benign",
                           "Uncertain behavior", "Unspecified behavior"),
    IndexTable.DRUGS: ("Poisoning, accidental", "Poisoning, self-harm", "Poisoning, assault",
                       "Poisoning, undetermined", "Adverse effect", "Underdosing"),
}  # fmt: skip


@dataclass(frozen=True)
class Code:
    """A code of the index. With a dash it opens the codes below it."""

    text: str
    key: str


@dataclass(frozen=True)
class Line:
    """One entry as it is shown. `see` and `see_also` are (words, main term to look for)."""

    position: int
    depth: int
    term: str
    modifiers: str
    codes: tuple[Code | None, ...]
    see: tuple[str, str] | None
    see_also: tuple[str, str] | None


@dataclass(frozen=True)
class IndexPage:
    """What is open: main terms of a letter or beginning, or the lines below one term."""

    release: CodeSetRelease
    table: IndexTable
    letter: str
    typed: str
    term: str
    lines: list[Line]
    next_from: int | None

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings of the columns of codes."""
        return COLUMNS.get(self.table, ("Code",))


def index_page(
    on: date, table: IndexTable, *, letter: str = "A", typed: str = "", at: int | None = None,
    begin: int = 0,
) -> IndexPage | None:  # fmt: skip
    """A page of `table`; with `at` the term at that position with all below it. None where no
    index is loaded. `begin` is the position from which a long page goes on.
    """
    release = release_on(CodeSetKind.ICD10CM_INDEX, on)
    if release is None:
        return None
    rows = IndexEntry.objects.filter(release=release, table=table)
    head = rows.filter(position=at).first() if at is not None else None
    if head is None:
        found, skipped = _main_terms(rows, table, typed or letter), 0
    else:
        found, skipped = _below(rows, head), head.level
        letter = _last(head.path)[:1].upper()
    some = list(found.filter(position__gte=begin)[: MOST + 1])
    following = some[MOST].position if len(some) > MOST else None
    term = head.path if head else ""
    lines = [_line(row, table, skipped) for row in some[:MOST]]
    return IndexPage(release, table, letter, typed, term, lines, following)


def _main_terms(
    rows: "QuerySet[IndexEntry]", table: IndexTable, beginning: str
) -> "QuerySet[IndexEntry]":
    """Terms that stand for themselves. All sites of neoplasms lie below one main term."""
    if table != IndexTable.NEOPLASMS:
        return rows.filter(level=0, path__istartswith=beginning)
    main = rows.order_by("position").values_list("path", flat=True).first() or ""
    return rows.filter(level=1, path__istartswith=f"{main}{SEPARATOR}{beginning}")


def _below(rows: "QuerySet[IndexEntry]", head: IndexEntry) -> "QuerySet[IndexEntry]":
    after = rows.filter(position__gt=head.position, level__lte=head.level).order_by("position")
    end = after.values_list("position", flat=True).first()
    found = rows.filter(position__gte=head.position)
    return found.filter(position__lt=end) if end is not None else found


def _line(row: IndexEntry, table: IndexTable, skipped: int) -> Line:
    width = len(COLUMNS.get(table, ("",)))
    printed = _printed(row, table)
    codes = [_code(one) for one in printed]
    return Line(
        position=row.position,
        depth=min(row.level - skipped, 9),
        term=_last(row.path),
        modifiers=row.modifiers,
        codes=tuple(codes + [None] * (width - len(codes))),
        see=_reference(row.see),
        see_also=_reference(row.see_also),
    )


def _printed(row: IndexEntry, table: IndexTable) -> Iterable[str]:
    """The codes that stand at the entry itself: one that only says `see` has those of another."""
    return row.codes if table in COLUMNS or not row.see else ()


def _code(text: str) -> Code | None:
    return Code(text, text.rstrip("-").replace(".", "")) if text else None


def _reference(text: str) -> tuple[str, str] | None:
    """Where `see` sends to: its words, and the main term they begin with.

    "See condition" names no entry: it says to look up what the patient has.
    """
    main = text.split(",", maxsplit=1)[0].strip()
    return (text, "" if main.lower() == "condition" else main) if text else None


def _last(path: str) -> str:
    return path.rsplit(SEPARATOR, 1)[-1]
