"""One claim of an 837P to segments: 2300 with its roles, other payers and lines."""

from datetime import date
from typing import Protocol

from x12.transactions.adjustments import Kept, cas_rows
from x12.transactions.claim_837p.build_parties import (
    add_facility,
    add_party,
    add_payer,
    add_provider,
)
from x12.transactions.claim_837p.model import (
    Claim,
    LineAdjudication,
    Ndc,
    OtherPayer,
    ServiceLine,
)
from x12.writer import SetWriter

_BEFORE_NUMBERS = ("DTP", "PWK", "CN1")
_REFERRING = frozenset({"DN", "P3"})
_PLACE_OF_NUMBER = {
    "4N": 0, "F5": 1, "EW": 2, "9F": 3, "G1": 4, "F8": 5, "X4": 6, "9A": 7, "9C": 8, "LX": 9,
    "D9": 10, "EA": 11, "P4": 12, "1J": 13,
}  # fmt: skip
_MOST_REMARKS = 5  # an MOA holds five
_AFTER_NOTE = ("CR1", "CR2", "CRC")
_LINE_BEFORE_NUMBERS = ("QTY", "MEA", "CN1")
_LINE_AFTER_NUMBERS = ("AMT", "K3", "NTE", "PS1", "HCP")


class Coded(Protocol):
    """Whatever names a procedure."""

    @property
    def procedure_qualifier(self) -> str:
        """HC for HCPCS and CPT."""

    @property
    def procedure_code(self) -> str:
        """The code."""

    @property
    def modifiers(self) -> tuple[str, ...]:
        """At most four."""

    @property
    def description(self) -> str:
        """What was done, where the code does not say."""


def build_claim(out: SetWriter, claim: Claim) -> None:
    """Append 2300 and all below it."""
    out.add(
        "CLM", claim.patient_control_number, claim.charge_amount, "", "",
        [claim.place_of_service_code, "B", claim.frequency_code], claim.provider_signature,
        claim.assignment_code, claim.benefits_assigned, claim.release_code,
        claim.patient_signature_code, _causes(claim), claim.special_program_code, "", "", "", "",
        "", "", "", claim.delay_reason_code,
    )  # fmt: skip
    out.keep(claim.extra, *_BEFORE_NUMBERS)
    if claim.patient_paid_amount is not None:
        out.add("AMT", "F5", claim.patient_paid_amount)
    out.keep(claim.extra, "AMT")
    out.keep(_numbers(claim), "REF")
    out.keep(claim.extra, "K3")
    out.add_if(claim.note, "NTE", claim.note_code, claim.note[:80])
    out.keep(claim.extra, *_AFTER_NOTE)
    codes = enumerate(claim.diagnoses)
    out.add_if(
        claim.diagnoses, "HI", *(["ABF" if number else "ABK", code] for number, code in codes)
    )
    out.keep(claim.extra, "HI", "HCP")
    first, rest = _roles(claim.extra_roles)
    if claim.referring:
        add_provider(out, "DN", claim.referring)
    out.keep(first)
    if claim.rendering:
        add_provider(out, "82", claim.rendering)
    if claim.facility:
        add_facility(out, claim.facility)
    out.keep(rest)
    for other in claim.other_payers:
        build_other_payer(out, other)
    for line in claim.lines:
        _line(out, line)


def _numbers(claim: Claim) -> list[tuple[str, ...]]:
    """REF of 2300 in the order of the guide; one that it does not know comes last."""
    fields = (
        ("9F", claim.referral_number), ("G1", claim.prior_authorization_number),
        ("F8", claim.payer_claim_number), ("X4", claim.clia_number),
    )  # fmt: skip
    found = [("REF", mark, value) for mark, value in fields if value]
    found += [kept for kept in claim.extra if kept[0] == "REF"]  # type: ignore[misc]
    return sorted(found, key=lambda ref: _PLACE_OF_NUMBER.get(ref[1], len(_PLACE_OF_NUMBER)))


def _roles(kept: Kept) -> tuple[Kept, Kept]:
    """Whole loops of roles: those that stand before the rendering provider (2310A), the others."""
    first: list[tuple[str, ...]] = []
    rest: list[tuple[str, ...]] = []
    into = rest
    for segment in kept:
        if segment[0] == "NM1":
            into = first if segment[1] in _REFERRING else rest
        into.append(segment)
    return tuple(first), tuple(rest)


def _causes(claim: Claim) -> list[str]:
    """CLM11: up to three causes, and the state of an accident in the fourth place."""
    causes = [*claim.related_causes, "", "", ""]
    return [*causes[:3], claim.accident_state]


def build_other_payer(out: SetWriter, other: OtherPayer) -> None:
    """Append 2320 and 2330 of another payer."""
    out.add(
        "SBR", other.payer_responsibility, other.relationship_code, other.group_number,
        other.group_name, other.insurance_type_code, "", "", "", other.claim_filing_code,
    )  # fmt: skip
    out.add_rows(cas_rows(other.adjustments))
    for qualifier, amount in (
        ("D", other.paid_amount),
        ("A8", other.non_covered_amount),
        ("EAF", other.remaining_amount),
    ):
        if amount is not None:
            out.add("AMT", qualifier, amount)
    out.add(
        "OI", "", "", other.benefits_assigned, other.patient_signature_code, "",
        other.release_code,
    )  # fmt: skip
    out.keep(other.extra, "MIA")
    outpatient = (
        other.reimbursement_rate, other.payable_amount,
        *[*other.remark_codes, *[""] * _MOST_REMARKS][:_MOST_REMARKS],
        other.end_stage_renal_amount, other.professional_component_amount,
    )  # fmt: skip
    if any(value not in {None, ""} for value in outpatient):
        out.add("MOA", *outpatient)
    add_party(out, "IL", other.subscriber)
    add_payer(out, other.payer, numbers=False)
    if other.adjudicated_on:
        out.add("DTP", "573", "D8", other.adjudicated_on)
    out.keep(other.payer.extra, "REF")
    out.add_if(other.payer_claim_number, "REF", "F8", other.payer_claim_number)
    out.keep([kept for kept in other.extra if kept[0] != "MIA"])


def _line(out: SetWriter, line: ServiceLine) -> None:
    out.add("LX", line.line_number)
    out.add(
        "SV1", procedure_of(line), line.charge_amount, line.unit_code, line.units,
        line.place_of_service_code, "", [*line.pointers], "", line.emergency_code, "",
        line.epsdt_code, line.family_planning_code, "", "", line.copay_status_code,
    )  # fmt: skip
    out.keep(line.extra, "SV5", "PWK", "CR1", "CR3", "CRC")
    build_period(out, "472", line.service_date_from, line.service_date_to)
    out.keep(line.extra, "DTP", *_LINE_BEFORE_NUMBERS)
    out.add_if(line.line_control_number, "REF", "6R", line.line_control_number)
    out.keep(line.extra, "REF", *_LINE_AFTER_NUMBERS)
    if line.ndc:
        build_drug(out, line.ndc)
    if line.rendering:
        add_provider(out, "82", line.rendering)
    out.keep(line.extra_roles)
    for decided in line.adjudications:
        build_adjudication(out, decided)
    out.keep([kept for kept in line.extra if kept[0] in {"LQ", "FRM"}])


def build_drug(out: SetWriter, ndc: Ndc) -> None:
    """Append 2410, the drug of a line."""
    out.add("LIN", "", "N4", ndc.code)
    out.add("CTP", "", "", "", ndc.quantity, [ndc.unit_code])
    out.keep(ndc.extra)


def procedure_of(line: Coded) -> list[str]:
    """The composite that names a procedure."""
    modifiers = [*line.modifiers, "", "", "", ""][:4]
    return [line.procedure_qualifier, line.procedure_code, *modifiers, line.description]


def build_adjudication(out: SetWriter, decided: LineAdjudication) -> None:
    """Append 2430, what another payer decided on a line."""
    out.add(
        "SVD", decided.payer_id, decided.paid_amount,
        procedure_of(decided) if decided.procedure_code else "", decided.revenue_code,
        decided.units, decided.bundled_line_number,
    )  # fmt: skip
    out.add_rows(cas_rows(decided.adjustments))
    if decided.adjudicated_on:
        out.add("DTP", "573", "D8", decided.adjudicated_on)
    if decided.remaining_amount is not None:
        out.add("AMT", "EAF", decided.remaining_amount)


def build_period(out: SetWriter, qualifier: str, first: date, last: date | None) -> None:
    """Append a DTP of one day or of a period."""
    if last is None or last == first:
        out.add("DTP", qualifier, "D8", first)
    else:
        out.add("DTP", qualifier, "RD8", f"{first:%Y%m%d}-{last:%Y%m%d}")
