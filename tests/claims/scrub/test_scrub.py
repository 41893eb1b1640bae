"""The scrub as a pure function: a sound snapshot has no findings, each damage has its own."""

import copy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.scrub import FilingFacts, ScrubFacts, scrub
from claims.scrub.catalogue import RULES
from claims.scrub.filing import filing_deadline, with_grace

TODAY = date(2026, 11, 23)
ADDRESS = {
    "address_line1": "100 Main St", "address_line2": "", "city": "Anytown", "state_code": "CO",
    "zip_code": "800011234",
}  # fmt: skip
DOCTOR = {
    "first_name": "Ana", "last_name": "Reyes", "npi": "2000000028", "taxonomy_code": "207Q00000X",
}  # fmt: skip
SOUND: dict[str, Any] = {
    "claim": {
        "control_number": "C1", "frequency_code": "1", "original_reference_number": "",
        "place_of_service_code": "11", "service_date_from": "2026-11-02",
        "service_date_to": "2026-11-02", "charge_amount": "350.00",
        "patient_paid_amount": "0.00",
    },
    "submitter": {"name": "Summit", "phone": "3035550100"},
    "billing_provider": {
        "name": "Summit PLLC", "npi": "2000000010", "tax_id": "841234567",
        "tax_id_qualifier": "EI", "taxonomy_code": "207Q00000X", "phone": "3035550100",
        "pay_to": None, **ADDRESS,
    },
    "facility": {
        "name": "Main Street", "npi": "", "clia_number": "06D0000001", "is_separate": False,
        **ADDRESS,
    },
    "rendering_provider": DOCTOR,
    "referring_provider": None,
    "patient": {
        "first_name": "Joan", "middle_name": "Q", "last_name": "Testpatient", "suffix": "",
        "birth_date": "1950-04-12", "sex": "F", "deceased_on": "", **ADDRESS,
    },
    "subscriber": {
        "is_patient": True, "first_name": "Joan", "middle_name": "Q", "last_name": "Testpatient",
    },
    "coverage": {
        "rank": 1, "member_id": "1EG4TE5MK73", "group_number": "", "relationship_code": "18",
        "claim_filing_code": "MB", "plan_name": "Part B", "effective_from": "2020-01-01",
        "effective_to": "",
    },
    "payer": {"name": "Medicare", "payer_number": "MCRPB", **ADDRESS},
    "diagnoses": [
        {"code": "M1711", "title": ""},
        {"code": "I10", "title": ""},
    ],
    "lines": [
        {
            "number": number, "control_number": f"L{number}", "procedure_code": code,
            "modifiers": [], "description": "", "units": "1", "unit_code": "UN",
            "charge_amount": charge, "pointers": [1], "place_of_service_code": "11",
            "service_date_from": "2026-11-02", "service_date_to": "2026-11-02", "ndc_code": "",
            "ndc_quantity": "", "ndc_unit_code": "",
        }
        for number, code, charge in ((1, "99214", "200.00"), (2, "20610", "150.00"))
    ],
}  # fmt: skip


def codes(snapshot: dict[str, Any], **facts: Any) -> set[str]:
    return {found.code for found in scrub(snapshot, ScrubFacts(today=TODAY, **facts))}


def damaged(path: str, value: Any) -> dict[str, Any]:
    """SOUND with the value at `path` replaced."""
    snapshot = copy.deepcopy(SOUND)
    *way, last = path.split(".")
    target: Any = snapshot
    for step in way:
        target = target[int(step)] if step.isdigit() else target[step]
    target[int(last) if last.isdigit() else last] = value
    return snapshot


def test_a_sound_claim_has_no_findings() -> None:
    assert codes(SOUND) == set()


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("billing_provider.npi", "2000000011", "IDN-01"),
        ("billing_provider.tax_id", "84-123456", "IDN-02"),
        ("billing_provider.zip_code", "80001", "IDN-03"),
        ("billing_provider.zip_code", "800010000", "IDN-04"),
        ("billing_provider.address_line1", "P.O. Box 7", "IDN-05"),
        ("billing_provider.address_line1", "", "IDN-05"),
        ("billing_provider.taxonomy_code", "207Q", "IDN-06"),
        ("billing_provider.phone", "", "IDN-18"),
        ("rendering_provider.npi", "", "IDN-07"),
        ("rendering_provider.taxonomy_code", "", "IDN-08"),
        ("rendering_provider.taxonomy_code", "ABC", "IDN-06"),
        ("referring_provider", {**DOCTOR, "npi": "1"}, "IDN-17"),
        ("facility.is_separate", True, "IDN-09"),
        ("patient.last_name", "", "IDN-10"),
        ("patient.sex", "X", "IDN-11"),
        ("patient.zip_code", "", "IDN-12"),
        ("patient.city", "", "IDN-12"),
        ("coverage.member_id", "", "IDN-13"),
        ("coverage.member_id", "1EG4-TE5-MK73", "IDN-13"),
        ("coverage.member_id", "1EG4TE5MK7S", "IDN-19"),
        ("payer.payer_number", "", "IDN-15"),
        ("claim.control_number", "c-1", "IDN-16"),
        ("coverage.effective_to", "2026-11-01", "COV-01"),
        ("coverage.effective_from", "2026-11-03", "COV-01"),
        ("coverage.relationship_code", "", "COV-02"),
        ("patient.birth_date", "2026-11-03", "COV-03"),
        ("patient.deceased_on", "2026-11-01", "COV-04"),
        ("lines.0.procedure_code", "9921", "COD-06"),
        ("claim.place_of_service_code", "", "COD-07"),
        ("lines.0.service_date_to", "2026-11-24", "COD-08"),
        ("claim.frequency_code", "7", "PAY-01"),
        ("claim.original_reference_number", "ICN1", "PAY-01"),
        ("lines.0.charge_amount", "199.99", "BAL-01"),
        ("lines.0.charge_amount", "-200.00", "BAL-02"),
    ],
)
def test_each_damage_is_found_by_its_rule(path: str, value: Any, code: str) -> None:
    assert code in codes(damaged(path, value))


def test_a_waived_test_needs_the_sites_clia_number() -> None:
    snapshot = damaged("lines.0.modifiers", ["QW"])
    assert codes(snapshot) == set()
    snapshot["facility"]["clia_number"] = ""
    assert codes(snapshot) == {"COD-10"}


def test_a_dependents_claim_names_the_subscriber() -> None:
    snapshot = damaged("subscriber", {**SOUND["subscriber"], "is_patient": False, "last_name": ""})
    assert "IDN-14" in codes(snapshot)


def test_a_home_visit_and_a_same_place_need_no_facility() -> None:
    assert codes(damaged("facility.npi", "bad")) == set()


def test_the_filing_limit_warns_and_then_asks() -> None:
    assert codes(SOUND, filing_deadline_on=date(2026, 12, 24)) == set()
    assert codes(SOUND, filing_deadline_on=date(2026, 12, 23)) == {"TFL-02"}
    assert codes(SOUND, filing_deadline_on=date(2026, 11, 23)) == {"TFL-02"}
    assert codes(SOUND, filing_deadline_on=date(2026, 11, 22)) == {"TFL-01"}


@pytest.mark.parametrize(
    ("limit", "words", "advice"),
    [
        (date(2026, 12, 23), "in 30 days.", ""),
        (date(2026, 12, 8), "in 15 days.", "Let it go before others."),
        (date(2026, 11, 30), "in 7 days.", "Send it today."),
        (date(2026, 11, 24), "tomorrow.", "Send it today."),
        (date(2026, 11, 23), "today.", "Send it today."),
    ],
)
def test_the_nearer_the_filing_limit_the_plainer_the_words(
    limit: date, words: str, advice: str
) -> None:
    (found,) = scrub(SOUND, ScrubFacts(today=TODAY, filing_deadline_on=limit))
    assert found.message.endswith(words)
    assert found.fix == advice


def test_medicares_grace_is_six_months() -> None:
    assert with_grace(date(2027, 11, 2)) == date(2028, 5, 2)
    assert with_grace(date(2027, 8, 31)) == date(2028, 2, 29)


def test_a_payer_that_pays_by_taxonomy_is_told_it() -> None:
    without = damaged("billing_provider.taxonomy_code", "")
    assert "PAY-04" not in codes(without)
    assert "PAY-04" in codes(without, filing=FilingFacts(requires_taxonomy=True))
    assert "PAY-04" not in codes(SOUND, filing=FilingFacts(requires_taxonomy=True))


def test_w09_limits_are_days_or_a_calendar_year() -> None:
    served = date(2026, 11, 2)
    assert filing_deadline(served, 365, calendar_year=True) == date(2027, 11, 2)
    assert filing_deadline(served, 90) == date(2027, 1, 31)
    assert filing_deadline(date(2028, 2, 29), 365, calendar_year=True) == date(2029, 2, 28)


def test_a_service_billed_before_is_named_with_its_claim() -> None:
    found = scrub(SOUND, ScrubFacts(today=TODAY, earlier_claims={"L2": "COLD"}))
    assert [(f.code, f.severity) for f in found] == [("DUP-01", "O")]
    assert "COLD" in found[0].message


def test_a_payer_without_a_route_stops_the_claim() -> None:
    assert codes(SOUND, has_route=False) == {"PAY-02"}


@given(
    st.sampled_from(
        [f"{part}.{key}" for part in SOUND if isinstance(SOUND[part], dict) for key in SOUND[part]]
    )
)
def test_a_missing_value_anywhere_is_a_finding_or_nothing_but_never_an_error(path: str) -> None:
    part, key = path.split(".")
    if isinstance(SOUND[part][key], str) and key not in {"charge_amount", "patient_paid_amount"}:
        assert codes(damaged(path, "")) <= set(RULES)


def test_every_finding_names_a_rule_with_meaning_and_source() -> None:
    snapshot = damaged("patient.last_name", "")
    for found in scrub(snapshot, ScrubFacts(today=TODAY)):
        rule = RULES[found.code]
        assert (found.severity, found.source) == (rule.severity, rule.source)
        assert rule.meaning.endswith(".")


def test_all_findings_come_at_once() -> None:
    snapshot = damaged("patient.last_name", "")
    snapshot["rendering_provider"] = {**DOCTOR, "npi": "x"}
    assert {"IDN-07", "IDN-10"} <= codes(snapshot)


def test_a_coverage_that_ends_during_the_claim_is_told_with_the_line() -> None:
    snapshot = copy.deepcopy(SOUND)
    first = snapshot["lines"][0]
    later = (date.fromisoformat(first["service_date_from"]) + timedelta(days=2)).isoformat()
    snapshot["lines"].append(
        first | {"number": 2, "service_date_from": later, "service_date_to": later}
    )
    snapshot["claim"]["charge_amount"] = str(2 * Decimal(first["charge_amount"]))
    snapshot["coverage"]["effective_to"] = first["service_date_from"]
    found = [one for one in scrub(snapshot, ScrubFacts(today=TODAY)) if one.code == "COV-01"]
    assert [one.message for one in found] == ["The coverage is not active on the day of line 2."]
