"""276 and 277 as records: payer, receiver, provider, person, and each claim and its status."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from x12.transactions.adjustments import Kept
from x12.transactions.claim_status import VERSION


@dataclass(frozen=True, slots=True)
class Reason:
    """One composite of an STC: category, status and, where it says so, whose it is."""

    category_code: str
    status_code: str
    entity_code: str = ""


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """STC: where a claim or a line stands, and what was paid. Up to three reasons."""

    reasons: tuple[Reason, ...]
    date: dt.date | None = None
    charge_amount: Decimal | None = None
    paid_amount: Decimal | None = None
    decided_on: dt.date | None = None
    method_code: str = ""
    paid_on: dt.date | None = None
    check_number: str = ""


@dataclass(frozen=True, slots=True)
class StatusLine:
    """2210D or 2220D: one service line. `paid_amount` and statuses only in a 277."""

    procedure_code: str
    charge_amount: Decimal
    procedure_qualifier: str = "HC"
    modifiers: tuple[str, ...] = ()
    paid_amount: Decimal | None = None
    units: Decimal | None = None
    statuses: tuple[ClaimStatus, ...] = ()
    line_control_number: str = ""
    service_date_from: dt.date | None = None
    service_date_to: dt.date | None = None
    extra: Kept = ()


@dataclass(frozen=True, slots=True)
class StatusClaim:
    """2200: one claim, traced by its number. `payer_claim_number` is REF 1K."""

    trace_number: str
    payer_claim_number: str = ""
    charge_amount: Decimal | None = None
    statuses: tuple[ClaimStatus, ...] = ()
    service_date_from: dt.date | None = None
    service_date_to: dt.date | None = None
    lines: tuple[StatusLine, ...] = ()
    extra: Kept = ()
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class StatusPerson:
    """2000D or 2000E: a subscriber or a dependent, and the claims for that person."""

    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    member_id: str = ""
    member_id_qualifier: str = "MI"
    birth_date: dt.date | None = None
    sex: str = ""
    claims: tuple[StatusClaim, ...] = ()
    dependents: tuple["StatusPerson", ...] = ()
    extra: Kept = ()
    segment_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Entity:
    """NM1 of a level, with the traces and statuses that stand for all below it in `extra`."""

    name: str
    identifier: str = ""
    identifier_qualifier: str = "PI"
    role: str = "PR"
    entity_type: str = "2"
    first_name: str = ""
    extra: Kept = ()


@dataclass(frozen=True, slots=True)
class StatusProvider:
    """2000C: a provider of service and its patients."""

    entity: Entity
    persons: tuple[StatusPerson, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusReceiver:
    """2000B: who asks."""

    entity: Entity
    providers: tuple[StatusProvider, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusSource:
    """2000A: the payer."""

    entity: Entity
    receivers: tuple[StatusReceiver, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusInquiry276:
    """One 276 transaction."""

    reference: str
    created_at: dt.datetime
    sources: tuple[StatusSource, ...]
    transaction_control_number: str = "0001"
    set_code: str = field(default="276", init=False)
    functional_code: str = field(default="HR", init=False)
    version: str = field(default=VERSION, init=False)

    def claims(self) -> Iterator[StatusClaim]:
        """Every claim asked for."""
        return _claims(self.sources)


@dataclass(frozen=True, slots=True)
class StatusResponse277:
    """One 277 transaction; `reference` is that of the question."""

    reference: str
    created_at: dt.datetime
    sources: tuple[StatusSource, ...]
    transaction_control_number: str = "0001"
    set_code: str = field(default="277", init=False)
    functional_code: str = field(default="HN", init=False)
    version: str = field(default=VERSION, init=False)

    def claims(self) -> Iterator[StatusClaim]:
        """Every claim told of."""
        return _claims(self.sources)


def persons_of(sources: tuple[StatusSource, ...]) -> Iterator[StatusPerson]:
    """Everybody, subscribers before their dependents."""
    for source in sources:
        for receiver in source.receivers:
            for provider in receiver.providers:
                for person in provider.persons:
                    yield person
                    yield from person.dependents


def _claims(sources: tuple[StatusSource, ...]) -> Iterator[StatusClaim]:
    for person in persons_of(sources):
        yield from person.claims
