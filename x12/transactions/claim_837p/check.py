"""What payers reject or underpay on in an 837P, beyond its structure (domain B.3 to B.7)."""

import re
from collections.abc import Iterator
from decimal import Decimal

from x12.errors import ERROR, WARNING, Fault
from x12.transactions.claim_837p.model import (
    BillingProvider,
    Claim,
    ClaimBatch837P,
    Party,
    ProviderParty,
    SubscriberLoop,
)

_ICD = re.compile(r"[A-Z][0-9A-Z]{2}[0-9A-Z]{0,4}", re.ASCII)
_TAXONOMY = re.compile(r"[0-9A-Z]{9}X", re.ASCII)
MOST_LINES, MOST_DIAGNOSES, MOST_POINTERS = 50, 12, 4


def check(record: ClaimBatch837P) -> list[Fault]:
    """Every finding over the batch: identifiers, balances, pointers, numbers that go together."""
    return list(_batch(record))


def npi_is_valid(npi: str) -> bool:
    """Ten digits whose Luhn sum with the constant 24 ends in zero (domain B.5)."""
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()) or npi[0] not in "12":
        return False
    total = 24
    for place, digit in enumerate(reversed(npi)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def _batch(record: ClaimBatch837P) -> Iterator[Fault]:
    for loop in record.billing_providers:
        yield from _billing_provider(loop.provider)
        for subscriber in loop.subscribers:
            yield from _subscriber(subscriber)


def _billing_provider(provider: BillingProvider) -> Iterator[Fault]:
    if not npi_is_valid(provider.npi):
        yield _fault("C-NPI", "the billing provider's NPI does not pass its check digit", "NM109")
    if not (len(provider.tax_id) == 9 and provider.tax_id.isdigit()):
        yield _fault("C-TIN", "the billing provider's tax id has not nine digits", "REF02")
    if len(provider.address.zip) != 9:
        yield _fault("C-ZIP9", "the billing provider's ZIP code has not nine digits", "N403")
    if provider.taxonomy_code and not _TAXONOMY.fullmatch(provider.taxonomy_code):
        yield _fault("C-TAXONOMY", "the taxonomy code is not well formed", "PRV03")
    if re.match(r"P\.? ?O\.? BOX", provider.address.line1):
        yield _fault("C-POBOX", "the billing address is a post office box", "N301")


def _subscriber(loop: SubscriberLoop) -> Iterator[Fault]:
    is_patient = loop.relationship_code == "18"
    if not loop.subscriber.member_id:
        yield _fault("C-MEMBER", "the subscriber has no member id", "NM109")
    if is_patient:
        yield from _described(loop.subscriber, "subscriber")
        if loop.patients:
            yield _fault("C-HL", "the subscriber is the patient, yet a patient follows", "HL04")
    elif not loop.patients:
        yield _fault("C-HL", "the subscriber is not the patient, and no patient follows", "HL04")
    if not loop.claim_filing_code:
        yield _fault("C-FILING", "the kind of plan is missing", "SBR09")
    claims = [*loop.claims, *(claim for patient in loop.patients for claim in patient.claims)]
    for patient in loop.patients:
        yield from _described(patient.patient, "patient")
    for claim in claims:
        yield from _claim(claim)


def _described(party: Party, who: str) -> Iterator[Fault]:
    if not (party.last_name and party.first_name):
        yield _fault("C-NAME", f"the {who}'s name is not complete", "NM103")
    if party.birth_date is None or not party.sex:
        yield _fault("C-DMG", f"the {who}'s birth date or sex is missing", "DMG02")
    if party.address is None or not party.address.zip:
        yield _fault("C-ADDRESS", f"the {who}'s address is not complete", "N403")


def _claim(claim: Claim) -> Iterator[Fault]:
    name = f"claim {claim.patient_control_number}"
    charged = sum((line.charge_amount for line in claim.lines), Decimal(0))
    if charged != claim.charge_amount:
        yield _fault(
            "C-TOTAL", f"{name}: the lines come to {charged}, CLM02 says {claim.charge_amount}",
            "CLM02",
        )  # fmt: skip
    if claim.frequency_code in {"7", "8"} and not claim.payer_claim_number:
        yield _fault("C-F8", f"{name}: frequency 7 and 8 need the payer's claim number", "REF02")
    if claim.frequency_code == "1" and claim.payer_claim_number:
        yield _fault("C-F8", f"{name}: an original claim names no earlier one", "REF02")
    if not 1 <= len(claim.diagnoses) <= MOST_DIAGNOSES:
        yield _fault(
            "C-DX", f"{name}: {len(claim.diagnoses)} diagnoses, 1 to 12 are allowed", "HI01"
        )
    for code in claim.diagnoses:
        if not _ICD.fullmatch(code):
            yield _fault("C-ICD", f"{name}: {code[:10]} has not the shape of a diagnosis", "HI01")
    if not 1 <= len(claim.lines) <= MOST_LINES:
        yield _fault("C-LINES", f"{name}: {len(claim.lines)} lines, 1 to 50 are allowed", "LX01")
    for provider in (claim.rendering, claim.referring):
        yield from _provider(provider, name)
    if claim.facility and len(claim.facility.address.zip) != 9:
        yield _fault("C-ZIP9", f"{name}: the facility's ZIP code has not nine digits", "N403")
    yield from _lines(claim, name)


def _provider(provider: ProviderParty | None, name: str) -> Iterator[Fault]:
    if provider and not npi_is_valid(provider.npi):
        yield _fault("C-NPI", f"{name}: a provider's NPI does not pass its check digit", "NM109")


def _lines(claim: Claim, name: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for line in claim.lines:
        place = f"{name}, line {line.line_number}"
        wrong = [p for p in line.pointers if not 1 <= p <= len(claim.diagnoses)]
        if wrong or not line.pointers or len(line.pointers) > MOST_POINTERS:
            yield _fault("C-POINTER", f"{place}: the diagnosis pointers do not fit", "SV107")
        if len(set(line.pointers)) != len(line.pointers):
            yield _fault("C-POINTER", f"{place}: a diagnosis is pointed to twice", "SV107")
        if line.charge_amount < 0:
            yield _fault("C-CHARGE", f"{place}: the charge is negative", "SV102")
        if line.units <= 0:
            yield _fault("C-UNITS", f"{place}: the units are not positive", "SV104")
        if not line.line_control_number:
            yield _fault("C-6R", f"{place}: there is no line control number", "REF02", WARNING)
        elif line.line_control_number in seen:
            yield _fault("C-6R", f"{place}: the line control number is used twice", "REF02")
        seen.add(line.line_control_number)
        yield from _provider(line.rendering, place)


def _fault(code: str, message: str, element: str, severity: str = ERROR) -> Fault:
    return Fault(code, severity, message, 0, element[:-2], element)
