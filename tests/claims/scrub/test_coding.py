"""What coding finds, as the scrub takes it: its own lines, its weight, its place, in words."""

from datetime import date

from claims.scrub import ScrubFacts, scrub
from claims.scrub.coding import CodedCase, Place, field_of, place_of
from coding.finding_key import finding_key
from core.findings import Finding, Severity
from tests.claims.scrub.test_scrub import SOUND

TODAY = date(2026, 11, 23)
PAIR = Finding(
    "NCCI-1", Severity.OVERRIDABLE, "Line 2, 20610: bundled with 99214.", "line:12",
    "add_modifier:59|remove_line", "NCCI 2026 Q4",
)  # fmt: skip


def found(*findings: Finding, lines: tuple[int, ...] = (11, 12)) -> list[Finding]:
    case = CodedCase(7, frozenset(lines), findings)
    return scrub(SOUND, ScrubFacts(today=TODAY, coding=(case,)))


def test_a_coding_finding_keeps_rule_weight_words_and_source() -> None:
    [one] = found(PAIR)
    assert (one.code, one.severity, one.message) == (PAIR.code, PAIR.severity, PAIR.message)
    assert one.source == "NCCI 2026 Q4"


def test_its_fixes_are_said_in_the_words_of_the_coding_screens_buttons() -> None:
    [one] = found(PAIR)
    assert one.fix == "On the coding screen: Add 59 or Remove the line."
    [hint] = found(Finding("ICD-22", Severity.INFORMATION, "probable", "note"))
    assert hint.fix == ""


def test_its_field_leads_back_to_its_place_on_the_coding_screen() -> None:
    [one] = found(PAIR)
    assert one.field == field_of(7, PAIR)
    assert place_of(one.field) == Place(7, finding_key(PAIR))
    assert place_of("lines.2.duplicate") is None
    assert place_of("") is None


def test_what_is_on_a_line_of_another_claim_is_not_said_here() -> None:
    assert found(PAIR, lines=(11,)) == []
    on_visit = Finding("NOTE-01", Severity.WARNING, "There is no note.", "note")
    on_diagnosis = Finding("ICD-10", Severity.WARNING, "No side.", "diagnosis:12")
    assert len(found(on_visit, on_diagnosis, lines=(11,))) == 2


def test_two_findings_of_one_rule_on_one_line_stand_apart() -> None:
    other = Finding(PAIR.code, PAIR.severity, "Line 2, 20610: bundled with 99213.", PAIR.field)
    assert len({one.field for one in found(PAIR, other)}) == 2


def test_what_the_claims_own_rules_say_is_not_said_twice() -> None:
    again = Finding("DUPL-02", Severity.OVERRIDABLE, "billed on E-1", "line:12")
    born = Finding("DATE-02", Severity.ERROR, "before birth", "line:12")
    assert found(again, born) == []
