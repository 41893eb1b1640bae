"""Eligibility and claim status at random, as valid as a careful sender would make them."""

from datetime import date, datetime
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.x12.strategies import CENTS, CODES, DAYS, MODIFIERS, NPIS, STATES, numbers, words
from x12.transactions.claim_status.model import (
    ClaimStatus,
    Entity,
    Reason,
    StatusClaim,
    StatusInquiry276,
    StatusLine,
    StatusPerson,
    StatusProvider,
    StatusReceiver,
    StatusResponse277,
    StatusSource,
)
from x12.transactions.eligibility.model import (
    Benefit,
    EligibilityInquiry270,
    EligibilityResponse271,
    Member,
    Party,
    Period,
    Question,
    Receiver,
    Rejection,
    Source,
    Trace,
)

CREATED = st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2026, 12, 31)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
TYPES = st.lists(st.sampled_from(["30", "98", "MH", "UC", "1"]), min_size=1, unique=True).map(tuple)
PERHAPS = st.none() | CENTS


def listed(one: SearchStrategy[object], least: int = 0, most: int = 2) -> SearchStrategy[object]:
    return st.lists(one, min_size=least, max_size=most).map(tuple)


def periods(*qualifiers: str) -> SearchStrategy[Period]:
    last = st.none() | st.dates(min_value=date(2027, 1, 1), max_value=date(2028, 1, 1))
    return st.builds(Period, qualifier=st.sampled_from(qualifiers), first=DAYS, last=last)


TRACES = st.builds(
    Trace,
    number=numbers(30),
    originator=st.just("9SUMMIT001"),
    kind=st.just("1"),
    reference=st.just("") | words(20),
)
REJECTIONS = st.builds(
    Rejection,
    reason_code=st.sampled_from(["42", "71", "75"]),
    follow_up_code=st.sampled_from("CNRY"),
)
PAYERS = st.builds(Party, name=words(40), identifier=numbers(12))
ASKERS = st.builds(
    Party, name=words(40), identifier=NPIS, identifier_qualifier=st.just("XX"), role=st.just("1P")
)
QUESTIONS = st.builds(
    Question, service_type_codes=TYPES, coverage_level=st.sampled_from(["", "IND", "FAM"])
)
BENEFITS = st.builds(
    Benefit,
    information_code=st.sampled_from(["1", "A", "B", "C", "F", "G"]),
    coverage_level=st.sampled_from(["", "IND", "FAM"]),
    service_type_codes=TYPES,
    insurance_type=st.sampled_from(["", "HM", "12"]),
    plan_name=st.just("") | words(40),
    period_code=st.sampled_from(["", "23", "27", "29"]),
    amount=PERHAPS,
    percent=st.none() | st.integers(min_value=0, max_value=100).map(lambda n: Decimal(n) / 100),
    authorization=st.sampled_from(["", "Y", "N", "U"]),
    network=st.sampled_from(["", "Y", "N", "W"]),
    periods=listed(periods("348", "291")),
    messages=listed(words(80)),
)


def _person(kind: type, **more: SearchStrategy[object]) -> SearchStrategy[object]:
    return st.builds(
        kind,
        last_name=words(40),
        first_name=words(25),
        member_id=numbers(20),
        birth_date=DAYS,
        sex=st.sampled_from("FM"),
        **more,
    )


def _members(**told: SearchStrategy[object]) -> SearchStrategy[object]:
    shared: dict[str, SearchStrategy[object]] = {
        "line1": st.just("") | words(40).map(lambda text: f"1 {text}"),
        "city": words(30, 2),
        "state": STATES,
        "zip": st.just("800011234"),
        "relationship_code": st.just("18"),
        "traces": listed(TRACES),
        **told,
    }
    dependents = _person(Member, **{**shared, "relationship_code": st.just("19")})
    return _person(Member, **shared, dependents=listed(dependents, most=1))


def _sources(members: SearchStrategy[object]) -> SearchStrategy[object]:
    receivers = st.builds(Receiver, party=ASKERS, members=listed(members, least=1))
    return listed(st.builds(Source, party=PAYERS, receivers=listed(receivers, least=1)), least=1)


ELIGIBILITY_QUESTIONS = st.builds(
    EligibilityInquiry270,
    reference=numbers(20),
    created_at=CREATED,
    sources=_sources(
        _members(questions=listed(QUESTIONS, least=1), periods=listed(periods("291"), most=1))
    ),
)
ELIGIBILITY_ANSWERS = st.builds(
    EligibilityResponse271,
    reference=numbers(20),
    created_at=CREATED,
    sources=_sources(
        _members(
            benefits=listed(BENEFITS, most=3),
            rejections=listed(REJECTIONS),
            periods=listed(periods("346", "356")),
        )
    ),
)
STATUSES = st.builds(
    ClaimStatus,
    reasons=listed(
        st.builds(
            Reason, st.sampled_from(["P1", "P3"]), numbers(3, 1), st.sampled_from(["", "PR"])
        ),
        least=1,
        most=3,
    ),
    date=DAYS,
    charge_amount=st.just(Decimal(5_001)),
    paid_amount=PERHAPS,
    decided_on=st.none() | DAYS,
    check_number=st.just("") | numbers(16),
)
STATUS_DAYS = {
    "service_date_from": DAYS,
    "service_date_to": st.none() | st.just(date(2027, 1, 1)),
}


def _claims(*, is_answer: bool) -> SearchStrategy[object]:
    statuses = listed(STATUSES, least=1) if is_answer else st.just(())
    lines = st.builds(
        StatusLine,
        procedure_code=CODES,
        charge_amount=CENTS,
        modifiers=MODIFIERS.map(tuple),
        paid_amount=PERHAPS if is_answer else st.none(),
        units=st.just(Decimal(1)),
        statuses=statuses,
        line_control_number=st.just("") | numbers(20),
        **STATUS_DAYS,
    )
    return st.builds(
        StatusClaim,
        trace_number=st.uuids().map(lambda found: found.hex[:20].upper()),
        payer_claim_number=st.just("") | numbers(20),
        charge_amount=st.none() if is_answer else PERHAPS,
        statuses=statuses,
        lines=listed(lines),
        **STATUS_DAYS,
    )


def _status_sources(*, is_answer: bool) -> SearchStrategy[object]:
    claims = listed(_claims(is_answer=is_answer), least=1)
    born = {"birth_date": st.none(), "sex": st.just("")} if is_answer else {}
    people = {
        "last_name": words(40), "first_name": words(25), "member_id": numbers(20),
        "birth_date": DAYS, "sex": st.sampled_from("FM"), **born, "claims": claims,
    }  # fmt: skip
    dependents = st.builds(StatusPerson, **people)
    persons = st.builds(StatusPerson, **people, dependents=listed(dependents, most=1))
    providers = st.builds(
        StatusProvider,
        entity=st.builds(Entity, words(40), NPIS, st.just("XX"), st.just("1P")),
        persons=listed(persons, least=1),
    )
    receivers = st.builds(
        StatusReceiver,
        entity=st.builds(Entity, words(40), numbers(12), st.just("46"), st.just("41")),
        providers=listed(providers, least=1, most=1),
    )
    return listed(
        st.builds(
            StatusSource,
            entity=st.builds(Entity, words(40), numbers(12)),
            receivers=listed(receivers, least=1, most=1),
        ),
        least=1,
        most=1,
    )


STATUS_QUESTIONS = st.builds(
    StatusInquiry276,
    reference=numbers(20),
    created_at=CREATED,
    sources=_status_sources(is_answer=False),
)
STATUS_ANSWERS = st.builds(
    StatusResponse277,
    reference=numbers(20),
    created_at=CREATED,
    sources=_status_sources(is_answer=True),
)
