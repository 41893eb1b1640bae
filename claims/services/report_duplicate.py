"""A payer that got a claim from us and from the payer before says so: somebody looks (C.1)."""

from datetime import timedelta

from claims.models import ClaimVersion, RemittanceClaim, RemittanceLine
from core import clock
from core.choices import Role
from core.services.work import open_work_item

DUPLICATE_CROSSOVER = "claim.crossover_duplicate"
# RARC: a duplicate of what it processes, or has processed, as a crossover claim.
REMARKS = frozenset({"N519", "N522"})
DAYS = 30  # until the answer to the forwarded one should be here


def report_duplicate(answer: RemittanceClaim, version: ClaimVersion) -> None:
    """Make work of an answer that calls our claim a duplicate of a forwarded one."""
    told = set(answer.remark_codes)
    for codes in RemittanceLine.objects.filter(remittance_claim=answer).values_list(
        "remark_codes", flat=True
    ):
        told |= set(codes)
    if not REMARKS & told:
        return
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
