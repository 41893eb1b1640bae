"""The ledger's balances on a claim, kept beside it so that lists can sort by them (DESIGN 2)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef

from claims import states
from claims.choices import DenialState, VersionState
from claims.models import Claim, ClaimVersion, Denial
from claims.services.move_versions import Move, move_versions
from claims.services.resolve_denial import resolve_denial
from core.actors import Actor, acting_as
from core.among import Ids, among
from core.choices import WorkState
from core.models import WorkItem
from core.subjects import kind_of
from core.tenancy import practice_scope
from core.updating import update_each

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
        by_claim = {balance.claim_id: balance for balance in balances}
        columns = ["insurance_balance_amount", "patient_balance_amount"]
        changed = []
        rows = Claim.objects.filter(among("pk", by_claim)).only(*columns).order_by("pk")
        for claim in rows.select_for_update(no_key=True):
            balance = by_claim[claim.pk]
            shown = (claim.insurance_balance_amount, claim.patient_balance_amount)
            if shown != (balance.insurance_amount, balance.patient_amount):
                claim.insurance_balance_amount = balance.insurance_amount
                claim.patient_balance_amount = balance.patient_amount
                changed.append(claim)
        update_each(changed, columns)


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
    """Close the claim once it is decided and nothing is open on it; returns whether it was."""
    return bool(close_claims([claim.pk]))


def close_claims(claim_ids: Collection[int]) -> int:
    """Close those of these claims that are decided and have nothing open; returns how many.

    Called by billing. A claim with a zero balance that still waits for its payer, or for a
    person, stays open.
    """
    with transaction.atomic():
        rows = list(
            Claim.objects.filter(
                among("pk", claim_ids),
                insurance_balance_amount=0,
                patient_balance_amount=0,
                recoded_since__isnull=True,
                current_version__isnull=False,
            )
            .order_by("pk")
            .select_for_update(no_key=True)
        )
        states_of = dict(
            ClaimVersion.objects.filter(
                among("pk", [row.current_version_id for row in rows])
            ).values_list("pk", "state")
        )
        ready = {
            row.pk: row.current_version_id
            for row in rows
            if row.current_version_id is not None
            and states.VERSION.allows(states_of[row.current_version_id], VersionState.CLOSED)
        }
        _end_denials(ready.values())
        for claim_id in _with_open_items(ready):
            del ready[claim_id]
        moves = _closing(ready)
        closed = {version.claim_id for version in move_versions(moves)} if moves else set()
    return len(closed)


def _end_denials(version_ids: Collection[int]) -> None:
    """What was refused has been settled some other way: nothing is open on the claim any more."""
    for denial in Denial.objects.filter(
        among("version_id", version_ids), state=DenialState.OPEN
    ).select_related("version__claim"):
        resolve_denial(denial=denial, outcome="nothing is open on the claim any more")


def _with_open_items(claim_ids: Collection[int]) -> set[int]:
    return set(
        WorkItem.objects.filter(
            subject_kind=kind_of(Claim()), subject_id__among=Ids(claim_ids), state=WorkState.OPEN
        ).values_list("subject_id", flat=True)
    )


def _closing(current: Mapping[int, int]) -> list[Move]:
    """For each claim its current version; the decided versions of the payers before are over
    together with the last one.
    """
    decided = [VersionState.ADJUDICATED, VersionState.CROSSED_OVER]
    earlier = (
        ClaimVersion.objects.filter(among("claim_id", current), state__in=decided)
        .exclude(among("pk", current.values()))
        .values_list("pk", flat=True)
    )
    with_last = "closed it with the last payer's answer"
    return [
        *(Move(pk, VersionState.CLOSED, "claim.closed", with_last) for pk in earlier),
        *(
            Move(pk, VersionState.CLOSED, "claim.closed", "closed the claim: nothing is open")
            for pk in current.values()
        ),
    ]
