"""What payers reject or underpay on in one claim of an 837P (domain B.4, B.5, B.7, A.3)."""

import re
from collections.abc import Iterator
from datetime import date

from x12.errors import WARNING, Fault
from x12.transactions.claim_837p.check_cob import check_other_payers
from x12.transactions.claim_837p.check_common import (
    CHANGES,
    ICD,
    NDC,
    ORIGINAL,
    Where,
    check_earlier_claim,
    check_facility,
    check_provider,
    check_total,
)
from x12.transactions.claim_837p.model import Claim, ServiceLine

MOST_LINES, MOST_DIAGNOSES, MOST_POINTERS, MOST_MODIFIERS = 50, 12, 4, 4
_PLACE = re.compile(r"[0-9]{2}", re.ASCII)


def check_claim(claim: Claim, born_on: date | None, written_on: date) -> Iterator[Fault]:
    """Every finding over one claim; `written_on` is the day of the file."""
    number = claim.patient_control_number
    where = Where(number, claim.segment_number, "2300", f"claim {number}: ")
    yield from check_total(claim, where)
    if not _PLACE.fullmatch(claim.place_of_service_code):
        yield where.fault("C-POS", "the place of service has not two digits", "CLM05-1")
    if not 1 <= len(claim.lines) <= MOST_LINES:
        yield where.fault("C-LINES", f"{len(claim.lines)} lines, 1 to 50 are allowed", "LX01")
    yield from _frequency(claim, where)
    yield from _diagnoses(claim, where)
    for provider in (claim.rendering, claim.referring):
        yield from check_provider(provider, where)
    yield from check_facility(claim.facility, where)
    yield from _lines(claim, born_on, written_on)
    yield from check_other_payers(claim)


def _frequency(claim: Claim, where: Where) -> Iterator[Fault]:
    yield from check_earlier_claim(claim, where)
    if claim.frequency_code not in CHANGES | {ORIGINAL}:
        message = f"frequency {claim.frequency_code} is none of 1, 7 and 8"
        yield where.fault("C-FREQUENCY", message, "CLM05-3", WARNING)


def _diagnoses(claim: Claim, where: Where) -> Iterator[Fault]:
    count = len(claim.diagnoses)
    if not 1 <= count <= MOST_DIAGNOSES:
        yield where.fault("C-DX", f"{count} diagnoses, 1 to 12 are allowed", "HI01")
    for number, code in enumerate(claim.diagnoses, 1):
        if not ICD.fullmatch(code):
            message = f"{code[:10]!r} has not the shape of an ICD-10-CM code"
            yield where.fault("C-ICD", message, f"HI{number:02d}-2")
    if len(set(claim.diagnoses)) != count:
        yield where.fault("C-DX", "a diagnosis comes twice", "HI01")


def _lines(claim: Claim, born_on: date | None, written_on: date) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, line in enumerate(claim.lines, 1):
        words = f"claim {claim.patient_control_number}, line {number}: "
        where = Where(claim.patient_control_number, line.segment_number, "2400", words)
        if line.line_number != number:
            yield where.fault("C-LX", f"LX01 is {line.line_number}", "LX01")
        yield from _pointers(line, len(claim.diagnoses), where)
        yield from _service(line, where)
        yield from _dates(line, born_on, written_on, where)
        if not line.line_control_number:
            message = "there is no line control number to post the answer by"
            yield where.fault("C-6R", message, "REF02", WARNING)
        elif line.line_control_number in seen:
            yield where.fault("C-6R", "the line control number is used twice", "REF02")
        seen.add(line.line_control_number)
        yield from check_provider(line.rendering, where)


def _pointers(line: ServiceLine, diagnoses: int, where: Where) -> Iterator[Fault]:
    pointers = line.pointers
    if not 1 <= len(pointers) <= MOST_POINTERS:
        yield where.fault("C-POINTER", f"{len(pointers)} diagnosis pointers, 1 to 4 fit", "SV107")
    beyond = [pointer for pointer in pointers if not 1 <= pointer <= diagnoses]
    if beyond:
        message = f"pointer {beyond[0]} names none of the {diagnoses} diagnoses"
        yield where.fault("C-POINTER", message, "SV107")
    if len(set(pointers)) != len(pointers):
        yield where.fault("C-POINTER", "a diagnosis is pointed to twice", "SV107")


def _service(line: ServiceLine, where: Where) -> Iterator[Fault]:
    if line.charge_amount < 0:
        yield where.fault("C-CHARGE", "the charge is negative", "SV102")
    if line.units <= 0:
        yield where.fault("C-UNITS", "the units are not more than none", "SV104")
    if len(line.modifiers) > MOST_MODIFIERS:
        yield where.fault("C-MODIFIER", "more than four modifiers", "SV101-3")
    if len(set(line.modifiers)) != len(line.modifiers):
        yield where.fault("C-MODIFIER", "a modifier comes twice", "SV101-3")
    if line.ndc and not NDC.fullmatch(line.ndc.code):
        yield where.fault("C-NDC", "the drug's number has not eleven digits", "LIN03")


def _dates(
    line: ServiceLine, born_on: date | None, written_on: date, where: Where
) -> Iterator[Fault]:
    last = line.service_date_to or line.service_date_from
    if last < line.service_date_from:
        yield where.fault("C-DATE", "the service ends before it begins", "DTP03")
    if last > written_on:  # a file knows its own day only, so whoever knows today decides
        yield where.fault("C-DATE", "the service is later than the file", "DTP03", WARNING)
    if born_on and line.service_date_from < born_on:
        yield where.fault("C-DATE", "the service is earlier than the patient's birth", "DTP03")
