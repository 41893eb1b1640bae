"""A 10,000-claim, 30,000-line 835 to the ledger, whole or not at all; and a tenth of it."""

import subprocess
import sys
import time
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True)
class Posted:
    """What one posting took, and the reading and matching before it."""

    seconds: float
    python_seconds: float
    megabytes: float
    journals: int
    read_seconds: float = 0.0


def _posted(count: int) -> Posted:
    practice = Practice.objects.create(name=f"Bench posting {count}", time_zone="America/Denver")
    with practice_scope(practice):
        lay_out(practice, count)
        _post(deliver(practice, first_answers(count), 1))
        begin = time.perf_counter()
        remittance = deliver(practice, answers(count), 2)
        read = time.perf_counter() - begin
        if remittance.state != "matched":
            raise RuntimeError(f"the 835 is {remittance.state}: {remittance.faults[:3]}")
        return replace(_post(remittance), read_seconds=read)


def _post(remittance: Remittance) -> Posted:
    found = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.post_one", str(remittance.pk)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if found.returncode:
        raise RuntimeError(found.stderr[-2000:])
    seconds, worked, megabytes, journals = found.stdout.split()
    return Posted(float(seconds), float(worked), float(megabytes), int(journals))


def _row(count: int, found: Posted, *, budget: bool) -> Figure:
    return Figure(
        f"an 835 of {count:,} claims, {3 * count:,} lines to the ledger",
        f"≤ {BUDGET_SECONDS:.0f} s, ≤ {BUDGET_MEGABYTES} MB more" if budget else "",
        f"{found.seconds:.1f} s ({found.python_seconds:.1f} s of it Python), {found.megabytes:.0f}"
        f" MB more, {found.journals:,} journals; read and matched before in"
        f" {found.read_seconds:.1f} s",
        found.seconds <= BUDGET_SECONDS and found.megabytes <= BUDGET_MEGABYTES if budget else None,
    )
