"""A/R aging as of any day over 1,000,000 claims, tied to the ledger to the cent."""

import time
from datetime import date, timedelta

import django

from bench.measure import Figure

django.setup()

from django.db import transaction  # noqa: E402

from bench.years_of_money import lay_out, month_ends, settle  # noqa: E402
from billing.ledger.invariants import count  # noqa: E402
from billing.ledger.month_ends import keep_month_end  # noqa: E402
from billing.selectors.aging import Basis, aging  # noqa: E402
from core.models import Practice  # noqa: E402
from core.tenancy import practice_scope  # noqa: E402

CLAIMS, BUDGET = 1_000_000, 2.0
_DAYS_AGO = (0, 45, 200, 500, 900)


def figures() -> list[Figure]:
    """Today and days of the past, with the marks that the sweep keeps at each month's end."""
    practice = Practice.objects.create(name="Bench aging", time_zone="America/Denver")
    with practice_scope(practice):
        lay_out(practice, CLAIMS, with_answers=False)
    settle()
    begin = time.perf_counter()
    for end in month_ends():
        with transaction.atomic():
            keep_month_end(practice, end)
    kept = time.perf_counter() - begin
    settle()
    rows, slowest = [], 0.0
    today = date.today()  # noqa: DTZ011 - the bench's own clock
    for basis in Basis:
        for ago in _DAYS_AGO:
            day = today - timedelta(days=ago)
            passed, words = _measured(practice, day, basis)
            slowest = max(slowest, passed)
            rows.append(Figure(f"    {ago} days ago, {basis.value}", "", words))
    lines = count("billing_journalline")
    title = f"A/R aging as of any day, {CLAIMS:,} claims, {lines:,} ledger lines"
    return [
        Figure(title, f"≤ {BUDGET:.0f} s, ties", f"slowest {slowest:.2f} s", slowest <= BUDGET),
        *rows,
        Figure("    every month's end kept, once", "", f"{kept:.1f} s"),
    ]


def _measured(practice: Practice, day: date, basis: Basis) -> tuple[float, str]:
    """The better of two runs, as the second of two people sees it."""
    best = float("inf")
    with practice_scope(practice):
        for _ in range(2):
            begin = time.perf_counter()
            found = aging(practice, day, basis)
            best = min(best, time.perf_counter() - begin)
    if found.difference_amount:
        raise RuntimeError(f"{day}: differs from the ledger by {found.difference_amount}")
    return best, f"{best:.2f} s, {found.owed_amount:,} owed, ties to the cent"
