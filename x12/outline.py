"""Records in words: what a biller wants to see of a file at a glance."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from x12.transactions.ack_277ca.model import ClaimAcknowledgement277
from x12.transactions.ack_999.model import Acknowledgement999
from x12.transactions.claim_837i.model import (
    ClaimBatch837I,
    InstitutionalClaim,
    InstitutionalLine,
)
from x12.transactions.claim_837p.model import Claim, ClaimBatch837P, ServiceLine
from x12.transactions.claim_status.model import StatusInquiry276, StatusResponse277
from x12.transactions.eligibility.model import (
    Benefit,
    EligibilityInquiry270,
    EligibilityResponse271,
    Member,
)
from x12.transactions.remittance_835.model import Adjustment, Remittance, RemittanceLine

_VERDICTS = {"A": "accepted", "E": "accepted with errors", "P": "partly accepted", "R": "rejected"}
_STATUSES = {
    "1": "processed as primary", "2": "processed as secondary", "3": "processed as tertiary",
    "4": "patient not known", "19": "primary, forwarded", "20": "secondary, forwarded",
    "21": "tertiary, forwarded", "22": "reversal", "23": "forwarded, not theirs",
    "25": "price only",
}  # fmt: skip


def outline(record: Any) -> Iterator[str]:
    """The lines that tell what `record` says."""
    for kind, tell in _TELL.items():
        if isinstance(record, kind):
            yield from tell(record)


def _batch(record: ClaimBatch837P | ClaimBatch837I) -> Iterator[str]:
    claims: Sequence[Claim | InstitutionalClaim] = record.claims()
    total = sum([claim.charge_amount for claim in claims], Decimal(0))
    yield f"batch {record.reference}: {len(claims)} claims for {_money(total)}"
    for loop in record.billing_providers:
        yield f"billed by {loop.provider.name}, NPI {loop.provider.npi}"
        for subscriber in loop.subscribers:
            yield f"  to {subscriber.payer.name} ({subscriber.payer.payer_id})"
            for claim in subscriber.claims:
                yield from _claim(claim, subscriber.subscriber.last_name)
            for patient in subscriber.patients:
                for claim in patient.claims:
                    yield from _claim(claim, patient.patient.last_name)


def _claim(claim: Claim | InstitutionalClaim, patient: str) -> Iterator[str]:
    change = {"7": ", replaces ", "8": ", voids "}.get(claim.frequency_code, "")
    earlier = f"{change}{claim.payer_claim_number}" if change else ""
    yield (
        f"    claim {claim.patient_control_number} for {patient}: "
        f"{_money(claim.charge_amount)}, {_what(claim)}{earlier}"
    )
    yield from (f"      {_service(line)}" for line in claim.lines)


def _what(claim: Claim | InstitutionalClaim) -> str:
    if isinstance(claim, Claim):
        return f"diagnoses {' '.join(claim.diagnoses)}"
    return (
        f"bill {claim.type_of_bill} of {claim.statement_from} to {claim.statement_to}, "
        f"diagnosis {claim.principal_diagnosis.code}"
    )


def _service(line: ServiceLine | InstitutionalLine) -> str:
    if isinstance(line, InstitutionalLine):
        code = "-".join(filter(None, [line.procedure_code, *line.modifiers]))
        return (
            f"line {line.line_number}: revenue {line.revenue_code}{code and f' {code}'}, "
            f"{line.units} {line.unit_code} for {_money(line.charge_amount)}"
        )
    code = "-".join([line.procedure_code, *line.modifiers])
    return (
        f"line {line.line_number}: {code} on {line.service_date_from}, {line.units} "
        f"{line.unit_code} for {_money(line.charge_amount)}"
    )


def _remittance(record: Remittance) -> Iterator[str]:
    yield (
        f"{record.payer.name} pays {record.payee.name} {_money(record.payment_amount)} by "
        f"{record.method_code} on {record.paid_on}, trace {record.trace_number}"
    )
    for claim in record.claims:
        status = _STATUSES.get(claim.status_code, claim.status_code)
        yield (
            f"  claim {claim.patient_control_number} for {claim.patient_last_name}, {status}: "
            f"charge {_money(claim.charge_amount)}, paid {_money(claim.paid_amount)}"
            f"{_adjusted(claim.adjustments)}"
        )
        yield from (f"    {_paid(line)}" for line in claim.lines)
    for one in record.provider_adjustments:
        yield f"  provider adjustment {one.reason_code} {one.reference}: {_money(one.amount)}"


def _paid(line: RemittanceLine) -> str:
    code = "-".join([line.procedure_code, *line.modifiers])
    return (
        f"{code} on {line.service_date_from}: charge {_money(line.charge_amount)}, paid "
        f"{_money(line.paid_amount)}{_adjusted(line.adjustments)}"
    )


def _adjusted(adjustments: tuple[Adjustment, ...]) -> str:
    return "".join(f", {a.group_code}-{a.reason_code} {_money(a.amount)}" for a in adjustments)


def _acknowledgement(record: Acknowledgement999) -> Iterator[str]:
    verdict = _VERDICTS.get(record.verdict, record.verdict)
    yield (
        f"group {record.group_control_number} is {verdict}: {record.accepted_count} of "
        f"{record.received_count} sets"
    )
    for one in record.sets:
        verdict = _VERDICTS.get(one.verdict, one.verdict)
        yield f"  {one.set_code} {one.set_control_number} is {verdict}"
        for error in one.errors:
            places = ", ".join(f"element {e.position} error {e.error_code}" for e in error.elements)
            claim = f" of claim {error.context}" if error.context else ""
            yield (
                f"    segment {error.position} {error.segment_id}{claim}: error "
                f"{error.error_code}{'; ' if places else ''}{places}"
            )


def _claims(record: ClaimAcknowledgement277) -> Iterator[str]:
    yield (
        f"{record.source_name} answers batch {record.batch_reference}: {record.accepted_count} "
        f"accepted, {record.rejected_count} rejected"
    )
    for claim in record.claims:
        verdict = "rejected" if claim.is_rejected else "accepted"
        codes = " ".join(
            ":".join(filter(None, (s.category_code, s.status_code, s.entity_code)))
            for s in claim.statuses
        )
        number = f", theirs {claim.payer_claim_number}" if claim.payer_claim_number else ""
        yield f"  claim {claim.patient_control_number} is {verdict} ({codes}){number}"


_KINDS_OF_BENEFIT = {
    "A": "coinsurance", "B": "copayment", "C": "deductible", "F": "limit", "G": "out-of-pocket",
    "I": "not covered", "6": "inactive", "7": "inactive", "8": "inactive",
}  # fmt: skip
_PERIODS = {"23": "a calendar year", "27": "a visit", "29": "remaining", "32": "a lifetime"}


def _question(record: EligibilityInquiry270) -> Iterator[str]:
    for member in record.members():
        yield from _member(member)
        for one in member.questions:
            what = " ".join([*one.service_type_codes, one.procedure_code]).strip()
            yield f"    asks for {what or 'nothing'}"


def _benefits(record: EligibilityResponse271) -> Iterator[str]:
    for source in record.sources:
        yield from (
            f"{source.party.name} cannot answer: {r.reason_code}" for r in source.rejections
        )
    for member in record.members():
        yield from _member(member)
        for why in member.rejections:
            yield f"    not found: {why.reason_code}, then {why.follow_up_code}"
        yield from (f"    {_benefit(one)}" for one in member.benefits)


def _member(member: Member) -> Iterator[str]:
    yield f"  {member.last_name}, {member.first_name}, member {member.member_id or 'without id'}"


def _benefit(one: Benefit) -> str:
    active = "active" if one.information_code in "12345" else one.information_code
    kind = _KINDS_OF_BENEFIT.get(one.information_code, active)
    what = " ".join([*one.service_type_codes, one.procedure_code]).strip()
    amount = f" {_money(one.amount)}" if one.amount is not None else ""
    share = f" {one.percent * 100:.0f} %" if one.percent is not None else ""
    ending = f" {_PERIODS[one.period_code]}" if one.period_code in _PERIODS else ""
    network = {"Y": ", in network", "N": ", out of network"}.get(one.network, "")
    return f"{kind}{amount}{share}{ending}{f' for {what}' if what else ''}{network}"


def _asked(record: StatusInquiry276) -> Iterator[str]:
    for claim in record.claims():
        yield f"  asks for claim {claim.trace_number} of {claim.service_date_from}"


def _status(record: StatusResponse277) -> Iterator[str]:
    for claim in record.claims():
        reasons = " ".join(
            f"{reason.category_code}:{reason.status_code}"
            for status in claim.statuses
            for reason in status.reasons
        )
        paid = next((s.paid_amount for s in claim.statuses if s.paid_amount is not None), None)
        ending = f", paid {_money(paid)}" if paid is not None else ""
        yield f"  claim {claim.trace_number}: {reasons}{ending}"


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"


_TELL: dict[type, Callable[[Any], Iterator[str]]] = {
    ClaimBatch837P: _batch,
    ClaimBatch837I: _batch,
    Remittance: _remittance,
    Acknowledgement999: _acknowledgement,
    ClaimAcknowledgement277: _claims,
    EligibilityInquiry270: _question,
    EligibilityResponse271: _benefits,
    StatusInquiry276: _asked,
    StatusResponse277: _status,
}
