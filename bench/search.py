"""The diagnosis search in this process, over the whole release, letter by letter as it is typed."""

import time
from collections.abc import Iterator

import django

from bench.measure import Figure, peak_megabytes, percentile
from bench.queries import Query, queries, shares

django.setup()

from coding.search.index import IcdIndex  # noqa: E402  (models need the setup)
from coding.search.kept import forget, index_of  # noqa: E402
from coding.services.load_code_sets import load_icd10cm  # noqa: E402

BUDGET_MS, FIRST, AMONG_FIVE = 10, 0.85, 0.95
TYPED = (
    "type 2 diabetes", "dm2 neuropathy", "htn", "low back pain", "osteoarthritis right knee",
    "fracture of distal radius", "chronic kidney disease stage 3", "copd", "chest pain",
    "pain in unspecified joint", "other disorders of the eye", "sprain left ankle", "e11.65",
    "m17.11", "s52.501a", "z00.00", "unspecified", "zzzz nothing like it",
)  # fmt: skip


def figures() -> list[Figure]:
    """Building the index, each search that a coder's typing causes, and what is found."""
    release, _ = load_icd10cm()
    begin = time.perf_counter()
    index = index_of(release)
    building = time.perf_counter() - begin
    typing = [text[:end] for text in TYPED for end in range(1, len(text) + 1)]
    whole = [query.text for query in queries()]
    codes = f"{release.row_count:,} codes"
    rows = [
        Figure(f"build the index of {codes}, once a process", "≤ 3 s", f"{building:.1f} s",
               building <= 3),
        _speed(f"search {codes}, {len(typing)} times, letter by letter", index, typing),
        _speed(f"search {codes}, {len(whole)} whole queries", index, whole),
    ]  # fmt: skip
    tuned = [query for query in queries() if not query.is_held_out]
    held_out = [query for query in queries() if query.is_held_out]
    rows += [_found("queries tuned on", index, tuned), _found("queries held out", index, held_out)]
    rows += _by_kind(index, held_out)
    forget()
    megabytes = peak_megabytes(lambda: index_of(release))
    rows.append(Figure("memory while the index is built", "≤ 100 MB", f"{megabytes:.0f} MB",
                       megabytes <= 100))  # fmt: skip
    return rows


def _speed(what: str, index: IcdIndex, texts: list[str]) -> Figure:
    times = []
    for text in texts:
        begin = time.perf_counter()
        index.search(text)
        times.append((time.perf_counter() - begin) * 1000)
    typical, slow = percentile(times, 0.5), percentile(times, 0.95)
    measured = f"p50 {typical:.1f} ms, p95 {slow:.1f} ms"
    return Figure(what, f"≤ {BUDGET_MS} ms p95", measured, slow <= BUDGET_MS)


def _found(what: str, index: IcdIndex, some: list[Query]) -> Figure:
    found = shares(some, lambda text, most: [hit.code for hit in index.search(text, most)])
    holds = found.first >= FIRST and found.among_five >= AMONG_FIVE
    return Figure(f"find the code, {what}", "hit@1 ≥ 85 %, hit@5 ≥ 95 %", str(found), holds)


def _by_kind(index: IcdIndex, some: list[Query]) -> Iterator[Figure]:
    for kind in dict.fromkeys(query.kind for query in some):
        of_kind = [query for query in some if query.kind == kind]
        found = shares(of_kind, lambda text, most: [hit.code for hit in index.search(text, most)])
        yield Figure(f"    held out, {kind}", "", str(found))
