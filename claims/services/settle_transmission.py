"""What a sending came to: the transmission, its attempts and their claims move together."""

from datetime import datetime

from django.db import transaction

from claims import news, states
from claims.choices import AttemptState, TransmissionState, VersionState
from claims.clocks import AWAITED
from claims.models import SubmissionAttempt, SubmissionBatch, Transmission
from claims.services.move_versions import Move, move_versions
from claims.services.start_clocks import start_clocks
from core import clock, timeline
from core.choices import Role
from core.news import announce
from core.services.work import close_work_item, open_work_item
from core.states import advance

IN_DOUBT, REFUSED, PUT_OFF = "batch.in_doubt", "batch.refused", "batch.put_off"


def mark_sent(
    transmission: Transmission,
    *,
    reference: str = "",
    evidence: str = "",
    at: datetime | None = None,
) -> bool:
    """The other side has the file. Nothing happens the second time it is said.

    `evidence` says how we know when it was not the answer to the sending itself. Returns whether
    this call made the difference.
    """
    instant = at or clock.now()
    with transaction.atomic():
        moved = advance(
            transmission,
            TransmissionState.SENT,
            table=states.TRANSMISSION,
            update={"sent_at": instant, "lease_until": None, "last_error": ""},
        )
        if reference and not transmission.remote_reference:
            Transmission.everywhere.filter(pk=transmission.pk).update(remote_reference=reference)
            transmission.remote_reference = reference
        if moved:
            _send_claims(transmission.batch, instant, evidence)
    return moved


def mark_refused(transmission: Transmission, *, reason: str) -> None:
    """The other side will not take the file: its claims are ready again, and someone must look."""
    batch = transmission.batch
    with transaction.atomic():
        moved = advance(
            transmission,
            TransmissionState.REFUSED,
            table=states.TRANSMISSION,
            update={"lease_until": None, "last_error": reason[:300]},
        )
        if not moved:
            return
        _set_attempts(batch, AttemptState.REFUSED)
        move_versions(
            [
                Move(pk, VersionState.READY, "claim.failed", f"could not send it: {reason}")
                for pk in _version_ids(batch, VersionState.BATCHED)
            ]
        )
        timeline.record(batch, kind="batch.failed", sentence=f"was refused: {reason}")
        close_work_item(subject=batch, kind=PUT_OFF, outcome="They refused it.")
        open_work_item(
            subject=batch,
            kind=REFUSED,
            title=f"{batch.partner.name} refused batch {batch.reference}",
            reason=reason,
            role=Role.BILLER,
            due_on=clock.today(batch.practice),
            amount=batch.charge_amount,
        )


def mark_in_doubt(transmission: Transmission, *, reason: str, due_at: datetime) -> None:
    """Nobody knows whether the file arrived: it is asked for, not sent again."""
    with transaction.atomic():
        moved = advance(
            transmission,
            TransmissionState.IN_DOUBT,
            table=states.TRANSMISSION,
            update={"due_at": due_at, "lease_until": None, "last_error": reason[:300]},
        )
        if moved:
            _set_attempts(transmission.batch, AttemptState.IN_DOUBT)
            timeline.record(
                transmission.batch,
                kind="batch.doubted",
                sentence=f"does not know whether the file arrived ({reason})",
            )


def mark_waiting(transmission: Transmission, *, to: str, reason: str, due_at: datetime) -> None:
    """The file did not arrive and may be sent again, with the same key and bytes, at `due_at`."""
    with transaction.atomic():
        moved = advance(
            transmission,
            to,
            table=states.TRANSMISSION,
            update={"due_at": due_at, "lease_until": None, "last_error": reason[:300]},
        )
        if moved:
            attempt = (
                AttemptState.THROTTLED if to == TransmissionState.THROTTLED else AttemptState.QUEUED
            )
            _set_attempts(transmission.batch, attempt)


def _send_claims(batch: SubmissionBatch, instant: datetime, evidence: str) -> None:
    start_clocks(batch, AWAITED[AttemptState.SENT], instant)
    known = f" ({evidence})" if evidence else ""
    changed = move_versions(
        [
            Move(
                pk,
                VersionState.SENT,
                "claim.sent",
                f"sent the claim to {batch.partner.name}{known}",
                note=f"837P · batch {batch.reference}",
                document=batch.document,
            )
            for pk in _version_ids(batch, VersionState.BATCHED, VersionState.READY)
        ]
    )
    timeline.record(
        batch, kind="batch.sent", sentence=f"sent the file to {batch.partner.name}{known}"
    )
    for kind_of_work in (IN_DOUBT, REFUSED, PUT_OFF):
        close_work_item(subject=batch, kind=kind_of_work, outcome="It arrived.")
    announce(
        news.VERSION_SENT, subject=batch, ids={"version_ids": [version.pk for version in changed]}
    )


def _version_ids(batch: SubmissionBatch, *version_states: str) -> list[int]:
    """The batch's versions for which it is the newest attempt, and that stand in these states.

    A version whose batch was refused is ready again; when it turns out that the file arrived all
    the same, it is out.
    """
    return list(
        SubmissionAttempt.everywhere.filter(
            batch=batch,
            version__current_attempt__batch=batch,
            version__state__in=version_states,
        ).values_list("version_id", flat=True)
    )


def _set_attempts(batch: SubmissionBatch, state: str) -> None:
    """Attempts follow their transmission until there is evidence (rank 0 means none)."""
    SubmissionAttempt.everywhere.filter(batch=batch, evidence_rank=0).update(state=state)
