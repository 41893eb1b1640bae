"""Every snapshot field that a payer rule may ask about: its name in users' words, its kind, where
its value stands in the snapshot, and where a finding about it belongs.

A new key of the snapshot becomes a field by one line below. A picture taken before the key was
there reads as empty.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from claims.claim_facts import number_of, rows_of

Snapshot = Mapping[str, Any]
Line = Mapping[str, Any]
Values = tuple[str, ...]  # what a field holds; () when it is empty


class Kind(StrEnum):
    """What a field holds, and with it what can be asked of it."""

    CODE = "code"
    CODES = "codes"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class RuleField:
    """One field. `read` takes the snapshot and, for a field of a line, the line."""

    key: str
    label: str
    kind: Kind
    read: Callable[[Snapshot, Line], Values]
    place: str = ""

    @property
    def is_of_line(self) -> bool:
        """Whether each line has its own value."""
        return self.key.startswith("line.")


def _at(path: str) -> Callable[[Snapshot, Line], Values]:
    """The value at a dotted path; a path that leads nowhere is empty."""
    way = path.split(".")

    def read(snapshot: Snapshot, _: Line) -> Values:
        found: Any = snapshot
        for step in way:
            if not isinstance(found, Mapping):
                return ()
            found = found.get(step)
        return _values(found)

    return read


def _of_line(name: str) -> Callable[[Snapshot, Line], Values]:
    return lambda _, line: _values(line.get(name))


def _values(found: Any) -> Values:
    if isinstance(found, list | tuple):
        return tuple(str(one) for one in found if one not in (None, ""))
    return () if found in (None, "", False) else (str(found),)


def _age(snapshot: Snapshot, _: Line) -> Values:
    """Whole years on the first day of service."""
    born, served = _day(snapshot, "patient", "birth_date"), _served(snapshot)
    if born is None or served is None or born > served:
        return ()
    years = served.year - born.year - ((served.month, served.day) < (born.month, born.day))
    return (str(years),)


def _days(snapshot: Snapshot, line: Line) -> Values:
    first, last = line.get("service_date_from"), line.get("service_date_to")
    if not first or not last:
        return ()
    return (str((date.fromisoformat(last) - date.fromisoformat(first)).days + 1),)


def _diagnoses(snapshot: Snapshot, _: Line) -> Values:
    return tuple(one["code"] for one in snapshot.get("diagnoses", ()))


def _pointed(snapshot: Snapshot, line: Line) -> Values:
    """The diagnoses a line points to, in its order; a pointer to nothing is left out."""
    listed = _diagnoses(snapshot, line)
    return tuple(listed[at - 1] for at in line.get("pointers", ()) if 1 <= at <= len(listed))


def _served(snapshot: Snapshot) -> date | None:
    return _day(snapshot, "claim", "service_date_from")


def _day(snapshot: Snapshot, part: str, name: str) -> date | None:
    text = snapshot[part].get(name, "")
    return date.fromisoformat(text) if text else None


def _claim(label: str, path: str, kind: Kind = Kind.CODE) -> RuleField:
    return RuleField(path, label, kind, _at(path), path)


def _line(label: str, name: str, kind: Kind = Kind.CODE) -> RuleField:
    return RuleField(f"line.{name}", label, kind, _of_line(name), name)


def _number(kind: str) -> Callable[[Snapshot, Line], Values]:
    """The authorization or referral that the payer would read on the claim."""
    return lambda snapshot, _: _values(number_of(snapshot, kind))


def _fact(group: str, name: str) -> Callable[[Snapshot, Line], Values]:
    """A fact of the visit's claim data, of each row of its group."""
    return lambda snapshot, _: _facts(snapshot, group, name)


def _line_fact(group: str, name: str) -> Callable[[Snapshot, Line], Values]:
    return lambda _, line: _facts(line, group, name)


def _facts(holder: Mapping[str, Any], group: str, name: str) -> Values:
    return tuple(value for row in rows_of(holder, group) for value in _values(row.get(name)))


def _count(name: str) -> Callable[[Snapshot, Line], Values]:
    return lambda snapshot, _: (str(len(snapshot.get(name, ()))),)


# One line a field. Order is the order of the choice on the screen.
_ALL: tuple[RuleField, ...] = (
    _line("procedure code", "procedure_code"),
    _line("modifiers", "modifiers", Kind.CODES),
    RuleField("line.diagnoses", "diagnoses it points to", Kind.CODES, _pointed, "pointers"),
    RuleField(
        "line.first_diagnosis", "first diagnosis it points to", Kind.CODE,
        lambda snapshot, line: _pointed(snapshot, line)[:1], "pointers",
    ),
    _line("units", "units", Kind.NUMBER),
    _line("charge", "charge_amount", Kind.NUMBER),
    _line("place of service of the line", "place_of_service_code"),
    RuleField("line.days", "days of service", Kind.NUMBER, _days, "service_date_to"),
    _line("NDC", "ndc_code"),
    _claim("place of service", "claim.place_of_service_code"),
    RuleField("diagnoses", "diagnoses of the claim", Kind.CODES, _diagnoses, "diagnoses"),
    RuleField(
        "first_diagnosis", "first diagnosis of the claim", Kind.CODE,
        lambda snapshot, line: _diagnoses(snapshot, line)[:1], "diagnoses",
    ),
    _claim("total charge", "claim.charge_amount", Kind.NUMBER),
    RuleField("line_count", "number of lines", Kind.NUMBER, _count("lines"), "lines"),
    _claim("first day of service", "claim.service_date_from", Kind.DATE),
    _claim("frequency code", "claim.frequency_code"),
    _claim("payer's claim number", "claim.original_reference_number"),
    RuleField("patient.age", "patient's age in years", Kind.NUMBER, _age, "patient.birth_date"),
    _claim("patient's sex", "patient.sex"),
    _claim("patient's state", "patient.state_code"),
    _claim("member id", "coverage.member_id"),
    _claim("group number", "coverage.group_number"),
    _claim("claim filing code", "coverage.claim_filing_code"),
    _claim("rank of the coverage (1 first)", "coverage.rank", Kind.NUMBER),
    _claim("relationship to the subscriber", "coverage.relationship_code"),
    _claim("rendering provider's NPI", "rendering_provider.npi"),
    _claim("rendering provider's taxonomy", "rendering_provider.taxonomy_code"),
    _claim("referring provider's NPI", "referring_provider.npi"),
    _claim("ordering provider's NPI", "ordering_provider.npi"),
    _claim("supervising provider's NPI", "supervising_provider.npi"),
    _claim("billing provider's NPI", "billing_provider.npi"),
    _claim("billing provider's tax id", "billing_provider.tax_id"),
    _claim("billing provider's taxonomy", "billing_provider.taxonomy_code"),
    _claim("facility's NPI", "facility.npi"),
    _claim("facility's CLIA number", "facility.clia_number"),
    RuleField(
        "authorization", "prior authorization", Kind.CODE, _number("authorization"),
        "claim_data.numbers.authorization",
    ),
    RuleField("referral", "referral", Kind.CODE, _number("referral"),
              "claim_data.numbers.referral"),
    RuleField("attachments", "attachments (report type)", Kind.CODES,
              _fact("attachments", "type"), "claim_data.attachments.type"),
    RuleField("note", "note to the payer, by kind", Kind.CODES, _fact("notes", "code"),
              "claim_data.notes.text"),
    RuleField("admitted", "admitted to hospital", Kind.DATE, _fact("hospital", "admitted"),
              "claim_data.hospital.admitted"),
    RuleField("discharged", "discharged from hospital", Kind.DATE,
              _fact("hospital", "discharged"), "claim_data.hospital.discharged"),
    RuleField("onset", "illness began", Kind.DATE, _fact("dates", "onset"),
              "claim_data.dates.onset"),
    RuleField("delay", "why the claim comes late", Kind.CODE, _fact("signatures", "delay"),
              "claim_data.signatures.delay"),
    RuleField("conditions", "condition codes", Kind.CODES, _fact("conditions", "codes"),
              "claim_data.conditions.codes"),
    RuleField("case.causes", "accident (AA auto, EM work, OA other)", Kind.CODES,
              _at("case.causes"), "claim_data.case"),
    RuleField("case.accident_date", "day of the accident", Kind.DATE, _at("case.accident_date"),
              "claim_data.case"),
    _claim("paid by the patient", "claim.patient_paid_amount", Kind.NUMBER),
    RuleField("other_payers", "number of other payers", Kind.NUMBER, _count("other_payers"),
              "coverage"),
    RuleField("line.rendering", "rendering provider's NPI, where the line has its own", Kind.CODE,
              lambda _, line: _values((line.get("rendering_provider") or {}).get("npi")),
              "claim_data.roles.rendering_provider"),
    RuleField("line.authorization", "prior authorization of the line", Kind.CODE,
              _line_fact("numbers", "authorization"), "claim_data.numbers.authorization"),
    RuleField("line.attachments", "attachments of the line (report type)", Kind.CODES,
              _line_fact("attachments", "type"), "claim_data.attachments.type"),
)  # fmt: skip
FIELDS: dict[str, RuleField] = {one.key: one for one in _ALL}


def number(text: str) -> Decimal | None:
    """A number as a snapshot or a person writes it; None for what is none."""
    try:
        found = Decimal(text.replace(",", "").replace("$", "").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
