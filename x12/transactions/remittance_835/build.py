"""835 records to segments, in the order of the guide (domain E.1)."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from x12.transactions.adjustments import cas_rows
from x12.transactions.remittance_835.model import (
    BankAccount,
    PartyIdentity,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)
from x12.writer import Element, SetWriter

_PAIRS = 6  # reason with reference, amount: a PLB holds six
_REMARKS = 5  # an MOA holds five
_ELECTRONIC = "ACH"


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
    _provider_adjustments(out, remittance.provider_adjustments)
    return out


def _payment(out: SetWriter, record: Remittance) -> None:
    by_bank = record.method_code == _ELECTRONIC
    out.add(
        "BPR", record.handling_code, record.payment_amount, record.credit_debit,
        record.method_code, record.payment_format, *_bank(record.payer_bank),
        record.payer_identifier if by_bank and record.payer_bank else "", "",
        *_bank(record.payee_bank), record.paid_on,
    )  # fmt: skip
    out.add("TRN", "1", record.trace_number, record.payer_identifier, record.trace_supplement)
    out.keep(record.extra, "CUR", "REF")
    out.add_if(record.production_on, "DTM", "405", record.production_on)


def _bank(account: BankAccount | None) -> Sequence[str]:
    if account is None:
        return ("", "", "", "")
    return (
        account.routing_qualifier, account.routing_number, account.account_qualifier,
        account.account_number,
    )  # fmt: skip


def _party(out: SetWriter, role: str, party: PartyIdentity) -> None:
    out.add("N1", role, party.name, party.identifier_qualifier, party.identifier)
    out.add_if(party.line1, "N3", party.line1, party.line2)
    out.add_if(party.city, "N4", party.city, party.state, party.zip)
    out.add_if(party.tax_id, "REF", "TJ", party.tax_id)
    out.keep(party.extra, "REF")
    if role == "PR":
        out.keep([kept for kept in party.extra if kept[1] == "CX"], "PER")
        out.add_if(party.phone, "PER", "BL", party.contact_name, "TE", party.phone)
        out.keep([kept for kept in party.extra if kept[1] != "CX"], "PER")
    else:
        out.keep(party.extra, "RDM")


def _claim(out: SetWriter, claim: RemittanceClaim) -> None:
    out.add(
        "CLP", claim.patient_control_number, claim.status_code, claim.charge_amount,
        claim.paid_amount, claim.patient_responsibility_amount, claim.filing_code,
        claim.payer_claim_number, claim.facility_code, claim.frequency_code,
    )  # fmt: skip
    out.add_rows(cas_rows(claim.adjustments))
    _people(out, claim)
    _remarks(out, claim)
    out.keep(claim.extra, "REF")
    out.add_if(claim.service_date_from, "DTM", "232", claim.service_date_from)
    out.add_if(claim.service_date_to, "DTM", "233", claim.service_date_to)
    out.add_if(claim.received_on, "DTM", "050", claim.received_on)
    out.keep(claim.extra, "DTM", "PER")
    for qualifier, value in claim.supplemental_amounts:
        out.add("AMT", qualifier, value)
    out.keep(claim.extra, "QTY")
    for line in claim.lines:
        _line(out, line)


def _people(out: SetWriter, claim: RemittanceClaim) -> None:
    out.add(
        "NM1", "QC", "1", claim.patient_last_name, claim.patient_first_name,
        claim.patient_middle_name, "", claim.patient_suffix,
        claim.member_id_qualifier if claim.member_id else "", claim.member_id,
    )  # fmt: skip
    kept = {segment[1] for segment in claim.extra if segment[0] == "NM1"}
    if (claim.corrected_last_name or claim.corrected_member_id) and "74" not in kept:
        mark = "C" if claim.corrected_member_id else ""
        out.add(
            "NM1", "74", "1", claim.corrected_last_name, "", "", "", "", mark,
            claim.corrected_member_id,
        )  # fmt: skip
    npi = "" if "82" in kept else claim.rendering_npi
    out.add_if(npi, "NM1", "82", "1", "", "", "", "", "", "XX", npi)
    if claim.crossover_payer_name and "TT" not in kept:
        mark = "PI" if claim.crossover_payer_id else ""
        out.add(
            "NM1", "TT", "2", claim.crossover_payer_name, "", "", "", "", mark,
            claim.crossover_payer_id,
        )  # fmt: skip
    out.keep(claim.extra, "NM1")


def _remarks(out: SetWriter, claim: RemittanceClaim) -> None:
    """MIA or MOA; those that came with amounts are written as they came."""
    out.keep(claim.extra, "MIA", "MOA")
    said = {code for kept in claim.extra if kept[0] in {"MIA", "MOA"} for code in kept}
    codes = [code for code in claim.remark_codes if code not in said]
    for start in range(0, len(codes), _REMARKS):
        out.add("MOA", "", "", *codes[start : start + _REMARKS])


def _line(out: SetWriter, line: RemittanceLine) -> None:
    submitted: list[str | Decimal | int | None] = []
    if line.submitted_procedure_code:
        submitted = [
            line.procedure_qualifier, line.submitted_procedure_code, *line.submitted_modifiers,
        ]  # fmt: skip
    out.add(
        "SVC", [line.procedure_qualifier, line.procedure_code, *line.modifiers],
        line.charge_amount, line.paid_amount, "", line.units, submitted, line.original_units,
    )  # fmt: skip
    if line.service_date_from:
        last = line.service_date_to or line.service_date_from
        if last == line.service_date_from:
            out.add("DTM", "472", line.service_date_from)
        else:
            out.add("DTM", "150", line.service_date_from)
            out.add("DTM", "151", last)
    out.keep(line.extra, "DTM")
    out.add_rows(cas_rows(line.adjustments))
    out.add_if(line.line_control_number, "REF", "6R", line.line_control_number)
    out.keep(line.extra, "REF")
    if line.allowed_amount is not None:
        out.add("AMT", "B6", line.allowed_amount)
    out.keep(line.extra, "AMT", "QTY")
    for remark in line.remark_codes:
        out.add("LQ", "HE", remark)
    out.keep(line.extra, "LQ")


def _provider_adjustments(out: SetWriter, adjustments: Iterable[ProviderAdjustment]) -> None:
    def key(adjustment: ProviderAdjustment) -> tuple[str, date | None]:
        return adjustment.provider_id, adjustment.fiscal_period_end

    for (provider_id, period_end), members in groupby(adjustments, key=key):
        pairs = list(members)
        for start in range(0, len(pairs), _PAIRS):
            elements: list[Element] = []
            for pair in pairs[start : start + _PAIRS]:
                elements += [[pair.reason_code, pair.reference], pair.amount]
            out.add("PLB", provider_id, period_end, *elements)
