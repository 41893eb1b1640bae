"""Whether the payer allowed beforehand what it pays only so (domain B.10 stage 6, K.1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from claims.claim_facts import number_of, row_of, rows_of
from claims.scrub.catalogue import finding
from core.findings import Finding

Snapshot = Mapping[str, Any]
_VISITS = "visits"
_KINDS = ("authorization", "referral")


@dataclass(frozen=True, slots=True)
class Allowances:
    """What the payer's settings ask for, and what other charges used of what it allowed.

    `codes` are beginnings of codes; `units` and `days` are by the authorization's public id.
    """

    codes: tuple[str, ...] = ()
    needs_referral: bool = False
    attachment_codes: tuple[str, ...] = ()
    units: Mapping[str, Decimal] = field(default_factory=dict)
    days: Mapping[str, frozenset[str]] = field(default_factory=dict)


def check_authorization(snapshot: dict[str, Any], facts: Any) -> list[Finding]:
    """A number where the payer wants one; and date, code, provider and count of what is used."""
    allowed: Allowances = facts.allowances
    needing = [line for line in snapshot["lines"] if _needs(line, allowed.codes)]
    found = [*_missing(snapshot, needing, allowed)]
    for kind in _KINDS:
        recorded = snapshot.get("authorizations", {}).get(kind)
        if recorded and not row_of(snapshot, "numbers").get(kind):
            found += _fits(snapshot, recorded, needing, allowed)
    return [*found, *_attachments(snapshot, allowed.attachment_codes)]


def _attachments(snapshot: Snapshot, beginnings: Sequence[str]) -> Iterable[Finding]:
    """PWK of the claim, or of the line: what is sent beside the claim is named in it."""
    if rows_of(snapshot, "attachments"):
        return
    without = [
        line
        for line in snapshot["lines"]
        if _needs(line, beginnings) and not rows_of(line, "attachments")
    ]
    if without:
        codes = ", ".join(dict.fromkeys(line["procedure_code"] for line in without))
        yield finding(
            "ATT-01",
            f"The payer pays {codes} only with an attachment, and the claim names none.",
            f"lines.{without[0]['number']}.claim_data.attachments.type",
            "Say which paper goes, and how: it is sent beside the claim.",
        )


def _needs(line: Snapshot, beginnings: Sequence[str]) -> bool:
    return any(line["procedure_code"].startswith(beginning) for beginning in beginnings)


def _missing(
    snapshot: Snapshot, needing: Sequence[Snapshot], allowed: Allowances
) -> Iterable[Finding]:
    numbers = row_of(snapshot, "numbers")
    without = [
        line["procedure_code"]
        for line in needing
        if not row_of(line, "numbers").get("authorization")
    ]
    is_excused = numbers.get("exception")
    if without and not is_excused and not number_of(snapshot, "authorization"):
        yield finding(
            "AUT-01",
            f"The payer pays {', '.join(dict.fromkeys(without))} only with a prior authorization.",
            "authorization.new",
            "Record it for the patient; it must hold on the day of the service.",
        )
    if allowed.needs_referral and not number_of(snapshot, "referral"):
        yield finding(
            "AUT-02", "The payer pays only with a referral.", "authorization.new",
            "Record it for the patient; it must hold on the day of the service.",
        )  # fmt: skip


def _fits(
    snapshot: Snapshot, recorded: Snapshot, needing: Sequence[Snapshot], allowed: Allowances
) -> Iterable[Finding]:
    lines, place = snapshot["lines"], f"authorization.{recorded['public_id']}"
    number = recorded["number"]
    outside = [line for line in lines if not _holds(recorded, line["service_date_from"])]
    if outside:
        yield finding(
            "AUT-03",
            f"{number} does not hold on the day of line {_numbers(outside)}.",
            f"{place}.effective_to",
        )
    asked = needing or lines
    other = [line for line in asked if not _covers(recorded, line)]
    # Where no code is asked for, it is enough that one of the claim's codes is in it.
    if other and (needing or len(other) == len(asked)):
        codes = ", ".join(dict.fromkeys(line["procedure_code"] for line in other))
        yield finding("AUT-04", f"{number} is not for {codes}.", f"{place}.codes")
    npi = recorded["provider_npi"]
    if npi and npi != snapshot["rendering_provider"]["npi"]:
        yield finding("AUT-05", f"{number} is for another provider.", f"{place}.provider")
    yield from _count(recorded, [line for line in lines if line not in outside], allowed, place)


def _count(
    recorded: Snapshot, lines: Sequence[Snapshot], allowed: Allowances, place: str
) -> Iterable[Finding]:
    if not recorded["allowed"]:
        return
    mine = [line for line in lines if _covers(recorded, line)]
    key, most = recorded["public_id"], Decimal(recorded["allowed"])
    if recorded["unit"] == _VISITS:
        days = allowed.days.get(key, frozenset()) | {line["service_date_from"] for line in mine}
        used = Decimal(len(days))
    else:
        used = allowed.units.get(key, Decimal(0))
        used += sum((Decimal(line["units"]) for line in mine), Decimal(0))
    if used > most:
        yield finding(
            "AUT-06",
            f"{recorded['number']} allows {most:f} {recorded['unit']}; with this claim it is"
            f" {used.normalize():f}.",
            f"{place}.allowed_quantity",
            "Ask the payer for more, or correct what it allowed.",
        )


def _holds(recorded: Snapshot, day: str) -> bool:
    ends = recorded["effective_to"]
    return bool(recorded["effective_from"] <= day and (not ends or day <= ends))


def _covers(recorded: Snapshot, line: Snapshot) -> bool:
    return not recorded["codes"] or line["procedure_code"] in recorded["codes"]


def _numbers(lines: Sequence[Snapshot]) -> str:
    return ", ".join(str(line["number"]) for line in lines)
