"""What payers reject or underpay on in one claim of an 837P (domain B.4, B.5, B.7, A.3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from x12.errors import ERROR, WARNING, Fault
from x12.transactions.claim_837p.check_cob import check_other_payers
from x12.transactions.claim_837p.model import Claim, ProviderParty, ServiceLine
from x12.values import npi_is_valid, shown

MOST_LINES, MOST_DIAGNOSES, MOST_POINTERS, MOST_MODIFIERS = 50, 12, 4, 4
_ICD = re.compile(r"[A-Z][0-9][0-9AB][0-9A-Z]{0,4}", re.ASCII)
_PLACE = re.compile(r"[0-9]{2}", re.ASCII)
_NDC = re.compile(r"[0-9]{11}", re.ASCII)
_ORIGINAL, _CHANGES = "1", frozenset("78")


@dataclass(frozen=True, slots=True)
class _Where:
    """The claim and the segment that faults are about."""

    claim_number: str
    segment_number: int
    loop_id: str
    words: str = ""

    def fault(self, code: str, message: str, element: str, severity: str = ERROR) -> Fault:
        segment_id = element.split("-", maxsplit=1)[0][:-2]
        return Fault(code, severity, f"{self.words}{message}", self.segment_number, segment_id,
                     element, "", self.loop_id, self.claim_number)  # fmt: skip


def check_claim(claim: Claim, born_on: date | None, written_on: date) -> Iterator[Fault]:
    """Every finding over one claim; `written_on` is the day of the file."""
    number = claim.patient_control_number
    where = _Where(number, claim.segment_number, "2300", f"claim {number}: ")
    charged = sum([line.charge_amount for line in claim.lines], Decimal(0))
    if charged != claim.charge_amount:
        message = f"the lines come to {shown(charged)}, CLM02 says {shown(claim.charge_amount)}"
        yield where.fault("C-TOTAL", message, "CLM02")
    if not _PLACE.fullmatch(claim.place_of_service_code):
        yield where.fault("C-POS", "the place of service has not two digits", "CLM05-1")
    if not 1 <= len(claim.lines) <= MOST_LINES:
        yield where.fault("C-LINES", f"{len(claim.lines)} lines, 1 to 50 are allowed", "LX01")
    yield from _frequency(claim, where)
    yield from _diagnoses(claim, where)
    for provider in (claim.rendering, claim.referring):
        yield from _provider(provider, where)
    if claim.facility:
        if len(claim.facility.address.zip) != 9:
            yield where.fault("C-ZIP9", "the facility's ZIP code has not nine digits", "N403")
        if claim.facility.npi and not npi_is_valid(claim.facility.npi):
            message = "the facility's NPI does not pass its check digit"
            yield where.fault("C-NPI", message, "NM109")
    yield from _lines(claim, born_on, written_on)
    yield from check_other_payers(claim)


def _frequency(claim: Claim, where: _Where) -> Iterator[Fault]:
    if claim.frequency_code in _CHANGES and not claim.payer_claim_number:
        message = "frequency 7 and 8 need the payer's claim number"
        yield where.fault("C-F8", message, "REF02")
    if claim.frequency_code == _ORIGINAL and claim.payer_claim_number:
        yield where.fault("C-F8", "an original claim names no earlier one", "REF02")
    if claim.frequency_code not in _CHANGES | {_ORIGINAL}:
        message = f"frequency {claim.frequency_code} is none of 1, 7 and 8"
        yield where.fault("C-FREQUENCY", message, "CLM05-3", WARNING)


def _diagnoses(claim: Claim, where: _Where) -> Iterator[Fault]:
    count = len(claim.diagnoses)
    if not 1 <= count <= MOST_DIAGNOSES:
        yield where.fault("C-DX", f"{count} diagnoses, 1 to 12 are allowed", "HI01")
    for number, code in enumerate(claim.diagnoses, 1):
        if not _ICD.fullmatch(code):
            message = f"{code[:10]!r} has not the shape of an ICD-10-CM code"
            yield where.fault("C-ICD", message, f"HI{number:02d}-2")
    if len(set(claim.diagnoses)) != count:
        yield where.fault("C-DX", "a diagnosis comes twice", "HI01")


def _provider(provider: ProviderParty | None, where: _Where) -> Iterator[Fault]:
    if provider is None:
        return
    if not npi_is_valid(provider.npi):
        message = "a provider's NPI does not pass its check digit"
        yield where.fault("C-NPI", message, "NM109")


def _lines(claim: Claim, born_on: date | None, written_on: date) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, line in enumerate(claim.lines, 1):
        words = f"claim {claim.patient_control_number}, line {number}: "
        where = _Where(claim.patient_control_number, line.segment_number, "2400", words)
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
        yield from _provider(line.rendering, where)


def _pointers(line: ServiceLine, diagnoses: int, where: _Where) -> Iterator[Fault]:
    pointers = line.pointers
    if not 1 <= len(pointers) <= MOST_POINTERS:
        yield where.fault("C-POINTER", f"{len(pointers)} diagnosis pointers, 1 to 4 fit", "SV107")
    beyond = [pointer for pointer in pointers if not 1 <= pointer <= diagnoses]
    if beyond:
        message = f"pointer {beyond[0]} names none of the {diagnoses} diagnoses"
        yield where.fault("C-POINTER", message, "SV107")
    if len(set(pointers)) != len(pointers):
        yield where.fault("C-POINTER", "a diagnosis is pointed to twice", "SV107")


def _service(line: ServiceLine, where: _Where) -> Iterator[Fault]:
    if line.charge_amount < 0:
        yield where.fault("C-CHARGE", "the charge is negative", "SV102")
    if line.units <= 0:
        yield where.fault("C-UNITS", "the units are not more than none", "SV104")
    if len(line.modifiers) > MOST_MODIFIERS:
        yield where.fault("C-MODIFIER", "more than four modifiers", "SV101-3")
    if len(set(line.modifiers)) != len(line.modifiers):
        yield where.fault("C-MODIFIER", "a modifier comes twice", "SV101-3")
    if line.ndc and not _NDC.fullmatch(line.ndc.code):
        yield where.fault("C-NDC", "the drug's number has not eleven digits", "LIN03")


def _dates(
    line: ServiceLine, born_on: date | None, written_on: date, where: _Where
) -> Iterator[Fault]:
    last = line.service_date_to or line.service_date_from
    if last < line.service_date_from:
        yield where.fault("C-DATE", "the service ends before it begins", "DTP03")
    if last > written_on:  # a file knows its own day only, so whoever knows today decides
        yield where.fault("C-DATE", "the service is later than the file", "DTP03", WARNING)
    if born_on and line.service_date_from < born_on:
        yield where.fault("C-DATE", "the service is earlier than the patient's birth", "DTP03")
