"""The ledger's balances on a claim, kept beside it so that lists can sort by them (DESIGN 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef

from claims import states
from claims.choices import DenialState, VersionState
from claims.models import Claim, ClaimVersion
from claims.services.move_versions import Move, move_versions
from claims.services.resolve_denial import resolve_denial
from core.actors import Actor, acting_as
from core.choices import WorkState
from core.models import WorkItem
from core.services.work import open_items
from core.tenancy import practice_scope

MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ClaimBalance:
    """What is open on one claim, by who owes it."""

    claim_id: int
    insurance_amount: Decimal
    patient_amount: Decimal


def set_claim_balances(balances: Sequence[ClaimBalance]) -> None:
    """Write the projections. Called by billing, in the transaction that moved the ledger."""
    with transaction.atomic():
        rows = {
            claim.pk: claim
            for claim in Claim.objects.filter(pk__in=[b.claim_id for b in balances])
            .order_by("pk")
            .select_for_update(no_key=True)
        }
        for balance in balances:
            claim = rows[balance.claim_id]
            claim.insurance_balance_amount = balance.insurance_amount
            claim.patient_balance_amount = balance.patient_amount
        Claim.objects.bulk_update(
            rows.values(), ["insurance_balance_amount", "patient_balance_amount"]
        )


def close_settled() -> int:
    """The sweep: close claims that owe nothing and only waited for a person, who is done now."""
    waiting = WorkItem.everywhere.filter(
        subject_kind="claims.claim", subject_id=OuterRef("pk"), state=WorkState.OPEN
    )
    settled = Claim.everywhere.filter(
        ~Exists(waiting),
        insurance_balance_amount=0,
        patient_balance_amount=0,
        current_version__state=VersionState.ADJUDICATED,
    ).select_related("practice")
    closed = 0
    for claim in settled.order_by("pk")[:MOST_AT_ONCE]:
        with practice_scope(claim.practice), acting_as(Actor(source="sweep")):
            closed += close_claim(claim)
    return closed


def reopen_claim(claim: Claim) -> bool:
    """Open a closed claim again once something is open on it; returns whether it was closed.

    Called by billing, after money that had settled it was taken back.
    """
    with transaction.atomic():
        row = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
        version = ClaimVersion.objects.only("state").get(pk=row.version.pk)
        is_owed = row.insurance_balance_amount or row.patient_balance_amount
        if version.state != VersionState.CLOSED or not is_owed:
            return False
        move = Move(
            version.pk, VersionState.ADJUDICATED, "claim.reopened",
            "opened the claim again: something is owed on it",
        )  # fmt: skip
        return bool(move_versions([move]))


def close_claim(claim: Claim) -> bool:
    """Close the claim once it is decided and nothing is open on it; returns whether it was.

    Called by billing. A claim with a zero balance that still waits for its payer, or for a
    person, stays open.
    """
    with transaction.atomic():
        row = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
        if row.insurance_balance_amount or row.patient_balance_amount:
            return False
        version = ClaimVersion.objects.only("state").get(pk=row.version.pk)
        if not states.VERSION.allows(version.state, VersionState.CLOSED):
            return False
        for denial in version.denials.filter(state=DenialState.OPEN).select_related(
            "version__claim"
        ):
            resolve_denial(denial=denial, outcome="nothing is open on the claim any more")
        if open_items(row).exists():
            return False
        move = Move(
            version.pk, VersionState.CLOSED, "claim.closed", "closed the claim: nothing is open"
        )
        return bool(move_versions([*_earlier(row, version.pk), move]))


def _earlier(claim: Claim, current: int) -> list[Move]:
    """The decided versions of the payers before: they are over together with the last one."""
    decided = [VersionState.ADJUDICATED, VersionState.CROSSED_OVER]
    rows = claim.versions.filter(state__in=decided).exclude(pk=current)
    return [
        Move(pk, VersionState.CLOSED, "claim.closed", "closed it with the last payer's answer")
        for pk in rows.values_list("pk", flat=True)
    ]
