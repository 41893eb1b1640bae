"""What a payer should allow, frozen for a batch of 5,000 claims of three lines, by a contract of
2,000 rules.
"""

import time

import django

from bench.measure import Figure

django.setup()

from bench.big_remittance import DAY, LINES, lay_out  # noqa: E402
from claims.models import ClaimVersion, ExpectedLine  # noqa: E402
from claims.services.freeze_expected import freeze_expected  # noqa: E402
from coding.models import Contract, ContractRule  # noqa: E402
from core.models import Practice  # noqa: E402
from core.tenancy import practice_scope  # noqa: E402

CLAIMS, RULES, BUDGET_SECONDS = 5_000, 2_000, 10.0


def figures() -> list[Figure]:
    """One batch, in one transaction's worth of work."""
    practice = Practice.objects.create(name="Bench freezing", time_zone="America/Denver")
    with practice_scope(practice):
        payer = lay_out(practice, CLAIMS, is_frozen=False)
        contract = Contract.objects.create(
            practice=practice, payer=payer, name="Bench 2026", effective_from=DAY.replace(month=1)
        )
        ContractRule.objects.bulk_create(
            ContractRule(practice=practice, contract=contract, method="fixed", value=80,
                         code_from=f"{code:05d}")
            for code in range(99_213 - RULES + 1, 99_214)
        )  # fmt: skip
        versions = list(ClaimVersion.objects.filter(claim__practice=practice))
        begin, begun = time.perf_counter(), time.process_time()
        count = freeze_expected(versions)
        seconds, python = time.perf_counter() - begin, time.process_time() - begun
        priced = ExpectedLine.objects.filter(amount__isnull=False).count()
    holds = seconds <= BUDGET_SECONDS and count == priced == CLAIMS * len(LINES)
    words = f"{seconds:.1f} s ({python:.1f} in Python), {priced:,} lines priced"
    return [Figure(f"expected amounts of {CLAIMS:,} claims, frozen", f"{BUDGET_SECONDS:.0f} s",
                   words, holds)]  # fmt: skip
