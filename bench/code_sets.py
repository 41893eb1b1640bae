"""Loading the pair edits of a whole quarter, and looking a day's worth of pairs up by set."""

import time
from collections.abc import Callable
from datetime import date
from itertools import combinations
from typing import Any

import django

from bench.measure import Figure, percentile

django.setup()

from django.db import transaction  # noqa: E402  (models need the setup)

from bench.code_set_files import code, ptp_zips  # noqa: E402
from coding.code_sets.files import SourceFile  # noqa: E402
from coding.code_sets.lookups import ptp_edits  # noqa: E402
from coding.models import CodeSetRelease, PtpEdit  # noqa: E402
from coding.services.activate_release import activate_release  # noqa: E402
from coding.services.import_code_set import Import, import_code_set  # noqa: E402
from coding.services.load_code_sets import load_icd10cm  # noqa: E402

PAIRS = 1_700_000
LOAD_BUDGET_S, LOOK_UP_BUDGET_MS = 300, 50
ON = date(2026, 11, 2)


def figures() -> list[Figure]:
    """A quarter of 1.7 million rows in, a second quarter compared, pairs looked up; all undone."""
    rows: list[Figure] = []
    with transaction.atomic():
        seconds, (release, _) = _timed(_load)
        held = seconds <= LOAD_BUDGET_S
        rows.append(
            Figure(
                f"load {release.row_count:,} NCCI pairs from four ZIPs, to the last constraint",
                f"≤ {LOAD_BUDGET_S} s", f"{seconds:.0f} s", held,
            )
        )  # fmt: skip
        activate_release(release, ON.replace(year=2020))
        rows.append(_look_up(100))
        rows.append(_look_up(10_000))
        seconds, (second, _) = _timed(lambda: _load("v322r0"))
        found = second.facts["comparison"]
        rows.append(
            Figure(
                f"load a second quarter beside it and compare: {found['changed']:,} rows changed",
                f"≤ {LOAD_BUDGET_S} s",
                f"{seconds:.0f} s",
                seconds <= LOAD_BUDGET_S,
            )
        )
        transaction.set_rollback(True)
    with transaction.atomic():
        CodeSetRelease.objects.filter(kind="icd10cm").update(source_sha256="another")
        CodeSetRelease.objects.filter(kind="icd10cm").update(label="another")
        seconds, (release, _) = _timed(load_icd10cm)
        rows.append(
            Figure(
                f"load ICD-10-CM, {release.row_count:,} codes and all notes", "", f"{seconds:.1f} s"
            )
        )
        transaction.set_rollback(True)
    return rows


def _load(version: str = "v323r0") -> tuple[CodeSetRelease, bool]:
    files = [SourceFile(name, content) for name, content in ptp_zips(PAIRS, version)]
    return import_code_set(Import("ptp", files, licence_attested=True))


def _look_up(pairs: int) -> Figure:
    """Pairs as an encounter, or a whole batch, asks for them: most have no edit."""
    codes = [code(number) for number in [*range(0, 1_700, 17), *range(10_000, 10_100)]]
    every = list(combinations(codes, 2))
    wanted = every[:: len(every) // pairs][:pairs]
    times = []
    found: dict[Any, PtpEdit] = {}
    for _ in range(20):
        seconds, found = _timed(lambda: ptp_edits(wanted, ON))
        times.append(seconds * 1000)
    slow = percentile(times, 0.95)
    held = slow <= LOOK_UP_BUDGET_MS if pairs <= 100 else None
    budget = f"≤ {LOOK_UP_BUDGET_MS} ms p95" if pairs <= 100 else ""
    return Figure(
        f"look {len(wanted):,} pairs up by one query, {len(found):,} edits found",
        budget, f"p95 {slow:.1f} ms", held,
    )  # fmt: skip


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result
