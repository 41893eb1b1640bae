"""Taking changes back, and two people who change the same codes."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding.case_picture import differences, picture_of
from coding.choices import CaseState
from coding.grammar import parse_line
from coding.models import (
    CaseChange,
    CodeEvidence,
    CodeSetRelease,
    CodingCase,
    EmWorksheet,
    FindingOverride,
    IcdCode,
)
from coding.services.apply_fix import apply_fix
from coding.services.check_case import check_case, override_finding
from coding.services.diagnoses import add_diagnosis, move_diagnosis, remove_diagnosis
from coding.services.em_worksheet import Worksheet, save_worksheet
from coding.services.finish_case import finish_case
from coding.services.lines import add_line, move_line, remove_line
from coding.services.quote_note import quote_note
from coding.services.undo_change import undo_change
from coding.services.void_charges import return_released_case
from core import practice_settings
from core.choices import Role
from core.errors import ApplicationError
from core.models import Practice
from tests.cast import client_of
from tests.factories.coding import coded, load_codes
from tests.factories.patients import Site, joan, make_site, visit

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def site(in_summit: Practice) -> Site:
    load_codes(in_summit)
    return make_site(in_summit)


@pytest.fixture
def case(site: Site) -> CodingCase:
    return visit(site, joan(site)).coding_case  # type: ignore[no-any-return]


def to(name: str, case: CodingCase, *more: object) -> str:
    return reverse(f"coding:{name}", args=[case.public_id, *more])


def version_of(case: CodingCase) -> int:
    case.refresh_from_db()
    return case.version


# -- undo --------------------------------------------------------------------------------------


def test_a_removed_line_comes_back_with_its_control_number(case: CodingCase) -> None:
    coded(case.encounter, "E119 I10", "99213 /ba; 83036 /a")
    before, line = picture_of(case), case.lines.first()
    assert line is not None
    remove_line(case=case, line=line)
    assert undo_change(case=case) == "removed 99213 for I10 E11.9, $135.00"
    assert picture_of(case) == before


def test_undoing_goes_back_one_change_at_a_time_and_then_says_there_is_no_more(
    case: CodingCase,
) -> None:
    add_diagnosis(case=case, code="E119")
    add_diagnosis(case=case, code="I10")
    assert undo_change(case=case) == "added I10"
    assert undo_change(case=case) == "added E11.9"
    with pytest.raises(ApplicationError, match="nothing to undo"):
        undo_change(case=case)
    assert not case.diagnoses.exists()


def test_a_fix_of_several_steps_is_undone_as_one(case: CodingCase) -> None:
    release = CodeSetRelease.objects.get(kind="icd10cm")
    for code, side in (("H6091", "right"), ("H6092", "left"), ("H6093", "bilateral")):
        title = f"Unspecified otitis externa, {side} ear"
        IcdCode.objects.create(release=release, code=code, title=title, is_billable=True, chapter=8)
    coded(case.encounter, "H6091 I10 H6092", "99213 /ca; 83036 /b")
    before = picture_of(case)
    right = case.diagnoses.get(code="H6091")
    apply_fix(case=case, fix="join:H6091+H6092=H6093", field=f"diagnosis:{right.pk}")
    assert [row.code for row in case.diagnoses.all()] == ["H6093", "I10"]
    undo_change(case=case)
    assert picture_of(case) == before


def test_somebody_elses_change_is_not_undone(site: Site, case: CodingCase) -> None:
    coder, lead = (client_of(site.practice, role) for role in (Role.CODER, Role.CODING_LEAD))
    coder.post(to("diagnosis-add", case), {"q": "I10"})
    answer = lead.post(to("undo", case), headers=FRAGMENT)
    assert answer.status_code == 409
    assert "only they can undo it" in answer.content.decode()
    assert 'data-key="u"' not in lead.get(to("case", case)).content.decode()
    assert 'data-key="u"' in coder.get(to("case", case)).content.decode()
    assert coder.post(to("undo", case), headers=FRAGMENT).status_code == 200
    assert not case.diagnoses.exists()


def test_a_worksheet_and_an_override_are_undone_and_saving_again_is_no_step(
    case: CodingCase,
) -> None:
    coded(case.encounter, "I10", "99213")
    case.encounter.notes.update(signed_at=None)
    sheet = Worksheet("office_established", (3, 2, 3))
    save_worksheet(case=case, entered=sheet)
    save_worksheet(case=case, entered=sheet)
    (missing,) = [one for one in check_case(case).findings if one.code == "NOTE-01"]
    override_finding(case=case, code="NOTE-01", facts=missing.message, reason="On paper")
    assert undo_change(case=case) == "went on in spite of NOTE-01"
    assert not FindingOverride.objects.filter(case=case).exists()
    assert undo_change(case=case) == "changed the E/M worksheet"
    assert not EmWorksheet.objects.filter(case=case).exists()
    assert undo_change(case=case).startswith("added 99213")


def test_undo_does_not_reach_back_to_before_charges_were_returned(case: CodingCase) -> None:
    coded(case.encounter, "E119", "99213; 83036")
    line = case.lines.first()
    quote_note(case=case, words="Seen for the complaint", target=line)
    finish_case(case=case)
    return_released_case(case=case, reason="Wrong level")
    drafts = case.lines.filter(state="draft")
    assert drafts.count() == 2
    assert CodeEvidence.objects.filter(line__in=drafts).count() == 1
    add_diagnosis(case=case, code="I10")
    return_again = picture_of(case)
    assert undo_change(case=case) == "added I10"
    with pytest.raises(ApplicationError, match="nothing to undo"):
        undo_change(case=case)
    assert len(picture_of(case)["lines"]) == len(return_again["lines"]) == 2
    assert CodeEvidence.objects.count() == 2


def test_what_is_released_cannot_be_undone(case: CodingCase) -> None:
    coded(case.encounter, "I10", "99213")
    finish_case(case=case)
    assert not CaseChange.everywhere.filter(case=case).exists()
    with pytest.raises(ApplicationError):
        undo_change(case=case)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), min_size=1, max_size=8))
def test_any_changes_undone_one_by_one_leave_what_was(
    site: Site, steps: list[tuple[int, int]]
) -> None:
    case = visit(site, joan(site)).coding_case
    coded(case.encounter, "E119 I10", "99213 /b")
    seen = []
    for kind, number in steps:
        before = picture_of(case)
        try:
            _change(case, kind, number)
        except ApplicationError:
            continue
        if picture_of(case) != before:  # moved to where it stands is no step
            seen.append(before)
    for before in reversed(seen):
        undo_change(case=case)
        assert picture_of(case) == before


def _change(case: CodingCase, kind: int, number: int) -> None:
    diagnoses, lines = list(case.diagnoses.all()), list(case.lines.all())
    if kind == 0:
        add_diagnosis(case=case, code=f"R{100 + number}")
    elif kind == 1 and diagnoses:
        remove_diagnosis(case=case, diagnosis=diagnoses[number % len(diagnoses)])
    elif kind == 2 and diagnoses:
        move_diagnosis(case=case, diagnosis=diagnoses[number % len(diagnoses)], to=1 + number % 3)
    elif kind == 3:
        add_line(case=case, typed=parse_line("83036"))
    elif kind == 4 and lines:
        remove_line(case=case, line=lines[number % len(lines)])
    elif kind == 5 and lines:
        move_line(case=case, line=lines[number % len(lines)], to=1 + number % 3)
    else:
        raise ApplicationError("nothing to do")


# -- two people --------------------------------------------------------------------------------


def test_a_change_made_for_codes_that_somebody_else_changed_is_not_made_and_told(
    site: Site, case: CodingCase
) -> None:
    coder, lead = (client_of(site.practice, role) for role in (Role.CODER, Role.CODING_LEAD))
    seen = version_of(case)
    lead.post(to("diagnosis-add", case), {"q": "E11.9", "version": seen})
    answer = coder.post(to("diagnosis-add", case), {"q": "I10", "version": seen}, headers=FRAGMENT)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Changed by somebody else while you looked" in text
    assert "Coding_Lead Testuser: added E11.9" in text
    assert [row.code for row in case.diagnoses.all()] == ["E119"]
    again = coder.post(to("diagnosis-add", case), {"q": "I10", "version": version_of(case)})
    assert again.status_code == 303
    assert [row.code for row in case.diagnoses.all()] == ["E119", "I10"]


def test_without_scripts_the_conflict_is_a_page_with_what_was_typed(
    site: Site, case: CodingCase
) -> None:
    coder, lead = (client_of(site.practice, role) for role in (Role.CODER, Role.CODING_LEAD))
    seen = version_of(case)
    lead.post(to("diagnosis-add", case), {"q": "E11.9", "version": seen})
    answer = coder.post(to("line-add", case), {"q": "99213 $90", "version": seen})
    assert answer.status_code == 409
    assert 'value="99213 $90"' in answer.content.decode()


def test_ones_own_changes_are_no_conflict(site: Site, case: CodingCase) -> None:
    coder = client_of(site.practice, Role.CODER)
    seen = version_of(case)
    for code in ("I10", "E11.9"):
        answer = coder.post(to("diagnosis-add", case), {"q": code, "version": seen})
        assert answer.status_code == 303


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("em", {"family": "office_established", "problems": 3, "data": 2, "risk": 3}),
        ("hold", {"end": "not-billable", "reason": "Nobody came"}),
        ("hold", {"end": "hold", "reason": "Labs", "until": "2030-01-02"}),
        ("quote", {"words": "Seen"}),
        ("undo", {}),
    ],
)
def test_no_act_goes_over_somebody_elses_change_unseen(
    site: Site, case: CodingCase, name: str, body: dict[str, object]
) -> None:
    coder, lead = (client_of(site.practice, role) for role in (Role.CODER, Role.CODING_LEAD))
    seen = version_of(case)
    lead.post(to("diagnosis-add", case), {"q": "E11.9", "version": seen})
    answer = coder.post(to(name, case), {**body, "version": seen}, headers=FRAGMENT)
    assert answer.status_code == 409
    assert "added E11.9" in answer.content.decode()
    case.refresh_from_db()
    assert case.state == CaseState.IN_PROGRESS
    assert not EmWorksheet.objects.filter(case=case).exists()


def test_an_undone_change_is_told_too(site: Site, case: CodingCase) -> None:
    coder, lead = (client_of(site.practice, role) for role in (Role.CODER, Role.CODING_LEAD))
    lead.post(to("diagnosis-add", case), {"q": "E11.9"})
    seen = version_of(case)
    lead.post(to("undo", case))
    answer = coder.post(to("line-add", case), {"q": "99213", "version": seen}, headers=FRAGMENT)
    assert answer.status_code == 409
    assert "removed E11.9" in answer.content.decode()


def test_differences_are_told_by_code_and_not_by_letter(case: CodingCase) -> None:
    coded(case.encounter, "E119 I10", "99213 /b")
    before = picture_of(case)
    move_diagnosis(case=case, diagnosis=case.diagnoses.get(code="I10"), to=1)
    assert differences(before, picture_of(case)) == ["moved I10"]


# -- finishing taken back ------------------------------------------------------------------------


def test_finishing_is_taken_back_while_nothing_is_released(site: Site, case: CodingCase) -> None:
    practice_settings.change(site.practice, "coding.release_on_finish", False)
    coder = client_of(site.practice, Role.CODER)
    coded(case.encounter, "I10", "99213")
    coder.post(to("finish", case))
    case.refresh_from_db()
    assert case.state == CaseState.FINISHED
    undo = to("reopen", case)
    assert undo in coder.get(reverse("coding:queue")).content.decode()
    assert coder.post(undo).status_code == 303
    case.refresh_from_db()
    assert (case.state, case.finished_at) == (CaseState.IN_PROGRESS, None)


def test_what_is_released_is_not_reopened(site: Site, case: CodingCase) -> None:
    coder = client_of(site.practice, Role.CODER)
    coded(case.encounter, "I10", "99213")
    coder.post(to("finish", case))
    coder.post(to("reopen", case))
    case.refresh_from_db()
    assert case.state == CaseState.RELEASED
