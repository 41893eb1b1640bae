"""270 and 271 as records: payers, providers, members, and what is asked or told of each."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from x12.transactions.adjustments import Kept
from x12.transactions.eligibility import VERSION


@dataclass(frozen=True, slots=True)
class Trace:
    """TRN: the number by which an answer is found; `kind` 1 is the sender's own, 2 the other's."""

    number: str
    originator: str = ""
    kind: str = "1"
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """AAA: why nothing could be told, and what to do then (domain J.4)."""

    reason_code: str
    follow_up_code: str = ""
    is_valid: str = "N"


@dataclass(frozen=True, slots=True)
class Period:
    """DTP: what kind of day or period, and its first and last day."""

    qualifier: str
    first: dt.date | None
    last: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """NM1: a payer, a provider or another organisation or person; REF and others in `extra`."""

    name: str
    identifier: str = ""
    identifier_qualifier: str = "PI"
    role: str = "PR"
    entity_type: str = "2"
    first_name: str = ""
    rejections: tuple[Rejection, ...] = ()
    extra: Kept = ()


@dataclass(frozen=True, slots=True)
class Question:
    """2110 of a 270: what coverage is asked for, by kinds of service or by a procedure."""

    service_type_codes: tuple[str, ...] = ("30",)
    procedure_qualifier: str = ""
    procedure_code: str = ""
    modifiers: tuple[str, ...] = ()
    coverage_level: str = ""
    periods: tuple[Period, ...] = ()
    extra: Kept = ()


@dataclass(frozen=True, slots=True)
class Benefit:
    """2110 of a 271: one thing that holds for the member (domain J.2).

    `percent` is a share of 1 (0.2 is twenty percent). `network` and `authorization` are Y, N, U;
    W for a benefit that holds in and out of network. Limits (HSD) and other bodies (2120) are kept.
    """

    information_code: str
    coverage_level: str = ""
    service_type_codes: tuple[str, ...] = ()
    insurance_type: str = ""
    plan_name: str = ""
    period_code: str = ""
    amount: Decimal | None = None
    percent: Decimal | None = None
    quantity_qualifier: str = ""
    quantity: Decimal | None = None
    authorization: str = ""
    network: str = ""
    procedure_qualifier: str = ""
    procedure_code: str = ""
    modifiers: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    messages: tuple[str, ...] = ()
    extra: Kept = ()
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """2000C or 2000D: a subscriber or a dependent. A 270 asks questions, a 271 tells benefits."""

    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    member_id: str = ""
    member_id_qualifier: str = "MI"
    birth_date: dt.date | None = None
    sex: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    relationship_code: str = ""
    traces: tuple[Trace, ...] = ()
    periods: tuple[Period, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    questions: tuple[Question, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    dependents: tuple["Member", ...] = ()
    extra: Kept = ()
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Receiver:
    """2000B: who asks, and the members asked for."""

    party: Party
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """2000A: the payer, and who asks it. `rejections` are those of the level itself."""

    party: Party
    receivers: tuple[Receiver, ...] = ()
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True)
class EligibilityInquiry270:
    """One 270 transaction. `reference` is BHT03, which the answer repeats."""

    reference: str
    created_at: dt.datetime
    sources: tuple[Source, ...]
    purpose_code: str = "13"
    transaction_type: str = ""
    transaction_control_number: str = "0001"
    set_code: str = field(default="270", init=False)
    functional_code: str = field(default="HS", init=False)
    version: str = field(default=VERSION, init=False)

    def members(self) -> Iterator[Member]:
        """Everybody asked for, subscribers before their dependents."""
        return _members(self.sources)


@dataclass(frozen=True, slots=True)
class EligibilityResponse271:
    """One 271 transaction. `reference` is the BHT03 of the 270."""

    reference: str
    created_at: dt.datetime
    sources: tuple[Source, ...]
    purpose_code: str = "11"
    transaction_type: str = ""
    transaction_control_number: str = "0001"
    set_code: str = field(default="271", init=False)
    functional_code: str = field(default="HB", init=False)
    version: str = field(default=VERSION, init=False)

    def members(self) -> Iterator[Member]:
        """Everybody told of, subscribers before their dependents."""
        return _members(self.sources)


def _members(sources: tuple[Source, ...]) -> Iterator[Member]:
    for source in sources:
        for receiver in source.receivers:
            for member in receiver.members:
                yield member
                yield from member.dependents
