"""The worksheet's services: kept as evidence, applied once, and never raising a level by itself."""

import pytest

from coding.choices import CaseState, LineState
from coding.grammar import parse_line
from coding.models import ChargeLine, CodingCase, EmWorksheet
from coding.services.em_worksheet import (
    Worksheet,
    apply_worksheet,
    change_to_worksheet,
    keep_level,
    save_worksheet,
)
from coding.services.finish_case import finish_case
from coding.services.lines import add_line, remove_line
from core import timeline
from core.errors import ApplicationError, Conflict
from core.models import AuditEvent, Practice
from tests.factories.coding import coded, load_codes
from tests.factories.patients import joan, joans_medicare, make_site, visit

OLD, NEW = "office_established", "office_new"
MODERATE = Worksheet(OLD, (3, 2, 3))
LOW = Worksheet(OLD, (2, 2, 3))


@pytest.fixture
def case(in_summit: Practice) -> CodingCase:
    """A visit with its diagnoses and no line yet."""
    load_codes(in_summit)
    site = make_site(in_summit)
    patient = joan(site)
    joans_medicare(site, patient)
    return coded(visit(site, patient), "E119 I10", "")


def codes(case: CodingCase) -> list[str]:
    return [line.code_with_modifiers for line in ChargeLine.objects.filter(case=case)]


def kinds(case: CodingCase) -> list[str]:
    """What was done with the worksheet, oldest first."""
    every = [entry.kind for entry in timeline.entries_for(case).order_by("pk")]
    return [kind for kind in every if kind.startswith(("worksheet", "line"))]


def test_saving_keeps_what_was_ticked_and_says_it_on_the_timeline(case: CodingCase) -> None:
    row = save_worksheet(case=case, entered=Worksheet(OLD, (3, 2, 3), 25, " Plan, line 2 "))
    assert (row.ticks, row.minutes, row.note, row.code) == ((3, 2, 3), 25, "Plan, line 2", "99214")
    entry = timeline.entries_for(case).get(kind="worksheet.saved")
    assert "moderate by decision making, 25 minutes; supports 99214" in entry.sentence
    assert entry.details == {
        "found": "Office, established patient, problems moderate, data low, risk moderate",
        "note": "Plan, line 2",
    }
    assert codes(case) == []
    case.refresh_from_db()
    assert case.state == CaseState.IN_PROGRESS


def test_each_save_leaves_its_evidence_and_the_same_again_leaves_none(case: CodingCase) -> None:
    for entered in (LOW, LOW, MODERATE):
        save_worksheet(case=case, entered=entered)
    assert EmWorksheet.objects.filter(case=case).count() == 1
    first, second = AuditEvent.objects.filter(action="worksheet.saved").order_by("pk")
    assert first.before is None
    assert (second.before["problems"], second.after["problems"]) == (2, 3)
    assert second.before["code"] == "99213"


def test_applying_adds_the_line_where_the_visit_has_no_level(case: CodingCase) -> None:
    add_line(case=case, typed=parse_line("83036-qw/a"))
    line = apply_worksheet(case=case, entered=MODERATE)
    assert line is not None
    assert codes(case) == ["83036-QW", "99214"]
    assert len(line.pointers) == 2
    assert line.fee_source


def test_applying_twice_adds_once(case: CodingCase) -> None:
    for _ in range(2):
        apply_worksheet(case=case, entered=MODERATE)
    assert codes(case) == ["99214"]
    assert kinds(case) == ["worksheet.saved", "line.added"]


@pytest.mark.parametrize("line", ["99213", "99215", "99211", "99204"])
def test_a_line_of_another_level_stays_until_somebody_changes_it(
    case: CodingCase, line: str
) -> None:
    ChargeLine.objects.filter(pk=add_line(case=case, typed=parse_line("99213")).pk).update(
        procedure_code=line
    )
    apply_worksheet(case=case, entered=MODERATE)
    assert codes(case) == [line]
    change_to_worksheet(case=case, old=line, new="99214")
    assert codes(case) == ["99214"]
    assert kinds(case)[-2:] == ["worksheet.saved", "line.changed"]


def test_changing_keeps_the_rest_of_the_line_and_is_done_once(case: CodingCase) -> None:
    line = add_line(case=case, typed=parse_line("99213-25 /b"))
    apply_worksheet(case=case, entered=MODERATE)
    for _ in range(2):
        change_to_worksheet(case=case, old="99213", new="99214")
    line.refresh_from_db()
    assert line.code_with_modifiers == "99214-25"
    assert len(line.pointers) == 1
    assert str(line.charge_amount) == "200.00"
    assert kinds(case).count("line.changed") == 1


@pytest.mark.parametrize(("old", "new"), [("99213", "99215"), ("99212", "99214"), ("", "")])
def test_only_the_change_that_was_offered_is_made(case: CodingCase, old: str, new: str) -> None:
    add_line(case=case, typed=parse_line("99213"))
    apply_worksheet(case=case, entered=MODERATE)
    with pytest.raises(Conflict, match="changed meanwhile"):
        change_to_worksheet(case=case, old=old, new=new)
    assert codes(case) == ["99213"]


def test_keeping_is_said_once_and_asked_again_when_the_worksheet_supports_another(
    case: CodingCase,
) -> None:
    add_line(case=case, typed=parse_line("99213"))
    apply_worksheet(case=case, entered=MODERATE)
    for _ in range(2):
        keep_level(case=case, code="99213")
    assert EmWorksheet.objects.get(case=case).kept_code == "99213"
    said = timeline.entries_for(case).get(kind="worksheet.kept").sentence
    assert said == "kept 99213 though the E/M worksheet supports 99214"
    save_worksheet(case=case, entered=Worksheet(OLD, (4, 4, 4)))
    assert EmWorksheet.objects.get(case=case).kept_code == ""
    with pytest.raises(Conflict):
        keep_level(case=case, code="99212")


@pytest.mark.parametrize(
    ("entered", "field", "says"),
    [
        (Worksheet("nowhere", (3, 3, 3)), "family", "Choose the kind of visit"),
        (Worksheet(OLD), "problems", "Tick problems, data and risk, or write the total minutes"),
        (Worksheet("emergency", None, 60), "problems", "Tick problems, data and risk."),
    ],
)
def test_a_worksheet_that_says_nothing_is_refused_at_its_field(
    case: CodingCase, entered: Worksheet, field: str, says: str
) -> None:
    with pytest.raises(ApplicationError, match=says) as refused:
        save_worksheet(case=case, entered=entered)
    assert refused.value.field == field
    assert not EmWorksheet.objects.exists()


def test_a_code_that_is_not_in_the_charge_master_keeps_nothing(case: CodingCase) -> None:
    with pytest.raises(ApplicationError, match="99204 is not in the charge master"):
        apply_worksheet(case=case, entered=Worksheet(NEW, (3, 3, 3)))
    assert not EmWorksheet.objects.exists()
    assert kinds(case) == []


def test_too_few_minutes_are_kept_and_add_nothing(case: CodingCase) -> None:
    assert apply_worksheet(case=case, entered=Worksheet(OLD, None, 5)) is None
    assert EmWorksheet.objects.get(case=case).code == ""
    assert codes(case) == []


def test_a_void_line_is_no_level(case: CodingCase) -> None:
    line = add_line(case=case, typed=parse_line("99213"))
    ChargeLine.objects.filter(pk=line.pk).update(state=LineState.VOID)
    apply_worksheet(case=case, entered=MODERATE)
    assert codes(case) == ["99213", "99214"]


def test_a_worksheet_outlives_its_line_and_the_line_can_come_again(case: CodingCase) -> None:
    line = apply_worksheet(case=case, entered=MODERATE)
    assert line is not None
    remove_line(case=case, line=line)
    apply_worksheet(case=case, entered=MODERATE)
    assert codes(case) == ["99214"]


def test_once_the_codes_are_closed_so_is_the_worksheet(case: CodingCase) -> None:
    apply_worksheet(case=case, entered=MODERATE)
    finish_case(case=case)
    for act in (save_worksheet, apply_worksheet):
        with pytest.raises(Conflict, match="its codes are closed"):
            act(case=case, entered=LOW)
    assert EmWorksheet.objects.get(case=case).code == "99214"
