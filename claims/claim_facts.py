"""The part of a claim's snapshot that most claims do not need, and reading it back.

Snapshots of schema 1 (before 0.2.0) have none of these keys: whoever reads a snapshot reads them
through the functions below, so that an old one says what it said.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from claims.models import ClaimChargeLine
from coding.choices import LineState
from coding.models import ChargeLine, LineClaimData
from coding.services.save_line_claim_data import PARTS
from patients.models import (
    Case,
    Coverage,
    Encounter,
    EncounterClaimData,
    PriorAuthorization,
    Provider,
    ServiceFacility,
)
from patients.selectors import authorizations_for

Snapshot = Mapping[str, Any]
Row = Mapping[str, Any]
# Roles of the visit besides the rendering and the referring provider, which schema 1 had.
ROLES = ("ordering_provider", "supervising_provider", "primary_care_provider")
_PAYMENT = "payment"
_PLACES = ("purchased_from", "facility")


@dataclass(frozen=True, slots=True)
class MoreFacts:
    """What goes into a snapshot besides codes and people."""

    claim_data: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[int, LineClaimData] = field(default_factory=dict)
    authorizations: Mapping[str, PriorAuthorization] = field(default_factory=dict)


def gather_facts(
    encounter: Encounter, coverage: Coverage, lines: Sequence[ChargeLine]
) -> MoreFacts:
    """Read them for these lines, billed to the payer of `coverage`."""
    kept = EncounterClaimData.objects.filter(encounter=encounter).first()
    rows = LineClaimData.objects.filter(line__in=lines).select_related(*PARTS)
    codes = {line.procedure_code for line in lines}
    values = dict(kept.values) if kept else {}
    if _PAYMENT in values and _is_later_part(lines):
        del values[_PAYMENT]  # it stands on the first part only (domain B.1)
    by_line = {row.line_id: row for row in rows}
    gave_most = rendering_of_claim(encounter, lines, MoreFacts(lines=by_line))
    return MoreFacts(
        values,
        by_line,
        authorizations_for(encounter, coverage.plan.payer_id, codes, gave_most.pk),
    )


def _is_later_part(lines: Sequence[ChargeLine]) -> bool:
    """Whether an earlier line of the visit is on another claim. One that this claim has, but does
    not tell this payer, makes no later part of it.
    """
    first = lines[0]
    earlier = ChargeLine.objects.filter(case=first.case_id, position__lt=first.position)
    own = ClaimChargeLine.objects.filter(charge_line=first).values("claim")
    return earlier.filter(state=LineState.RELEASED).exclude(claim_link__claim__in=own).exists()


def rendering_of(encounter: Encounter, line: ChargeLine, facts: MoreFacts) -> Provider:
    """Who gave the service of `line`: named there, else the provider of the visit."""
    data = facts.lines.get(line.pk)
    return (data.rendering_provider if data else None) or encounter.rendering_provider


def rendering_of_claim(
    encounter: Encounter, lines: Sequence[ChargeLine], facts: MoreFacts
) -> Provider:
    """Who gave most of these services (2310B); who gave another stands at its line (domain B.1).

    Of equals the provider of the visit, else the one who comes first.
    """
    found = [rendering_of(encounter, line, facts) for line in lines]
    counts = Counter(provider.pk for provider in found)
    own = encounter.rendering_provider_id
    return max(found, key=lambda provider: (counts[provider.pk], provider.pk == own))


def claim_keys(encounter: Encounter, facts: MoreFacts) -> dict[str, Any]:
    """The keys of a snapshot for the claim as a whole."""
    return {
        "case": case_of(encounter.case) if encounter.case else None,
        "claim_data": dict(facts.claim_data),
        "authorizations": {
            kind: _authorization(found) for kind, found in sorted(facts.authorizations.items())
        },
        **{role: _provider(getattr(encounter, role)) for role in ROLES},
    }


def line_keys(
    line: ChargeLine, facts: MoreFacts, gave: Provider, gave_most: Provider
) -> dict[str, Any]:
    """The keys of a snapshot for one line, which `gave` on a claim of `gave_most`."""
    data = facts.lines.get(line.pk)
    other = _provider(gave) if gave.pk != gave_most.pk else None
    if data is None:
        return {"claim_data": {}, "rendering_provider": other} if other else {"claim_data": {}}
    return {
        "claim_data": dict(data.values),
        **{part: (_place if part in _PLACES else _provider)(getattr(data, part)) for part in PARTS},
        "rendering_provider": other,
    }


def case_of(case: Case) -> dict[str, Any]:
    """A case as frozen."""
    return {
        "public_id": str(case.public_id),
        "causes": case.causes,
        "accident_date": _day(case.accident_on),
        "accident_time": f"{case.accident_at:%H:%M}" if case.accident_at else "",
        "accident_state": case.state_code if case.is_auto else "",
        "employer": case.employer,
        "claim_number": case.claim_number,
        "adjuster_name": case.adjuster_name,
        "adjuster_phone": case.adjuster_phone,
    }


def subscriber_address(coverage: Coverage) -> dict[str, str]:
    """The subscriber's own address, where it is on record (box 7)."""
    return {
        "address_line1": coverage.subscriber_address_line1,
        "address_line2": "",
        "city": coverage.subscriber_city,
        "state_code": coverage.subscriber_state_code,
        "zip_code": coverage.subscriber_zip_code,
    }


def row_of(holder: Row, group: str) -> Row:
    """The first row of a group of claim data, of a snapshot or of one of its lines."""
    rows = rows_of(holder, group)
    return rows[0] if rows else {}


def rows_of(holder: Row, group: str) -> Sequence[Row]:
    """Every row of a group of claim data."""
    rows: Sequence[Row] = holder.get("claim_data", {}).get(group, ())
    return rows


def number_of(snapshot: Snapshot, kind: str) -> str:
    """The authorization's or referral's number: as typed for the visit, else the recorded one."""
    typed = row_of(snapshot, "numbers").get(kind, "")
    recorded = snapshot.get("authorizations", {}).get(kind) or {}
    return str(typed or recorded.get("number", ""))


def clia_of(snapshot: Snapshot) -> str:
    """The CLIA number of the claim: as typed, else that of the place where a test is waived."""
    typed = row_of(snapshot, "numbers").get("clia", "")
    if typed:
        return str(typed)
    is_waived = any("QW" in line["modifiers"] for line in snapshot["lines"])
    return str(snapshot["facility"]["clia_number"]) if is_waived else ""


def case_in(snapshot: Snapshot) -> Row:
    """The case of the visit; {} for none."""
    return snapshot.get("case") or {}


def _authorization(found: PriorAuthorization) -> dict[str, Any]:
    allowed = found.allowed_quantity
    return {
        "public_id": str(found.public_id),
        "number": found.number,
        "effective_from": _day(found.effective_from),
        "effective_to": _day(found.effective_to),
        "codes": list(found.codes),
        "unit": found.unit,
        "allowed": f"{allowed.normalize():f}" if allowed is not None else "",
        "provider_npi": found.provider.npi if found.provider else "",
    }


def _provider(provider: Provider | None) -> dict[str, str] | None:
    if provider is None:
        return None
    return {
        "first_name": provider.first_name,
        "last_name": provider.last_name,
        "npi": provider.npi,
        "taxonomy_code": provider.taxonomy_code,
    }


def _place(place: ServiceFacility | None) -> dict[str, str] | None:
    if place is None:
        return None
    return {
        "name": place.name,
        "npi": place.npi,
        "address_line1": place.address_line1,
        "address_line2": place.address_line2,
        "city": place.city,
        "state_code": place.state_code,
        "zip_code": place.zip_code,
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
