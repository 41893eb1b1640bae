"""The coding screen through its doors: typed entry, findings, fixes, finish and next."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from coding.choices import CaseState
from coding.models import CodingCase
from core import clock
from core.choices import Role
from core.models import AuditEvent, Practice
from core.tenancy import practice_scope
from tests.cast import client_of
from tests.factories.coding import coded, load_codes
from tests.factories.patients import Site, joan, joans_medicare, make_site, visit

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def site(in_summit: Practice) -> Site:
    load_codes(in_summit)
    return make_site(in_summit)


@pytest.fixture
def case(site: Site) -> CodingCase:
    patient = joan(site)
    joans_medicare(site, patient)
    return CodingCase.objects.get(encounter=visit(site, patient))


@pytest.fixture
def coder(summit: Practice) -> Iterator[Client]:
    return client_of(summit, Role.CODER)


def to(name: str, case: CodingCase, *more: object) -> str:
    return reverse(f"coding:{name}", args=[case.public_id, *more])


def test_the_page_shows_note_codes_and_edits_and_keeps_the_look(
    coder: Client, case: CodingCase
) -> None:
    answer = coder.get(to("case", case))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Seen for the complaint" in text
    assert "Joan Q. Testpatient" in text
    assert "Medicare Part B" in text
    assert AuditEvent.objects.filter(action="read", patient_id=case.patient_id).exists()


def test_the_reference_visit_needs_five_posts_and_no_page(coder: Client, case: CodingCase) -> None:
    for name, typed in [
        ("diagnosis-add", "e119"), ("diagnosis-add", "i10"), ("line-add", "99213/a"),
        ("line-add", "83036 /a x1"),
    ]:  # fmt: skip
        answer = coder.post(to(name, case), {"q": typed}, headers=FRAGMENT)
        assert answer.status_code == 200, answer.content.decode()
        assert "<html" not in answer.content.decode()
    text = answer.content.decode()
    assert "E11.9" in text
    assert "$160.00" in text
    end = coder.post(to("finish", case), headers=FRAGMENT)
    assert end.status_code == 204
    assert end["HX-Redirect"] == reverse("coding:next")
    case.refresh_from_db()
    assert case.state == CaseState.RELEASED


def test_without_scripts_every_change_is_a_post_and_a_page(coder: Client, case: CodingCase) -> None:
    answer = coder.post(to("diagnosis-add", case), {"q": "E11.9"})
    assert answer.status_code == 303
    assert answer["Location"] == f"{to('case', case)}#dx"
    assert "E11.9" in coder.get(to("case", case)).content.decode()


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("diagnosis-add", "E11", "needs more characters"),
        ("diagnosis-add", "Q999", "is no code on 11/02/2026"),
        ("diagnosis-add", "headache", "does not look like a diagnosis code"),
        ("diagnosis-add", "<b>x</b>", "does not look like"),
        ("line-add", "", "Type a code"),
        ("line-add", "12345", "not in the charge master"),
        ("line-add", "99213 /d", "There is no diagnosis D"),
        ("line-add", "99213 x0", "units are a number"),
        ("line-add", "99213 wat", "not understood"),
        ("line-add", "99213 x0.0001", "at most three decimals"),
        ("line-add", "99213 x1.2345", "at most three decimals"),
        ("line-add", "99213 $9999999999", "from zero to 999,999.99"),
        ("line-add", "99213 x999 $99999", "charges at most 999,999.99"),
        ("line-add", "99213-25-25-25-25-25", "at most four modifiers"),
    ],
)
def test_wrong_input_is_refused_at_its_entry_with_what_was_typed(
    coder: Client, case: CodingCase, name: str, typed: str, says: str
) -> None:
    coded_before = case.version
    for headers in ({}, FRAGMENT):
        answer = coder.post(to(name, case), {"q": typed}, headers=headers)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert says in text
        assert "<b>x" not in text
    case.refresh_from_db()
    assert case.version == coded_before


def test_a_short_form_typed_faster_than_the_list_comes_is_understood(
    coder: Client, case: CodingCase
) -> None:
    assert coder.post(to("diagnosis-add", case), {"q": "dm2"}, headers=FRAGMENT).status_code == 200
    assert (
        coder.post(to("diagnosis-add", case), {"q": " HTN "}, headers=FRAGMENT).status_code == 200
    )
    assert [row.code for row in case.diagnoses.all()] == ["E119", "I10"]


def test_missing_placeholders_are_offered(coder: Client, case: CodingCase) -> None:
    answer = coder.post(to("diagnosis-add", case), {"q": "W19A"}, headers=FRAGMENT)
    assert "W19.XXXA is." in answer.content.decode()


def test_a_header_code_offers_the_codes_below_it(coder: Client, case: CodingCase) -> None:
    answer = coder.post(to("diagnosis-add", case), {"q": "E11"}, headers=FRAGMENT)
    assert 'data-value="E11.9"' in answer.content.decode()


def test_finishing_with_an_error_stays_and_says_why(coder: Client, case: CodingCase) -> None:
    answer = coder.post(to("finish", case), headers=FRAGMENT)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Add at least one diagnosis" in text
    case.refresh_from_db()
    assert case.state == CaseState.READY


def test_codes_that_somebody_changed_meanwhile_are_looked_at_before_finishing(
    coder: Client, case: CodingCase
) -> None:
    coded(case.encounter, "E119", "99213")
    case.refresh_from_db()
    seen = case.version
    coded(case.encounter, "I10", "")  # the other person
    answer = coder.post(to("finish", case), {"version": str(seen)}, headers=FRAGMENT)
    assert answer.status_code == 409
    assert "Somebody changed these codes meanwhile" in answer.content.decode()
    case.refresh_from_db()
    assert case.state == CaseState.IN_PROGRESS
    again = coder.post(to("finish", case), {"version": str(case.version)}, headers=FRAGMENT)
    assert again.status_code == 204


def test_one_key_applies_the_top_fix(coder: Client, case: CodingCase) -> None:
    coded(case.encounter, "W19XXXA I10", "99213/a")
    text = coder.get(to("case", case)).content.decode()
    assert 'data-key="Ctrl+."' in text
    first = case.diagnoses.get(position=1)
    answer = coder.post(
        to("fix", case), {"fix": "move_down", "field": f"diagnosis:{first.pk}"}, headers=FRAGMENT
    )
    assert answer.status_code == 200
    assert [row.code for row in case.diagnoses.all()] == ["I10", "W19XXXA"]


def test_a_fix_that_nobody_offered_is_refused(coder: Client, case: CodingCase) -> None:
    coded(case.encounter, "E119", "99213")
    first = case.diagnoses.get(position=1)
    answer = coder.post(to("fix", case), {"fix": "remove", "field": f"diagnosis:{first.pk}"})
    assert answer.status_code == 409
    assert case.diagnoses.count() == 1


def test_an_overridable_finding_needs_a_reason_and_then_lets_go(
    coder: Client, case: CodingCase
) -> None:
    coded(case.encounter, "Z794", "99213")
    assert coder.post(to("finish", case), headers=FRAGMENT).status_code == 422
    facts = "Z79.4 does not stand first: list the reason for the visit before it."
    sent = {"code": "ICD-16", "facts": facts, "reason": " "}
    assert coder.post(to("override", case), sent, headers=FRAGMENT).status_code == 422
    sent["reason"] = "Refill only"
    answer = coder.post(to("override", case), sent, headers=FRAGMENT)
    assert "Refill only" in answer.content.decode()
    assert coder.post(to("finish", case), headers=FRAGMENT).status_code == 204


def test_a_line_is_changed_in_its_row_and_keeps_its_number(coder: Client, case: CodingCase) -> None:
    coded(case.encounter, "E119 I10", "99213")
    line = case.lines.get()
    row = coder.get(to("case", case), {"edit": str(line.public_id)}, headers=FRAGMENT)
    assert 'value="99213 x1 /ab"' in row.content.decode()
    answer = coder.post(to("line-edit", case, line.public_id), {"q": "99214-25 x2 /b $99.5"})
    assert answer.status_code == 303
    now = case.lines.get()
    assert (now.control_number, now.code_with_modifiers) == (line.control_number, "99214-25")
    assert now.charge_amount == 199


def test_returned_held_and_not_billable(coder: Client, case: CodingCase) -> None:
    assert coder.post(to("hold", case), {"reason": ""}).status_code == 422
    until = clock.today(case.practice) + timedelta(days=7)
    coder.post(to("hold", case), {"reason": "Records asked for", "until": f"{until}"})
    case.refresh_from_db()
    assert (case.state, case.hold_reason) == (CaseState.ON_HOLD, "Records asked for")
    coder.post(to("diagnosis-add", case), {"q": "I10"})
    case.refresh_from_db()
    assert (case.state, case.hold_reason) == (CaseState.IN_PROGRESS, "")
    coder.post(to("hold", case), {"reason": "Courtesy visit", "end": "not-billable"})
    case.refresh_from_db()
    assert case.state == CaseState.NOT_BILLABLE
    assert coder.post(to("diagnosis-add", case), {"q": "E119"}).status_code == 409


def test_the_other_practice_sees_nothing(lakeside: Practice, case: CodingCase) -> None:
    coded(case.encounter, "E119", "99213")
    line, diagnosis = case.lines.get(), case.diagnoses.get()
    stranger = client_of(lakeside, Role.CODER)
    assert stranger.get(to("case", case)).status_code == 404
    for name, more in [
        ("diagnosis-add", ()), ("diagnosis-move", (diagnosis.public_id,)),
        ("diagnosis-remove", (diagnosis.public_id,)), ("line-add", ()),
        ("line-edit", (line.public_id,)), ("line-remove", (line.public_id,)), ("fix", ()),
        ("override", ()), ("note", ()), ("finish", ()), ("hold", ()),
    ]:  # fmt: skip
        answer = stranger.post(to(name, case, *more), {"q": "I10", "text": "x", "to": "1"})
        assert answer.status_code == 404, name
    assert (
        "Testpatient" not in stranger.get(reverse("coding:queue") + "?bucket=all").content.decode()
    )


@pytest.mark.parametrize("role", [Role.BILLER, Role.AUDITOR, Role.FRONT_DESK, Role.PROVIDER])
def test_who_does_not_code_reads_without_entries(
    summit: Practice, case: CodingCase, role: Role
) -> None:
    reader = client_of(summit, role)
    answer = reader.get(to("case", case))
    assert answer.status_code == 200
    assert 'data-entry="dx"' not in answer.content.decode()
    assert reader.post(to("diagnosis-add", case), {"q": "I10"}).status_code == 403
    assert reader.post(to("finish", case)).status_code == 403


def test_the_note_arrives_on_the_screen_and_makes_the_case_ready(
    summit: Practice, site: Site
) -> None:
    encounter = visit(site, joan(site), note_text="")
    case = CodingCase.objects.get(encounter=encounter)
    assert case.state == CaseState.WAITING_NOTE
    provider = client_of(summit, Role.PROVIDER)
    assert "No note yet" in provider.get(to("case", case)).content.decode()
    assert provider.post(to("note", case), {"text": " "}).status_code == 422
    provider.post(to("note", case), {"text": "Exam: well.\nPlan: none.", "signed": "1"})
    case.refresh_from_db()
    assert case.state == CaseState.READY
    assert "<h3>Exam</h3>" in provider.get(to("case", case)).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_codes(
    coder: Client, case: CodingCase, django_assert_max_num_queries: object
) -> None:
    with practice_scope(case.practice):
        coded(case.encounter, "E119 I10 M1711 J020 R100 R101", "99213;20610-RT /c;83036 /a")
    with django_assert_max_num_queries(36):  # type: ignore[operator]
        coder.get(to("case", case))
    with django_assert_max_num_queries(50):  # type: ignore[operator]
        coder.post(to("diagnosis-add", case), {"q": "R102"}, headers=FRAGMENT)


def test_search_finds_codes_words_and_own_services(coder: Client, case: CodingCase) -> None:
    url = reverse("coding:search")
    assert 'data-value="E11.9"' in coder.get(url, {"q": "dm2"}).content.decode()
    assert 'data-value="I10"' in coder.get(url, {"q": "hypert"}).content.decode()
    assert 'data-value="99213"' in coder.get(url, {"q": "992", "kind": "line"}).content.decode()
    assert coder.get(url, {"q": "99213/a", "kind": "line"}).content.decode().strip() == ""


def test_code_next_takes_returned_work_first_and_leaves_others_alone(
    coder: Client, site: Site, case: CodingCase
) -> None:
    answer = coder.get(reverse("coding:next"))
    assert answer["Location"] == to("case", case)
    coder.post(to("hold", case), {"reason": "Waiting"})
    assert "All coded" in coder.get(reverse("coding:next")).content.decode()


def test_the_code_set_page_says_what_is_used(coder: Client, case: CodingCase) -> None:
    text = coder.get(reverse("coding:code-sets")).content.decode()
    assert "ICD-10-CM" in text
    assert "Nothing loaded" in text  # places of service are not, in this test
