"""A coder's work through the services: codes typed, prices found, findings obeyed, charges made."""

from decimal import Decimal

import pytest

from coding.choices import CaseState, LineState
from coding.grammar import parse_line
from coding.models import ChargeLine, CodingCase
from coding.services.diagnoses import add_diagnosis, move_diagnosis, remove_diagnosis
from coding.services.finish_case import FindingsBlock, finish_case, release_case
from coding.services.hold_case import hold_case, mark_not_billable, resume_case, return_case
from coding.services.lines import add_line, change_line, remove_line
from core import clock, practice_settings
from core.errors import ApplicationError, Conflict, NotFound
from core.models import AuditEvent, NewsItem, Practice, TimelineEntry, WorkItem
from core.states import IllegalTransition
from tests.factories.coding import coded, load_codes
from tests.factories.patients import Site, joan, make_site, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(in_summit: Practice) -> Site:
    load_codes(in_summit)
    return make_site(in_summit)


@pytest.fixture
def case(site: Site) -> CodingCase:
    return CodingCase.objects.get(encounter=visit(site, joan(site)))


def letters(case: CodingCase) -> list[str]:
    return [f"{row.letter}{row.code}" for row in case.diagnoses.all()]


def test_an_encounter_waits_for_its_note_and_is_then_ready(site: Site) -> None:
    waiting = visit(site, joan(site), note_text="").coding_case
    assert waiting.state == CaseState.WAITING_NOTE
    assert visit(site, joan(site)).coding_case.state == CaseState.READY


def test_the_first_code_takes_the_case_up(case: CodingCase) -> None:
    add_diagnosis(case=case, code="e11.9")
    case.refresh_from_db()
    assert (case.state, case.coder.username, case.version) == (
        CaseState.IN_PROGRESS,
        "summit-biller",
        2,
    )


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("hello", "does not look like"),
        ("X99", "no code on 11/02/2026"),
        ("M17", "needs more characters: M17.11"),
        ("E119", "listed already"),
    ],
)
def test_a_wrong_diagnosis_is_refused_at_its_field(case: CodingCase, code: str, told: str) -> None:
    add_diagnosis(case=case, code="E119")
    with pytest.raises(ApplicationError, match=told) as refused:
        add_diagnosis(case=case, code=code)
    assert refused.value.field == "code"
    assert letters(case) == ["AE119"]


def test_a_thirteenth_diagnosis_is_refused(case: CodingCase) -> None:
    for number in range(100, 112):
        add_diagnosis(case=case, code=f"R{number}")
    with pytest.raises(ApplicationError, match="at most 12"):
        add_diagnosis(case=case, code="R112")


def test_pointers_follow_the_diagnosis_and_not_its_letter(case: CodingCase) -> None:
    first = add_diagnosis(case=case, code="E119")
    second = add_diagnosis(case=case, code="I10")
    line = add_line(case=case, typed=parse_line("99213 /ba"))
    move_diagnosis(case=case, diagnosis=second, to=1)
    line.refresh_from_db()
    assert letters(case) == ["AI10", "BE119"]
    assert line.pointers == [second.pk, first.pk]
    remove_diagnosis(case=case, diagnosis=second)
    line.refresh_from_db()
    assert (letters(case), line.pointers) == (["AE119"], [first.pk])


def test_a_line_fills_in_what_was_not_typed(case: CodingCase) -> None:
    diagnoses = [add_diagnosis(case=case, code=code) for code in ("E119", "I10")]
    line = add_line(case=case, typed=parse_line("99214-25"))
    assert (line.units, line.charge_amount, line.fee_source) == (
        Decimal(1),
        Decimal("200.00"),
        "Standard 2020",
    )
    assert line.pointers == [row.pk for row in diagnoses]
    assert line.service_date_from == case.encounter.service_date_from
    assert len(line.control_number) <= 17


def test_units_multiply_and_a_typed_fee_stays(case: CodingCase) -> None:
    add_diagnosis(case=case, code="E119")
    drug = add_line(case=case, typed=parse_line("J3301 x4"))
    assert drug.charge_amount == Decimal("40.00")
    typed = add_line(case=case, typed=parse_line("99213 $99.99"))
    changed = change_line(case=case, line=typed, modifiers=["25"], units=Decimal(2))
    assert (changed.charge_amount, changed.fee_source) == (Decimal("199.98"), "typed")


@pytest.mark.parametrize(
    ("typed", "told"), [("99999", "not in the charge master"), ("99213 /c", "no diagnosis C")]
)
def test_a_wrong_line_is_refused_at_its_field(case: CodingCase, typed: str, told: str) -> None:
    add_diagnosis(case=case, code="E119")
    with pytest.raises(ApplicationError, match=told) as refused:
        add_line(case=case, typed=parse_line(typed))
    assert refused.value.field == "line"
    assert not case.lines.exists()


def test_lines_close_ranks_when_one_is_removed(case: CodingCase) -> None:
    add_diagnosis(case=case, code="E119")
    first, second = (add_line(case=case, typed=parse_line(code)) for code in ("99213", "83036"))
    remove_line(case=case, line=first)
    second.refresh_from_db()
    assert second.position == 1


def test_another_encounters_rows_are_not_found(site: Site, case: CodingCase) -> None:
    other = coded(visit(site, joan(site)))
    with pytest.raises(NotFound):
        remove_diagnosis(case=case, diagnosis=other.diagnoses.first())
    with pytest.raises(NotFound):
        remove_line(case=case, line=other.lines.first())


def test_finishing_with_errors_changes_nothing_and_says_all(case: CodingCase) -> None:
    with pytest.raises(FindingsBlock) as refused:
        finish_case(case=case)
    assert {finding.code for finding in refused.value.findings} == {"ICD-21", "LINE-01"}
    case.refresh_from_db()
    assert case.state == CaseState.READY


def test_finishing_releases_the_charges_where_the_practice_says_so(site: Site) -> None:
    case = coded(visit(site, joan(site)), lines="99213;83036 /a")
    assert finish_case(case=case) == []
    case.refresh_from_db()
    assert (case.state, bool(case.finished_at), bool(case.released_at)) == (
        CaseState.RELEASED,
        True,
        True,
    )
    assert set(case.lines.values_list("state", flat=True)) == {LineState.RELEASED}
    news = NewsItem.objects.get(topic="coding.charges_released")
    assert news.ids["charge_line_ids"] == sorted(case.lines.values_list("pk", flat=True))


def test_where_a_lead_releases_finishing_stops_before(site: Site) -> None:
    practice_settings.change(site.practice, "coding.release_on_finish", False)
    case = coded(visit(site, joan(site)))
    finish_case(case=case)
    case.refresh_from_db()
    assert case.state == CaseState.FINISHED
    return_case(case=case, reason="the note names the left knee")
    assert case.state == CaseState.RETURNED
    assert WorkItem.objects.get(kind="coding_returned").owner.username == "summit-biller"
    finish_case(case=case)
    release_case(case=case)
    assert case.state == CaseState.RELEASED
    assert WorkItem.objects.get(kind="coding_returned").outcome == "coded again"


def test_released_codes_are_closed(site: Site) -> None:
    case = coded(visit(site, joan(site)))
    finish_case(case=case)
    with pytest.raises(Conflict, match="codes are closed"):
        add_diagnosis(case=case, code="J020")
    with pytest.raises(Conflict):
        release_case(case=case)
    assert ChargeLine.objects.get().state == LineState.RELEASED


def test_hold_and_resume_keep_the_reason_and_a_work_item(case: CodingCase) -> None:
    with pytest.raises(ApplicationError):
        hold_case(case=case, reason=" ")
    with pytest.raises(ApplicationError, match="a day to come"):
        hold_case(case=case, reason="waits for the lab", until=clock.today(case.practice))
    hold_case(case=case, reason="waits for the lab")
    assert WorkItem.objects.get(kind="coding_hold").reason == "waits for the lab"
    resume_case(case=case)
    case.refresh_from_db()
    assert (case.state, case.hold_reason) == (CaseState.READY, "")


def test_an_encounter_nobody_bills_is_closed_with_a_reason(case: CodingCase) -> None:
    mark_not_billable(case=case, reason="courtesy visit")
    assert case.state == CaseState.NOT_BILLABLE
    with pytest.raises(IllegalTransition):
        hold_case(case=case, reason="again")


def test_every_step_stands_on_the_timeline_and_in_the_audit_log(site: Site) -> None:
    case = coded(visit(site, joan(site)), diagnoses="E119")
    finish_case(case=case)
    told = list(
        TimelineEntry.objects.filter(subject_kind="coding.codingcase")
        .order_by("id")
        .values_list("sentence", flat=True)
    )
    assert told == [
        "opened the encounter for coding",
        "added diagnosis E11.9",
        "added line 1, 99213",
        "finished coding",
        "released 1 charge",
        "posted 1 charge, $135.00, to the ledger",
    ]
    moves = AuditEvent.objects.filter(action__startswith="coding_case.").order_by("id")
    assert [event.after["state"] for event in moves] == [
        "ready",
        "in_progress",
        "finished",
        "released",
    ]
