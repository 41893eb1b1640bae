"""270 and 271: what no table can say (domain J)."""

from collections.abc import Iterator

from x12.errors import ERROR, WARNING, Fault
from x12.transactions.eligibility.model import (
    Benefit,
    EligibilityInquiry270,
    EligibilityResponse271,
    Member,
    Party,
)
from x12.values import npi_is_valid

_MOST_PERCENT = 1
_MONEY = frozenset({"B", "C", "G"})  # copayment, deductible, out-of-pocket: an amount belongs to it
_SHARE = "A"
_INACTIVE = frozenset({"6", "7", "8"})
_ACTIVE = frozenset({"1", "2", "3", "4", "5"})


def check_inquiry(record: EligibilityInquiry270) -> list[Fault]:
    """Somebody is asked for something, and the provider's number is one."""
    faults = list(_providers(record))
    for member in record.members():
        if not member.questions and not member.dependents:
            message = "nothing is asked about this person"
            faults.append(_fault("C-EQ", ERROR, member, message, "EQ"))
        if any(not (q.service_type_codes or q.procedure_code) for q in member.questions):
            message = "a question names neither a kind of service nor a procedure"
            faults.append(_fault("C-EQ", ERROR, member, message, "EQ"))
        if not (member.member_id or (member.last_name and member.birth_date)):
            message = "neither a member id nor a name with a birth date tells who is meant"
            faults.append(_fault("C-MEMBER", WARNING, member, message, "NM1"))
    return faults


def check_response(record: EligibilityResponse271) -> list[Fault]:
    """Amounts and shares stand where they belong, and nobody is covered and not covered."""
    faults = list(_providers(record))
    for member in record.members():
        for benefit in member.benefits:
            faults += _benefit(benefit)
        faults += _both(member)
    return faults


def _providers(record: EligibilityInquiry270 | EligibilityResponse271) -> Iterator[Fault]:
    for source in record.sources:
        for receiver in source.receivers:
            party: Party = receiver.party
            if party.identifier_qualifier == "XX" and not npi_is_valid(party.identifier):
                message = f"NPI {party.identifier[:12]} of the provider fails its check digit"
                yield Fault("C-NPI", ERROR, message, 0, "NM1", "NM109")


def _benefit(benefit: Benefit) -> Iterator[Fault]:
    place = benefit.segment_number
    if benefit.percent is not None and benefit.percent > _MOST_PERCENT:
        message = f"a share of {benefit.percent} is more than the whole; 0.2 is twenty percent"
        yield Fault("R-EB08", WARNING, message, place, "EB", "EB08", "0 to 1")
    if benefit.information_code in _MONEY and benefit.amount is None and benefit.percent is None:
        message = f"benefit {benefit.information_code} names no amount"
        yield Fault("R-EB07", WARNING, message, place, "EB", "EB07")
    if benefit.information_code == _SHARE and benefit.percent is None:
        message = "a coinsurance without its share"
        yield Fault("R-EB08", WARNING, message, place, "EB", "EB08", "0 to 1")


def _both(member: Member) -> Iterator[Fault]:
    """Active and inactive for the same kind of service is one answer too many."""
    by_kind: dict[tuple[str, str], set[bool]] = {}
    for benefit in member.benefits:
        if benefit.information_code in _ACTIVE | _INACTIVE and not benefit.procedure_code:
            for kind in benefit.service_type_codes or ("",):
                key = kind, benefit.plan_name
                by_kind.setdefault(key, set()).add(benefit.information_code in _ACTIVE)
    for (kind, _plan), answers in by_kind.items():
        if len(answers) > 1:
            message = f"service type {kind or 'of the plan'} is both active and inactive"
            yield _fault("R-EB01", WARNING, member, message, "EB")


def _fault(code: str, severity: str, member: Member, message: str, segment_id: str) -> Fault:
    return Fault(code, severity, message, member.segment_number, segment_id)
