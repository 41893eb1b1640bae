"""The proofs over a million ledger lines, each one statement."""

import time

import django

from bench.measure import Figure

django.setup()


from bench.years_of_money import lay_out, settle  # noqa: E402
from billing.ledger.invariants import count  # noqa: E402
from core import verification  # noqa: E402
from core.models import Practice  # noqa: E402
from core.tenancy import practice_scope  # noqa: E402

CLAIMS = 210_000  # about 4.7 ledger lines a claim
_OF_MONEY = "billing."


def figures() -> list[Figure]:
    """The time of each proof of billing, and of all."""
    practice = Practice.objects.create(name="Bench verify", time_zone="America/Denver")
    with practice_scope(practice):
        lay_out(practice, CLAIMS, with_answers=True)
    settle()
    lines = count("billing_journalline")
    rows, whole = [], 0.0
    for name, check in verification.checks().items():
        if not check.__module__.startswith(_OF_MONEY):
            continue
        begin = time.perf_counter()
        found = check()
        passed = time.perf_counter() - begin
        whole += passed
        words = f"{passed:.2f} s, {found.counted:,} looked at"
        if found.problems:
            words += f", {len(found.problems)} PROBLEMS: {found.problems[0]}"
        rows.append(Figure(f"    {name}", "", words))
    title = f"every proof of the books, {lines:,} ledger lines"
    return [Figure(title, "fast: a minute at most", f"{whole:.1f} s", whole <= 60), *rows]
