"""Claim data and authorizations in the scrub, as pure functions over a snapshot."""

import copy
from decimal import Decimal
from typing import Any

import pytest

from claims.scrub import ScrubFacts, scrub
from claims.scrub.authorization import Allowances
from tests.claims.scrub.test_scrub import DOCTOR, SOUND, TODAY

INJURY = {
    "public_id": "c", "causes": ["EM"], "accident_date": "2026-10-30", "accident_state": "",
    "claim_number": "WC1",
}  # fmt: skip
ALLOWED = {
    "public_id": "a", "number": "AUTH1", "effective_from": "2026-01-01", "effective_to": "",
    "codes": [], "unit": "visits", "allowed": "2", "provider_npi": "",
}  # fmt: skip
SELLER = {"name": "Laboratory", "npi": "2000000036"}
RIDE = {
    "reason": "A", "miles": "3", "from_street": "1 A St", "from_city": "Anytown",
    "from_state": "CO", "from_zip": "80001", "to_street": "2 B St", "to_city": "Anytown",
    "to_state": "CO", "to_zip": "80001",
}  # fmt: skip


def claim(filing: str = "CI", **keys: Any) -> dict[str, Any]:
    snapshot = copy.deepcopy(SOUND) | keys
    snapshot["coverage"]["claim_filing_code"] = filing
    return snapshot


def with_line(filing: str = "CI", **keys: Any) -> dict[str, Any]:
    snapshot = claim(filing)
    snapshot["lines"][0] |= keys
    return snapshot


def codes(snapshot: dict[str, Any], **allowances: Any) -> set[str]:
    facts = ScrubFacts(today=TODAY, allowances=Allowances(**allowances))
    return {found.code for found in scrub(snapshot, facts)}


def data(**groups: Any) -> dict[str, Any]:
    return {"claim_data": {group: [row] for group, row in groups.items()}}


@pytest.mark.parametrize(
    ("snapshot", "found"),
    [
        (claim("CI", case=INJURY), {"CLD-01"}),
        (claim("WC", case=INJURY), set()),
        (claim("CI", case={**INJURY, "causes": ["AA"]}), {"CLD-02"}),
        (claim("WC", case={**INJURY, "claim_number": ""}), {"CLD-03"}),
        (claim("WC"), {"CLD-03"}),
        (claim("WC", case={**INJURY, "accident_date": "2026-11-03"}), {"CLD-04"}),
        (claim(**data(dates={"onset": "2026-11-03"})), {"CLD-04"}),
        (claim(**data(dates={"onset": "2026-11-02"})), set()),
        (claim(**data(hospital={"admitted": "2026-11-03"})), {"CLD-04"}),
        (with_line(place_of_service_code="21"), {"CLD-05"}),
        (with_line(procedure_code="98941"), {"CLD-06"}),
        (with_line(procedure_code="77067"), {"CLD-07"}),
        (claim(supervising_provider={**DOCTOR, "npi": "1"}), {"CLD-08"}),
        (claim(primary_care_provider=DOCTOR), {"CLD-09"}),
        (claim(primary_care_provider=DOCTOR, referring_provider=DOCTOR), set()),
        (with_line("MB", procedure_code="73721"), {"CLD-10"}),
        (with_line("MB", procedure_code="73721", ordering_provider=DOCTOR), set()),
        (with_line("CI", procedure_code="73721"), set()),
        (claim(**data(ambulance={**RIDE, "to_zip": ""})), {"CLD-11"}),
        (claim(**data(ambulance=RIDE)), set()),
        (with_line(**data(drug={"prescription": "R1"})), {"CLD-14"}),
        (with_line(**data(form={"kind": "UT", "number": "484.03"})), {"CLD-15"}),
        (with_line(**data(anesthesia={"start": "08:00"})), {"CLD-16"}),
        (with_line(purchased_from=SELLER), {"CLD-17"}),
        (with_line(**data(purchased={"amount": "9.00"})), {"CLD-17"}),
        (with_line(purchased_from=SELLER, **data(purchased={"amount": "9.00"})), set()),
        (
            with_line("MB", purchased_from=SELLER, **data(purchased={"amount": "9.00"})),
            {"CLD-18"},
        ),
    ],
)
def test_each_fact_that_is_missing_or_wrong_is_found_by_its_rule(
    snapshot: dict[str, Any], found: set[str]
) -> None:
    assert codes(snapshot) == found


@pytest.mark.parametrize(
    ("start", "stop", "minutes"), [("08:15", "09:45", 90), ("23:30", "00:15", 45)]
)
def test_the_minutes_of_anesthesia_are_those_from_start_to_stop(
    start: str, stop: str, minutes: int
) -> None:
    times = data(anesthesia={"start": start, "stop": stop})
    assert codes(with_line(unit_code="MJ", units=str(minutes), **times)) == set()
    assert codes(with_line(unit_code="MJ", units=str(minutes + 1), **times)) == {"CLD-16"}


def test_what_the_patient_paid_is_reported_with_care() -> None:
    snapshot = claim("MB")
    snapshot["claim"]["patient_paid_amount"] = "10.00"
    assert codes(snapshot) == {"CLD-12"}
    snapshot = claim("CI")
    snapshot["claim"]["patient_paid_amount"] = "350.01"
    assert codes(snapshot) == {"CLD-13"}


def test_a_code_that_needs_an_authorization_has_one_or_says_why_not() -> None:
    assert codes(claim(), codes=("206",)) == {"AUT-01"}
    assert codes(claim(authorizations={"authorization": ALLOWED}), codes=("206",)) == set()
    assert codes(claim(**data(numbers={"authorization": "X1"})), codes=("206",)) == set()
    assert codes(claim(**data(numbers={"exception": "3"})), codes=("206",)) == set()
    assert codes(claim(), codes=("737",)) == set()
    assert codes(claim(), needs_referral=True) == {"AUT-02"}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"effective_to": "2026-11-01"}, {"AUT-03"}),
        ({"codes": ["99215"]}, {"AUT-04"}),
        ({"codes": ["20610"]}, set()),
        ({"provider_npi": "2000000036"}, {"AUT-05"}),
        ({"provider_npi": "2000000028"}, set()),
        ({"unit": "units", "allowed": "1"}, {"AUT-06"}),
        ({"unit": "units", "allowed": "2"}, set()),
        ({"unit": "units", "allowed": ""}, set()),
    ],
)
def test_an_authorization_fits_in_date_code_provider_and_count(
    changed: dict[str, Any], found: set[str]
) -> None:
    snapshot = claim(authorizations={"authorization": {**ALLOWED, **changed}})
    assert codes(snapshot) == found


def test_what_other_charges_used_counts_and_a_shared_day_is_one_visit() -> None:
    snapshot = claim(authorizations={"authorization": ALLOWED})
    assert codes(snapshot, days={"a": frozenset({"2026-10-01"})}) == set()
    assert codes(snapshot, days={"a": frozenset({"2026-10-01", "2026-11-02"})}) == set()
    assert codes(snapshot, days={"a": frozenset({"2026-10-01", "2026-10-02"})}) == {"AUT-06"}
    units = claim(authorizations={"authorization": {**ALLOWED, "unit": "units"}})
    assert codes(units, units={"a": Decimal(1)}) == {"AUT-06"}


def test_a_code_that_needs_an_attachment_has_one_on_the_claim_or_its_line() -> None:
    wanted = {"attachment_codes": ("206",)}
    paper = data(attachments={"type": "OZ", "way": "FX"})
    asked = next(line for line in SOUND["lines"] if line["procedure_code"] == "20610")
    assert codes(claim(), **wanted) == {"ATT-01"}
    assert codes(claim(), attachment_codes=("737",)) == set()
    assert codes(claim(**paper), **wanted) == set()
    snapshot = claim()
    snapshot["lines"][SOUND["lines"].index(asked)] |= paper
    assert codes(snapshot, **wanted) == set()
