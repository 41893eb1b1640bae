"""Checking again after a change on the coding screen, and many encounters at once for the scrub.

Everything is rolled back at the end: the figures leave no rows behind.
"""

import time

import django

from bench.measure import Figure, percentile

django.setup()

from bench.visits import PAIRS, lay_out_cases, lay_out_pairs, measured_and_undone  # noqa: E402
from coding.models import CodingCase  # noqa: E402
from coding.services.check_case import check_case, check_cases  # noqa: E402
from core.models import Practice  # noqa: E402
from core.tenancy import practice_scope  # noqa: E402

BUDGET_MS, SCRUB_SECONDS = 150, 60
RUNS, CHUNK = 200, 1_000


def figures() -> list[Figure]:
    """One case again and again, then all of them, with a full table of NCCI pairs."""
    return measured_and_undone(_measured)


def _measured() -> list[Figure]:
    practice = Practice.objects.create(name="Bench", time_zone="America/Denver")
    with practice_scope(practice):
        lay_out_pairs()
        cases = lay_out_cases(practice)
        times = [_milliseconds(cases[number % len(cases)].pk) for number in range(RUNS)]
        begin = time.perf_counter()
        found = 0
        for start in range(0, len(cases), CHUNK):
            found += len(check_cases(cases[start : start + CHUNK]))
        every = time.perf_counter() - begin
    typical, slow = percentile(times, 0.5), percentile(times, 0.95)
    return [
        Figure(
            f"findings of one encounter, {RUNS} times, {PAIRS:,} NCCI pairs loaded",
            f"≤ {BUDGET_MS} ms p95",
            f"p50 {typical:.0f} ms, p95 {slow:.0f} ms",
            slow <= BUDGET_MS,
        ),
        Figure(
            f"findings of {found:,} encounters at once, by {CHUNK:,}",
            f"≤ {SCRUB_SECONDS} s (the scrub's budget)",
            f"{every:.1f} s",
            every <= SCRUB_SECONDS,
        ),
    ]


def _milliseconds(key: int) -> float:
    case = CodingCase.objects.select_related(
        "patient", "encounter__facility", "encounter__rendering_provider"
    ).get(pk=key)
    begin = time.perf_counter()
    check_case(case)
    return (time.perf_counter() - begin) * 1000
