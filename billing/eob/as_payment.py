"""A typed EOB as the payment it is: the same record that an 835 is read into. Pure."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.eob.draft import TypedClaim, TypedLine, TypedProviderAdjustment
from claims.remittance_records import (
    Adjustment,
    PayerAdjustment,
    Remit,
    RemitClaim,
    RemitLine,
)
from core.money import ZERO


@dataclass(frozen=True, slots=True)
class Header:
    """The check or transfer, who sent it and to whom."""

    payer_name: str
    payer_number: str
    payee_npi: str
    payee_tax_id: str
    trace_number: str
    trace_originator: str
    method_code: str
    payment_amount: Decimal
    paid_on: date


def as_payment(
    header: Header,
    claims: Sequence[TypedClaim],
    provider: Sequence[TypedProviderAdjustment],
) -> tuple[Remit, bytes]:
    """The payment, and the same as text to be kept as it was typed."""
    told = tuple(_claim(claim) for claim in claims)
    of_nobody = tuple(
        PayerAdjustment(row.code, row.reference, row.value) for row in provider if not row.is_empty
    )
    typed = json.dumps(
        {
            "payer": header.payer_name,
            "trace": header.trace_number,
            "amount": str(header.payment_amount),
            "paid_on": header.paid_on.isoformat(),
            "method": header.method_code,
            "claims": [_kept(claim) for claim in claims],
            "provider_adjustments": [
                [a.reason_code, a.reference, str(a.amount)] for a in of_nobody
            ],
        },
        indent=1,
        sort_keys=True,
    ).encode()
    return (
        Remit(
            payer_name=header.payer_name,
            payer_identifier=header.payer_number,
            payee_npi=header.payee_npi,
            payee_tax_id=header.payee_tax_id,
            trace_number=header.trace_number,
            trace_originator=header.trace_originator,
            payment_amount=header.payment_amount,
            method_code=header.method_code,
            paid_on=header.paid_on,
            produced_on=None,
            content_hash=hashlib.sha256(typed).hexdigest(),
            claims=told,
            provider_adjustments=of_nobody,
        ),
        typed,
    )


def _claim(claim: TypedClaim) -> RemitClaim:
    sign, told = claim.sign, claim.told
    return RemitClaim(
        patient_control_number=claim.billed.number,
        status_code=claim.status,
        charge_amount=sign * sum((line.billed.charge_amount for line in told), ZERO),
        paid_amount=claim.paid_amount,
        patient_responsibility_amount=sign * sum((line.patient_amount for line in told), ZERO),
        payer_claim_number=claim.payer_claim_number,
        frequency_code=claim.billed.frequency_code,
        patient_name=claim.billed.patient_name,
        service_date=min(line.billed.service_date for line in told),
        lines=tuple(_line(line, sign) for line in told),
    )


def _line(line: TypedLine, sign: int) -> RemitLine:
    return RemitLine(
        procedure_code=line.billed.code,
        modifiers=line.billed.modifiers,
        charge_amount=sign * line.billed.charge_amount,
        paid_amount=sign * line.paid_amount,
        units=line.billed.units,
        service_date=line.billed.service_date,
        line_control_number=line.billed.control_number,
        allowed_amount=line.allowed_amount,
        remark_codes=line.remark_codes,
        adjustments=tuple(
            Adjustment(group, reason, sign * amount, None) for group, reason, amount in line.trios
        ),
    )


def _kept(claim: TypedClaim) -> dict[str, object]:
    return {
        "claim": claim.billed.number,
        "status": claim.status,
        "payer_claim_number": claim.payer_claim_number,
        "lines": [
            {
                "line": line.billed.control_number,
                "allowed": line.allowed,
                "paid": line.paid,
                "adjustments": line.adjustments,
                "remarks": line.remarks,
            }
            for line in claim.told
        ],
    }
