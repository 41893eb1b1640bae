"""276 and 277: what no table can say (domain D)."""

from collections import Counter
from collections.abc import Iterator

from x12.errors import ERROR, WARNING, Fault
from x12.transactions.claim_status.model import (
    StatusClaim,
    StatusInquiry276,
    StatusResponse277,
    StatusSource,
    persons_of,
)
from x12.values import npi_is_valid

_FINAL = "F"  # categories that say the claim is finished
_PAID = "F1"


def check_inquiry(record: StatusInquiry276) -> list[Fault]:
    """Each person has a claim to ask for, and no two questions share a trace number."""
    faults = list(_providers(record.sources))
    for person in persons_of(record.sources):
        if not person.claims and not person.dependents:
            message = "no claim of this person is asked for"
            faults.append(Fault("C-TRN", ERROR, message, person.segment_number, "TRN"))
    traces = Counter(claim.trace_number for claim in record.claims())
    for claim in record.claims():
        if traces[claim.trace_number] > 1:
            message = f"trace number {claim.trace_number} stands for more than one question"
            faults.append(_fault("C-TRN", ERROR, claim, message, "TRN02"))
    return faults


def check_response(record: StatusResponse277) -> list[Fault]:
    """A claim that was paid says how much, and not more than was charged."""
    faults = list(_providers(record.sources))
    for claim in record.claims():
        faults += _claim(claim)
    return faults


def _claim(claim: StatusClaim) -> Iterator[Fault]:
    for status in claim.statuses:
        categories = {reason.category_code for reason in status.reasons}
        if _PAID in categories and status.paid_amount is None:
            message = "category F1 says that the claim was paid, and no amount is given"
            yield _fault("R-STC05", WARNING, claim, message, "STC05")
        if len({code[:1] == _FINAL for code in categories}) > 1:
            message = "one status says both that the claim is finished and that it is not"
            yield _fault("R-STC01", WARNING, claim, message, "STC01")
        charge, paid = status.charge_amount, status.paid_amount
        if charge is not None and paid is not None and paid > charge:
            message = f"{paid} was paid of {charge}"
            yield _fault("R-STC05", WARNING, claim, message, "STC05")


def _providers(sources: tuple[StatusSource, ...]) -> Iterator[Fault]:
    for source in sources:
        for receiver in source.receivers:
            for provider in receiver.providers:
                entity = provider.entity
                if entity.identifier_qualifier == "XX" and not npi_is_valid(entity.identifier):
                    message = f"NPI {entity.identifier[:12]} of the provider fails its check digit"
                    yield Fault("C-NPI", ERROR, message, 0, "NM1", "NM109")


def _fault(code: str, severity: str, claim: StatusClaim, message: str, element: str) -> Fault:
    return Fault(code, severity, message, claim.segment_number, element[:3], element,
                 claim_number=claim.trace_number)  # fmt: skip
