"""Edits are pure: facts in, findings out, all of them at once (domain A.2 to A.5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from coding.edits import DiagnosisFacts, EncounterFacts, LineFacts, run_edits
from coding.edits.catalogue import RULES
from core.findings import Severity, blocks

DAY = date(2026, 11, 2)


def diagnosis(key: int, code: str, **more: object) -> DiagnosisFacts:
    return DiagnosisFacts(
        **{"key": key, "code": code, "is_known": True, "is_billable": True} | more
    )  # type: ignore[arg-type]


LINE = LineFacts(
    key=9,
    position=1,
    procedure_code="99213",
    modifiers=(),
    units=Decimal(1),
    charge_amount=Decimal(135),
    pointers=(1, 2),
    service_date_from=DAY,
    service_date_to=DAY,
    is_in_charge_master=True,
)
CLEAN = EncounterFacts(
    service_date_from=DAY,
    service_date_to=DAY,
    place_of_service_code="11",
    patient_birth_date=date(1950, 4, 12),
    has_note=True,
    diagnoses=(diagnosis(1, "E119"), diagnosis(2, "I10")),
    lines=(LINE,),
    icd_release="ICD-10-CM FY2026",
    known_places=frozenset({"11", "22"}),
)


def codes(facts: EncounterFacts) -> list[str]:
    return [finding.code for finding in run_edits(facts)]


def with_diagnoses(*found: DiagnosisFacts) -> EncounterFacts:
    line = replace(LINE, pointers=tuple(d.key for d in found[:4]))
    return replace(CLEAN, diagnoses=found, lines=(line,))


def with_line(**changes: object) -> EncounterFacts:
    return replace(CLEAN, lines=(replace(LINE, **changes),))  # type: ignore[arg-type]


def test_a_clean_encounter_has_no_findings() -> None:
    assert run_edits(CLEAN) == []


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("ICD-01", with_diagnoses(diagnosis(1, "1234"))),
        ("ICD-02", with_diagnoses(diagnosis(1, "M17", is_billable=False, children=("M170",)))),
        ("ICD-03", with_diagnoses(diagnosis(1, "E11", is_known=False))),
        ("ICD-07", with_diagnoses(
            diagnosis(1, "F028", title="Dementia in other diseases classified elsewhere"))),
        ("ICD-14", with_diagnoses(diagnosis(1, "W19XXXA"))),
        ("ICD-15", with_diagnoses(diagnosis(1, "E119"), diagnosis(2, "Z0000"))),
        ("ICD-16", with_diagnoses(diagnosis(1, "Z794"))),
        ("ICD-17", with_diagnoses(diagnosis(1, "E119"), diagnosis(2, "E119"))),
        ("ICD-18", with_diagnoses(diagnosis(1, "S52501S"))),
        ("ICD-20", with_diagnoses(diagnosis(1, "I10"), diagnosis(2, "I509"))),
        ("ICD-20", with_diagnoses(diagnosis(1, "I10"), diagnosis(2, "N1831"))),
        ("ICD-20", with_diagnoses(diagnosis(1, "E119"), diagnosis(2, "E1122"))),
        ("ICD-21", replace(CLEAN, diagnoses=())),
        ("ICD-21", with_diagnoses(*(diagnosis(n, f"R{100 + n}") for n in range(13)))),
        ("PTR-01", with_line(pointers=())),
        ("PTR-02", with_line(pointers=(1, 77))),
        ("PTR-03", with_line(pointers=(1, 1))),
        ("PTR-04", with_line(pointers=(1,))),
        ("LINE-01", replace(CLEAN, lines=())),
        ("LINE-02", with_line(is_in_charge_master=False)),
        ("LINE-03", with_line(has_fee=False)),
        ("LINE-04", with_line(charge_amount=Decimal("-0.01"))),
        ("MOD-01", with_line(modifiers=("25", "59", "RT", "LT", "50"))),
        ("MOD-02", with_line(modifiers=("25", "25"))),
        ("MOD-03", with_line(modifiers=("59", "XS"))),
        ("MOD-03", with_line(modifiers=("GZ", "GA"))),
        ("UNIT-01", with_line(units=Decimal(0))),
        ("UNIT-01", with_line(units=Decimal("999.901"))),
        ("DATE-01", with_line(service_date_to=date(2026, 11, 1))),
        ("DATE-02", with_line(service_date_from=date(1949, 1, 1))),
        ("POS-01", with_line(place_of_service_code="77")),
        ("POS-01", replace(CLEAN, place_of_service_code="77")),
        ("CLIA-01", replace(with_line(procedure_code="87880"), is_waiver_laboratory=True)),
        ("NOTE-01", replace(CLEAN, has_note=False)),
    ],
)  # fmt: skip
def test_each_rule_fires_on_its_own_fault_with_its_catalogued_weight(
    rule: str, facts: EncounterFacts
) -> None:
    fired = [finding for finding in run_edits(facts) if finding.code == rule]
    assert fired, f"{rule} did not fire: {codes(facts)}"
    assert {finding.severity for finding in fired} == {RULES[rule].severity}
    assert all(finding.message for finding in fired)


def test_every_catalogued_rule_has_a_case_above() -> None:
    fires = test_each_rule_fires_on_its_own_fault_with_its_catalogued_weight
    (parametrize,) = fires.pytestmark  # type: ignore[attr-defined]
    assert {rule for rule, _ in parametrize.args[1]} == RULES.keys()


def test_everything_wrong_is_said_at_once_the_heaviest_first() -> None:
    found = run_edits(replace(CLEAN, has_note=False, diagnoses=(diagnosis(1, "Z794"),), lines=()))
    assert [finding.severity for finding in found] == [
        Severity.ERROR,
        Severity.OVERRIDABLE,
        Severity.WARNING,
    ]
    assert blocks(found)
    assert not blocks([finding for finding in found if finding.severity == Severity.WARNING])


def test_a_header_with_one_code_below_offers_it() -> None:
    (found,) = [
        finding
        for finding in run_edits(
            with_diagnoses(diagnosis(1, "M17", is_billable=False, children=("M1711",)))
        )
        if finding.code == "ICD-02"
    ]
    assert found.fix == "replace:M1711"
    assert "M17.11" in found.message
