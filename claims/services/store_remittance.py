"""Writing down one remittance as the payer sent it: its claims, lines, trios and PLB pairs."""

from collections.abc import Iterable, Sequence

from claims.edi.records import Adjustment, Fault, Remit, RemitClaim, RemitLine
from claims.models import (
    InboundMessage,
    ProviderAdjustment,
    Remittance,
    RemittanceAdjustment,
    RemittanceClaim,
    RemittanceLine,
)
from claims.selectors import payer_of_remittance
from core.copying import insert_models, insert_with_ids

MOST_FAULTS = 100


def store_remittance(
    message: InboundMessage,
    remit: Remit,
    state: str,
    *,
    duplicate_of: Remittance | None = None,
    warnings: Iterable[Fault] = (),
) -> Remittance:
    """Keep one ST; of a duplicate only that it came, without its claims once more."""
    remittance = _store(message, remit, state, duplicate_of, warnings)
    if duplicate_of is None:
        _store_claims(remittance, remit.claims)
        _store_provider_adjustments(remittance, remit)
    return remittance


def _store(
    message: InboundMessage,
    remit: Remit,
    state: str,
    duplicate_of: Remittance | None,
    warnings: Iterable[Fault],
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
        faults=_kept((*remit.faults, *warnings, *remit.warnings)),
        control_numbers=remit.control_numbers,
        duplicate_of=duplicate_of,
    )


def _kept(faults: Sequence[Fault]) -> list[dict[str, str | int]]:
    """The first of them, and how many more there are: a payer may write the same oddity at each of
    ten thousand claims, and the row is read whenever the remittance is.
    """
    first = [fault.as_json() for fault in faults[:MOST_FAULTS]]
    more = len(faults) - len(first)
    return [*first, Fault("R-MORE", f"and {more:,} more like these").as_json()] if more else first


def _store_claims(remittance: Remittance, claims: Iterable[RemitClaim]) -> None:
    practice_id = remittance.practice_id
    claims = list(claims)
    rows = [_claim_row(remittance, position, claim) for position, claim in enumerate(claims, 1)]
    insert_with_ids(rows)
    pairs = [
        (row, position, line)
        for row, claim in zip(rows, claims, strict=True)
        for position, line in enumerate(claim.lines, 1)
    ]
    lines = [_line_row(row, position, line) for row, position, line in pairs]
    insert_with_ids(lines)
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
    insert_models(adjustments)


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
        corrected_name=claim.corrected_name[:120],
        corrected_member_number=claim.corrected_member_number[:80],
        rendering_npi=claim.rendering_npi,
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
