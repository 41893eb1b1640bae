"""The diagnosis search in this process, over the whole release, letter by letter as it is typed."""

import time

import django

from bench.measure import Figure, percentile

django.setup()

from coding.search.index import IcdIndex  # noqa: E402  (models need the setup)
from coding.search.kept import index_of  # noqa: E402
from coding.services.load_code_sets import load_icd10cm  # noqa: E402

BUDGET_MS = 10
TYPED = (
    "type 2 diabetes", "dm2 neuropathy", "htn", "low back pain", "osteoarthritis right knee",
    "fracture of distal radius", "chronic kidney disease stage 3", "copd", "chest pain",
    "pain in unspecified joint", "other disorders of the eye", "sprain left ankle", "e11.65",
    "m17.11", "s52.501a", "z00.00", "unspecified", "zzzz nothing like it",
)  # fmt: skip


def figures() -> list[Figure]:
    """Building the index, and each search that a coder's typing causes."""
    release, _ = load_icd10cm()
    begin = time.perf_counter()
    index = index_of(release)
    building = time.perf_counter() - begin
    times = [_milliseconds(index, text[:end]) for text in TYPED for end in range(1, len(text) + 1)]
    typical, slow = percentile(times, 0.5), percentile(times, 0.95)
    codes = f"{release.row_count:,} codes"
    return [
        Figure(f"build the index of {codes}, once a process", "", f"{building:.1f} s"),
        Figure(
            f"search {codes}, {len(times)} times, in process",
            f"≤ {BUDGET_MS} ms p95",
            f"p50 {typical:.1f} ms, p95 {slow:.1f} ms",
            slow <= BUDGET_MS,
        ),
    ]


def _milliseconds(index: IcdIndex, query: str) -> float:
    begin = time.perf_counter()
    index.search(query)
    return (time.perf_counter() - begin) * 1000
