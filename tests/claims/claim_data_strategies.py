"""Random claims over every box of domain B.4: drawn from the catalogue of claim data itself."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from patients.claim_data import LINE, VISIT, Fact, Group, Kind, Values, read_values
from tests.claims.paper.snapshots import W01, line

_TEXT = st.text("ABCDEFGHIJ0123456789 ", min_size=3, max_size=20).map(
    lambda text: f"A{' '.join(text.split())}1"
)
_PATTERNS = {
    r"\d{2}D\d{7}": st.sampled_from(["06D0000001", "05D0000002"]),
    r"[0-9A-Z]{2}": st.sampled_from(["W2", "W3", "AA", "AB"]),
    r"[0-9A-Z]{5}": st.sampled_from(["20610", "27447", "49505"]),
}
_DAYS = st.dates(
    min_value=date(2026, 9, 1),
    max_value=date(2026, 11, 2),
).map(str)
PERSON = {
    "first_name": "Ona", "last_name": "Madeup", "npi": "2000000044", "taxonomy_code": "207Q00000X",
}  # fmt: skip
PLACE = {
    "name": "Fictional Laboratory", "npi": "2000000036", "address_line1": "9 Oak St",
    "address_line2": "", "city": "Anytown", "state_code": "CO", "zip_code": "800011234",
}  # fmt: skip


def value_of(fact: Fact) -> SearchStrategy[Any]:
    """What a person might type there."""
    if fact.pattern:
        one: SearchStrategy[Any] = _PATTERNS[fact.pattern]
    else:
        one = {
            Kind.TEXT: _TEXT.map(lambda text: text[: fact.longest]),
            Kind.DATE: _DAYS,
            Kind.TIME: st.sampled_from(["08:15", "13:45"]),
            Kind.MONEY: st.integers(1, 99_999).map(lambda cents: f"{cents / 100:.2f}"),
            Kind.NUMBER: st.integers(1, 99).map(str),
            Kind.FLAG: st.just("Y"),
            Kind.STATE: st.sampled_from(["CO", "NY"]),
            Kind.ZIP: st.just("800011234"),
        }.get(fact.kind, st.sampled_from([code for code, _ in fact.choices] or [""]))
    if fact.kind in {Kind.CHOICES, Kind.CODES}:
        return st.lists(one, min_size=1, max_size=fact.most, unique=True)
    return one


def row_of_group(group: Group) -> SearchStrategy[dict[str, Any]]:
    """A row that says enough; addresses come whole, and dates in their order."""
    needed = {fact.key: value_of(fact) for fact in group.facts if fact.key in group.needs}
    whole = group.key == "ambulance"
    others = {fact.key: value_of(fact) for fact in group.facts if fact.key not in group.needs}
    if whole:
        return st.fixed_dictionaries({**needed, **others})
    if group.any_of:
        return st.sampled_from(group.any_of).flatmap(
            lambda key: st.fixed_dictionaries({**needed, key: others[key]})
        )
    rows = st.fixed_dictionaries(needed, optional=others) | st.fixed_dictionaries(
        {**needed, **others}  # whole rows too: else what is rare is hardly ever drawn
    )
    return rows.map(lambda row: _ordered(group, row))


def _ordered(group: Group, row: dict[str, Any]) -> dict[str, Any]:
    for first, last in group.in_order:
        if first in row and last in row:
            row[first], row[last] = sorted((row[first], row[last]))
    return row


@st.composite
def values_of(draw: DrawFn, groups: Sequence[Group]) -> Values:
    """Some of the groups, as the one reader of claim data keeps them."""
    raw = {
        group.key: draw(st.lists(row_of_group(group), min_size=1, max_size=min(group.most, 3)))
        for group in groups
        if draw(st.booleans())
    }
    for rows in raw.values():
        rows[:] = [row for row in rows if row]
    read = read_values(groups, raw)
    assert read.problems == ()
    return read.values


@st.composite
def claim_snapshots(draw: DrawFn, number: int = 1) -> dict[str, Any]:
    """One claim; whatever one of them has, another lacks."""
    snapshot = deepcopy(W01) | {"schema": 2}
    snapshot["submitter"] = {"name": "Summit Family Medicine PLLC", "phone": "3035550100"}
    control = f"RND{number}"
    snapshot["claim"] |= {"control_number": control}
    snapshot["claim_data"] = _unlike(draw(values_of(VISIT)))
    if draw(st.booleans()):
        snapshot["claim_data"]["provider_numbers"] = _numbers(draw, _KINDS)
    snapshot["patient"]["deceased_on"] = draw(st.sampled_from(["", "2026-11-20"]))
    snapshot["patient"]["phone"] = draw(st.sampled_from(["", "3035550123"]))
    _dependent(snapshot, draw(st.booleans()))
    _separate(snapshot, draw(st.booleans()))
    snapshot["billing_provider"] |= draw(st.sampled_from([{}, OWN_NAME]))
    snapshot["claim"] |= draw(st.sampled_from([{}, REPLACES]))
    snapshot["case"] = draw(st.none() | st.sampled_from(CASES))
    for role in ("referring_provider", "ordering_provider", "supervising_provider"):
        snapshot[role] = draw(st.sampled_from([None, PERSON]))
    is_referred = snapshot["referring_provider"] is not None
    snapshot["primary_care_provider"] = PERSON if is_referred and draw(st.booleans()) else None
    snapshot["authorizations"] = draw(st.sampled_from([{}, AUTHORIZED]))
    lines = [draw(claim_lines(n, control)) for n in range(1, draw(st.integers(1, 2)) + 1)]
    snapshot["lines"] = lines
    snapshot["claim"]["charge_amount"] = f"{10 * len(lines)}.00"
    snapshot["claim"]["patient_paid_amount"] = draw(st.sampled_from(["0.00", "5.00"]))
    return snapshot


@st.composite
def claim_lines(draw: DrawFn, number: int, control: str) -> dict[str, Any]:
    """A line with any of a line's facts, and whoever took part in it."""
    has_drug = draw(st.booleans())
    values = draw(values_of(LINE))
    values.pop("provider_numbers", None)
    if draw(st.booleans()):
        values["provider_numbers"] = _numbers(draw, _KINDS_OF_LINE)
    if not ("form" in values and "answers" in values):  # the scrub wants both or none (CLD-15)
        values.pop("form", None)
        values.pop("answers", None)
    found = line(number, control_number=f"{control}L{number}") | {
        "claim_data": values,
        "purchased_from": draw(st.sampled_from([None, PLACE])),
        "facility": draw(st.sampled_from([None, PLACE])),
    }
    if has_drug:
        found |= {"ndc_code": "00003029305", "ndc_quantity": "1", "ndc_unit_code": "ML"}
    for role in ("rendering", "referring", "ordering", "supervising"):
        found[f"{role}_provider"] = draw(st.sampled_from([None, PERSON]))
    return found


OWN_NAME = {"tax_id": "123456789", "tax_id_qualifier": "SY", "pay_to": PLACE}
REPLACES = {"frequency_code": "7", "original_reference_number": "ICN12345"}
CASES = [
    {
        "public_id": "", "causes": causes, "accident_date": "2026-10-30", "accident_time": "",
        "accident_state": "CO" if "AA" in causes else "", "employer": "Nobody Inc",
        "claim_number": "WC12345", "adjuster_name": "", "adjuster_phone": "",
    }
    for causes in (["EM"], ["AA"], ["OA"], ["AA", "EM"])
]  # fmt: skip
AUTHORIZED = {
    kind: {
        "public_id": "", "number": f"{kind[:3].upper()}77", "effective_from": "2026-01-01",
        "effective_to": "", "codes": [], "unit": "visits", "allowed": "", "provider_npi": "",
    }
    for kind in ("authorization", "referral")
}  # fmt: skip
# What the guide lets a provider's number be, by whose it is (loops 2310A to D).
_KINDS = {
    "referring": {"0B", "1G", "G2"}, "facility": {"0B", "G2", "LU"},
    "rendering": {"0B", "1G", "G2", "LU"}, "supervising": {"0B", "1G", "G2", "LU"},
}  # fmt: skip

_KINDS_OF_LINE = {
    "rendering": {"0B", "1G", "G2", "LU"}, "purchased": {"0B", "1G", "G2"},
    "facility": {"G2", "LU"}, "supervising": {"0B", "1G", "G2", "LU"},
    "ordering": {"0B", "1G", "G2"}, "referring": {"0B", "1G", "G2"},
}  # fmt: skip


def _unlike(values: Values) -> Values:
    """Rows of which the guide allows one of a kind are not drawn twice."""
    values.pop("provider_numbers", None)  # drawn apart
    seen = {row["what"]: row for row in values.get("vision", [])}
    if seen:
        values["vision"] = list(seen.values())
    return values


def _numbers(draw: DrawFn, kinds: dict[str, set[str]]) -> list[dict[str, str]]:
    """Other numbers of providers, as the guide allows them."""
    whose = draw(st.lists(st.sampled_from(sorted(kinds)), unique=True, min_size=1))
    return [
        {"whose": one, "kind": kind, "number": "N123"}
        for one in whose
        for kind in draw(
            st.lists(st.sampled_from(sorted(kinds[one])), min_size=1, max_size=3, unique=True)
        )
    ][:12]


def _dependent(snapshot: dict[str, Any], is_dependent: bool) -> None:
    if is_dependent:
        snapshot["subscriber"] |= {"is_patient": False, "first_name": "Mark", "last_name": "Other"}
        snapshot["coverage"] |= {"relationship_code": "19", "claim_filing_code": "CI"}


def _separate(snapshot: dict[str, Any], is_separate: bool) -> None:
    if is_separate:
        snapshot["facility"] |= {**PLACE, "npi": "2000000036", "is_separate": True}
