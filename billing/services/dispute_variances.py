"""Disputing underpaid lines with their payer: the packet, and when it went."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from billing.models import LineVariance, UnderpaymentDispute
from billing.selectors.corrections_out import awaiting_correction
from billing.services.settle_variances import locked
from billing.services.tell_underpaid import WORK, tell_underpaid
from billing.underpayment_choices import DisputeMethod, VarianceState
from billing.underpayments.acts import MOST_IN_A_PACKET, may_dispute
from billing.underpayments.evidence import packet_context, totals_of, with_everything
from billing.underpayments.history import tell_lines
from claims.denials.letters import gaps_in
from claims.denials.packet import draw_packet
from core import clock, timeline
from core.choices import WorkState
from core.errors import ApplicationError, Conflict
from core.models import Practice, WorkItem
from core.money import format_money
from core.services.documents import link_document, store_document
from core.subjects import kind_of

PACKET_KIND = "underpayment.packet"
TEMPLATE = "pdf/underpayment_packet.html"
USUAL_DAYS = 30


def make_dispute(
    *,
    practice: Practice,
    rows: Sequence[LineVariance],
    recipient: str,
    letter: str,
    signed_by: str,
    user: Any = None,
) -> UnderpaymentDispute:
    """Draw the packet about `rows`, keep it, and mark the lines as disputed.

    Nothing is transmitted: a person sends it and says so (`record_sent`). Raises ApplicationError
    at the field for a gap in the letter, without signature or address, for lines of several payers
    or too many of them; Conflict where a line can no longer be disputed; PdfUnavailable.
    """
    _check(recipient, letter, signed_by)
    full = with_everything(rows)
    _check_lines(full)
    number, totals = _next_number(), totals_of(full)
    context = packet_context(
        practice, full, recipient=recipient, letter=letter, signed_by=signed_by
    )
    # Drawn before anything is locked: it takes seconds.
    packet = draw_packet(context | {"number": number}, [], number, template=TEMPLATE)
    with transaction.atomic():
        Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
        found = locked(rows)
        _check_lines(found)
        if _next_number() != number or totals_of(found) != totals:
            raise Conflict("Something changed meanwhile: look again, and make it once more.")
        document = store_document(
            practice=practice, kind=PACKET_KIND, content=packet.content,
            content_type="application/pdf", label=f"Underpayment packet {number}",
        )  # fmt: skip
        made = UnderpaymentDispute.objects.create(
            practice=practice, number=number, payer_id=found[0].payer_id, recipient=recipient,
            letter=letter, signed_by=signed_by, line_count=totals.lines,
            claim_count=totals.claims, amount=totals.variance, packet=document,
            packet_pages=packet.pages, made_by=user,
            follow_up_on=clock.today(practice) + timedelta(days=USUAL_DAYS),
        )  # fmt: skip
        link_document(document, made)
        _mark(practice, found, made)
    return made


def record_sent(
    *, dispute: UnderpaymentDispute, method: str, sent_on: date, tracking_number: str = "",
    follow_up_on: date | None = None,
) -> UnderpaymentDispute:  # fmt: skip
    """Keep how and when the packet went; the work of its claims is due when an answer is missed.

    Raises ApplicationError at the field: no way of sending, a day to come, a follow-up before it.
    """
    if method not in DisputeMethod.values:
        raise ApplicationError("Say how it went.", field="method")
    with transaction.atomic():
        row = UnderpaymentDispute.objects.select_for_update(of=("self",)).select_related(
            "practice", "payer", "packet"
        ).get(pk=dispute.pk)  # fmt: skip
        if sent_on > clock.today(row.practice):
            raise ApplicationError("Enter a day that has come.", field="sent_on")
        follow_up = follow_up_on or sent_on + timedelta(days=USUAL_DAYS)
        if follow_up <= sent_on:
            raise ApplicationError("Choose a day after it went.", field="follow_up_on")
        row.method, row.sent_on, row.follow_up_on = method, sent_on, follow_up
        row.tracking_number = " ".join(tracking_number.split())[:60]
        row.save(update_fields=["method", "sent_on", "follow_up_on", "tracking_number"])
        lines = list(row.lines.filter(state=VarianceState.DISPUTED).select_related("claim"))
        _wait(lines, follow_up)
        how = DisputeMethod(method).label.lower()
        for claim in {line.claim_id: line.claim for line in lines}.values():
            timeline.record(
                claim, kind="claim.underpayment_sent",
                sentence=f"sent dispute {row.number} to {row.payer.name} by {how}",
                details={"reference": row.tracking_number} if row.tracking_number else {},
                document=row.packet,
            )  # fmt: skip
        tell_lines(lines, "sent", f"sent dispute {row.number} about {{}} by {how}")
        timeline.record(row, kind="dispute.sent", sentence=f"sent it by {how}")
    return row


def _check(recipient: str, letter: str, signed_by: str) -> None:
    if not recipient.strip() or gaps_in(recipient):
        raise ApplicationError("Say where it goes: the address is missing.", field="recipient")
    if not letter.strip():
        raise ApplicationError("The letter is empty.", field="letter")
    for gap in gaps_in(letter):
        raise ApplicationError(f"Fill it in or strike it out: {gap}.", field="letter")
    if not signed_by.strip():
        raise ApplicationError("Say who signs it.", field="signed_by")


def _check_lines(rows: Sequence[LineVariance]) -> None:
    if not rows:
        raise ApplicationError("Choose what is disputed.")
    if len(rows) > MOST_IN_A_PACKET:
        raise ApplicationError(f"At most {MOST_IN_A_PACKET} lines go into one packet.")
    if len({row.payer_id for row in rows}) > 1:
        raise ApplicationError("A packet goes to one payer.")
    awaited = awaiting_correction([row.charge_line_id for row in rows])
    for row in rows:
        if why := may_dispute(row, awaited):
            raise Conflict(f"{row.procedure_code} of claim {row.claim.control_number}: {why}")


def _next_number() -> str:
    return f"UD-{UnderpaymentDispute.objects.count() + 1:05d}"


def _mark(practice: Practice, rows: Sequence[LineVariance], made: UnderpaymentDispute) -> None:
    now = clock.now()
    for row in rows:
        row.state, row.dispute, row.state_changed_at = VarianceState.DISPUTED, made, now
    LineVariance.objects.bulk_update(rows, ["state", "dispute", "state_changed_at"])
    tell_lines(rows, "disputed", f"disputed {{}} in {made.number}")
    tell_underpaid(practice, rows, due_on=made.follow_up_on)
    words = f"made dispute {made.number} of ${format_money(made.amount)}"
    for claim in {row.claim_id: row.claim for row in rows}.values():
        timeline.record(
            claim, kind="claim.underpayment_disputed", sentence=words, document=made.packet
        )
    timeline.record(made, kind="dispute.made", sentence=words, document=made.packet)


def _wait(lines: Sequence[LineVariance], until: date) -> None:
    """The work of claims all of whose underpaid lines are out waits for the payer."""
    claims = {line.claim_id for line in lines}
    still_open = LineVariance.objects.filter(claim__in=claims, state=VarianceState.OPEN)
    waiting = claims - set(still_open.values_list("claim_id", flat=True))
    kind = kind_of(lines[0].claim) if lines else ""
    WorkItem.objects.filter(
        subject_kind=kind, subject_id__in=waiting, kind=WORK, state=WorkState.OPEN
    ).update(due_on=until, snoozed_until=None)
