"""The indexes of this process: built from the database on first use, kept while nothing changes.

Screen, API and command all search through `index_of`. A release that is loaded anew has another
stamp, and its index is built again on the next search; a release that is no longer asked for is
let go, so that a process holds at most `_MOST` of them.
"""

import threading
from collections.abc import Callable, Iterator, Sequence

from coding.choices import IndexTable
from coding.models import CodeSetRelease, IcdCode, IcdTerm, IndexEntry
from coding.search.alphabetic import terms_of_entry
from coding.search.index import IcdIndex, Term

_MOST = 4  # diagnoses of two years, HCPCS, CPT

_built: dict[tuple[int, ...], tuple[str, IcdIndex]] = {}
_building = threading.Lock()


def index_of(release: CodeSetRelease, alphabetic: CodeSetRelease | None = None) -> IcdIndex:
    """The index of a tabular release and, when loaded, its Alphabetic Index."""
    releases = [release, alphabetic] if alphabetic else [release]
    return _kept(releases, lambda: _build(release, alphabetic))


def kept(release: CodeSetRelease, build: Callable[[CodeSetRelease], IcdIndex]) -> IcdIndex:
    """The index of another code set's release, built by `build` when it is not there."""
    return _kept([release], lambda: build(release))


def _kept(releases: Sequence[CodeSetRelease], build: Callable[[], IcdIndex]) -> IcdIndex:
    key = tuple(release.pk for release in releases)
    stamp = "".join(map(_stamp, releases))
    found = _built.get(key)
    if found is not None and found[0] == stamp:
        return found[1]
    with _building:
        found = _built.get(key)
        if found is None or found[0] != stamp:
            _built.pop(key, None)
            while len(_built) >= _MOST:
                _built.pop(next(iter(_built)))
            found = _built[key] = (stamp, build())
    return found[1]


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
