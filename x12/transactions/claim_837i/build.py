"""837I records to segments, in the order of the guide; the levels are those of an 837P."""

from x12.transactions.claim_837i.codes import code_rows
from x12.transactions.claim_837i.model import (
    ClaimBatch837I,
    InstitutionalClaim,
    InstitutionalLine,
)
from x12.transactions.claim_837p.build import build_batch
from x12.transactions.claim_837p.build_claim import (
    build_adjudication,
    build_drug,
    build_other_payer,
    build_period,
    procedure_of,
)
from x12.transactions.claim_837p.build_parties import add_facility, add_provider
from x12.writer import SetWriter

_BEFORE_NUMBERS = ("PWK", "CN1")
_AFTER_NUMBERS = ("K3", "NTE", "CRC")
_LINE_AFTER_NUMBERS = ("AMT", "NTE", "HCP")


def build(batch: ClaimBatch837I) -> SetWriter:
    """The segments between ST and SE."""
    return build_batch(batch, batch.billing_providers, _claim)


def _claim(out: SetWriter, claim: InstitutionalClaim) -> None:
    out.add(
        "CLM", claim.patient_control_number, claim.charge_amount, "", "",
        [claim.facility_type_code, "A", claim.frequency_code], "", claim.assignment_code,
        claim.benefits_assigned, claim.release_code, "", "", "", "", "", "", "", "", "", "",
        claim.delay_reason_code,
    )  # fmt: skip
    _days(out, claim)
    out.keep(claim.extra, "DTP")
    if claim.admission_type_code or claim.admission_source_code or claim.patient_status_code:
        out.add(
            "CL1", claim.admission_type_code, claim.admission_source_code,
            claim.patient_status_code,
        )  # fmt: skip
    out.keep(claim.extra, *_BEFORE_NUMBERS)
    if claim.patient_due_amount is not None:
        out.add("AMT", "F3", claim.patient_due_amount)
    out.keep(claim.extra, "AMT")
    out.add_if(claim.referral_number, "REF", "9F", claim.referral_number)
    out.add_if(claim.prior_authorization_number, "REF", "G1", claim.prior_authorization_number)
    out.add_if(claim.payer_claim_number, "REF", "F8", claim.payer_claim_number)
    out.add_if(claim.medical_record_number, "REF", "EA", claim.medical_record_number)
    out.keep(claim.extra, "REF", *_AFTER_NUMBERS)
    for row in code_rows(claim):
        out.add(*row)
    out.keep(claim.extra, "HI", "HCP")
    if claim.attending is not None:
        add_provider(out, "71", claim.attending)
    if claim.operating is not None:
        add_provider(out, "72", claim.operating)
    if claim.facility is not None:
        add_facility(out, claim.facility)
    out.keep(claim.extra_roles)
    for other in claim.other_payers:
        build_other_payer(out, other)
    for line in claim.lines:
        _line(out, line)


def _days(out: SetWriter, claim: InstitutionalClaim) -> None:
    out.add_if(claim.discharge_hour, "DTP", "096", "TM", claim.discharge_hour)
    if claim.statement_from is not None and claim.statement_to is not None:
        period = f"{claim.statement_from:%Y%m%d}-{claim.statement_to:%Y%m%d}"
        out.add("DTP", "434", "RD8", period)
    if claim.admitted_at is not None:
        form, text = ("DT", "%Y%m%d%H%M") if claim.admission_has_hour else ("D8", "%Y%m%d")
        out.add("DTP", "435", form, f"{claim.admitted_at:{text}}")


def _line(out: SetWriter, line: InstitutionalLine) -> None:
    out.add("LX", line.line_number)
    out.add(
        "SV2", line.revenue_code, procedure_of(line) if line.procedure_code else "",
        line.charge_amount, line.unit_code, line.units, "", line.non_covered_amount,
    )  # fmt: skip
    out.keep(line.extra, "PWK")
    if line.service_date_from is not None:
        build_period(out, "472", line.service_date_from, line.service_date_to)
    out.keep(line.extra, "DTP")
    out.add_if(line.line_control_number, "REF", "6R", line.line_control_number)
    out.keep(line.extra, "REF", *_LINE_AFTER_NUMBERS)
    if line.ndc is not None:
        build_drug(out, line.ndc)
    out.keep(line.extra_roles)
    for decided in line.adjudications:
        build_adjudication(out, decided)
