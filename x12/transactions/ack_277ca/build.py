"""277CA records to segments (domain D.3)."""

from collections.abc import Sequence
from datetime import date
from itertools import count

from x12.transactions.ack_277ca.model import (
    PAYER,
    AcknowledgedClaim,
    AcknowledgedLine,
    AcknowledgedProvider,
    ClaimAcknowledgement277,
    Status,
)
from x12.writer import SetWriter


def build(record: ClaimAcknowledgement277) -> SetWriter:
    """The segments between ST and SE."""
    out = SetWriter()
    at = record.created_at
    out.add("BHT", "0085", "08", record.reference, at.date(), f"{at:%H%M}", "TH")
    levels = count(1)
    source = next(levels)
    out.add("HL", source, "", "20", "1")
    qualifier = "PI" if record.source_entity == PAYER else "46"
    out.add(
        "NM1", record.source_entity, "2", record.source_name, "", "", "", "", qualifier,
        record.source_id,
    )  # fmt: skip
    out.add("TRN", "1", record.source_trace or record.reference)
    out.add("DTP", "050", "D8", record.received_on)
    out.add("DTP", "009", "D8", record.processed_on)
    receiver = next(levels)
    out.add("HL", receiver, source, "21", "1" if record.providers else "0")
    out.add("NM1", "41", "2", record.receiver_name, "", "", "", "", "46", record.receiver_id)
    out.add("TRN", "2", record.batch_reference)
    _statuses(out, record.batch_statuses)
    _totals(out, record, "90", "AA")
    for provider in record.providers:
        level = next(levels)
        out.add("HL", level, receiver, "19", "1" if provider.claims else "0")
        _provider(out, provider)
        for claim in provider.claims:
            out.add("HL", next(levels), level, "PT")
            _claim(out, claim)
    return out


def _totals(
    out: SetWriter,
    record: ClaimAcknowledgement277 | AcknowledgedProvider,
    accepted: str,
    rejected: str,
) -> None:
    if record.accepted_count:
        out.add("QTY", accepted, record.accepted_count)
    if record.rejected_count:
        out.add("QTY", rejected, record.rejected_count)
    if record.accepted_count:
        out.add("AMT", "YU", record.accepted_amount)
    if record.rejected_count:
        out.add("AMT", "YY", record.rejected_amount)


def _provider(out: SetWriter, provider: AcknowledgedProvider) -> None:
    out.add("NM1", "85", "2", provider.name, "", "", "", "", "XX", provider.npi)
    if provider.statuses:
        out.add("TRN", "1", provider.trace)
        _statuses(out, provider.statuses)
    out.keep(provider.extra, "REF")
    _totals(out, provider, "QA", "QC")


def _claim(out: SetWriter, claim: AcknowledgedClaim) -> None:
    qualifier = "MI" if claim.member_id else ""
    out.add(
        "NM1", "QC", "1", claim.last_name, claim.first_name, "", "", "", qualifier,
        claim.member_id,
    )  # fmt: skip
    out.add("TRN", "2", claim.patient_control_number)
    _statuses(out, claim.statuses)
    out.add_if(claim.payer_claim_number, "REF", "1K", claim.payer_claim_number)
    out.add_if(claim.clearinghouse_number, "REF", "D9", claim.clearinghouse_number)
    out.keep(claim.extra, "REF")
    _period(out, claim.service_date_from, claim.service_date_to)
    out.keep(claim.extra, "DTP")
    for line in claim.lines:
        _line(out, line)


def _line(out: SetWriter, line: AcknowledgedLine) -> None:
    out.add(
        "SVC", [line.procedure_qualifier, line.procedure_code, *line.modifiers],
        line.charge_amount, "", "", "", "", line.units,
    )  # fmt: skip
    _statuses(out, line.statuses)
    out.add_if(line.line_control_number, "REF", "FJ", line.line_control_number)
    _period(out, line.service_date_from, line.service_date_to)


def _period(out: SetWriter, first: date | None, last: date | None) -> None:
    if first is None:
        return
    if last is None or last == first:
        out.add("DTP", "472", "D8", first)
    else:
        out.add("DTP", "472", "RD8", f"{first:%Y%m%d}-{last:%Y%m%d}")


def _statuses(out: SetWriter, statuses: Sequence[Status]) -> None:
    for status in statuses:
        out.add(
            "STC", [status.category_code, status.status_code, status.entity_code], status.date,
            status.action, status.amount, "", "", "", "", "", "", "", status.message,
        )  # fmt: skip
