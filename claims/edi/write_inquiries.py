"""Writing a 270 or a 276, and checking the very bytes that will leave."""

from dataclasses import replace
from typing import TypeVar

import x12
from claims.edi.inquiry_records import (
    AskedLine,
    Asker,
    CoverageQuestion,
    Insured,
    StatusQuestion,
)
from claims.edi.write_837p import check_file
from core.errors import ApplicationError
from x12.transactions.claim_status.model import (
    Entity,
    StatusClaim,
    StatusInquiry276,
    StatusLine,
    StatusPerson,
    StatusProvider,
    StatusReceiver,
    StatusSource,
)
from x12.transactions.eligibility.model import (
    EligibilityInquiry270,
    Member,
    Party,
    Period,
    Question,
    Receiver,
    Source,
    Trace,
)

_SELF = "18"
_SEXES = frozenset({"F", "M"})  # a question knows no U
Named = TypeVar("Named", Member, StatusPerson)


def write_270(asker: Asker, question: CoverageQuestion) -> bytes:
    """One question about one person's coverage. Raises ApplicationError when it cannot be."""
    if question.dependent is None:
        subscriber = _asked(_as(Member, question.subscriber, question.member_id), asker, question)
    else:
        dependent = replace(
            _as(Member, question.dependent), relationship_code=question.relationship_code
        )
        subscriber = replace(
            _as(Member, question.subscriber, question.member_id),
            dependents=(_asked(dependent, asker, question),),
        )
    provider = Party(asker.provider_name, asker.provider_npi, "XX", "1P")
    source = Source(
        Party(asker.payer_name, asker.payer_number), (Receiver(provider, (subscriber,)),)
    )
    return _write(asker, EligibilityInquiry270(asker.reference, asker.written_at, (source,)))


def _asked(member: Member, asker: Asker, question: CoverageQuestion) -> Member:
    """The one whom the question is about."""
    return replace(
        member,
        traces=(Trace(asker.reference, f"9{asker.provider_tax_id}"),),
        periods=(Period("291", question.service_on),),
        questions=(Question(question.service_types),),
    )


def write_276(asker: Asker, question: StatusQuestion) -> bytes:
    """One question about one claim and its lines. Raises ApplicationError."""
    claim = StatusClaim(
        trace_number=asker.reference,
        payer_claim_number=question.payer_claim_number,
        charge_amount=question.charge_amount,
        service_date_from=question.service_date_from,
        service_date_to=(
            question.service_date_to
            if question.service_date_to != question.service_date_from
            else None
        ),
        lines=tuple(_line(line) for line in question.lines),
        extra=(("REF", "EJ", question.claim_number),),
    )
    subscriber = _as(StatusPerson, question.subscriber, question.member_id)
    if question.dependent is None:
        subscriber = replace(subscriber, claims=(claim,))
    else:
        dependent = replace(_as(StatusPerson, question.dependent), claims=(claim,))
        subscriber = replace(subscriber, birth_date=None, sex="", dependents=(dependent,))
    provider = Entity(asker.provider_name, asker.provider_npi, "XX", "1P")
    receiver = Entity(asker.provider_name, asker.sender_id, "46", "41")
    payer = Entity(asker.payer_name, asker.payer_number)
    source = StatusSource(
        payer, (StatusReceiver(receiver, (StatusProvider(provider, (subscriber,)),)),)
    )
    return _write(asker, StatusInquiry276(asker.reference, asker.written_at, (source,)))


def _write(asker: Asker, record: EligibilityInquiry270 | StatusInquiry276) -> bytes:
    envelope = x12.Envelope(
        sender_id=asker.sender_id,
        receiver_id=asker.receiver_id,
        created_at=asker.written_at,
        interchange_control_number=asker.interchange_control_number,
        group_control_number=asker.group_control_number,
        usage=asker.usage,
        acknowledgement_requested=False,
    )
    try:
        content = x12.write_interchange(envelope, [record])
    except x12.X12Error as error:
        raise ApplicationError(_cannot(str(error.faults[0])), code="x12") from error
    faults = check_file(content)
    if faults:
        raise ApplicationError(_cannot(faults[0]), code="x12")
    return content


def _cannot(fault: str) -> str:
    return f"The question cannot be written: {fault}"


def _as(kind: type[Named], person: Insured, member_id: str = "") -> Named:
    """The person as one or the other question names them."""
    return kind(
        last_name=person.last_name,
        first_name=person.first_name,
        middle_name=person.middle_name,
        suffix=person.suffix,
        member_id=member_id,
        birth_date=person.birth_date,
        sex=person.sex if person.birth_date and person.sex in _SEXES else "",
    )


def _line(line: AskedLine) -> StatusLine:
    return StatusLine(
        procedure_code=line.procedure_code,
        charge_amount=line.charge_amount,
        modifiers=line.modifiers,
        units=line.units,
        line_control_number=line.control_number,
        service_date_from=line.service_date,
    )
