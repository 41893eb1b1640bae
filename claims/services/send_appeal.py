"""Making the packet of an appeal, and recording that it went (domain G.2, screens S25)."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from claims import states
from claims.denial_choices import AppealState, CaseState, SendMethod
from claims.denials.drafts import is_late, level_and_limit, problems_of
from claims.denials.evidence import Evidence
from claims.denials.packet import draw_packet
from claims.denials.packet_parts import files_of, front_of
from claims.models import Appeal, DenialCase
from claims.services.work_denial import put_off
from core import calendar, clock, timeline
from core.errors import ApplicationError, Conflict
from core.models import Document
from core.services.documents import store_document
from core.states import advance

PACKET_KIND = "claim.appeal-packet"
USUAL_DECISION_DAYS = 60


def make_packet(*, appeal: Appeal) -> Document:
    """Draw the packet and keep it. Raises ApplicationError at the first field with something
    missing, PdfUnavailable on a machine without PDF, Conflict once it is out.
    """
    appeal = _loaded(appeal)
    if appeal.state != AppealState.DRAFT:
        raise Conflict("This appeal is out already.")
    for problem in problems_of(appeal):
        raise ApplicationError(problem.words, field=problem.field)
    evidence = Evidence(appeal.case)
    claim = appeal.case.claim
    packet = draw_packet(
        front_of(appeal, evidence), files_of(appeal, evidence), f"Claim {claim.control_number}"
    )
    with transaction.atomic():
        document = store_document(
            practice=claim.practice, kind=PACKET_KIND, content=packet.content,
            content_type="application/pdf",
            label=f"Appeal packet {claim.control_number}, level {appeal.level}", subject=claim,
        )  # fmt: skip
        Appeal.objects.filter(pk=appeal.pk).update(packet=document, packet_pages=packet.pages)
        timeline.record(
            claim,
            kind="denial.packet_printed",
            sentence=f"made the packet of an appeal ({appeal.level_name}),"
            f" {packet.pages} page{'' if packet.pages == 1 else 's'}",
            document=document,
        )
    return document


def send_appeal(
    *, appeal: Appeal, method: str, sent_on: date, tracking_number: str = "", user: Any = None
) -> Appeal:
    """Record that the packet went, how, and by whom; the payer's time to decide begins.

    Raises ApplicationError at the field: a day to come or before the decision, no way of sending.
    Raises Conflict without a packet, or once it is out.
    """
    if method not in SendMethod.values:
        raise ApplicationError("Say how it went.", field="method")
    with transaction.atomic():
        appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
        case = (
            DenialCase.objects.select_for_update(of=("self",))
            .select_related("claim", "practice", "payer", "version")
            .get(pk=appeal.case_id)
        )
        _check(appeal, case, sent_on)
        level, _ = level_and_limit(case)
        days = (level.decision_days if level else None) or USUAL_DECISION_DAYS
        due = sent_on + timedelta(days=days)
        advance(
            appeal,
            AppealState.SENT,
            table=states.APPEAL,
            update={
                "method": method, "sent_on": sent_on, "sent_by": user,
                "tracking_number": " ".join(tracking_number.split())[:60],
                "decision_due_on": due,
            },
        )  # fmt: skip
        advance(
            case,
            CaseState.APPEALED,
            table=states.DENIAL_CASE,
            update={"waits_for": f"the decision on the {appeal.level_name}"[:200]},
        )
        _tell(case, appeal, due)
        return appeal


def _tell(case: DenialCase, appeal: Appeal, due: date) -> None:
    """On the timeline, and as work for the day on which the decision is due."""
    sent_on = appeal.sent_on or clock.today(case.practice)
    late = " after its last day" if is_late(appeal, sent_on) else ""
    timeline.record(
        case.claim,
        kind="denial.appeal_sent",
        sentence=f"sent an appeal of {case.code} ({appeal.level_name}) by"
        f" {SendMethod(appeal.method).label.lower()}{late}",
        details={"reference": appeal.tracking_number} if appeal.tracking_number else {},
        document=appeal.packet,
    )
    put_off(
        case,
        f"Appeal of {case.code} at {case.payer.name}: decision due",
        calendar.next_business_day(max(due, clock.today(case.practice))),
    )


def _check(appeal: Appeal, case: DenialCase, sent_on: date) -> None:
    if appeal.state != AppealState.DRAFT:
        raise Conflict("This appeal is out already.")
    if appeal.packet_id is None:
        raise Conflict("Make the packet first: what was sent is kept.")
    if sent_on > clock.today(case.practice):
        raise ApplicationError("That day is still to come.", field="sent_on")
    if sent_on < case.decided_on:
        raise ApplicationError(
            f"The decision is of {case.decided_on:%m/%d/%Y}: an appeal goes after it.",
            field="sent_on",
        )


def _loaded(appeal: Appeal) -> Appeal:
    return Appeal.objects.select_related(
        "practice", "case__practice", "case__payer", "case__version", "case__claim__practice",
        "case__claim__billing_provider", "case__claim__patient",
    ).get(pk=appeal.pk)  # fmt: skip
