"""What payers reject or underpay on in an 837I, beyond its structure (domain B.3, B.5, C.3)."""

import re
from collections.abc import Iterator
from datetime import date

from x12.errors import WARNING, Fault
from x12.transactions.claim_837i.model import (
    ClaimBatch837I,
    InstitutionalClaim,
    InstitutionalLine,
)
from x12.transactions.claim_837p.check import check_batch
from x12.transactions.claim_837p.check_cob import check_other_payers
from x12.transactions.claim_837p.check_common import (
    ICD,
    NDC,
    Where,
    check_earlier_claim,
    check_facility,
    check_provider,
    check_total,
)

MOST_LINES = 999
_PCS = re.compile(r"[0-9A-HJ-NP-Z]{7}", re.ASCII)
_REVENUE = re.compile(r"[0-9]{4}", re.ASCII)
_FACILITY = re.compile(r"[0-9]{2}", re.ASCII)
_FREQUENCIES = frozenset("0123456789ABCDEFGHIJKMOPXYZQ")
# Bills of a stay in a hospital: only they have an admission and its kind.
_INPATIENT = frozenset({"11", "12", "18", "21", "22", "28", "41", "65", "66", "86"})


def check(record: ClaimBatch837I) -> list[Fault]:
    """Every finding over the batch: identifiers, balances, codes, numbers that go together."""
    return check_batch(record.billing_providers, record.created_at.date(), check_claim)


def check_claim(
    claim: InstitutionalClaim, born_on: date | None, written_on: date
) -> Iterator[Fault]:
    """Every finding over one claim; `written_on` is the day of the file."""
    number = claim.patient_control_number
    where = Where(number, claim.segment_number, "2300", f"claim {number}: ")
    yield from check_total(claim, where)
    if not 1 <= len(claim.lines) <= MOST_LINES:
        yield where.fault("C-LINES", f"{len(claim.lines)} lines, 1 to 999 are allowed", "LX01")
    yield from _type_of_bill(claim, where)
    yield from _days(claim, where, born_on, written_on)
    yield from _codes(claim, where)
    for provider in (claim.attending, claim.operating):
        yield from check_provider(provider, where)
    yield from check_facility(claim.facility, where)
    yield from _lines(claim)
    yield from check_other_payers(claim)


def _type_of_bill(claim: InstitutionalClaim, where: Where) -> Iterator[Fault]:
    if not _FACILITY.fullmatch(claim.facility_type_code):
        yield where.fault("C-TOB", "the type of bill has not two digits", "CLM05-1")
    if claim.frequency_code not in _FREQUENCIES:
        message = f"frequency {claim.frequency_code} is none of the bill's"
        yield where.fault("C-FREQUENCY", message, "CLM05-3", WARNING)
    yield from check_earlier_claim(claim, where)
    if claim.facility_type_code in _INPATIENT and claim.admitted_at is None:
        message = "a stay has its day of admission (DTP 435)"
        yield where.fault("C-ADMISSION", message, "DTP03", WARNING)


def _days(
    claim: InstitutionalClaim, where: Where, born_on: date | None, written_on: date
) -> Iterator[Fault]:
    first, last = claim.statement_from, claim.statement_to
    if first is None or last is None:
        return  # the table says that they are missing
    if last < first:
        yield where.fault("C-DATE", "the statement ends before it begins", "DTP03")
    if last > written_on:
        yield where.fault("C-DATE", "the statement ends later than the file", "DTP03", WARNING)
    if born_on and first < born_on:
        yield where.fault("C-DATE", "the statement begins before the patient's birth", "DTP03")
    if claim.admitted_at is not None and claim.admitted_at.date() > last:
        yield where.fault("C-DATE", "the admission is later than the statement", "DTP03")


def _codes(claim: InstitutionalClaim, where: Where) -> Iterator[Fault]:
    told = [
        claim.principal_diagnosis.code, claim.admitting_diagnosis, *claim.patient_reasons,
        *(one.code for one in (*claim.external_causes, *claim.other_diagnoses)),
    ]  # fmt: skip
    for code in filter(None, told):
        if not ICD.fullmatch(code):
            message = f"{code[:10]!r} has not the shape of an ICD-10-CM code"
            yield where.fault("C-ICD", message, "HI01-2")
    billed = [claim.principal_diagnosis.code, *(one.code for one in claim.other_diagnoses)]
    if len(set(billed)) != len(billed):
        yield where.fault("C-DX", "a diagnosis comes twice", "HI01")
    yield from _procedures(claim, where)
    yield from _bill_codes(claim, where)


def _procedures(claim: InstitutionalClaim, where: Where) -> Iterator[Fault]:
    for procedure in claim.procedures:
        if not _PCS.fullmatch(procedure.code):
            message = f"{procedure.code[:10]!r} has not the shape of an ICD-10-PCS code"
            yield where.fault("C-PCS", message, "HI01-2")
        if procedure.performed_on is None:
            yield where.fault("C-PCS", "a procedure has no day", "HI01-4")


def _bill_codes(claim: InstitutionalClaim, where: Where) -> Iterator[Fault]:
    for span in claim.occurrence_spans:
        if span.on and span.to and span.to < span.on:
            yield where.fault("C-DATE", "an occurrence span ends before it begins", "HI01-4")
    for name, found in (
        ("condition code", claim.condition_codes),
        ("value code", tuple(one.code for one in claim.value_codes)),
    ):
        if len(set(found)) != len(found):
            yield where.fault("C-CODE", f"a {name} comes twice", "HI01")


def _lines(claim: InstitutionalClaim) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, line in enumerate(claim.lines, 1):
        words = f"claim {claim.patient_control_number}, line {number}: "
        where = Where(claim.patient_control_number, line.segment_number, "2400", words)
        if line.line_number != number:
            yield where.fault("C-LX", f"LX01 is {line.line_number}", "LX01")
        yield from _service(line, where)
        if line.line_control_number in seen - {""}:
            yield where.fault("C-6R", "the line control number is used twice", "REF02")
        seen.add(line.line_control_number)
        yield from _within(line, claim, where)


def _service(line: InstitutionalLine, where: Where) -> Iterator[Fault]:
    if not _REVENUE.fullmatch(line.revenue_code):
        yield where.fault("C-REVENUE", "the revenue code has not four digits", "SV201")
    if line.charge_amount < 0:
        yield where.fault("C-CHARGE", "the charge is negative", "SV203")
    if line.units <= 0:
        yield where.fault("C-UNITS", "the units are not more than none", "SV205")
    if (line.non_covered_amount or 0) > line.charge_amount:
        yield where.fault("C-CHARGE", "more is not covered than is charged", "SV207")
    if len(set(line.modifiers)) != len(line.modifiers):
        yield where.fault("C-MODIFIER", "a modifier comes twice", "SV202-3")
    if line.ndc and not NDC.fullmatch(line.ndc.code):
        yield where.fault("C-NDC", "the drug's number has not eleven digits", "LIN03")


def _within(line: InstitutionalLine, claim: InstitutionalClaim, where: Where) -> Iterator[Fault]:
    first, last = line.service_date_from, line.service_date_to or line.service_date_from
    if first is None or last is None:
        return
    if last < first:
        yield where.fault("C-DATE", "the service ends before it begins", "DTP03")
    begins, ends = claim.statement_from, claim.statement_to
    if begins and ends and not (begins <= first and last <= ends):
        message = "the service lies outside of the statement's days"
        yield where.fault("C-DATE", message, "DTP03", WARNING)
