"""Every rule: an encounter that breaks it, and one as it should be (domain A.2 to A.12)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from coding.edits import EditSettings, EncounterFacts, Reference
from coding.edits.catalogue import RULES
from coding.edits.snapshot import WorksheetFacts
from core.findings import Severity, blocks
from tests.coding.edits.cast import BONES, DAY, REYES, before, findings, said, seen, with_line

OK = seen("E11.65 I10", "99213")
SPRING = date(2026, 6, 30)
CHILD, BABY = {"patient_birth_date": date(2018, 1, 5)}, {"patient_birth_date": date(2026, 10, 30)}
MODERATE = WorksheetFacts("office_established", (3, 2, 3))
YOUNG = {"patient_birth_date": date(1996, 1, 5)}
MEDICARE, MEDICAID = {"payer": "medicare"}, {"payer": "medicaid"}
ASSISTANT = "363A00000X"
HER_KNEE = before("29881", date(2026, 10, 1), diagnoses=("I10",))
THERAPY = before("97140-gp", SPRING, charge_amount=Decimal(2400))
# Weight and rule, the encounter that breaks it, and the one that does not.
CASES = [
    ("E ICD-01", seen("1234", "99213"), OK),
    ("E ICD-02", seen("M54.5", "99213"), seen("M54.51", "99213")),
    ("E ICD-02", seen("H35.32", "99213"), OK),
    ("E ICD-03", seen("E11.7", "99213"), OK),
    ("E ICD-04", seen("S52.501", "99213"), seen("S52.501A", "99213")),
    ("E ICD-04", seen("I10.A", "99213"), seen("I10", "99213")),
    ("E ICD-04", seen("W19.XXXZ R10.0", "99213"), seen("R10.0 W19.XXXA", "99213")),
    ("E ICD-05", seen("R10.0 W19A", "99213"), seen("R10.0 W19.XXXA", "99213")),
    ("O ICD-06", seen("E11.9 E10.9", "99213"), seen("E11.9 I10", "99213")),
    ("O ICD-06", seen("R05.9 J41.0", "99213"), seen("R05.9 J06.9", "99213")),
    ("E ICD-07", seen("F02.80 G30.9", "99213"), seen("G30.9 F02.80", "99213")),
    ("O ICD-08", seen("H36.811 D57.1", "99213"), seen("D57.1 H36.811", "99213")),
    ("W ICD-08", seen("I10 H36.811", "99213"), seen("I10 D57.1 H36.811", "99213")),
    ("I ICD-08", seen("L97.211", "99213"), seen("I10 L97.211", "99213")),
    ("O ICD-08", seen("T36.0X5A", "99213"), seen("T36.0X1A", "99213")),
    ("W ICD-09", seen("I11.0", "99213"), seen("I11.0 I50.22", "99213")),
    ("W ICD-09", seen("E11.22", "99213"), seen("E11.22 N18.31", "99213")),
    ("I ICD-09", seen("E11.9", "99213"), seen("E11.9 Z79.84", "99213")),
    ("I ICD-09", seen("L27.0", "99213"), seen("L27.0 T36.0X5A", "99213")),
    ("W ICD-10", seen("M17.10", "99213"), seen("M17.11", "99213")),
    ("W ICD-10", seen("G56.01 G56.02", "99213"), seen("G56.03", "99213")),
    ("W ICD-10", seen("M17.11", "20610-lt"), seen("M17.11", "20610-rt")),
    ("W ICD-11", seen("P59.9", "99213"), seen("P59.9", "99213", **BABY)),
    ("W ICD-11", seen("Z00.129", "99213"), seen("Z00.129", "99393", **CHILD)),
    ("W ICD-12", seen("N40.0", "99213"), seen("N40.0", "99213", patient_sex="M")),
    ("W ICD-12", seen("N40.0", "99213"), seen("N40.0", "99213-kx")),
    ("W ICD-13", seen("J45.909", "99213"), seen("J06.9", "99213")),
    ("E ICD-14", seen("V43.51XA M17.11", "99213"), seen("M17.11 V43.51XA", "99213")),
    ("W ICD-14", seen("S52.501D Y92.009", "99213"), seen("S52.501A Y92.009", "99213")),
    ("E ICD-15", seen("I10 Z00.00", "99213"), seen("Z00.00 I10", "99213")),
    ("O ICD-15", seen("Z00.00 Z00.129", "99213"), seen("Z00.00", "99213")),
    ("O ICD-16", seen("Z79.4 E11.65", "99213"), seen("E11.65 Z79.4", "99213")),
    ("E ICD-17", seen("I10 I10", "99213"), seen("I10 E11.65", "99213")),
    ("W ICD-18", seen("S52.501S M25.531", "99213"), seen("M25.531 S52.501S", "99213")),
    ("E ICD-19", seen("O30.001 Z3A.30", "99213", **YOUNG),
     seen("O30.003 Z3A.30", "99213", **YOUNG)),
    ("E ICD-19", seen("O30.003 Z3A.10", "99213", **YOUNG),
     seen("O30.001 Z3A.10", "99213", **YOUNG)),
    ("W ICD-19", seen("I10 O30.001 Z3A.10", "99213"), seen("O30.001 Z3A.10 I10", "99213")),
    ("O ICD-19", seen("O30.001 Z3A.10 Z33.1", "99213"), seen("O30.001 Z3A.10", "99213")),
    ("W ICD-20", seen("I10 I50.22", "99213"), seen("I11.0 I50.22", "99213")),
    ("W ICD-20", seen("I10 N18.31", "99213"), seen("I12.9 N18.31", "99213")),
    ("W ICD-20", seen("E11.9 E11.22", "99213"), seen("E11.22 N18.31", "99213")),
    ("E ICD-21", seen("", "99213"), OK),
    ("E ICD-21", seen(" ".join(f"R{n}" for n in range(100, 113)), "99213"), OK),
    ("I ICD-22", replace(OK, uncertain_words=("rule out",)), OK),
    ("E PTR-01", with_line(OK, pointers=()), OK),
    ("E PTR-02", with_line(OK, pointers=(1, 77)), OK),
    ("E PTR-03", with_line(OK, pointers=(1, 1)), OK),
    ("W PTR-04", seen("E11.65 I10", "99213/a"), OK),
    ("E LINE-01", seen("I10", ""), OK),
    ("E LINE-02", with_line(OK, is_in_charge_master=False), OK),
    ("E LINE-03", with_line(OK, has_fee=False), OK),
    ("E LINE-04", with_line(OK, charge_amount=Decimal("-0.01")), OK),
    ("E LINE-05", seen("I10", "99241"), seen("I10", "99241", on=date(2022, 12, 31))),
    ("O LINE-06", seen("I10", "J3490"), with_line(seen("I10", "J3490"), description="a drug")),
    ("E LINE-07", seen("I10", "99024 $50"), seen("I10", "99024 $0")),
    ("W LINE-08", seen("Z00.00", "99395"), seen("Z00.00", "99397")),
    ("E MOD-01", with_line(OK, modifiers=("25", "24", "57", "95", "GA")), OK),
    ("E MOD-02", with_line(OK, modifiers=("25", "25")), seen("I10", "99213-25")),
    ("E MOD-03", seen("I10", "81002-59-xs"), seen("I10", "81002-xs")),
    ("E MOD-03", seen("I10", "99213-ga-gz"), seen("I10", "99213-ga")),
    ("E MOD-04", seen("M17.11", "20610-25-rt"), seen("M17.11", "99213-25; 20610-rt")),
    ("E MOD-05", seen("M17.11", "99213-57; 20610-rt"), seen("M17.11", "99213-57; 27447-rt")),
    ("E MOD-06", seen("I10", "83036-26"), seen("I10", "73030-26")),
    ("W MOD-07", seen("I10", "73030 @22"), seen("I10", "73030-26 @22")),
    ("E MOD-08", seen("I10", "12001-50"), seen("I10", "20610-50")),
    ("E MOD-09", seen("I10", "20610-50 x2"), seen("I10", "20610-50")),
    ("E MOD-09", seen("I10", "20610-50-rt"), seen("I10", "20610-rt")),
    ("E MOD-10", seen("I10", "64483; 64484-51"), seen("I10", "64483; 64484")),
    ("W MOD-10", seen("I10", "20610-51", **MEDICARE), seen("I10", "20610-51")),
    ("W MOD-11", seen("I10", "20610-52", has_note=False), seen("I10", "20610-52")),
    ("W MOD-10", seen("I10", "12001-51"), seen("I10", "20610-51")),
    ("E MOD-03", seen("I10", "99213-ga-gx"), seen("I10", "99213-gx")),
    ("E MOD-12", seen("I10", "20610-54"), seen("I10", "27447-54")),
    ("E MOD-13", seen("I10", "99213-59"), seen("I10", "99213-25")),
    ("E MOD-14", seen("I10", "29881-62"), seen("I10", "27447-80")),
    ("W MOD-14", seen("I10", "27447-62"), seen("I10", "27447-80")),
    ("O MOD-14", seen("I10", "12001-80"), seen("I10", "27447-as")),
    ("O MOD-15", seen("I10", "81002-91"), seen("I10", "81002; 81002-91")),
    ("O MOD-15", seen("I10", "20610-76"),
     seen("I10", "20610-76", earlier=(before("20610", DAY),))),
    ("W MOD-16", seen("I10", "99213-24"),
     seen("I10", "99213-24", earlier=(before("29881", date(2026, 10, 1)),))),
    ("W MOD-16", seen("I10", "99213-24"),
     seen("I10", "99213-24", earlier=(before("49505", date(2026, 10, 1)),))),
    ("W MOD-17", seen("I10", "83036-90", **MEDICARE), seen("I10", "83036-90")),
    ("E MOD-18", seen("I10", "26055-t1"), seen("I10", "26055-f1")),
    ("E MOD-18", seen("I10", "20610-e1"), seen("I10", "20610-rt")),
    ("W MOD-19", seen("I10", "73030-rt-26"), seen("I10", "73030-26-rt")),
    ("E MOD-20", seen("I10", "97110 t15"), seen("I10", "97110-gp t15")),
    ("E MOD-20", seen("I10", "97110-gp-go t15"), seen("I10", "97110-go t15")),
    ("E MOD-21", seen("I10", "99213-27"), seen("I10", "99213-25")),
    ("E MOD-22", seen("I10", "J3301-jg"), seen("I10", "J3301-jg", on=date(2025, 12, 31))),
    ("E MOD-22", seen("I10", "J3301-zz"), seen("I10", "J3301-ga")),
    ("W MOD-23", seen("I10", "81002-59", **MEDICARE), seen("I10", "81002-xu", **MEDICARE)),
    ("E MOD-24", seen("I10", "97110-go-cq t15"), seen("I10", "97110-gp-cq t15")),
    ("W MOD-25", seen("I10", "99213-25; 20610-rt; G2211", **MEDICARE),
     seen("I10", "99213; G2211", **MEDICARE)),
    ("O TEL-01", seen("I10", "99213-gt @10", **MEDICARE), seen("I10", "99213-gt @10")),
    ("E TEL-02", seen("I10", "98004 @10", **MEDICARE), seen("I10", "98004 @10")),
    ("W TEL-03", seen("I10", "99213-95"), seen("I10", "99213-95 @10")),
    ("E CLIA-01", seen("J02.0", "87880", is_waiver_laboratory=True),
     seen("J02.0", "87880-qw", is_waiver_laboratory=True)),
    ("E UNIT-01", with_line(OK, units=Decimal(0)), OK),
    ("E UNIT-01", with_line(OK, units=Decimal("999.901")), OK),
    ("E UNIT-01", with_line(OK, units=Decimal("1.0001")), OK),
    ("E UNIT-02", seen("I10", "99213 x1.5"), seen("I10", "J3301 x1.5")),
    ("E UNIT-03", seen("I10", "97161-gp x2"), seen("I10", "97161-gp")),
    ("E MUE-1", seen("I10", "81002 x5"), seen("I10", "81002 x4; 81002-59 x2")),
    ("E MUE-2", seen("I10", "20610-rt; 20610-lt-59"), seen("I10", "20610-50")),
    ("O MUE-3", seen("I10", "94640 x2; 94640-76"), seen("I10", "94640 x2")),
    ("O MUE-3", seen("I10", "94640 x2", earlier=(before("94640-76", DAY),)),
     seen("I10", "94640 x2", earlier=(before("94640-76", date(2026, 11, 1)),))),
    ("E NCCI-0", seen("I10", "45378; 45380-59", on=SPRING),
     seen("I10", "45378; 45380", on=date(2026, 7, 1))),
    ("O NCCI-1", seen("I10", "11400; 12001"), seen("I10", "11400; 12001-59")),
    ("O NCCI-1", seen("I10", "12001", earlier=(before("11400", DAY),)),
     seen("I10", "12001", earlier=(before("11400", date(2026, 11, 1)),))),
    ("W NCCI-2", seen("I10", "11400-59; 12001"), seen("I10", "11400")),
    ("W NCCI-2", seen("G56.01", "20610-rt; 20526-rt"), seen("G56.01", "20610-rt; 20526-lt")),
    ("O NCCI-3", seen("M17.11", "20610-rt; 99213"), seen("M17.11", "20610-rt; 99213-25")),
    ("E AOC-01", seen("I10", "64484"), seen("I10", "64484; 64483")),
    ("E AOC-01", seen("I10", "64484"), seen("I10", "64484", earlier=(before("64483", DAY),))),
    ("W AOC-01", seen("I10", "99417"), seen("I10", "99417; 99215")),
    ("O GLOB-01", seen("I10", "99213", earlier=(before("29881", date(2026, 9, 1)),)),
     seen("I10", "99213-24", earlier=(before("29881", date(2026, 9, 1)),))),
    ("O GLOB-01", seen("I10", "99213", earlier=(before("29881", date(2026, 9, 1)),)),
     seen("I10", "99213", earlier=(before("29881", date(2026, 9, 1), specialty_code=BONES),))),
    ("O GLOB-02", seen("I10", "99214; 12001"), seen("I10", "99214-25; 12001")),
    ("O GLOB-03", seen("M17.11", "99214; 27447-rt"), seen("M17.11", "99214-57; 27447-rt")),
    ("O GLOB-04", seen("M17.11", "20610-rt", earlier=(before("29881", date(2026, 9, 1)),)),
     seen("M17.11", "20610-79-rt", earlier=(before("29881", date(2026, 9, 1)),))),
    ("E POS-01", replace(OK, place_of_service_code="77"), OK),
    ("E POS-01", seen("I10", "99213 @77"), seen("I10", "99213 @22")),
    ("O POS-02", seen("I10", "99213 @21"), seen("I10", "99213 @22")),
    ("O POS-02", seen("I10", "99283"), seen("I10", "99283 @23")),
    ("O NEW-01", seen("I10", "99203", earlier=(before("99213", date(2024, 1, 5)),)),
     seen("I10", "99203", earlier=(before("99213", date(2024, 1, 5), specialty_code=BONES),))),
    ("O NEW-01", seen("I10", "99203", earlier=(before("99213", date(2024, 1, 5)),)),
     seen("I10", "99203", earlier=(before("73030-26", date(2024, 1, 5)),))),
    ("W NEW-02", seen("I10", "99213", earlier=(before("99213", date(2021, 1, 5)),)),
     seen("I10", "99203", earlier=(before("99213", date(2021, 1, 5)),))),
    ("O NEC-01", seen("I10 E55.9", "82306/a; 99213", **MEDICARE),
     seen("I10 E55.9", "82306/ab; 99213", **MEDICARE)),
    ("E THER-01", seen("I10", "97110-gp x3 t20; 97140-gp t20"),
     seen("I10", "97110-gp x2 t20; 97140-gp t20")),
    ("W THER-02", seen("I10", "97110-gp"), seen("I10", "97110-gp t20")),
    ("E ANES-01", seen("I10", "00400 t47"), seen("I10", "00400-aa t47")),
    ("E ANES-01", seen("I10", "00400-aa-qk t47"), seen("I10", "00400-qk t47")),
    ("E ANES-02", seen("I10", "00400-aa"), seen("I10", "00400-aa t47")),
    ("E ANES-03", seen("I10", "00400-aa-p2-p3 t47"), seen("I10", "00400-aa-p3 t47")),
    ("O ANES-04", seen("I10", "20610-p3"), seen("I10", "00400-aa-p3-qs t47")),
    ("O ANES-04", seen("I10", "99213-aa"), seen("I10", "00400-aa t47")),
    ("I THER-03", seen("I10", "97110-gp t15 $3000", **MEDICARE),
     seen("I10", "97110-gp-kx t15 $3000", **MEDICARE)),
    ("I THER-03", seen("I10", "97110-gp t15", earlier=(THERAPY,), **MEDICARE),
     seen("I10", "97110-go t15", earlier=(THERAPY,), **MEDICARE)),
    ("I THER-03", seen("I10", "97110-gp t15", earlier=(THERAPY,), **MEDICARE),
     seen("I10", "97110-gp t15", earlier=(replace(THERAPY, service_date=date(2025, 12, 30)),),
          **MEDICARE)),
    ("O GLOB-04", seen("M17.11", "20610-rt", earlier=(HER_KNEE,)),
     seen("M17.11", "36415", earlier=(HER_KNEE,))),
    ("W MOD-26", seen("I10", "99213-24", earlier=(HER_KNEE,)),
     seen("E11.65", "99213-24", earlier=(HER_KNEE,))),
    ("W MOD-26", seen("I10", "99213-24", earlier=(HER_KNEE,)),
     seen("I10", "99213", earlier=(HER_KNEE,))),
    ("E MOD-27", seen("I10", "73030; 73030-26"), seen("I10", "73030-tc; 73030-26")),
    ("E MOD-27", seen("I10", "73030-tc", earlier=(before("73030", DAY),)),
     seen("I10", "73030-tc", earlier=(before("73030", SPRING),))),
    ("I MOD-28", seen("I10", "45378-33", **MEDICARE), seen("I10", "45378-pt", **MEDICARE)),
    ("I MOD-28", seen("I10", "45378-pt"), seen("I10", "45378-33")),
    ("W MOD-30", seen("I10", "27447-55"), with_line(seen("I10", "27447-55"), description="11/01")),
    ("W MOD-31", seen("I10", "27447-as"), seen("I10", "27447-as", specialty_code=ASSISTANT)),
    ("W MOD-31", seen("I10", "27447-80", specialty_code=ASSISTANT), seen("I10", "27447-80")),
    ("W MOD-32", seen("I10", "20610-76", earlier=(before("20610", DAY, provider_key=8),)),
     seen("I10", "20610-77", earlier=(before("20610", DAY, provider_key=8),))),
    ("W MOD-32", seen("I10", "81002; 81002-77"), seen("I10", "81002; 81002-76")),
    ("E MOD-33", seen("I10", "20610-90"), seen("I10", "83036-90")),
    ("W MOD-33", seen("I10", "83036-90"),
     with_line(seen("I10", "83036-90"), description="Valley Lab, 05D9999999")),
    ("O MOD-15", seen("I10", "20610-76", earlier=(before("20610", SPRING),)),
     seen("I10", "20610-76", earlier=(before("20610", DAY),))),
    ("O DRUG-01", seen("I10", "J1745 x8", **MEDICARE),
     seen("I10", "J1745 x8; J1745-jw x2", **MEDICARE)),
    ("O DRUG-01", seen("I10", "J1745-jz x8; J1745-jw x2", **MEDICARE),
     seen("I10", "J1745-jz x10", **MEDICARE)),
    ("E DRUG-02", seen("I10", "J1745 x8; J1745-jw x3", **MEDICARE),
     seen("I10", "J1745 x8; J1745-jw x2", **MEDICARE)),
    ("O NDC-01", seen("I10", "J3301", **MEDICAID),
     seen("I10", "J3301 #0003-0293-05 1 ml", **MEDICAID)),
    ("E NDC-02", with_line(seen("I10", "J3301"), ndc_code="00003029305"),
     seen("I10", "J3301 #0003-0293-05 1 ml")),
    ("O DUPL-01", seen("I10", "83036; 83036"), seen("I10", "83036; 83036-91")),
    ("O DUPL-01", seen("I10", "20526-rt; 20526-rt"), seen("I10", "20526-rt; 20526-lt")),
    ("O DUPL-02", seen("I10", "83036", earlier=(before("83036", DAY),)),
     seen("I10", "83036", earlier=(before("83036", DAY, provider_key=REYES + 1),))),
    ("E DATE-01", with_line(OK, service_date_to=date(2026, 11, 1)), OK),
    ("E DATE-02", with_line(OK, service_date_from=date(1949, 1, 1)), OK),
    ("O NOTE-01", replace(OK, has_note=False), OK),
    ("W EM-01", seen("I10", "99215", worksheet=MODERATE), seen("I10", "99214", worksheet=MODERATE)),
    ("W EM-01", seen("I10", "99213", worksheet=MODERATE), seen("I10", "99213")),
    ("W EM-01", seen("I10", "99204", worksheet=MODERATE), seen("I10", "83036", worksheet=MODERATE)),
    ("W EM-01", seen("I10", "99211", worksheet=MODERATE), seen("I10", "99396", worksheet=MODERATE)),
]  # fmt: skip


# What only some payers' coding rules ask for: rule, lines, the payer's settings.
OF_PAYERS = [
    ("W MOD-10", "20610-51", EditSettings(takes_51=False)),
    ("W MOD-29", "20610-50", EditSettings(has_sides_apart=True)),
]


@pytest.mark.parametrize(("rule", "lines", "settings"), OF_PAYERS)
def test_a_payer_may_refuse_what_others_take(rule: str, lines: str, settings: EditSettings) -> None:
    assert said(seen("I10", lines)) == []
    assert said(seen("I10", lines), settings) == [rule]


@pytest.mark.parametrize(("rule", "wrong", "right"), CASES)
def test_a_rule_names_what_breaks_it_and_nothing_else(
    rule: str, wrong: EncounterFacts, right: EncounterFacts
) -> None:
    assert rule in said(wrong)
    assert rule not in said(right)
    assert all(one.message and one.source for one in findings(wrong))


def test_every_catalogued_rule_has_a_case_above_with_its_own_weight() -> None:
    cases = {rule for rule, _, _ in CASES} | {rule for rule, *_ in OF_PAYERS}
    missing = {f"{rule.severity} {rule.code}" for rule in RULES.values()} - cases
    assert missing == set()


@pytest.mark.parametrize(
    ("diagnoses", "lines"),
    [
        ("E11.65 I10", "99213"),
        ("M17.11", "99213-25/a; 20610-rt/a; J3301 x4/a"),
        ("J02.0", "99213-25/a; 87880-qw/a"),
        ("I10", "97110-gp x2 t30; 97140-gp t15"),
        ("Z23", "90471; 90686"),
    ],
)
def test_a_clean_encounter_has_no_findings(diagnoses: str, lines: str) -> None:
    assert said(seen(diagnoses, lines)) == []


def test_everything_wrong_is_said_at_once_the_heaviest_first() -> None:
    found = findings(replace(seen("Z79.4", ""), has_note=False))
    assert [finding.severity for finding in found] == [
        Severity.ERROR,
        Severity.OVERRIDABLE,
        Severity.OVERRIDABLE,
    ]
    assert blocks(found)
    assert not blocks([finding for finding in found if finding.severity == Severity.WARNING])


def test_a_table_that_is_not_loaded_says_nothing() -> None:
    empty = Reference(icd={})
    found = findings(seen("I10", "11400; 12001; 64484; 81002 x9"), empty)
    assert [one.code for one in found] == ["ICD-03"]


def test_a_payer_may_ask_for_specific_codes() -> None:
    asthma = seen("J45.909", "99213")
    assert said(asthma) == ["W ICD-13"]
    assert said(asthma, EditSettings(specific_codes=("J45",))) == ["O ICD-13"]


def test_a_payer_may_take_modifiers_in_any_order() -> None:
    assert said(seen("I10", "73030-rt-26")) == ["W MOD-19"]
    assert said(seen("I10", "73030-rt-26"), EditSettings(takes_any_order=True)) == []


def test_a_visit_beside_a_procedure_is_said_once() -> None:
    assert said(seen("M17.11", "20610-rt; 99213")) == ["O NCCI-3"]


@pytest.mark.parametrize(
    ("facts", "rule", "message", "fix"),
    [
        (seen("S52.501", "99213"), "ICD-04",
         "S52.501 needs a seventh character: S52.501A, S52.501B, S52.501C, S52.501D…",
         "replace:S52501A|replace:S52501B|replace:S52501C|replace:S52501D"),
        (seen("I10 W19A", "99213"), "ICD-05",
         "W19.A must be filled with X: W19.XXXA.", "replace:W19XXXA"),
        (seen("E11.9 E10.9", "99213"), "ICD-06",
         ("E11.9 and E10.9 exclude each other (Excludes1 at E11). "
         "Keep one, or say why they are unrelated."), "remove"),
        (seen("I10 I50.22 N18.31", "99213"), "ICD-20",
         "I10 with heart failure and kidney disease: the classification presumes I13.0.",
         "replace:I130"),
        (seen("O30.001 Z3A.30", "99213", **YOUNG), "ICD-19",
         "O30.001 says first trimester, Z3A.30 says week 30.", "replace:O30003"),
        (seen("I10", "11400; 12001"), "NCCI-1",
         "12001 is paid with 11400 only with a modifier that says why.",
         "add_modifier:59|add_modifier:XS|remove_line"),
        (seen("I10", "12001; 11400", payer="medicare"), "NCCI-1",
         "12001 is paid with 11400 only with a modifier that says why.",
         "add_modifier:XS|add_modifier:59|remove_line"),
        (seen("I10", "20610-rt x2"), "MUE-2",
         "20610: 2 units on the day; policy allows 1, always.", "units:1"),
        (seen("I10", "94640 x2", earlier=(before("94640-76", DAY),)), "MUE-3",
         ("94640: 3 units on the day, 1 of them on another encounter; 2 is the most that is paid "
         "without an appeal."), "units:1"),
        (seen("I10 E55.9", "82306/a; 99213", payer="medicare"), "NEC-01",
         "Line 1, 82306: LCD L99999 covers none of its diagnoses, but B E55.9.",
         "point_first:2|add_modifier:GA|add_modifier:GZ"),
        (seen("I10", "99203", earlier=(before("99213", date(2024, 1, 5)),)), "NEW-01",
         "Line 1, 99203: seen on 01/05/2024, so not new; 99213 is the same level.",
         "replace_code:99213"),
        (seen("I10", "99213", earlier=(before("29881", date(2026, 9, 1)),)), "GLOB-01",
         ("Line 1, 99213: within the 90 days after 29881 of 09/01/2026, so in its price. "
         "24 if it is unrelated; else 99024."), "add_modifier:24"),
        (seen("I10", "97110-gp x3 t20; 97140-gp t20"), "THER-01",
         "Line 1, 97110: 20 minutes, 40 in the session are 2 units, not 3.", "units:2"),
        (seen("G56.01 G56.02", "99213"), "ICD-10",
         "G56.01 and G56.02: one code says both sides, G56.03.", "join:G5601+G5602=G5603"),
    ],
)  # fmt: skip
def test_a_finding_says_what_is_wrong_and_what_would_be_right(
    facts: EncounterFacts, rule: str, message: str, fix: str
) -> None:
    found = {one.code: one for one in findings(facts)}
    assert (found[rule].message, found[rule].fix) == (message, fix)
