"""Three hundred faults, one in each encounter: the right rule names it, and its fix clears it.

The road is the real one: rows, gathering, edits, `apply_fix`. Also what gathering costs.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coding.fixes import fixes_of
from coding.grammar import parse_line
from coding.models import (
    CaseDiagnosis,
    ChargeLine,
    CodeSetRelease,
    CodingCase,
    PayerCodingRules,
)  # fmt: skip
from coding.services.apply_fix import apply_fix
from coding.services.check_case import check_case, check_cases
from core import clock
from core.findings import Finding, blocks
from core.models import Practice
from patients.models import Encounter
from patients.services.record_encounter import add_encounter_note
from tests.coding.edits.tables import load_tables
from tests.factories.patients import Site, joan, joans_medicare, make_site, visit

pytestmark = pytest.mark.django_db
MEDICARE = "medicare"
# Rule, diagnoses, lines; then who pays, and what was done before: "29881 2026-09-01".
FAULTS = [
    ("ICD-01", "I10 1234", "99213/a", "", ""),
    ("ICD-02", "M54.5", "99213", "", ""),
    ("ICD-02", "H35.32", "99213", "", ""),
    ("ICD-03", "I10 E11.7", "99213/a", "", ""),
    ("ICD-04", "S52.501", "99213", "", ""),
    ("ICD-05", "I10 W19A", "99213/a", "", ""),
    ("ICD-06", "E11.9 E10.9", "99213", "", ""),
    ("ICD-06", "R05.9 J41.0", "99213", "", ""),
    ("ICD-07", "F02.80 G30.9", "99213", "", ""),
    ("ICD-08", "H36.811 D57.1", "99213", "", ""),
    ("ICD-10", "M17.10", "99213", "", ""),
    ("ICD-10", "G56.01 G56.02", "99213", "", ""),
    ("ICD-10", "M17.11", "20526-lt", "", ""),
    ("ICD-11", "I10 P59.9", "99213/a", "", ""),
    ("ICD-12", "I10 N40.0", "99213/a", "", ""),
    ("ICD-13", "J45.909", "99213", "", ""),
    ("ICD-14", "V43.51XA M17.11", "99213", "", ""),
    ("ICD-15", "I10 Z00.00", "99213", "", ""),
    ("ICD-16", "Z79.4 E11.65", "99213", "", ""),
    ("ICD-17", "I10 I10", "99213/a", "", ""),
    ("ICD-18", "S52.501S M25.531", "99213", "", ""),
    ("ICD-20", "I10 I50.22", "99213", "", ""),
    ("PTR-01", "I10", "99213 /a", "", "no pointers"),
    ("LINE-07", "I10", "99024 $50", "", ""),
    ("LINE-08", "Z00.00", "99395", "", ""),
    ("MOD-03", "I10", "81002-59-xs", "", ""),
    ("MOD-04", "M17.11", "73030-25", "", ""),
    ("MOD-05", "M17.11", "99213-25-57; 20610-rt", "", ""),
    ("MOD-06", "I10", "83036-26", "", ""),
    ("MOD-07", "I10", "73030 @22", "", ""),
    ("MOD-08", "I10", "12001-50", "", ""),
    ("MOD-09", "I10", "20610-50-rt", "", ""),
    ("MOD-10", "I10", "64483; 64484-51", "", ""),
    ("MOD-12", "I10", "20610-54", "", ""),
    ("MOD-03", "I10", "99213-ga-gx", "", ""),
    ("MOD-10", "I10", "12001-51", "", ""),
    ("MOD-27", "I10", "73030; 73030-26", "", ""),
    ("MOD-28", "I10", "45378-33", MEDICARE, ""),
    ("MOD-31", "M17.11", "27447-as", "", ""),
    ("MOD-32", "I10", "81002; 81002-77", "", ""),
    ("MOD-33", "I10", "12001-90", "", ""),
    ("THER-03", "I10", "97110-gp t15 $3000", MEDICARE, ""),
    ("ANES-03", "I10", "00400-aa-p2-p3 t47", "", ""),
    ("ANES-04", "I10", "99213-p3", "", ""),
    ("MOD-13", "I10", "99213-59", "", ""),
    ("MOD-14", "M17.11", "29881-62", "", ""),
    ("MOD-15", "I10", "81002-91", "", ""),
    ("MOD-18", "I10", "26055-t1", "", ""),
    ("MOD-19", "I10", "73030-rt-26", "", ""),
    ("MOD-20", "I10", "97110 t15", "", ""),
    ("TEL-01", "I10", "99213-gt @10", MEDICARE, ""),
    ("UNIT-02", "I10", "99213 x1.5", "", ""),
    ("UNIT-03", "I10", "97161-gp x2", "", ""),
    ("MUE-1", "I10", "81002 x5", "", ""),
    ("MUE-2", "I10", "20610-rt x2", "", ""),
    ("MUE-3", "I10", "94640 x3", "", ""),
    ("NCCI-1", "I10", "11400; 12001", "", ""),
    ("NCCI-1", "I10", "12001", "", "11400 2026-11-02"),
    ("NCCI-3", "M17.11", "20610-rt; 99213", "", ""),
    ("AOC-01", "I10", "64484; 90471", "", ""),
    ("GLOB-01", "I10", "99213", "", "29881 2026-09-01"),
    ("GLOB-02", "I10", "99214; 12001", "", ""),
    ("GLOB-03", "M17.11", "99214; 27447-rt", "", ""),
    ("GLOB-04", "M17.11", "20610-rt", "", "29881 2026-09-01"),
    ("NEW-01", "I10", "99203", "", "99213 2024-01-05"),
    ("NEC-01", "I10 E55.9", "82306/a; 99213", MEDICARE, ""),
    ("THER-01", "I10", "97110-gp x3 t20; 97140-gp t20", "", ""),
    ("ANES-01", "I10", "00400 t47", "", ""),
    ("DRUG-01", "I10", "J1745 x10", MEDICARE, ""),
    ("DUPL-01", "I10", "83036; 83036", "", ""),
    ("DUPL-02", "I10", "83036; 99213", "", "83036 2026-11-02"),
]
# What may stand beside any of them without a word from the edits.
MORE_DIAGNOSES = ("", "R10.1", "R10.2 R10.3", "R10.4", "R10.5")
MORE_LINES = ("", "96127", "93000", "96127; 93000", "36415")


@dataclass
class Bench:
    """Two patients, one of Medicare and one who pays alone, each with a visit and one before."""

    site: Site
    cases: dict[str, CodingCase]
    before: dict[str, Encounter]

    def lay(self, diagnoses: str, lines: str, payer: str, past: str) -> CodingCase:
        """Put these codes, as rows, on the case of the payer's patient."""
        case = self.cases[payer]
        ChargeLine.everywhere.filter(patient=case.patient).delete()
        CaseDiagnosis.everywhere.filter(case=case).delete()
        keys = CaseDiagnosis.everywhere.bulk_create(
            CaseDiagnosis(practice=self.site.practice, case=case, position=place, title=code,
                          code=code.replace(".", ""))
            for place, code in enumerate(diagnoses.split(), 1)
        )  # fmt: skip
        words = [word for word in lines.split("; ") if word]
        for place, word in enumerate(words, 1):
            pointers = [] if past == "no pointers" and place == 1 else [row.pk for row in keys][:4]
            self._line(case, case.encounter, place, word, pointers)
        if past and past != "no pointers":
            code, day = past.split()
            other = self.before[payer]
            line = self._line(other.coding_case, other, 1, code, [])
            ChargeLine.everywhere.filter(pk=line.pk).update(
                service_date_from=date.fromisoformat(day), service_date_to=date.fromisoformat(day)
            )
        return case

    def _line(
        self, case: CodingCase, encounter: Encounter, place: int, word: str, pointers: list[int]
    ) -> ChargeLine:
        typed = parse_line(word)
        fee = Decimal(100) if typed.fee_amount is None else typed.fee_amount
        if typed.pointers and pointers:
            pointers = [pointers[one - 1] for one in typed.pointers]
        return ChargeLine.everywhere.create(
            practice=self.site.practice, case=case, encounter=encounter, patient=case.patient,
            position=place, procedure_code=typed.procedure_code, modifiers=list(typed.modifiers),
            units=typed.units or 1, unit_fee_amount=fee, charge_amount=fee, pointers=pointers,
            fee_source="Standard", place_of_service_code=typed.place_of_service_code,
            minutes=typed.minutes, service_date_from=encounter.service_date_from,
            service_date_to=encounter.service_date_to,
        )  # fmt: skip


@pytest.fixture
def bench(in_summit: Practice) -> Bench:
    load_tables(in_summit)
    site = make_site(in_summit)
    cases, before = {}, {}
    for payer, name in (("", "Joan"), (MEDICARE, "June")):
        patient = joan(site, first_name=name)
        if payer:
            joans_medicare(site, patient)
        cases[payer] = CodingCase.objects.get(encounter=visit(site, patient))
        before[payer] = visit(site, patient)
    return Bench(site, cases, before)


def seeded(count: int) -> Iterator[tuple[str, str, str, str, str]]:
    """Every kind of fault in turn, each time among other harmless codes."""
    draw = Random("seeded faults")
    for number in range(count):
        rule, diagnoses, lines, payer, past = FAULTS[number % len(FAULTS)]
        more = draw.choice(MORE_DIAGNOSES) if number >= len(FAULTS) else ""
        other = draw.choice(MORE_LINES) if number >= len(FAULTS) else ""
        yield rule, f"{diagnoses} {more}", "; ".join(filter(None, [lines, other])), payer, past


def test_three_hundred_faults_are_named_and_cleared_by_their_fix(bench: Bench) -> None:
    done: Counter[str] = Counter()
    problems: list[str] = []
    for rule, diagnoses, lines, payer, past in seeded(300):
        said = _problem(bench.lay(diagnoses, lines, payer, past), rule)
        if said:
            problems.append(f"{rule}, {diagnoses}, {lines}: {said}")
        done[rule] += 1
    assert not problems, "\n".join(problems)
    assert sum(done.values()) == 300
    assert len(done) >= 50


def _problem(case: CodingCase, rule: str) -> str:
    """What did not go as it should, nothing when the fault was named, alone, and cleared."""
    found = check_case(case).findings
    named = [one for one in found if one.code == rule]
    others = [one.message for one in _blocking(found) if one.code != rule]
    if not named or others:
        return f"not named alone: {[one.code for one in found]} {others}"
    fixes = fixes_of(named[0])
    if not fixes:
        return "has no fix"
    apply_fix(case=case, fix=fixes[0].id, field=fixes[0].field)
    left = check_case(case).findings
    if rule in {one.code for one in left} or _blocking(left):
        return f"not cleared by {fixes[0].label}: {[one.message for one in left]}"
    return ""


def test_many_cases_cost_as_many_queries_as_one(bench: Bench) -> None:
    first = bench.lay("E11.65 I10", "99213; 20610-rt; 83036", MEDICARE, "")
    more = [CodingCase.objects.get(encounter=visit(bench.site, first.patient)) for _ in range(12)]
    with CaptureQueriesContext(connection) as one:
        check_cases([CodingCase.objects.get(pk=first.pk)])
    with CaptureQueriesContext(connection) as many:
        found = check_cases(
            list(CodingCase.objects.filter(pk__in=[first.pk, *(m.pk for m in more)]))
        )
    assert len(found) == 13
    assert len(many) <= len(one) <= 30


def test_one_cases_findings_are_not_anothers(bench: Bench) -> None:
    wrong = bench.lay("M54.5", "99213", "", "")
    right = bench.lay("I10", "99213", MEDICARE, "")
    found = check_cases([wrong, right])
    assert [one.code for one in _blocking(found[wrong.pk].findings)] == ["ICD-02"]
    assert _blocking(found[right.pk].findings) == []


def test_a_payers_own_rules_hold_for_its_cases(bench: Bench) -> None:
    lines = "97110-gp x2 t20; 97140-gp t20"
    assert _codes(bench.lay("I10", lines, MEDICARE, "")) == []
    PayerCodingRules.objects.create(
        practice=bench.site.practice, payer=bench.site.medicare_plan.payer, therapy_rule="SPM"
    )
    assert _codes(bench.lay("I10", lines, MEDICARE, "")) == ["THER-01"]


def test_a_visit_that_says_24_is_held_against_the_surgerys_own_diagnosis(bench: Bench) -> None:
    case = bench.lay("M17.11 I10", "99213-24/a", "", "29881 2026-09-01")
    assert "MOD-26" not in _codes(case), "the surgery points to nothing"
    other = bench.before[""].coding_case
    reason = CaseDiagnosis.everywhere.create(
        practice=bench.site.practice, case=other, position=1, title="Knee", code="M1711"
    )
    ChargeLine.everywhere.filter(case=other).update(pointers=[reason.pk])
    assert "MOD-26" in _codes(case)
    ChargeLine.everywhere.filter(case=case).update(pointers=[case.diagnoses.last().pk])
    assert "MOD-26" not in _codes(case)


def test_what_a_payer_wants_of_50_51_and_of_the_order_holds_for_its_cases(bench: Bench) -> None:
    lines = "20610-50; 73030-rt-26"
    assert _codes(bench.lay("I10", lines, MEDICARE, "")) == ["MOD-19"]
    PayerCodingRules.objects.create(
        practice=bench.site.practice, payer=bench.site.medicare_plan.payer,
        has_sides_apart=True, takes_any_order=True,
    )  # fmt: skip
    assert _codes(bench.lay("I10", lines, MEDICARE, "")) == ["MOD-29"]


def test_a_starter_table_is_named_as_one(bench: Bench) -> None:
    CodeSetRelease.objects.filter(kind="mue").update(is_starter=True)
    (found,) = check_case(bench.lay("I10", "81002 x5", "", "")).findings
    assert found.source == "Unit limits (MUE) small, starter table"


def test_doubt_in_the_note_is_a_hint(bench: Bench) -> None:
    case = bench.lay("I10", "99213", "", "")
    add_encounter_note(
        encounter=case.encounter,
        text="Rule out PE. Suspected flu.",
        author_name="A",
        signed_at=clock.now(),
    )
    (found,) = check_case(case).findings
    assert (found.code, found.message) == (
        "ICD-22",
        "The note says rule out: what is only suspected is not coded.",
    )


def _codes(case: CodingCase) -> list[str]:
    return [one.code for one in check_case(case).findings]


def _blocking(findings: list[Finding]) -> list[Finding]:
    return [one for one in findings if blocks([one])]
