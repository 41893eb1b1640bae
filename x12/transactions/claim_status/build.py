"""276 and 277 records to segments, in the order of the guide."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count

from x12.transactions.claim_status.model import (
    ClaimStatus,
    Entity,
    StatusClaim,
    StatusInquiry276,
    StatusLine,
    StatusPerson,
    StatusResponse277,
)
from x12.writer import SetWriter

Record = StatusInquiry276 | StatusResponse277


def build(record: Record) -> SetWriter:
    """The segments between ST and SE."""
    out = SetWriter()
    at, is_question = record.created_at, isinstance(record, StatusInquiry276)
    purpose, kind = ("13", "") if is_question else ("08", "DG")
    out.add("BHT", "0010", purpose, record.reference, at.date(), f"{at:%H%M}", kind)
    levels = count(1)
    for source in record.sources:
        top = _level(out, levels, "", "20", bool(source.receivers))
        _entity(out, source.entity)
        for receiver in source.receivers:
            middle = _level(out, levels, top, "21", bool(receiver.providers))
            _entity(out, receiver.entity)
            for provider in receiver.providers:
                below = _level(out, levels, middle, "19", bool(provider.persons))
                _entity(out, provider.entity)
                for person in provider.persons:
                    _person(out, levels, below, person, is_question=is_question)
    return out


def _level(
    out: SetWriter, levels: Iterator[int], parent: int | str, code: str, has_child: bool
) -> int:
    number = next(levels)
    out.add("HL", number, parent, code, "1" if has_child else "0")
    return number


def _entity(out: SetWriter, entity: Entity) -> None:
    out.add(
        "NM1", entity.role, entity.entity_type, entity.name, entity.first_name, "", "", "",
        entity.identifier_qualifier if entity.identifier else "", entity.identifier,
    )  # fmt: skip
    out.keep(entity.extra)


def _person(
    out: SetWriter, levels: Iterator[int], parent: int, person: StatusPerson, *, is_question: bool,
    is_dependent: bool = False,
) -> None:  # fmt: skip
    code = "23" if is_dependent else "22"
    own = _level(out, levels, parent, code, bool(person.dependents))
    born = person.birth_date
    out.add_if(born or person.sex, "DMG", "D8" if born else "", born, person.sex)
    out.keep(person.extra, "DMG")
    out.add(
        "NM1", "QC" if is_dependent else "IL", "1", person.last_name, person.first_name,
        person.middle_name, "", person.suffix,
        person.member_id_qualifier if person.member_id else "", person.member_id,
    )  # fmt: skip
    out.keep([kept for kept in person.extra if kept[0] != "DMG"])
    for claim in person.claims:
        _claim(out, claim, is_question=is_question)
    for dependent in person.dependents:
        _person(out, levels, own, dependent, is_question=is_question, is_dependent=True)


def _claim(out: SetWriter, claim: StatusClaim, *, is_question: bool) -> None:
    out.add("TRN", "1" if is_question else "2", claim.trace_number)
    _statuses(out, claim.statuses)
    out.add_if(claim.payer_claim_number, "REF", "1K", claim.payer_claim_number)
    out.keep(claim.extra, "REF")
    if claim.charge_amount is not None:
        out.add("AMT", "T3", claim.charge_amount)
    _days(out, claim.service_date_from, claim.service_date_to)
    out.keep([kept for kept in claim.extra if kept[0] != "REF"])
    for line in claim.lines:
        _line(out, line)


def _line(out: SetWriter, line: StatusLine) -> None:
    out.add(
        "SVC", [line.procedure_qualifier, line.procedure_code, *line.modifiers],
        line.charge_amount, line.paid_amount, "", "", "", line.units,
    )  # fmt: skip
    _statuses(out, line.statuses)
    out.add_if(line.line_control_number, "REF", "FJ", line.line_control_number)
    out.keep(line.extra, "REF")
    _days(out, line.service_date_from, line.service_date_to)
    out.keep([kept for kept in line.extra if kept[0] != "REF"])


def _days(out: SetWriter, first: date | None, last: date | None) -> None:
    if first is None:
        return
    if last is None:
        out.add("DTP", "472", "D8", first)
    else:
        out.add("DTP", "472", "RD8", f"{first:%Y%m%d}-{last:%Y%m%d}")


def _statuses(out: SetWriter, statuses: Iterable[ClaimStatus]) -> None:
    for status in statuses:
        reasons = [[r.category_code, r.status_code, r.entity_code] for r in status.reasons]
        first, second, third = [*reasons, "", "", ""][:3]
        out.add(
            "STC", first, status.date, "", status.charge_amount, status.paid_amount,
            status.decided_on, status.method_code, status.paid_on, status.check_number,
            second, third,
        )  # fmt: skip
