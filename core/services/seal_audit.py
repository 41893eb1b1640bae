"""Sealing the audit log: committed events are chained into hashed blocks within a minute.

A chain held in the acting transaction would make every page wait for a long posting, so the
sealer comes after it. Block hash = SHA-256(previous block hash, hashes of its events in order).
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from core.models.audit import AuditBlock, AuditEvent, AuditSeal
from core.verification import Checked

GENESIS = "0" * 64
_BLOCK_SIZE = 5000
_LOCK = 0x5EA1
# No transaction lives this long: ids below those sealed so long ago are all sealed or never were.
_SETTLED_AFTER = timedelta(hours=1)
_COLUMNS = (
    "id", "practice_id", "at", "user_id", "actor_kind", "actor_name", "action", "subject_kind",
    "subject_id", "patient_id", "before", "after", "note", "source", "request_id",
)  # fmt: skip


def seal_audit() -> int:
    """Seal committed events that are in no block yet; returns how many. One sealer at a time."""
    with transaction.atomic():
        if not _lock_is_ours():
            return 0
        floor = AuditBlock.objects.filter(
            sealed_at__lt=datetime.now(UTC) - _SETTLED_AFTER
        ).aggregate(last=Max("last_event_id"))["last"]
        events = list(
            AuditEvent.objects.filter(id__gt=floor or 0, seal__isnull=True)
            .order_by("id")
            .values(*_COLUMNS)[:_BLOCK_SIZE]
        )
        if not events:
            return 0
        hashes = [event_hash(event) for event in events]
        previous = AuditBlock.objects.order_by("-id").first()
        previous_hash = previous.block_hash if previous else GENESIS
        block = AuditBlock.objects.create(
            previous_hash=previous_hash,
            block_hash=block_hash(previous_hash, hashes),
            event_count=len(events),
            last_event_id=max(event["id"] for event in events),
            sealed_at=datetime.now(UTC),
        )
        AuditSeal.objects.bulk_create(
            [
                AuditSeal(event_id=event["id"], block=block, event_hash=digest)
                for event, digest in zip(events, hashes, strict=True)
            ]
        )
    return len(events)


def event_hash(event: dict[str, object]) -> str:
    """SHA-256 of an event's columns in a fixed order."""
    canonical = json.dumps(
        [event[name] for name in _COLUMNS], default=str, sort_keys=True, ensure_ascii=True
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def block_hash(previous_hash: str, event_hashes: Iterable[str]) -> str:
    """SHA-256 over the block before and the events of this one."""
    return hashlib.sha256("\n".join([previous_hash, *event_hashes]).encode()).hexdigest()


def verify_audit() -> Checked:
    """Recompute every block: finds an edited, deleted or inserted event and a broken chain."""
    problems: list[str] = []
    previous_hash, counted = GENESIS, 0
    for block in AuditBlock.objects.order_by("id").iterator():
        if block.previous_hash != previous_hash:
            problems.append(f"audit block {block.pk} does not follow the block before it")
        counted += _check_block(block, problems)
        previous_hash = block.block_hash
    unsealed = AuditEvent.objects.filter(seal__isnull=True).count()
    return Checked(counted + unsealed, problems, note=f"{unsealed} not sealed yet")


def _check_block(block: AuditBlock, problems: list[str]) -> int:
    seals = dict(block.seals.values_list("event_id", "event_hash"))
    events = AuditEvent.objects.filter(id__in=seals).order_by("id").values(*_COLUMNS)
    seen: list[str] = []
    for event in events.iterator(chunk_size=2000):
        digest = event_hash(event)
        seen.append(digest)
        if digest != seals[event["id"]]:
            problems.append(f"audit event {event['id']} was changed after it was sealed")
    if len(seen) != block.event_count:
        problems.append(
            f"audit block {block.pk} had {block.event_count} events and has {len(seen)}"
        )
    elif block_hash(block.previous_hash, seen) != block.block_hash:
        problems.append(f"audit block {block.pk} does not match its hash")
    return len(seen)


def _lock_is_ours() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
