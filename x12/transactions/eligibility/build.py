"""270 and 271 records to segments, in the order of the guide."""

from collections.abc import Iterable, Iterator
from itertools import count

from x12.transactions.eligibility.model import (
    Benefit,
    EligibilityInquiry270,
    EligibilityResponse271,
    Member,
    Party,
    Period,
    Question,
    Rejection,
    Trace,
)
from x12.writer import Element, Repeated, SetWriter

_PART_OF_PARTY = ("PER", "REF", "N3", "N4")


def build(record: EligibilityInquiry270 | EligibilityResponse271) -> SetWriter:
    """The segments between ST and SE."""
    out = SetWriter()
    at = record.created_at
    out.add(
        "BHT", "0022", record.purpose_code, record.reference, at.date(), f"{at:%H%M}",
        record.transaction_type,
    )  # fmt: skip
    levels = count(1)
    for source in record.sources:
        top = next(levels)
        out.add("HL", top, "", "20", "1" if source.receivers else "0")
        _rejections(out, source.rejections)
        _party(out, source.party)
        for receiver in source.receivers:
            middle = next(levels)
            out.add("HL", middle, top, "21", "1" if receiver.members else "0")
            _party(out, receiver.party)
            for member in receiver.members:
                _member(out, member, middle, levels)
    return out


def _party(out: SetWriter, party: Party) -> None:
    out.add(
        "NM1", party.role, party.entity_type, party.name, party.first_name, "", "", "",
        party.identifier_qualifier if party.identifier else "", party.identifier,
    )  # fmt: skip
    out.keep(party.extra, *_PART_OF_PARTY)
    _rejections(out, party.rejections)
    out.keep([kept for kept in party.extra if kept[0] not in _PART_OF_PARTY])


def _member(
    out: SetWriter,
    member: Member,
    parent: int,
    levels: Iterator[int],
    *,
    is_dependent: bool = False,
) -> None:
    own = next(levels)
    code = "23" if is_dependent else "22"
    out.add("HL", own, parent, code, "1" if member.dependents else "0")
    _traces(out, member.traces)
    out.add(
        "NM1", "03" if is_dependent else "IL", "1", member.last_name, member.first_name,
        member.middle_name, "", member.suffix,
        member.member_id_qualifier if member.member_id else "", member.member_id,
    )  # fmt: skip
    out.keep(member.extra, "REF")
    out.add_if(member.line1, "N3", member.line1, member.line2)
    out.add_if(
        member.city or member.state or member.zip, "N4", member.city, member.state, member.zip
    )
    out.keep(member.extra, "N4")
    _rejections(out, member.rejections)
    out.keep(member.extra, "PRV")
    _person(out, member)
    out.keep(member.extra, "INS", "HI")
    _periods(out, member.periods)
    out.keep([kept for kept in member.extra if kept[0] not in _PLACED])
    for question in member.questions:
        _question(out, question)
    for benefit in member.benefits:
        _benefit(out, benefit)
    for dependent in member.dependents:
        _member(out, dependent, own, levels, is_dependent=True)


_PLACED = frozenset({"REF", "N4", "PRV", "DMG", "INS", "HI"})


def _person(out: SetWriter, member: Member) -> None:
    born = member.birth_date
    out.add_if(born or member.sex, "DMG", "D8" if born else "", born, member.sex)
    out.keep(member.extra, "DMG")
    relation = member.relationship_code
    out.add_if(relation, "INS", "Y" if relation == "18" else "N", relation)


def _question(out: SetWriter, question: Question) -> None:
    out.add(
        "EQ", Repeated(question.service_type_codes), _procedure(question), question.coverage_level
    )
    out.keep(question.extra)
    _periods(out, question.periods)


def _benefit(out: SetWriter, benefit: Benefit) -> None:
    out.add(
        "EB", benefit.information_code, benefit.coverage_level,
        Repeated(benefit.service_type_codes), benefit.insurance_type, benefit.plan_name,
        benefit.period_code, benefit.amount, benefit.percent, benefit.quantity_qualifier,
        benefit.quantity, benefit.authorization, benefit.network, _procedure(benefit),
    )  # fmt: skip
    out.keep(benefit.extra, "HSD", *(["REF"] if not _has_bodies(benefit) else []))
    _periods(out, benefit.periods)
    _rejections(out, benefit.rejections)
    for message in benefit.messages:
        out.add("MSG", message)
    rest = {"HSD"} if _has_bodies(benefit) else {"HSD", "REF"}
    out.keep([kept for kept in benefit.extra if kept[0] not in rest])


def _has_bodies(benefit: Benefit) -> bool:
    """Whether another body (2120) follows: then everything between LS and LE keeps its place."""
    return any(kept[0] == "LS" for kept in benefit.extra)


def _procedure(asked: Question | Benefit) -> Element:
    if not asked.procedure_code:
        return ""
    return [asked.procedure_qualifier, asked.procedure_code, *asked.modifiers]


def _traces(out: SetWriter, traces: Iterable[Trace]) -> None:
    for trace in traces:
        out.add("TRN", trace.kind, trace.number, trace.originator, trace.reference)


def _periods(out: SetWriter, periods: Iterable[Period]) -> None:
    for period in periods:
        if period.first is None:
            continue
        if period.last is None:
            out.add("DTP", period.qualifier, "D8", period.first)
        else:
            span = f"{period.first:%Y%m%d}-{period.last:%Y%m%d}"
            out.add("DTP", period.qualifier, "RD8", span)


def _rejections(out: SetWriter, rejections: Iterable[Rejection]) -> None:
    for one in rejections:
        out.add("AAA", one.is_valid, "", one.reason_code, one.follow_up_code)
