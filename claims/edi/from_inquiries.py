"""271 and 277 (the answer to a 276) to records."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from claims.edi.inquiry_records import (
    BenefitItem,
    ClaimStatusAnswer,
    CoverageAnswer,
    LineStatus,
    Refusal,
    Span,
    StatusAnswer,
)
from claims.edi.records import Status
from x12.transactions.claim_status import model as model_277
from x12.transactions.eligibility import model as model_271

PAYER, PROVIDER, SUBSCRIBER, DEPENDENT, BENEFIT = (
    "payer", "provider", "subscriber", "dependent", "benefit",
)  # fmt: skip
_GROUP_NUMBERS = frozenset({"6P", "1L"})
_OUR_CLAIM_NUMBER = "EJ"
_ANSWERS_A_TRACE = "2"


def coverage_answer(record: model_271.EligibilityResponse271) -> CoverageAnswer:
    """A 271: about the dependent where there is one, else about the subscriber."""
    members = list(record.members())
    person = members[-1] if members else model_271.Member()
    subscriber = members[0] if members else person
    return CoverageAnswer(
        reference=record.reference,
        traces=tuple(
            trace.number
            for member in members
            for trace in member.traces
            if trace.kind == _ANSWERS_A_TRACE
        ),
        member_id=subscriber.member_id,
        last_name=person.last_name,
        first_name=person.first_name,
        birth_date=person.birth_date,
        group_number=next(
            (
                kept[2]
                for kept in subscriber.extra
                if kept[:1] == ("REF",) and kept[1] in _GROUP_NUMBERS
            ),
            "",
        ),
        spans=tuple(_spans(person.periods or subscriber.periods)),
        refusals=tuple(_refusals(record)),
        benefits=tuple(_benefit(item) for item in person.benefits),
    )


def status_answer(record: model_277.StatusResponse277) -> StatusAnswer:
    """A 277: each claim that it tells of, and what stands above all claims."""
    return StatusAnswer(
        reference=record.reference,
        claims=tuple(_claim(claim) for claim in record.claims()),
        refusals=tuple(_above(record)),
    )


def _refusals(record: model_271.EligibilityResponse271) -> Iterator[Refusal]:
    for source in record.sources:
        yield from _of(PAYER, [*source.rejections, *source.party.rejections])
        for receiver in source.receivers:
            yield from _of(PROVIDER, receiver.party.rejections)
            for member in receiver.members:
                yield from _of(SUBSCRIBER, member.rejections)
                yield from _of(BENEFIT, _inside(member))
                for dependent in member.dependents:
                    yield from _of(DEPENDENT, dependent.rejections)
                    yield from _of(BENEFIT, _inside(dependent))


def _inside(member: model_271.Member) -> list[model_271.Rejection]:
    return [found for benefit in member.benefits for found in benefit.rejections]


def _of(level: str, rejections: Iterable[model_271.Rejection]) -> Iterator[Refusal]:
    for one in rejections:
        yield Refusal(one.reason_code, one.follow_up_code, level)


def _spans(periods: Iterable[model_271.Period]) -> Iterator[Span]:
    for period in periods:
        if period.first is not None:
            yield Span(period.qualifier, period.first, period.last)


def _benefit(item: model_271.Benefit) -> BenefitItem:
    return BenefitItem(
        code=item.information_code,
        level=item.coverage_level,
        service_types=item.service_type_codes,
        plan_name=item.plan_name,
        period=item.period_code,
        amount=item.amount,
        percent=item.percent,
        quantity_unit=item.quantity_qualifier or _delivery(item.extra)[0],
        quantity=item.quantity if item.quantity is not None else _delivery(item.extra)[1],
        authorization=item.authorization,
        network=item.network,
        procedure_code=item.procedure_code,
        messages=item.messages,
        other=tuple(_bodies(item.extra)),
    )


def _delivery(extra: Iterable[tuple[str, ...]]) -> tuple[str, Decimal | None]:
    """The unit and count of the first HSD."""
    for kept in extra:
        if kept[0] == "HSD" and len(kept) > 2 and kept[2].replace(".", "", 1).isdigit():
            return kept[1], Decimal(kept[2])
    return "", None


def _bodies(extra: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """The other bodies of loop 2120 with the telephone number beside them, if there is one."""
    name = ""
    for kept in extra:
        if kept[0] == "NM1":
            if name:
                yield name
            parts = [*kept, "", "", "", ""]
            name = " ".join(filter(None, (parts[4], parts[3])))
        elif kept[0] == "PER" and name and "TE" in kept:
            number = kept[kept.index("TE") + 1] if kept.index("TE") + 1 < len(kept) else ""
            name = f"{name}, {number}" if number else name
    if name:
        yield name


def _claim(claim: model_277.StatusClaim) -> ClaimStatusAnswer:
    first = claim.statuses[0] if claim.statuses else None
    return ClaimStatusAnswer(
        trace=claim.trace_number,
        claim_number=next(
            (kept[2] for kept in claim.extra if kept[:2] == ("REF", _OUR_CLAIM_NUMBER)), ""
        ),
        statuses=_statuses(claim.statuses),
        effective_on=first.date if first else None,
        payer_claim_number=claim.payer_claim_number,
        paid_amount=first.paid_amount if first else None,
        paid_on=(first.paid_on or first.decided_on) if first else None,
        check_number=first.check_number if first else "",
        lines=tuple(
            LineStatus(
                line.line_control_number,
                line.procedure_code,
                _statuses(line.statuses),
                line.paid_amount,
            )
            for line in claim.lines
        ),
    )


def _statuses(statuses: Iterable[model_277.ClaimStatus]) -> tuple[Status, ...]:
    return tuple(
        Status(reason.category_code, reason.status_code, reason.entity_code)
        for status in statuses
        for reason in status.reasons
    )


def _above(record: model_277.StatusResponse277) -> Iterator[Status]:
    """STC that stand at payer, receiver or provider: kept as they came."""
    entities = []
    for source in record.sources:
        entities.append(source.entity)
        for receiver in source.receivers:
            entities.append(receiver.entity)
            entities += [provider.entity for provider in receiver.providers]
    for entity in entities:
        for kept in entity.extra:
            if kept[0] == "STC" and len(kept) > 1:
                yield _composite(kept[1])


def _composite(text: str) -> Status:
    category, status, entity, *_ = [*text.split(":"), "", ""]
    return Status(category, status, entity)
