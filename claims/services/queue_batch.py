"""Putting ready claims into one file for one partner, and the file into the outbox."""

from collections.abc import Sequence
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
from core import clock, timeline
from core.errors import ApplicationError
from core.services.documents import link_document, store_document
from core.waking import wake

CLAIMS_PER_SET = 500  # one wrong claim can reject a whole set (domain D.1)
OUTBOX = "claims.outbox"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Which of the chosen versions can go to a partner, and why the others cannot."""

    versions: list[ClaimVersion] = field(default_factory=list)
    refused: list[tuple[ClaimVersion, str]] = field(default_factory=list)


def eligible_versions(partner: TradingPartner, versions: Sequence[ClaimVersion]) -> Eligibility:
    """Sort `versions` into those that can go to `partner` now and those that cannot, with why."""
    routed = set(
        PayerFilingSettings.objects.filter(partner=partner).values_list("payer_id", flat=True)
    )
    result = Eligibility()
    for version in versions:
        reason = _refusal(version, routed)
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
    """Write one 837P file for `partner` from `versions` and queue it to be sent; for a partner on
    paper, the forms to be printed.

    All or nothing: raises ApplicationError when none qualifies or the file does not pass the
    check. A dry run writes and keeps a file that says TEST (ISA15 `T`), sends nothing and leaves
    every claim where it is.
    """
    with transaction.atomic():
        locked = list(
            ClaimVersion.objects.filter(pk__in=[version.pk for version in versions])
            .select_related("claim")
            .order_by("pk")
            .select_for_update(of=("self",))
        )
        chosen = eligible_versions(partner, locked).versions
        if not chosen:
            raise ApplicationError(f"None of these claims can go to {partner.name} now.")
        if partner.is_paper:
            return make_paper_batch(partner, chosen, user, dry_run=dry_run)
        batch, file = _make_batch(partner, chosen, user, dry_run)
        if not dry_run:
            _queue(batch, chosen, file)
    return batch


def _refusal(version: ClaimVersion, routed: set[int]) -> str:
    if version.state != VersionState.READY:
        return f"it is {version.get_state_display().lower()}"
    if version.claim.hold_reason:
        return "it is on hold"
    if version.claim.current_version_id != version.pk:
        return "a newer version took its place"
    if version.payer_id not in routed:
        return "its payer has another route"
    return ""


def _make_batch(
    partner: TradingPartner, versions: Sequence[ClaimVersion], user: Any, dry_run: bool
) -> tuple[SubmissionBatch, BatchFile]:
    number = allocate_number(partner, INTERCHANGE)
    group = allocate_number(partner, GROUP)
    interchange = f"{number:09d}"
    header = FileHeader(
        sender_id=partner.sender_id,
        receiver_id=partner.receiver_id,
        receiver_name=partner.name,
        usage=Usage.TEST if dry_run else partner.usage,
        interchange_control_number=number,
        group_control_number=group,
        reference=f"{'TEST' if dry_run else 'B'}{interchange}",
        written_at=clock.local(clock.now(), partner.practice),
    )
    file = write_837p([version.snapshot for version in versions], header, CLAIMS_PER_SET)
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
        group_control_number=str(group),
        set_count=len(file.sets),
        claim_count=len(versions),
        charge_amount=sum(version.charge_amount for version in versions),
        document=document,
        is_test=dry_run,
        made_by=user,
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


def _queue(batch: SubmissionBatch, versions: Sequence[ClaimVersion], file: BatchFile) -> None:
    Transmission.objects.create(
        practice_id=batch.practice_id, batch=batch, idempotency_key=uuid4().hex
    )
    set_of = {number: name for name, numbers in file.sets.items() for number in numbers}
    open_attempts(batch, versions, set_of)
    wake(OUTBOX)
