"""TA1, 999 and 277CA to records."""

from dataclasses import replace

from claims.edi.records import (
    BatchAnswer,
    ClaimAnswer,
    GroupAnswer,
    InterchangeAnswer,
    LineAnswer,
    ProviderAnswer,
    SetAnswer,
    SetError,
    Status,
)
from x12 import InterchangeAcknowledgement
from x12.transactions.ack_277ca import model as model_277ca
from x12.transactions.ack_999 import model as model_999


def interchange_answer(record: InterchangeAcknowledgement) -> InterchangeAnswer:
    """A TA1."""
    return InterchangeAnswer(f"{record.control_number:09d}", record.verdict, record.note_code)


def group_answer(record: model_999.Acknowledgement999) -> GroupAnswer:
    """A 999: each set with its errors; one entry for each IK4, or for an IK3 that stands alone."""
    return GroupAnswer(
        str(record.group_control_number),
        record.verdict,
        tuple(
            SetAnswer(
                found.set_control_number,
                found.verdict,
                tuple(error for segment in found.errors for error in _errors(segment)),
                found.set_error_codes,
            )
            for found in record.sets
        ),
        record.group_error_codes,
    )


def batch_answer(record: model_277ca.ClaimAcknowledgement277) -> BatchAnswer:
    """A 277CA: the batch's own status, billing providers rejected as a whole, and the claims."""
    return BatchAnswer(
        source_is_payer=record.source_entity == model_277ca.PAYER,
        source_name=record.source_name,
        source_id=record.source_id,
        batch_reference=record.batch_reference,
        batch_statuses=_statuses(record.batch_statuses),
        batch_rejected=_rejects(record.batch_statuses),
        rejected_providers=tuple(
            ProviderAnswer(p.npi, _statuses(p.statuses))
            for p in record.providers
            if _rejects(p.statuses)
        ),
        claims=tuple(_claim(claim) for claim in record.claims),
    )


def _errors(segment: model_999.SegmentError) -> list[SetError]:
    whole = SetError(
        segment.segment_id,
        segment.position,
        segment.loop_id,
        code=segment.error_code,
        claim_number=segment.context,
    )
    if not segment.elements:
        return [whole]
    return [
        replace(whole, element=element.position, code=element.error_code)
        for element in segment.elements
    ]


def _claim(claim: model_277ca.AcknowledgedClaim) -> ClaimAnswer:
    return ClaimAnswer(
        control_number=claim.patient_control_number,
        statuses=_statuses(claim.statuses),
        payer_claim_number=claim.payer_claim_number,
        effective_on=next((s.date for s in claim.statuses if s.date), None),
        lines=tuple(
            LineAnswer(line.line_control_number, line.procedure_code, _statuses(line.statuses))
            for line in claim.lines
        ),
    )


def _statuses(statuses: tuple[model_277ca.Status, ...]) -> tuple[Status, ...]:
    return tuple(Status(s.category_code, s.status_code, s.entity_code) for s in statuses)


def _rejects(statuses: tuple[model_277ca.Status, ...]) -> bool:
    return any(status.action == model_277ca.REJECT for status in statuses)
