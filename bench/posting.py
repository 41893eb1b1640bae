"""A 10,000-claim, 30,000-line 835 to the ledger, whole or not at all; and a tenth of it."""

import subprocess
import sys
import time

import django

from bench.measure import Figure

django.setup()

from bench.big_remittance import answers, deliver, first_answers, lay_out  # noqa: E402
from billing.ledger import invariants  # noqa: E402
from billing.verify import check_claims, check_patients, check_remittances  # noqa: E402
from claims.models import Remittance  # noqa: E402
from core.models import Practice  # noqa: E402
from core.tenancy import practice_scope  # noqa: E402

CLAIMS, BUDGET_SECONDS, BUDGET_MEGABYTES = 10_000, 30.0, 400
PROOFS = (invariants.check_journals, invariants.check_zero, invariants.check_mirrors,
          check_remittances, check_claims, check_patients)  # fmt: skip


def figures() -> list[Figure]:
    """The small one first: memory that grew with the file would show in the big one."""
    small = _posted(CLAIMS // 10)
    big = _posted(CLAIMS)
    wrong = [said for proof in PROOFS for said in proof().problems]
    rows = [_row(CLAIMS // 10, small, budget=False), _row(CLAIMS, big, budget=True)]
    words = "all hold" if not wrong else "; ".join(wrong[:3])
    return [*rows, Figure("    the proofs of the books over both", "all hold", words, not wrong)]


def _posted(count: int) -> tuple[float, float, int, float]:
    """Seconds, megabytes and journals of the posting, and seconds of reading and matching."""
    practice = Practice.objects.create(name=f"Bench posting {count}", time_zone="America/Denver")
    with practice_scope(practice):
        lay_out(practice, count)
        _post(deliver(practice, first_answers(count), 1))
        begin = time.perf_counter()
        remittance = deliver(practice, answers(count), 2)
        read = time.perf_counter() - begin
        if remittance.state != "matched":
            raise RuntimeError(f"the 835 is {remittance.state}: {remittance.faults[:3]}")
        seconds, megabytes, journals = _post(remittance)
    return seconds, megabytes, journals, read


def _post(remittance: Remittance) -> tuple[float, float, int]:
    found = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.post_one", str(remittance.pk)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if found.returncode:
        raise RuntimeError(found.stderr[-2000:])
    seconds, megabytes, journals = found.stdout.split()
    return float(seconds), float(megabytes), int(journals)


def _row(count: int, found: tuple[float, float, int, float], *, budget: bool) -> Figure:
    seconds, megabytes, journals, read = found
    return Figure(
        f"an 835 of {count:,} claims, {3 * count:,} lines to the ledger",
        f"≤ {BUDGET_SECONDS:.0f} s, ≤ {BUDGET_MEGABYTES} MB more" if budget else "",
        f"{seconds:.1f} s, {megabytes:.0f} MB more, {journals:,} journals"
        f" (read and matched in {read:.1f} s)",
        seconds <= BUDGET_SECONDS and megabytes <= BUDGET_MEGABYTES if budget else None,
    )
