"""What this app lets other systems read, and what it tells them: ids, states, amounts."""

from collections.abc import Sequence

from django.urls import reverse

from claims.models import ClaimVersion, DenialCase, Remittance
from core.api.scopes import register_scope
from core.webhooks.events import EventKind, declare_event
from core.webhooks.tell import tell

_CLAIM, _VERSION = "0193f0c8-a1b2-7e6b-8a4e-0d2c5f7a9b33", "0193f0c8-a1b2-7e6b-8a4e-0d2c5f7a9b34"
_REMITTANCE, _PAYER = "0193f0c8-a1b2-7e6b-8a4e-0d2c5f7a9b35", "0193f0c8-a1b2-7e6b-8a4e-0d2c5f7a9b36"
_DENIAL = "0193f0c8-a1b2-7e6b-8a4e-0d2c5f7a9b37"

_OF_VERSION = {
    "claim_id": _CLAIM,
    "version_id": _VERSION,
    "version_number": 1,
    "rank": 1,
    "state": "payer_accepted",
    "outcome": "",
    "charge_amount": "350.00",
    "link": f"/api/v1/claims/{_CLAIM}",
}
_OF_REMITTANCE = {
    "remittance_id": _REMITTANCE,
    "payer_id": _PAYER,
    "state": "matched",
    "payment_amount": "155.23",
    "paid_on": "2026-11-20",
    "link": f"/api/v1/remittances/{_REMITTANCE}",
}
_OF_DENIAL = {
    "denial_id": _DENIAL,
    "claim_id": _CLAIM,
    "payer_id": _PAYER,
    "state": "not_started",
    "outcome": "",
    "group_code": "CO",
    "reason_code": "197",
    "amount": "180.00",
    "recovered_amount": "0.00",
    "deadline_on": "2027-02-18",
    "link": f"/api/v1/denials/{_DENIAL}",
}
STATE_CHANGED = declare_event(
    "claim.state_changed", "What a payer was told moved: sent, accepted, rejected, closed …",
    _OF_VERSION,
)  # fmt: skip
DECIDED = declare_event(
    "claim.decided", "A payer's decision is in the books; `outcome` says which.",
    {**_OF_VERSION, "state": "adjudicated", "outcome": "paid"},
)  # fmt: skip
RECEIVED = declare_event("remittance.received", "A payment of a payer came in.", _OF_REMITTANCE)
POSTED = declare_event(
    "remittance.posted", "A payment of a payer is in the books.",
    {**_OF_REMITTANCE, "state": "posted"},
)  # fmt: skip
UNDONE = declare_event(
    "remittance.undone", "The posting of a payment was undone; it waits to be posted again.",
    _OF_REMITTANCE,
)  # fmt: skip
DENIAL_OPENED = declare_event(
    "denial.opened", "A payer refused money that somebody must decide on.", _OF_DENIAL
)
DENIAL_SETTLED = declare_event(
    "denial.settled", "A denial came to its end; `outcome` says which.",
    {**_OF_DENIAL, "state": "settled", "outcome": "overturned"},
)  # fmt: skip


def register() -> None:
    """Scopes, in words for the person who grants them."""
    register_scope("claims:read", "Read claims with their timeline")
    register_scope("remittances:read", "Read remittances and what payers decided")
    register_scope("denials:read", "Read denials, their reasons and deadlines")


def tell_moved(versions: Sequence[ClaimVersion]) -> None:
    """Versions changed state."""
    if versions:
        tell(STATE_CHANGED, versions[0].practice_id, versions, _of_version)


def tell_decided(versions: Sequence[ClaimVersion]) -> None:
    """A payer's decisions on these versions are posted."""
    if versions:
        tell(DECIDED, versions[0].practice_id, versions, _of_version)


def tell_remittance(kind: EventKind, remittance: Remittance) -> None:
    """A remittance was received, posted or undone."""
    tell(kind, remittance.practice_id, [remittance], _of_remittance)


def tell_denials(kind: EventKind, cases: Sequence[DenialCase]) -> None:
    """Cases were opened, or settled."""
    if cases:
        tell(kind, cases[0].practice_id, cases, _of_denial)


def _of_remittance(remittance: Remittance) -> dict[str, object]:
    payer = remittance.payer
    return {
        "remittance_id": remittance.public_id,
        "payer_id": payer.public_id if payer else None,
        "state": remittance.state,
        "payment_amount": remittance.payment_amount,
        "paid_on": remittance.paid_on,
        "link": reverse("api-remittance", args=[remittance.public_id]),
    }


def _of_version(version: ClaimVersion) -> dict[str, object]:
    return {
        "claim_id": version.claim.public_id,
        "version_id": version.public_id,
        "version_number": version.number,
        "rank": version.rank,
        "state": version.state,
        "outcome": version.outcome,
        "charge_amount": version.charge_amount,
        "link": reverse("api-claim", args=[version.claim.public_id]),
    }


def _of_denial(case: DenialCase) -> dict[str, object]:
    return {
        "denial_id": case.public_id,
        "claim_id": case.claim.public_id,
        "payer_id": case.payer.public_id,
        "state": case.state,
        "outcome": case.outcome,
        "group_code": case.group_code,
        "reason_code": case.reason_code,
        "amount": case.amount,
        "recovered_amount": case.recovered_amount,
        "deadline_on": case.deadline_on,
        "link": reverse("api-denial", args=[case.public_id]),
    }
