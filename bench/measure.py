"""Measuring: the best of a few runs, and the memory that a call needs at its peak."""

import gc
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: what was measured, what it may be, what it was."""

    what: str
    budget: str
    measured: str
    holds: bool | None = None


def best_of(work: Callable[[], object], runs: int = 3) -> float:
    """Seconds of the fastest of `runs` runs."""
    fastest = float("inf")
    for _ in range(runs):
        gc.collect()
        begin = time.perf_counter()
        work()
        fastest = min(fastest, time.perf_counter() - begin)
    return fastest


def best_of_each(works: Sequence[Callable[[], object]], runs: int = 5) -> list[float]:
    """Seconds of the fastest run of each, taken in turns: a busy moment hits all of them alike."""
    fastest = [float("inf")] * len(works)
    for _ in range(runs):
        for place, work in enumerate(works):
            fastest[place] = min(fastest[place], best_of(work, runs=1))
    return fastest


def peak_megabytes(work: Callable[[], object]) -> float:
    """The most memory that Python objects took while `work` ran, above what was there before."""
    gc.collect()
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1_000_000


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
