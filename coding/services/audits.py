"""The coding audit: drawing a sample, the blind second coding, the lead's word, closing."""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from coding.auditing.coded import Coded, CodedLine
from coding.auditing.compare import compare
from coding.auditing.sample import draw
from coding.auditing.typed import read_second_coding
from coding.choices import (
    AuditItemState,
    AuditState,
    AuditTrigger,
    CaseState,
    LineState,
)
from coding.models import AuditDifference, AuditItem, ChargeLine, CodingAudit, CodingCase
from core import audit, clock, timeline
from core.actors import current_actor
from core.errors import ApplicationError, Conflict, NotAllowed
from core.models import Membership, Practice, User
from patients.models import Provider

MOST_DRAWN = 200
_SEEDS = 2**31
_NEW_FOR = timedelta(days=90)
_LEVEL_FIVE = ("99205", "99215", "99285", "99345", "99350")
_WATCHED_MODIFIERS = ["22", "25", "59"]


@dataclass(frozen=True, slots=True)
class WantedAudit:
    """Which finished encounters to draw from, and how many."""

    name: str
    finished_from: date
    finished_to: date
    size: int
    coder: User | None = None
    provider: Provider | None = None
    trigger: str = AuditTrigger.ANY
    seed: int | None = None


@transaction.atomic
def draw_audit(*, practice: Practice, wanted: WantedAudit) -> CodingAudit:
    """Draw a sample, the same number of each coder while they have any, and keep their codes.

    What was audited before is not drawn again. Raises ApplicationError where nothing fits, for a
    size outside 1 to 200, and for a period that ends before it begins.
    """
    if not 1 <= wanted.size <= MOST_DRAWN:
        raise ApplicationError(f"Draw 1 to {MOST_DRAWN} encounters.", field="size")
    if wanted.finished_to < wanted.finished_from:
        raise ApplicationError("It ends before it begins.", field="finished_to")
    by_coder: dict[int, list[int]] = defaultdict(list)
    for pk, coder_id in _eligible(practice, wanted).values_list("pk", "coder"):
        by_coder[coder_id].append(pk)
    if not by_coder:
        raise ApplicationError(
            "No encounter fits that was finished then and not audited yet. Widen the period or "
            "drop a condition."
        )
    seed = secrets.randbelow(_SEEDS) if wanted.seed is None else wanted.seed
    drawn = draw(by_coder, wanted.size, seed)
    made = CodingAudit.everywhere.create(
        practice=practice, name=wanted.name.strip() or "Coding audit",
        finished_from=wanted.finished_from, finished_to=wanted.finished_to, coder=wanted.coder,
        provider=wanted.provider, trigger=wanted.trigger, size=wanted.size, seed=seed,
        drawn_by=current_actor().user,
    )  # fmt: skip
    cases = {case.pk: case for case in _with_codes(drawn)}
    AuditItem.everywhere.bulk_create(
        AuditItem(
            practice=practice, audit=made, case=cases[pk], position=position,
            coder=cases[pk].coder, case_version=cases[pk].version,
            snapshot=snapshot_of(cases[pk]).as_plain(),
        )
        for position, pk in enumerate(drawn, 1)
    )  # fmt: skip
    audit.record("coding_audit.drawn", subject=made, after={"seed": seed, "drawn": len(drawn)})
    return made


@transaction.atomic
def compare_item(*, item: AuditItem, diagnoses: str, lines: str) -> AuditItem:
    """Keep the auditor's codes and what differs. From now on both sides are in sight, so that it
    is done once.

    Raises ApplicationError at `diagnoses` or `lines`, NotAllowed for the coder's own encounter,
    Conflict where it was compared already.
    """
    item = _locked(item)
    if item.state != AuditItemState.WAITING:
        raise Conflict("This encounter was compared already.")
    _refuse_own(item)
    on = item.case.encounter.service_date_from
    second = read_second_coding(diagnoses, lines, on)
    found = compare(Coded.from_plain(item.snapshot), second)
    item.second = second.as_plain()
    item.tally = {name: getattr(found.tally, name) for name in found.tally.__slots__}
    item.auditor, item.compared_at = current_actor().user, clock.now()
    item.state = AuditItemState.COMPARED
    item.save(update_fields=["second", "tally", "auditor", "compared_at", "state"])
    AuditDifference.everywhere.bulk_create(
        AuditDifference(
            practice_id=item.practice_id, item=item, kind=one.kind, part=one.part,
            coder_value=one.coder[:60], auditor_value=one.auditor[:60], place=one.place,
            direction=one.direction, is_visit=one.is_visit,
        )
        for one in found.differences
    )  # fmt: skip
    audit.record(
        "coding_audit.compared", subject=item, after={"differences": len(found.differences)}
    )
    return item


@transaction.atomic
def decide_difference(
    *, difference: AuditDifference, coder_was_right: bool, reason: str = ""
) -> None:
    """Whether a difference counts. The coder was right only with a reason.

    Raises ApplicationError at `reason`, Conflict once the encounter is closed, NotAllowed for the
    coder's own.
    """
    item = _locked(difference.item)
    if item.state != AuditItemState.COMPARED:
        raise Conflict("This encounter is closed: its differences stand.")
    _refuse_own(item)
    reason = reason.strip()
    if coder_was_right and not reason:
        raise ApplicationError("Say why the coder was right.", field="reason")
    before = {"coder_was_right": difference.coder_was_right}
    difference.coder_was_right = coder_was_right
    difference.reason = reason[:300] if coder_was_right else ""
    difference.decided_by, difference.decided_at = current_actor().user, clock.now()
    difference.save(update_fields=["coder_was_right", "reason", "decided_by", "decided_at"])
    audit.record(
        "coding_audit.decided", subject=item, before=before,
        after={"coder_was_right": coder_was_right}, note=difference.reason,
    )  # fmt: skip


@transaction.atomic
def close_item(*, item: AuditItem) -> None:
    """The differences stand, and the coder sees them. The last one closes the audit.

    Raises Conflict where nothing was compared or it is closed already.
    """
    item = _locked(item)
    if item.state != AuditItemState.COMPARED:
        raise Conflict("Only a compared encounter can be closed.")
    _refuse_own(item)
    item.state, item.closed_at = AuditItemState.CLOSED, clock.now()
    item.save(update_fields=["state", "closed_at"])
    count = item.differences.filter(coder_was_right=False).count()
    words = f"{count or 'no'} difference{'' if count == 1 else 's'}"
    timeline.record(item.case, kind="case.audited", sentence=f"audited the coding: {words}")
    whole = CodingAudit.everywhere.select_for_update(of=("self",)).get(pk=item.audit_id)
    if not whole.items.exclude(state=AuditItemState.CLOSED).exists():
        whole.state, whole.closed_at = AuditState.CLOSED, clock.now()
        whole.save(update_fields=["state", "closed_at"])
        audit.record("coding_audit.closed", subject=whole)


def may_audit(item: AuditItem, user: User | None) -> bool:
    """Nobody audits their own codes: neither those drawn nor what became of them since."""
    return user is not None and user.pk not in {item.coder_id, item.case.coder_id}


def snapshot_of(case: CodingCase) -> Coded:
    """The codes of a case as they are now; lines that were voided are not among them."""
    codes = {row.pk: row.code for row in case.diagnoses.all()}
    return Coded(
        tuple(codes.values()),
        tuple(
            CodedLine(
                line.procedure_code,
                tuple(line.modifiers),
                line.units,
                tuple(codes[key] for key in line.pointers if key in codes),
            )
            for line in case.lines.all()
        ),
    )


def _eligible(practice: Practice, wanted: WantedAudit) -> QuerySet[CodingCase]:
    zone = ZoneInfo(practice.time_zone)
    start = datetime.combine(wanted.finished_from, time(), zone)
    end = datetime.combine(wanted.finished_to + timedelta(days=1), time(), zone)
    rows = CodingCase.everywhere.filter(
        practice=practice, state__in=[CaseState.FINISHED, CaseState.RELEASED],
        finished_at__gte=start, finished_at__lt=end, coder__isnull=False,
        audit_items__isnull=True,
    )  # fmt: skip
    if wanted.coder is not None:
        rows = rows.filter(coder=wanted.coder)
    if wanted.provider is not None:
        rows = rows.filter(encounter__rendering_provider=wanted.provider)
    return _triggered(rows, practice, wanted.trigger).distinct()


def _triggered(
    rows: QuerySet[CodingCase], practice: Practice, trigger: str
) -> QuerySet[CodingCase]:
    if trigger == AuditTrigger.LEVEL_FIVE:
        return rows.filter(lines__procedure_code__in=_LEVEL_FIVE)
    if trigger == AuditTrigger.MODIFIERS:
        return rows.filter(lines__modifiers__overlap=_WATCHED_MODIFIERS)
    if trigger == AuditTrigger.OVERRIDDEN:
        return rows.filter(overrides__isnull=False)
    if trigger == AuditTrigger.NEW_CODER:
        since = clock.now() - _NEW_FOR
        new = Membership.objects.filter(practice=practice, created_at__gt=since)
        return rows.filter(coder__in=new.values("user"))
    return rows


def _with_codes(keys: Iterable[int]) -> QuerySet[CodingCase]:
    living = ChargeLine.everywhere.exclude(state=LineState.VOID).order_by("position")
    return (
        CodingCase.everywhere.filter(pk__in=list(keys))
        .select_related("coder")
        .prefetch_related("diagnoses", Prefetch("lines", queryset=living))
    )


def _locked(item: AuditItem) -> AuditItem:
    rows = AuditItem.everywhere.select_for_update(of=("self",))
    return rows.select_related("case__encounter", "practice").get(pk=item.pk)


def _refuse_own(item: AuditItem) -> None:
    if not may_audit(item, current_actor().user):
        raise NotAllowed("You coded this encounter: somebody else audits it.")
