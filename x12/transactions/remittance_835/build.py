"""835 records to segments, in the order of the guide (domain E.1)."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from x12.transactions.remittance_835.model import (
    Adjustment,
    PartyIdentity,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)
from x12.writer import SetWriter

_TRIOS = 6  # reason, amount, quantity: a CAS holds six


def build(remittance: Remittance) -> SetWriter:
    """The segments between ST and SE."""
    out = SetWriter()
    _payment(out, remittance)
    _party(out, "PR", remittance.payer)
    _party(out, "PE", remittance.payee)
    if remittance.claims:
        out.add("LX", 1)
    for claim in remittance.claims:
        _claim(out, claim)
    _provider_adjustments(out, remittance)
    return out


def _payment(out: SetWriter, record: Remittance) -> None:
    method = record.method_code
    if method == "ACH":
        out.add(
            "BPR", record.handling_code, record.payment_amount, record.credit_debit, method,
            "CCP", "01", "999999992", "DA", "12345678", record.payer_identifier, "", "01",
            "888888884", "DA", "98765432", record.paid_on,
        )  # fmt: skip
    else:
        blanks = [""] * 11
        out.add(
            "BPR", record.handling_code, record.payment_amount, record.credit_debit, method,
            *blanks, record.paid_on,
        )  # fmt: skip
    out.add("TRN", "1", record.trace_number, record.payer_identifier)
    if record.production_on:
        out.add("DTM", "405", record.production_on)


def _party(out: SetWriter, role: str, party: PartyIdentity) -> None:
    out.add("N1", role, party.name, party.identifier_qualifier, party.identifier)
    out.add_if(party.line1, "N3", party.line1)
    out.add_if(party.city, "N4", party.city, party.state, party.zip)
    if role == "PR":
        out.add_if(party.phone, "PER", "BL", party.contact_name, "TE", party.phone)
    out.add_if(party.tax_id, "REF", "TJ", party.tax_id)


def _claim(out: SetWriter, claim: RemittanceClaim) -> None:
    out.add(
        "CLP", claim.patient_control_number, claim.status_code, claim.charge_amount,
        claim.paid_amount, claim.patient_responsibility_amount, claim.filing_code,
        claim.payer_claim_number, claim.facility_code, claim.frequency_code,
    )  # fmt: skip
    _adjustments(out, claim.adjustments)
    qualifier = "MI" if claim.member_id else ""
    out.add(
        "NM1", "QC", "1", claim.patient_last_name, claim.patient_first_name, "", "", "",
        qualifier, claim.member_id,
    )  # fmt: skip
    if claim.corrected_last_name or claim.corrected_member_id:
        mark = "C" if claim.corrected_member_id else ""
        out.add(
            "NM1", "74", "1", claim.corrected_last_name, "", "", "", "", mark,
            claim.corrected_member_id,
        )  # fmt: skip
    out.add_if(claim.rendering_npi, "NM1", "82", "1", "", "", "", "", "", "XX", claim.rendering_npi)
    if claim.crossover_payer_name:
        out.add(
            "NM1", "TT", "2", claim.crossover_payer_name, "", "", "", "", "PI",
            claim.crossover_payer_id,
        )  # fmt: skip
    out.add_if(claim.remark_codes, "MOA", "", "", *claim.remark_codes[:5])
    if claim.received_on:
        out.add("DTM", "050", claim.received_on)
    for qualifier, value in claim.supplemental_amounts:
        out.add("AMT", qualifier, value)
    for line in claim.lines:
        _line(out, line)


def _line(out: SetWriter, line: RemittanceLine) -> None:
    submitted: Sequence[str] = (
        [line.procedure_qualifier, line.submitted_procedure_code, *line.submitted_modifiers]
        if line.submitted_procedure_code
        else []
    )
    out.add(
        "SVC", [line.procedure_qualifier, line.procedure_code, *line.modifiers],
        line.charge_amount, line.paid_amount, "", line.units, list(submitted),
        line.original_units,
    )  # fmt: skip
    if line.service_date_from:
        last = line.service_date_to or line.service_date_from
        if last == line.service_date_from:
            out.add("DTM", "472", line.service_date_from)
        else:
            out.add("DTM", "150", line.service_date_from)
            out.add("DTM", "151", last)
    _adjustments(out, line.adjustments)
    out.add_if(line.line_control_number, "REF", "6R", line.line_control_number)
    if line.allowed_amount is not None:
        out.add("AMT", "B6", line.allowed_amount)
    for remark in line.remark_codes:
        out.add("LQ", "HE", remark)


def _adjustments(out: SetWriter, adjustments: Iterable[Adjustment]) -> None:
    for group_code, members in groupby(adjustments, key=lambda adjustment: adjustment.group_code):
        trios = list(members)
        for start in range(0, len(trios), _TRIOS):
            out.add(
                "CAS",
                group_code,
                *(
                    element
                    for trio in trios[start : start + _TRIOS]
                    for element in (trio.reason_code, trio.amount, trio.quantity)
                ),
            )


def _provider_adjustments(out: SetWriter, record: Remittance) -> None:
    def key(adjustment: object) -> tuple[object, object]:
        return adjustment.provider_id, adjustment.fiscal_period_end  # type: ignore[attr-defined]

    for (provider_id, period_end), members in groupby(record.provider_adjustments, key=key):
        pairs = list(members)
        for start in range(0, len(pairs), _TRIOS):
            out.add(
                "PLB",
                str(provider_id),
                period_end,  # type: ignore[arg-type]
                *(
                    element
                    for pair in pairs[start : start + _TRIOS]
                    for element in ([pair.reason_code, pair.reference], pair.amount)
                ),
            )
