"""The indexes of this process: built from the database on first use, kept while nothing changes.

Screen, API and command all search through `index_of`. A release that is loaded anew has another
stamp, and its index is built again on the next search; a release that is no longer asked for is
let go, so that a process holds at most `_MOST` of them.
"""

import threading
from collections.abc import Iterator

from coding.choices import IndexTable
from coding.models import CodeSetRelease, IcdCode, IcdTerm, IndexEntry
from coding.search.alphabetic import terms_of_entry
from coding.search.index import IcdIndex, Term

_MOST = 3  # the release in force, the one before, and the next

_built: dict[tuple[int, int], tuple[str, IcdIndex]] = {}
_building = threading.Lock()


def index_of(release: CodeSetRelease, alphabetic: CodeSetRelease | None = None) -> IcdIndex:
    """The index of a tabular release and, when loaded, its Alphabetic Index."""
    key = (release.pk, alphabetic.pk if alphabetic else 0)
    stamp = _stamp(release) + (_stamp(alphabetic) if alphabetic else "")
    kept = _built.get(key)
    if kept is not None and kept[0] == stamp:
        return kept[1]
    with _building:
        kept = _built.get(key)
        if kept is None or kept[0] != stamp:
            _built.pop(key, None)
            while len(_built) >= _MOST:
                _built.pop(next(iter(_built)))
            kept = _built[key] = (stamp, _build(release, alphabetic))
    return kept[1]


def forget() -> None:
    """Let all indexes go; the next search builds its own."""
    with _building:
        _built.clear()


def _stamp(release: CodeSetRelease) -> str:
    return f"{release.source_sha256}:{release.row_count}:{release.loaded_at:%s%f};"


def _build(release: CodeSetRelease, alphabetic: CodeSetRelease | None) -> IcdIndex:
    rows = IcdCode.objects.filter(release=release).order_by("code")
    columns = rows.values_list("code", "title", "is_billable")
    return IcdIndex(columns.iterator(chunk_size=5_000), _terms(release, alphabetic))


def _terms(release: CodeSetRelease, alphabetic: CodeSetRelease | None) -> Iterator[Term]:
    terms = IcdTerm.objects.filter(release=release).values_list("code", "text")
    for code, text in terms.iterator(chunk_size=5_000):
        yield Term(code, text)
    if alphabetic is None:
        return
    entries = IndexEntry.objects.filter(release=alphabetic).order_by("table", "position")
    for table, path, modifiers, codes in entries.values_list(
        "table", "path", "modifiers", "codes"
    ).iterator(chunk_size=5_000):
        yield from terms_of_entry(IndexTable(table), path, modifiers, codes)
