"""Putting ready claims into one file for one partner, and the file into the outbox."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.db import transaction

from claims.choices import Usage, VersionState
from claims.edi.write_837p import BatchFile, FileHeader, check_file, write_837p
from claims.models import (
    ClaimVersion,
    PayerFilingSettings,
    SubmissionBatch,
    TradingPartner,
    Transmission,
)
from claims.services.allocate_number import GROUP, INTERCHANGE, allocate_number
from claims.services.message_results import counted
from claims.services.open_attempts import open_attempts
from claims.services.paper_batch import make_paper_batch
from claims.services.put_back import late_ids, put_back, unwritable
from core import clock, timeline
from core.errors import ApplicationError
from core.services.documents import link_document, store_document
from core.waking import wake

CLAIMS_PER_SET = 500  # one wrong claim can reject a whole set (domain D.1)
OUTBOX = "claims.outbox"
OTHER_ROUTE = "its payer has another route"
PAST_LIMIT = "its filing limit has passed"
UNWRITABLE = "it cannot be written: see what its check found"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Which of the chosen versions can go to a partner, and why the others cannot."""

    versions: list[ClaimVersion] = field(default_factory=list)
    refused: list[tuple[ClaimVersion, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """The batch, if any claim could go, and why the others stayed."""

    batch: SubmissionBatch | None
    refused: list[tuple[ClaimVersion, str]]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why claims stayed, and how many for each reason, the most frequent first."""
        return Counter(reason for _, reason in self.refused).most_common()


def eligible_versions(partner: TradingPartner, versions: Sequence[ClaimVersion]) -> Eligibility:
    """Sort `versions` into those that can go to `partner` now and those that cannot, with why."""
    routed = set(
        PayerFilingSettings.objects.filter(partner=partner).values_list("payer_id", flat=True)
    )
    late = late_ids(versions, clock.today(partner.practice))
    result = Eligibility()
    for version in versions:
        reason = _refusal(version, routed, late)
        if reason:
            result.refused.append((version, reason))
        else:
            result.versions.append(version)
    return result


def queue_batch(
    *,
    partner: TradingPartner,
    versions: Sequence[ClaimVersion],
    user: Any = None,
    dry_run: bool = False,
) -> SubmissionBatch:
    """`make_batch` for callers that want a batch: raises ApplicationError when none can go."""
    made = make_batch(partner=partner, versions=versions, user=user, dry_run=dry_run)
    if made.batch is None:
        why = f" ({made.reasons[0][0]})" if made.reasons else ""
        raise ApplicationError(f"None of these claims can go to {partner.name} now{why}.")
    return made.batch


def make_batch(
    *,
    partner: TradingPartner,
    versions: Sequence[ClaimVersion],
    user: Any = None,
    dry_run: bool = False,
    told: Callable[[], None] | None = None,
) -> Made:
    """Write one 837P file for `partner` from `versions` and queue it to be sent; for a partner on
    paper, the forms to be printed.

    A claim that is late or cannot be written keeps no other from leaving: it is checked again and
    waits to be put right. Raises ApplicationError where the file does not pass the check although
    each claim of it does. A dry run writes and keeps a file that says TEST (ISA15 `T`), sends
    nothing and leaves every claim where it is. `told` is called after each claim that is written.
    """
    with transaction.atomic():
        locked = list(
            ClaimVersion.objects.filter(pk__in=[version.pk for version in versions])
            .select_related("claim", "practice")
            .order_by("pk")
            .select_for_update(of=("self",))
        )
        chosen = eligible_versions(partner, locked)
        if not dry_run:
            put_back([version for version, reason in chosen.refused if reason == PAST_LIMIT])
        order = _Order(partner, user, dry_run, told)
        batch = _batch_of(order, chosen) if chosen.versions else None
    return Made(batch, chosen.refused)


@dataclass(frozen=True, slots=True)
class _Order:
    """For whom a batch is made, who wants it, and how."""

    partner: TradingPartner
    user: Any
    dry_run: bool
    told: Callable[[], None] | None


def _batch_of(order: _Order, chosen: Eligibility) -> SubmissionBatch | None:
    """The batch of what can go; what cannot be written is taken out of `chosen` and put back."""
    try:
        with transaction.atomic():
            return _write_batch(order, chosen.versions)
    except ApplicationError:
        bad = [] if order.dry_run else unwritable(order.partner, chosen.versions)
        if not bad:
            raise
    put_back(bad)
    chosen.refused.extend((version, UNWRITABLE) for version in bad)
    gone = {version.pk for version in bad}
    good = [version for version in chosen.versions if version.pk not in gone]
    return _write_batch(order, good) if good else None


def _write_batch(order: _Order, versions: list[ClaimVersion]) -> SubmissionBatch:
    if order.partner.is_paper:
        return make_paper_batch(order.partner, versions, order.user, dry_run=order.dry_run)
    batch, file = _make_batch(order, versions)
    if not order.dry_run:
        _queue(batch, versions, file)
    return batch


def _refusal(version: ClaimVersion, routed: set[int], late: set[int]) -> str:
    if version.state != VersionState.READY:
        return f"it is {version.get_state_display().lower()}"
    if version.claim.hold_reason:
        return "it is on hold"
    if version.claim.current_version_id != version.pk:
        return "a newer version took its place"
    if version.payer_id not in routed:
        return OTHER_ROUTE
    return PAST_LIMIT if version.pk in late else ""


def _make_batch(
    order: _Order, versions: Sequence[ClaimVersion]
) -> tuple[SubmissionBatch, BatchFile]:
    partner, dry_run = order.partner, order.dry_run
    header = _header(partner, dry_run)
    interchange = f"{header.interchange_control_number:09d}"
    snapshots = [version.snapshot for version in versions]
    file = write_837p(snapshots, header, CLAIMS_PER_SET, order.told)
    faults = check_file(file.content)
    if faults:
        raise ApplicationError(f"The file does not pass its own check: {faults[0]}", code="x12")
    document = store_document(
        practice=partner.practice,
        kind="x12.837p-test" if dry_run else "x12.837p",
        content=file.content,
        content_type="application/edi-x12",
        label=f"{'TEST ' if dry_run else ''}837P {interchange}",
    )
    batch = SubmissionBatch.objects.create(
        practice_id=partner.practice_id,
        partner=partner,
        reference=header.reference,
        interchange_control_number=interchange,
        group_control_number=str(header.group_control_number),
        set_count=len(file.sets),
        claim_count=len(versions),
        charge_amount=sum(version.charge_amount for version in versions),
        document=document,
        is_test=dry_run,
        made_by=order.user,
    )
    link_document(document, batch)
    what = "wrote a dry run" if dry_run else "built the batch"
    timeline.record(
        batch,
        kind="batch.built",
        sentence=f"{what} of {counted(len(versions), 'claim')} for {partner.name}",
        document=document,
        details={"note": f"interchange {interchange}"},
    )
    return batch, file


def _header(partner: TradingPartner, dry_run: bool) -> FileHeader:
    """With the next numbers of the route, which are never given out twice."""
    number = allocate_number(partner, INTERCHANGE)
    return FileHeader(
        sender_id=partner.sender_id,
        receiver_id=partner.receiver_id,
        receiver_name=partner.name,
        usage=Usage.TEST if dry_run else partner.usage,
        interchange_control_number=number,
        group_control_number=allocate_number(partner, GROUP),
        reference=f"{'TEST' if dry_run else 'B'}{number:09d}",
        written_at=clock.local(clock.now(), partner.practice),
    )


def _queue(batch: SubmissionBatch, versions: Sequence[ClaimVersion], file: BatchFile) -> None:
    Transmission.objects.create(
        practice_id=batch.practice_id, batch=batch, idempotency_key=uuid4().hex
    )
    set_of = {number: name for name, numbers in file.sets.items() for number in numbers}
    open_attempts(batch, versions, set_of)
    wake(OUTBOX)
