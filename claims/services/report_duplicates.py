"""A payer that got a claim from us and from the payer before says so: somebody looks (C.1)."""

from collections.abc import Sequence
from datetime import timedelta

from claims.models import ClaimVersion, RemittanceClaim, RemittanceLine
from core import clock
from core.choices import Role
from core.services.work import open_work_item

DUPLICATE_CROSSOVER = "claim.crossover_duplicate"
# RARC: a duplicate of what it processes, or has processed, as a crossover claim.
REMARKS = frozenset({"N519", "N522"})
DAYS = 30  # until the answer to the forwarded one should be here


def report_duplicates(answers: Sequence[tuple[RemittanceClaim, ClaimVersion]]) -> None:
    """Make work of each answer that calls our claim a duplicate of a forwarded one."""
    by_line = set(
        RemittanceLine.objects.filter(
            remittance_claim__in=[row for row, _ in answers], remark_codes__overlap=sorted(REMARKS)
        ).values_list("remittance_claim_id", flat=True)
    )
    for row, version in answers:
        if row.pk in by_line or REMARKS & set(row.remark_codes):
            _report(version)


def _report(version: ClaimVersion) -> None:
    claim, payer = version.claim, version.payer.name
    open_work_item(
        subject=claim,
        kind=DUPLICATE_CROSSOVER,
        title=f"{payer} has this claim from the payer before, too",
        reason="It decides the one that was passed on to it. Wait for that answer, or ask for it;"
        " do not send the claim once more.",
        role=Role.BILLER,
        due_on=clock.today(claim.practice) + timedelta(days=DAYS),
        amount=version.charge_amount,
    )
