"""835 to records: one payment with its answers, its proofs and a hash of what it says."""

import hashlib
import re
from datetime import date
from decimal import Decimal, InvalidOperation

from claims.edi.records import (
    Adjustment,
    Fault,
    PayerAdjustment,
    Remit,
    RemitClaim,
    RemitLine,
)
from core.money import dollars
from x12 import Transaction
from x12.errors import ERROR
from x12.errors import Fault as X12Fault
from x12.transactions.remittance_835 import model

# Only these stop a payment from being posted; other deviations from the guide are warnings,
# because every payer has some (domain E.2, x12 samples).
_STOPPING = ("BAL-", "R-")
_RATE, _MOST = Decimal("0.0001"), Decimal(1_000_000)
_NPI, _TAX_ID = "XX", "FI"


# Counts and numbers of the loops, which say nothing of a claim.
_AROUND = frozenset({"LX", "TS2", "TS3", "SE"})
_DECIMAL = re.compile(r"-?\d+\.\d+")


def remit_of(transaction: Transaction, fallback_day: date, control_numbers: str = "") -> Remit:
    """The payment in one ST; `fallback_day` stands in for a date that cannot be read.

    `control_numbers` are sender, ISA13, GS06 and ST02, as one text.
    """
    record: model.Remittance = transaction.record
    faults = [_fault(f) for f in transaction.faults if _stops(f)]
    if record.paid_on is None:
        faults.append(Fault("R-DATE", "the payment has no date (BPR16)"))
    payer, payee = record.payer, record.payee
    return Remit(
        payer_name=payer.name,
        payer_identifier=payer.identifier,
        payee_npi=payee.identifier if payee.identifier_qualifier == _NPI else "",
        payee_tax_id=(payee.identifier if payee.identifier_qualifier == _TAX_ID else payee.tax_id),
        trace_number=record.trace_number[:50],
        trace_originator=record.payer_identifier[:10],
        payment_amount=dollars(record.payment_amount),
        method_code=record.method_code[:3],
        paid_on=record.paid_on or record.production_on or fallback_day,
        produced_on=record.production_on,
        content_hash=content_hash(transaction),
        claims=tuple(_claim(claim) for claim in record.claims),
        provider_adjustments=tuple(
            PayerAdjustment(a.reason_code, a.reference, dollars(a.amount))
            for a in record.provider_adjustments
        ),
        faults=tuple(faults),
        warnings=tuple(_fault(f) for f in transaction.faults if not _stops(f)),
        control_numbers=control_numbers[:60],
    )


def content_hash(transaction: Transaction) -> str:
    """SHA-256 over CLP to PLB whatever the separators and envelope around them (domain E.8).

    Whoever passes a file on may wrap it anew: number the LX loops otherwise, drop empty elements
    at the end of a segment, write 40 for 40.00. None of this makes it another payment.
    """
    digest = hashlib.sha256()
    inside = False
    for segment in transaction.segments:
        inside = inside or segment.id in {"CLP", "PLB"}
        if inside and segment.id not in _AROUND:
            elements = [_canonical(element, segment.component) for element in segment.elements]
            digest.update("*".join(elements).rstrip("*").encode("utf-8", "replace") + b"~")
    return digest.hexdigest()


def _canonical(element: str, component: str) -> str:
    parts = [_plain(part.strip()) for part in element.split(component)]
    return ":".join(parts).rstrip(":")


def _plain(text: str) -> str:
    if "." in text and _DECIMAL.fullmatch(text):
        return text.rstrip("0").rstrip(".")
    return text


def _claim(claim: model.RemittanceClaim) -> RemitClaim:
    lines = tuple(_line(line) for line in claim.lines)
    first_day = next((line.service_date for line in lines if line.service_date), None)
    share, payable = claim.patient_responsibility_amount, _outpatient(claim, 2)
    return RemitClaim(
        patient_control_number=claim.patient_control_number,
        status_code=claim.status_code[:2],
        charge_amount=dollars(claim.charge_amount),
        paid_amount=dollars(claim.paid_amount),
        patient_responsibility_amount=None if share is None else dollars(share),
        filing_code=claim.filing_code[:2],
        payer_claim_number=claim.payer_claim_number,
        frequency_code=claim.frequency_code[:1],
        patient_name=", ".join(filter(None, [claim.patient_last_name, claim.patient_first_name])),
        member_number=claim.member_id,
        rendering_npi=claim.rendering_npi[:10],
        corrected_name=claim.corrected_last_name,
        corrected_member_number=claim.corrected_member_id,
        service_date=claim.service_date_from or first_day,
        forwarded_to=claim.crossover_payer_name,
        forwarded_to_number=claim.crossover_payer_id,
        reimbursement_rate=_outpatient(claim, 1),
        payable_amount=None if payable is None else dollars(payable),
        remark_codes=tuple(code[:10] for code in claim.remark_codes),
        adjustments=tuple(_adjustment(a) for a in claim.adjustments),
        lines=lines,
    )


def _outpatient(claim: model.RemittanceClaim, place: int) -> Decimal | None:
    """MOA01 or MOA02, which few payers send; what is no number, or none that can be kept, is as if
    it were not there: the money is elsewhere.
    """
    for kept in claim.extra:
        if kept[0] == "MOA" and len(kept) > place and kept[place]:
            try:
                told = Decimal(kept[place])
            except InvalidOperation:
                return None
            return told.quantize(_RATE) if told.is_finite() and abs(told) < _MOST else None
    return None


def _line(line: model.RemittanceLine) -> RemitLine:
    allowed = line.allowed_amount
    return RemitLine(
        procedure_code=line.procedure_code[:48],
        modifiers=tuple(code[:2] for code in line.modifiers),
        charge_amount=dollars(line.charge_amount),
        paid_amount=dollars(line.paid_amount),
        units=line.units,
        submitted_procedure_code=line.submitted_procedure_code[:48],
        submitted_modifiers=tuple(code[:2] for code in line.submitted_modifiers),
        service_date=line.service_date_from,
        line_control_number=line.line_control_number[:50],
        allowed_amount=None if allowed is None else dollars(allowed),
        remark_codes=tuple(code[:10] for code in line.remark_codes),
        adjustments=tuple(_adjustment(a) for a in line.adjustments),
    )


def _adjustment(adjustment: model.Adjustment) -> Adjustment:
    return Adjustment(
        adjustment.group_code[:2],
        adjustment.reason_code[:5],
        dollars(adjustment.amount),
        adjustment.quantity,
    )


def _stops(fault: X12Fault) -> bool:
    return fault.severity == ERROR and fault.code.startswith(_STOPPING)


def _fault(fault: X12Fault) -> Fault:
    return Fault(fault.code, fault.message, fault.segment_number)
