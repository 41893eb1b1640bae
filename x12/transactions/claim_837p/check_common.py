"""What payers reject on in a claim of either guide, professional or institutional."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from x12.errors import ERROR, Fault
from x12.transactions.claim_837p.check_cob import DecidedClaim
from x12.transactions.claim_837p.model import FacilityParty, ProviderParty
from x12.values import npi_is_valid, shown

ORIGINAL, CHANGES = "1", frozenset("78")
ICD = re.compile(r"[A-Z][0-9][0-9AB][0-9A-Z]{0,4}", re.ASCII)
NDC = re.compile(r"[0-9]{11}", re.ASCII)


class NumberedClaim(Protocol):
    """A claim of either guide, with its frequency and the payer's number."""

    @property
    def frequency_code(self) -> str:
        """CLM05-3."""

    @property
    def payer_claim_number(self) -> str:
        """REF F8."""


@dataclass(frozen=True, slots=True)
class Where:
    """The claim and the segment that faults are about; `words` begin each message."""

    claim_number: str
    segment_number: int
    loop_id: str
    words: str = ""

    def fault(self, code: str, message: str, element: str, severity: str = ERROR) -> Fault:
        """What is wrong at `element`, for example `CLM05-3`."""
        segment_id = element.split("-", maxsplit=1)[0][:-2]
        return Fault(code, severity, f"{self.words}{message}", self.segment_number, segment_id,
                     element, "", self.loop_id, self.claim_number)  # fmt: skip


def check_total(claim: DecidedClaim, where: Where) -> Iterator[Fault]:
    """The lines come to the claim's charge (domain B.4)."""
    charged = sum([line.charge_amount for line in claim.lines], Decimal(0))
    if charged != claim.charge_amount:
        message = f"the lines come to {shown(charged)}, CLM02 says {shown(claim.charge_amount)}"
        yield where.fault("C-TOTAL", message, "CLM02")


def check_earlier_claim(claim: NumberedClaim, where: Where) -> Iterator[Fault]:
    """A claim that changes an earlier one names it, an original names none (domain B.7)."""
    if claim.frequency_code in CHANGES and not claim.payer_claim_number:
        message = "frequency 7 and 8 need the payer's claim number"
        yield where.fault("C-F8", message, "REF02")
    if claim.frequency_code == ORIGINAL and claim.payer_claim_number:
        yield where.fault("C-F8", "an original claim names no earlier one", "REF02")


def check_provider(provider: ProviderParty | None, where: Where) -> Iterator[Fault]:
    """The NPI of a provider, where one is named, passes its check digit."""
    if provider is not None and not npi_is_valid(provider.npi):
        message = "a provider's NPI does not pass its check digit"
        yield where.fault("C-NPI", message, "NM109")


def check_facility(facility: FacilityParty | None, where: Where) -> Iterator[Fault]:
    """The place of service has nine digits of ZIP and, if it has an NPI, a true one."""
    if facility is None:
        return
    if len(facility.address.zip) != 9:
        yield where.fault("C-ZIP9", "the facility's ZIP code has not nine digits", "N403")
    if facility.npi and not npi_is_valid(facility.npi):
        message = "the facility's NPI does not pass its check digit"
        yield where.fault("C-NPI", message, "NM109")
