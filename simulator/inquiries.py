"""Questions in real time: 270 answered by a 271, 276 by a 277, in the very call that asks."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

import x12
from simulator.answers import Address, Letter
from simulator.behaviours import forced_inquiry
from simulator.config import Config
from simulator.intake import UnknownSender
from simulator.outbox import next_letter
from simulator.payer import PayerConfig
from simulator.status import status_of
from simulator.store import Store
from x12.errors import ERROR
from x12.transactions.claim_status.model import (
    StatusClaim,
    StatusInquiry276,
    StatusPerson,
    StatusResponse277,
    StatusSource,
)
from x12.transactions.eligibility.model import (
    Benefit,
    EligibilityInquiry270,
    EligibilityResponse271,
    Member,
    Period,
    Receiver,
    Rejection,
    Source,
    Trace,
)

SLOW_SECONDS, SILENT_SECONDS = 8, 60
_PLAN = ("30",)
_VISIT, _THERAPY = "98", "PT"
_RETRY = frozenset({"42", "80"})
_NO_PAYER = "T4"


class NoQuestion(Exception):
    """The body is no interchange with one 270 or 276 that can be read."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer, how long the payer takes for it, and which fate it was. No content: no answer."""

    content: bytes
    kind: str
    fate: str
    seconds: int = 0


def answer_question(
    store: Store, config: Config, content: bytes, *, at: datetime, sender_id: str = ""
) -> Reply:
    """Answer one question; `sender_id` is who it must be from, "" for whoever its ISA names.

    Raises NoQuestion and UnknownSender.
    """
    interchanges = list(x12.read_interchanges(content))
    records = [item.record for one in interchanges for item in one.transactions]
    faulty = any(fault.severity == ERROR for one in interchanges for fault in one.all_faults)
    if len(interchanges) != 1 or len(records) != 1 or faulty:
        raise NoQuestion
    found, record = interchanges[0], records[0]
    allowed = {sender_id} if sender_id else config.sender_ids
    if found.sender_id not in allowed:
        raise UnknownSender
    with store.transaction():
        address = Address(found.sender_id, "callback", found.usage or "P")
        letter = next_letter(store, config, address, at)
        if isinstance(record, EligibilityInquiry270):
            return _eligibility(letter, record)
        if isinstance(record, StatusInquiry276):
            return _status(store, letter, record)
    raise NoQuestion


def _eligibility(letter: Letter, question: EligibilityInquiry270) -> Reply:
    config = letter.config
    subscriber = next(question.members())
    person = subscriber.dependents[0] if subscriber.dependents else subscriber
    fate = forced_inquiry(config.inquiries, person.last_name, subscriber.member_id) or "active"
    payer = config.payers.get(question.sources[0].party.identifier)
    if payer is None:
        fate = f"aaa_{_NO_PAYER}"
    told = _person(person, fate, payer)
    member = (
        told
        if person is subscriber
        else replace(subscriber, questions=(), traces=(), periods=(), dependents=(told,))
    )
    source, receiver = question.sources[0], question.sources[0].receivers[0]
    answer = EligibilityResponse271(
        reference="STRANGER" if fate == "stranger" else question.reference,
        created_at=letter.at,
        sources=(
            Source(
                replace(source.party, name=payer.name if payer else source.party.name),
                (Receiver(receiver.party, (member,)),),
            ),
        ),
    )
    return _reply(letter, answer, "270", fate)


def _person(asked: Member, fate: str, payer: PayerConfig | None) -> Member:
    """The member as the payer has it: with a reason why not, or with what holds for it."""
    traces = tuple(replace(one, kind="2") for one in asked.traces)
    if fate == "stranger":
        traces = (Trace("STRANGER", kind="2"),)
    day = next((one.first for one in asked.periods if one.first), date(2026, 1, 1))
    if fate.startswith("aaa_") or payer is None:
        reason = fate.removeprefix("aaa_")
        follow_up = "R" if reason in _RETRY else "C"
        return replace(
            asked, questions=(), periods=(), traces=traces,
            rejections=(Rejection(reason, follow_up),), relationship_code="",
        )  # fmt: skip
    if fate == "inactive":
        benefits: tuple[Benefit, ...] = (Benefit("6", service_type_codes=_PLAN),)
        periods: tuple[Period, ...] = ()
    else:
        benefits = tuple(_benefits(payer))
        last = date(day.year, 1, 31) if fate == "ended" else date(day.year, 12, 31)
        periods = (
            Period("346", date(day.year, 1, 1)),
            Period("347", last),
        )
    return replace(asked, questions=(), periods=periods, traces=traces, benefits=benefits)


def _benefits(payer: PayerConfig) -> list[Benefit]:
    """What the payer's own terms give, the very ones that it pays by."""
    inside = Benefit("", "IND", _PLAN, network="Y")
    found = [Benefit("1", "IND", _PLAN, plan_name=f"{payer.name} PLAN"[:50])]
    if payer.deductible:
        left = (payer.deductible * Decimal("0.4")).quantize(Decimal("0.01"))
        found += _total_and_left(inside, "C", payer.deductible, left)
    if payer.copay:
        visit = replace(inside, information_code="B", service_type_codes=(_VISIT,))
        found.append(replace(visit, period_code="27", amount=payer.copay))
    share = payer.coinsurance_percent.normalize()
    found.append(replace(inside, information_code="A", percent=share))
    found += _total_and_left(inside, "G", Decimal(4000), Decimal(2150))
    therapy = replace(inside, information_code="F", service_type_codes=(_THERAPY,))
    found.append(
        replace(
            therapy,
            period_code="23",
            quantity_qualifier="VS",
            quantity=Decimal(20),
            authorization="Y",
        )
    )
    return found


def _total_and_left(inside: Benefit, code: str, total: Decimal, left: Decimal) -> list[Benefit]:
    """A limit of the calendar year, and what is left of it."""
    limit = replace(inside, information_code=code)
    return [
        replace(limit, period_code="23", amount=total),
        replace(limit, period_code="29", amount=left),
    ]


def _status(store: Store, letter: Letter, question: StatusInquiry276) -> Reply:
    config = letter.config
    source = question.sources[0]
    provider = source.receivers[0].providers[0]
    subscriber = provider.persons[0]
    person = subscriber.dependents[0] if subscriber.dependents else subscriber
    claims, fate = [], "active"
    for claim in person.claims:
        fate = forced_inquiry(
            config.inquiries, person.last_name, _claim_number(claim), subscriber.member_id
        )
        claims.append(status_of(store, letter, claim, fate=fate, claim_number=_claim_number(claim)))
    told: StatusPerson = replace(person, birth_date=None, sex="", claims=tuple(claims))
    top = (
        told
        if person is subscriber
        else replace(subscriber, birth_date=None, sex="", dependents=(told,))
    )
    receiver = replace(source.receivers[0], providers=(replace(provider, persons=(top,)),))
    answer = StatusResponse277(
        reference=question.reference,
        created_at=letter.at,
        sources=(StatusSource(source.entity, (receiver,)),),
    )
    return _reply(letter, answer, "276", fate)


def _claim_number(claim: StatusClaim) -> str:
    return next((kept[2] for kept in claim.extra if kept[:2] == ("REF", "EJ")), claim.trace_number)


def _reply(letter: Letter, answer: object, kind: str, fate: str) -> Reply:
    if fate == "silent":
        return Reply(b"", kind, fate, SILENT_SECONDS)
    if fate == "down":
        return Reply(b"", kind, fate)
    content = letter.write(answer)
    if fate == "garbled":
        content = content[: len(content) // 2]
    return Reply(content, kind, fate or "active", SLOW_SECONDS if fate == "slow" else 0)
