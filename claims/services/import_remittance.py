"""Keeping a remittance as the payer sent it; nothing is posted here (domain E.2, E.8)."""

from collections.abc import Iterable

from django.db import connection

from claims.choices import RemittanceState
from claims.edi.records import Adjustment, Remit, RemitClaim, RemitLine
from claims.models import (
    InboundMessage,
    ProviderAdjustment,
    Remittance,
    RemittanceAdjustment,
    RemittanceClaim,
    RemittanceLine,
)
from claims.selectors import is_our_payee, payer_of_remittance
from claims.services.match_remittance import match_remittance
from claims.services.message_results import Applied, counted
from claims.states import REMITTANCE
from core import clock, timeline
from core.choices import Role
from core.services.work import open_work_item
from core.states import advance

OUT_OF_BALANCE, REISSUED = "remittance.out_of_balance", "remittance.reissued"


def import_remittance(message: InboundMessage, remit: Remit) -> Applied:
    """Store one ST of an 835 and match it.

    A payment we have is a duplicate, by identity and content, whatever file it came in. The same
    identity with other content, or the same trace with another amount or day, is held for a
    person. One that does not balance is kept with its faults and goes no further.
    """
    name = f"835 {remit.trace_number} of {remit.payment_amount}"
    if not is_our_payee(remit.payee_npi, remit.payee_tax_id):
        return Applied(f"{name} pays someone else than this practice", took_effect=False)
    _one_at_a_time(message, remit)
    earlier = list(_earlier(remit))
    same = next((row for row in earlier if row.content_hash == remit.content_hash), None)
    if same:
        return _duplicate(message, remit, same, name)
    remittance = _store(message, remit, RemittanceState.RECEIVED)
    _store_claims(remittance, remit.claims)
    _store_provider_adjustments(remittance, remit)
    timeline.record(
        remittance,
        kind="remittance.received",
        sentence=f"sent a remittance over {remit.payment_amount}",
        document=message.document,
        details={"note": f"{counted(len(remit.claims), 'claim')} · trace {remit.trace_number}"},
    )
    if remit.faults:
        _refuse(remittance)
        return Applied(f"{name} does not balance")
    if _is_reissued(remit, earlier):
        _hold(remittance, earlier[0])
        return Applied(f"{name} is held: this payment came before with other content")
    match_remittance(remittance)
    return Applied(f"{name} with {counted(len(remit.claims), 'claim')}")


def _one_at_a_time(message: InboundMessage, remit: Remit) -> None:
    """The same payment in two files at once must meet itself: one waits for the other."""
    key = f"{message.practice_id}|{remit.trace_originator}|{remit.trace_number}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 835))", [key])


def _earlier(remit: Remit) -> Iterable[Remittance]:
    """Remittances with the same trace that count: real ones, not copies and not broken ones."""
    return (
        Remittance.objects.filter(
            trace_originator=remit.trace_originator, trace_number=remit.trace_number
        )
        .exclude(state=RemittanceState.DUPLICATE)
        .order_by("pk")
    )


def _is_reissued(remit: Remit, earlier: list[Remittance]) -> bool:
    """Whether a payment that counts bears this trace.

    Zero payments repeat traces: content decides, and theirs is another (domain E.8).
    """
    counting = [row for row in earlier if row.state != RemittanceState.OUT_OF_BALANCE]
    return bool(counting) and not (
        remit.payment_amount == 0 and all(row.payment_amount == 0 for row in counting)
    )


def _duplicate(message: InboundMessage, remit: Remit, first: Remittance, name: str) -> Applied:
    _store(message, remit, RemittanceState.DUPLICATE, duplicate_of=first)
    timeline.record(
        first,
        kind="remittance.repeated",
        sentence="sent the same remittance again: nothing changes",
        document=message.document,
    )
    return Applied(f"{name} came before", took_effect=False, is_duplicate=True)


def _store(
    message: InboundMessage, remit: Remit, state: str, duplicate_of: Remittance | None = None
) -> Remittance:
    return Remittance.objects.create(
        practice_id=message.practice_id,
        message=message,
        document=message.document,
        position=message.remittances.count() + 1,
        payer=payer_of_remittance(remit.payer_identifier, remit.payer_name),
        payer_name=remit.payer_name[:60],
        payer_identifier=remit.payer_identifier[:80],
        payee_npi=remit.payee_npi[:10],
        trace_number=remit.trace_number,
        trace_originator=remit.trace_originator,
        payment_amount=remit.payment_amount,
        method_code=remit.method_code,
        paid_on=remit.paid_on,
        produced_on=remit.produced_on,
        content_hash=remit.content_hash,
        state=state,
        faults=[fault.as_json() for fault in (*remit.faults, *remit.warnings)],
        duplicate_of=duplicate_of,
    )


def _store_claims(remittance: Remittance, claims: Iterable[RemitClaim]) -> None:
    practice_id = remittance.practice_id
    claims = list(claims)
    rows = RemittanceClaim.objects.bulk_create(
        _claim_row(remittance, position, claim) for position, claim in enumerate(claims, 1)
    )
    pairs = [
        (row, position, line)
        for row, claim in zip(rows, claims, strict=True)
        for position, line in enumerate(claim.lines, 1)
    ]
    lines = RemittanceLine.objects.bulk_create(
        _line_row(row, position, line) for row, position, line in pairs
    )
    adjustments = [
        _adjustment_row(practice_id, row, None, adjustment)
        for row, claim in zip(rows, claims, strict=True)
        for adjustment in claim.adjustments
    ]
    adjustments += [
        _adjustment_row(practice_id, row, line_row, adjustment)
        for (row, _, line), line_row in zip(pairs, lines, strict=True)
        for adjustment in line.adjustments
    ]
    RemittanceAdjustment.objects.bulk_create(adjustments)


def _claim_row(remittance: Remittance, position: int, claim: RemitClaim) -> RemittanceClaim:
    return RemittanceClaim(
        practice_id=remittance.practice_id,
        remittance=remittance,
        position=position,
        patient_control_number=claim.patient_control_number[:38],
        status_code=claim.status_code,
        charge_amount=claim.charge_amount,
        paid_amount=claim.paid_amount,
        patient_responsibility_amount=claim.patient_responsibility_amount,
        filing_code=claim.filing_code,
        payer_claim_number=claim.payer_claim_number[:50],
        frequency_code=claim.frequency_code,
        patient_name=claim.patient_name[:120],
        member_number=claim.member_number[:80],
        service_date=claim.service_date,
        is_forwarded=bool(claim.forwarded_to) or claim.status_code in {"19", "20", "21", "23"},
        forwarded_to=claim.forwarded_to[:60],
        forwarded_to_number=claim.forwarded_to_number[:80],
        remark_codes=list(claim.remark_codes),
        reimbursement_rate=claim.reimbursement_rate,
        payable_amount=claim.payable_amount,
    )


def _line_row(row: RemittanceClaim, position: int, line: RemitLine) -> RemittanceLine:
    return RemittanceLine(
        practice_id=row.practice_id,
        remittance_claim=row,
        position=position,
        procedure_code=line.procedure_code,
        modifiers=list(line.modifiers),
        submitted_procedure_code=line.submitted_procedure_code,
        submitted_modifiers=list(line.submitted_modifiers),
        charge_amount=line.charge_amount,
        paid_amount=line.paid_amount,
        allowed_amount=line.allowed_amount,
        units=line.units,
        service_date=line.service_date,
        line_control_number=line.line_control_number,
        remark_codes=list(line.remark_codes),
    )


def _adjustment_row(
    practice_id: int,
    claim: RemittanceClaim,
    line: RemittanceLine | None,
    adjustment: Adjustment,
) -> RemittanceAdjustment:
    return RemittanceAdjustment(
        practice_id=practice_id,
        remittance_claim=claim,
        remittance_line=line,
        group_code=adjustment.group_code,
        reason_code=adjustment.reason_code,
        amount=adjustment.amount,
        quantity=adjustment.quantity,
    )


def _store_provider_adjustments(remittance: Remittance, remit: Remit) -> None:
    ProviderAdjustment.objects.bulk_create(
        ProviderAdjustment(
            practice_id=remittance.practice_id,
            remittance=remittance,
            position=position,
            reason_code=adjustment.reason_code,
            reference=adjustment.reference[:50],
            amount=adjustment.amount,
        )
        for position, adjustment in enumerate(remit.provider_adjustments, 1)
    )


def _refuse(remittance: Remittance) -> None:
    _move(remittance, RemittanceState.OUT_OF_BALANCE)
    first = remittance.faults[0]
    timeline.record(
        remittance,
        kind="remittance.failed",
        sentence=f"was not posted: {first['message']}",
    )
    _work(remittance, OUT_OF_BALANCE, "A remittance does not balance", str(first["message"]))


def _hold(remittance: Remittance, first: Remittance) -> None:
    _move(remittance, RemittanceState.HELD)
    sentence = "sent a payment that came before with other content: it is held"
    timeline.record(
        remittance,
        kind="remittance.held",
        sentence=sentence,
        details={"note": f"first received {first.received_at:%m/%d/%Y}"},
    )
    _work(
        remittance,
        REISSUED,
        "A payment came twice with different content",
        f"Trace {remittance.trace_number}: ask the payer which of the two counts.",
    )


def _move(remittance: Remittance, to: str) -> None:
    advance(remittance, to, table=REMITTANCE)


def _work(remittance: Remittance, kind: str, title: str, reason: str) -> None:
    open_work_item(
        subject=remittance,
        kind=kind,
        title=title,
        reason=reason,
        role=Role.POSTER,
        due_on=clock.today(remittance.practice),
        amount=remittance.payment_amount,
    )
