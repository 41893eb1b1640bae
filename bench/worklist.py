"""The claim worklist over 500,000 claims: the whole page with its live counts."""

import gc
import time
from typing import Any

import django

from bench.measure import Figure, percentile

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench.frame import settle  # noqa: E402
from bench.years_of_claims import CLAIMS, TABLES, lay_out, owners_of  # noqa: E402
from core.models import Practice, User  # noqa: E402
from core.tenancy import practice_scope  # noqa: E402

BUDGET_MS, MOST_QUERIES = 400, 25
RUNS = 8
PAGES = (
    "", "bucket=ready", "bucket=rejected", "bucket=no-answer", "bucket=denied",
    "bucket=filing-limit", "bucket=open", "bucket=all", "bucket=open&sort=-balance",
)  # fmt: skip


def figures() -> list[Figure]:
    """Each page a few times, warm, as a biller's browser asks for it."""
    practice = Practice.objects.create(name="Bench worklist", time_zone="America/Denver")
    with practice_scope(practice):
        owners = owners_of(practice)
        lay_out(practice, owners)
    settle(TABLES)
    gc.collect()
    gc.freeze()  # a web server has not just made half a million claims
    client = _signed_in(owners[0])
    rows = [_measured(client, query) for query in PAGES]
    every = [one for times, _ in rows for one in times]
    slow = percentile(every, 0.95)
    most = max(count for _, count in rows)
    found = [
        Figure(
            f"worklist page of 50 with live counts, {CLAIMS:,} claims",
            f"≤ {BUDGET_MS} ms p95, ≤ {MOST_QUERIES} queries",
            f"p50 {percentile(every, 0.5):.0f} ms, p95 {slow:.0f} ms, {most} queries",
            slow <= BUDGET_MS and most <= MOST_QUERIES,
        )
    ]
    for query, (times, count) in zip(PAGES, rows, strict=True):
        typical, worst = percentile(times, 0.5), max(times)
        words = f"p50 {typical:.0f} ms, worst {worst:.0f} ms, {count} queries"
        found.append(Figure(f"    {query or 'as it opens'}", "", words))
    return found


def _signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def _measured(client: Client, query: str) -> tuple[list[float], int]:
    url = f"{reverse('claims:worklist')}?{query}"
    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        _get(client, url)
    return [_get(client, url) for _ in range(RUNS)], len(asked)


def _get(client: Client, url: str) -> float:
    begin = time.perf_counter()
    answer = client.get(url)
    passed = (time.perf_counter() - begin) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return passed
