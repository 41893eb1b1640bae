"""Moving claim versions: the one place where `ClaimVersion.state` changes (DESIGN 3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from claims import states
from claims.events import tell_moved
from claims.models import ClaimVersion
from claims.services.bulk import update_alike
from core import audit, clock, timeline
from core.among import among
from core.appending import append_all
from core.models import AuditEvent, Document, TimelineEntry

_SET_WITH_STATE = frozenset({"payer_claim_number", "outcome", "timely_proof_on"})


@dataclass(frozen=True, slots=True)
class Move:
    """One version's step: to which state, the sentence that tells it, and a quieter second line.

    `to` may be empty: then only the sentence is recorded. `update` may set `payer_claim_number`,
    `outcome` and `timely_proof_on` together with the state. `undoes` a posting: it goes back.
    """

    version_id: int
    to: str
    kind: str
    sentence: str
    note: str = ""
    update: dict[str, Any] = field(default_factory=dict)
    document: Document | None = None
    undoes: bool = False


def move_versions(moves: Sequence[Move]) -> list[ClaimVersion]:
    """Make each move: lock, look again, check, change, record; rows in one order, few queries.

    A version that is in its state already is left alone without a word. Returns the versions that
    changed state. Raises IllegalTransition, changing nothing, for a move the table does not have.
    """
    with transaction.atomic():
        versions = {
            version.pk: version
            for version in ClaimVersion.everywhere.filter(
                among("pk", {m.version_id for m in moves})
            )
            .select_related("claim")
            .defer("snapshot")
            .order_by("pk")
            .select_for_update(of=("self",))
        }
        entries: list[TimelineEntry] = []
        events: list[AuditEvent] = []
        changed: dict[int, ClaimVersion] = {}
        now = clock.now()
        for move in moves:
            version = versions[move.version_id]
            old = version.state
            if move.to == old and not move.update:
                continue
            if move.to and move.to != old:
                table = states.VERSION_UNDO if move.undoes else states.VERSION
                table.check(old, move.to)
                version.state, version.state_changed_at = move.to, now
                changed[version.pk] = version
            _set(version, move.update)
            entries.append(_entry(version, move))
            events.append(_event(version, old, move))
        update_alike(changed.values(), ["state", "state_changed_at"])
        for column in sorted(_SET_WITH_STATE):
            told = {move.version_id for move in moves if column in move.update}
            update_alike([versions[pk] for pk in told], [column])
        append_all(entries)
        append_all(events)
        tell_moved(list(changed.values()))
    return list(changed.values())


def _set(version: ClaimVersion, update: dict[str, Any]) -> None:
    unknown = update.keys() - _SET_WITH_STATE
    if unknown:
        raise ValueError(f"not set together with a state: {sorted(unknown)}")
    for name, value in update.items():
        setattr(version, name, value)


def _entry(version: ClaimVersion, move: Move) -> TimelineEntry:
    return timeline.build(
        version.claim,
        kind=move.kind,
        sentence=move.sentence,
        details={"note": " · ".join(filter(None, [_of_version(version), move.note]))},
        document=move.document,
    )


def _of_version(version: ClaimVersion) -> str:
    return f"version {version.number}" if version.number > 1 else ""


def _event(version: ClaimVersion, old: str, move: Move) -> AuditEvent:
    return audit.build(
        move.kind,
        subject=version.claim,
        before={"state": old},
        after={"state": version.state, **move.update},
        note=move.sentence,
    )
