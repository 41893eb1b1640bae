"""The coding screen in a real Chromium: a visit by keys alone, no page load, nothing lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from coding.choices import CaseState
from coding.models import (
    CaseDiagnosis,
    ChargeItem,
    ChargeLine,
    CodeEvidence,
    CodingCase,
    ProviderQuery,
)
from core.choices import Role
from core.models import Practice
from core.tenancy import practice_scope
from patients.models import EncounterNote
from patients.services.record_encounter import suggest_codes
from tests.cast import client_of
from tests.factories.coding import coded, load_codes
from tests.factories.patients import joan, joans_medicare, make_site, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
NOTE = "Reason for visit: Diabetes.\nAssessment and plan:\n- A1c today.\n- Hypertension, A1c again."
COUNT = """() => { window.strokes = 0; window.clicks = 0; window.here = true;
  const held = ["Control", "Shift"];
  addEventListener("keydown", (e) => { if (!held.includes(e.key)) strokes += 1; }, true);
  addEventListener("pointerdown", () => { clicks += 1; }, true); }"""


@pytest.fixture
def cases(summit: Practice) -> list[CodingCase]:
    """Two visits to code, at a site that needs QW on waived tests."""
    with practice_scope(summit):
        load_codes(summit)
        site = make_site(summit)
        site.facility.clia_is_waiver = True
        site.facility.save()
        patient = joan(site)
        joans_medicare(site, patient)
        return [visit(site, patient, note_text=NOTE).coding_case for _ in range(2)]


@pytest.fixture
def page(
    browser: Browser, live_server: Any, summit: Practice, cases: list[CodingCase]
) -> Iterator[Page]:
    """The first visit, opened by the coder; any complaint of the browser fails the test."""
    signed_in = client_of(summit, Role.CODER).cookies["claimline-session"].value
    context = browser.new_context(base_url=live_server.url)
    context.add_cookies([{"name": "claimline-session", "value": signed_in, "url": live_server.url}])
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda said: (
            complaints.append(said.text)
            if said.type == "error" and "status of 4" not in said.text and "ERR_" not in said.text
            else None
        ),
    )
    opened.goto(f"/encounters/{cases[0].public_id}/")
    opened.evaluate(COUNT)
    yield opened
    context.close()
    assert complaints == []


def press(page: Page, *typed: str) -> None:
    """Keys as fast as the driver can; a word is typed, a name in brackets is one key."""
    for one in typed:
        if one.startswith("<"):
            page.keyboard.press(one.strip("<>"))
        else:
            page.keyboard.type(one)


def test_a_routine_visit_takes_26_strokes_no_click_and_no_page_load(
    page: Page, cases: list[CodingCase]
) -> None:
    press(page, "e119", "<Enter>", "i10", "<Enter>", "<Enter>", "99214", "<Enter>",
          "83036/a", "<Enter>", "<Control+.>", "<Control+Enter>")  # fmt: skip
    page.wait_for_url(f"**/{cases[1].public_id}/")
    expect(page.get_by_text("0 of 12")).to_be_visible()
    assert page.evaluate("[here, strokes, clicks]") == [True, 26, 0]
    done = CodingCase.everywhere.get(pk=cases[0].pk)
    assert done.state == CaseState.RELEASED
    lines = list(ChargeLine.everywhere.filter(case=done))
    assert [row.code_with_modifiers for row in lines] == ["99214", "83036-QW"]
    assert [len(row.pointers) for row in lines] == [2, 1]
    expect(page.locator("#dx")).to_be_focused()


def strokes(page: Page) -> list[Any]:
    """Whether the page is still the one that was loaded, the strokes, the clicks."""
    return list(page.evaluate("[window.here === true, window.strokes, window.clicks]"))


def test_the_same_visit_by_words_and_nicknames_takes_at_most_40_strokes(
    page: Page, cases: list[CodingCase], summit: Practice
) -> None:
    ChargeItem.everywhere.filter(procedure_code="99214").update(nickname="ov4")
    ChargeItem.everywhere.filter(procedure_code="83036").update(nickname="a1c")
    press(page, "dm2", "<Enter>", "htn", "<Enter>", "<Enter>", "ov4", "<Enter>", "a1c/a", "<Enter>",
          "<Control+.>", "<Control+Enter>")  # fmt: skip
    page.wait_for_url(f"**/{cases[1].public_id}/")
    here, keys, clicks = strokes(page)
    assert (here, keys <= 40, clicks) == (True, True, 0), keys
    done = CodingCase.everywhere.get(pk=cases[0].pk)
    diagnoses = CaseDiagnosis.everywhere.filter(case=done)
    assert [row.code for row in diagnoses] == ["E119", "I10"]
    codes = [row.code_with_modifiers for row in ChargeLine.everywhere.filter(case=done)]
    assert codes == ["99214", "83036-QW"]


def test_the_providers_codes_are_accepted_and_finished_with_two_strokes(
    page: Page, cases: list[CodingCase]
) -> None:
    told = [("diagnosis", "E11.9", ""), ("diagnosis", "I10", ""), ("line", "99214 /ab", "")]
    suggest_codes(encounter=cases[0].encounter, suggestions=told)
    page.reload()
    page.evaluate(COUNT)
    press(page, "<Control+Shift+Enter>", "<Control+Enter>")
    page.wait_for_url(f"**/{cases[1].public_id}/")
    assert strokes(page) == [True, 2, 0]
    assert CodingCase.everywhere.get(pk=cases[0].pk).state == CaseState.RELEASED


def test_an_unknown_code_is_found_by_words_in_at_most_12_strokes(page: Page) -> None:
    press(page, "knee osteo")
    expect(page.get_by_role("option", selected=True)).to_contain_text("M17.11")
    press(page, "<Enter>")
    expect(page.locator("#dx-part .code")).to_have_text(["M17.11"])
    assert strokes(page) == [True, 11, 0]


def test_a_finding_is_fixed_by_one_stroke_and_overridden_by_two(
    page: Page, cases: list[CodingCase]
) -> None:
    EncounterNote.everywhere.filter(encounter=cases[0].encounter).update(signed_at=None)
    press(page, "i10", "<Enter>", "<Enter>", "83036", "<Enter>")
    expect(page.locator("#side-part article")).to_have_count(2)
    page.evaluate("window.strokes = 0")
    press(page, "<Control+.>")
    expect(page.locator("#line-part .code")).to_have_text(["83036-QW"])
    assert strokes(page) == [True, 1, 0]
    press(page, "<Control+Shift+Period>", "1")
    expect(page.locator("#side-part")).to_contain_text("NOTE-01 · The note supports it")
    assert strokes(page) == [True, 3, 0]


def test_a_query_is_sent_with_four_strokes_and_the_words(
    page: Page, cases: list[CodingCase]
) -> None:
    press(page, "/q", "<Enter>")
    page.wait_for_url("**/query/")
    expect(page.locator("#id_text")).to_be_focused()
    press(page, "“Diabetes.”", "<Control+Enter>")
    page.wait_for_url(f"**/{cases[0].public_id}/")
    asked = ProviderQuery.everywhere.get()
    assert asked.text.startswith("The note mentions “Diabetes.”. In your clinical judgment")
    assert CodingCase.everywhere.get(pk=cases[0].pk).state == CaseState.WAITING_QUERY


def test_the_last_visit_is_copied_and_the_copy_undone_by_keys(
    page: Page, cases: list[CodingCase], summit: Practice
) -> None:
    with practice_scope(summit):
        coded(cases[1].encounter, "E119 I10", "99213-25 /b")
    page.reload()
    press(page, "/last", "<Enter>")
    expect(page.locator("#dx-part .code")).to_have_text(["E11.9", "I10"])
    expect(page.locator("#line-part .code")).to_have_text(["99213-25"])
    press(page, "/undo", "<Enter>")
    expect(page.locator("#dx-part .code")).to_have_count(0)


def test_a_diagnosis_moves_by_letter_by_arrow_and_by_dragging(page: Page) -> None:
    press(page, "e119", "<Enter>", "i10", "<Enter>", "m1711", "<Enter>")
    expect(page.locator("#dx-part .code")).to_have_text(["E11.9", "I10", "M17.11"])
    press(page, "<ArrowUp>", "a")
    expect(page.locator("#dx-part .code")).to_have_text(["M17.11", "E11.9", "I10"])
    expect(page.locator("#dx-A [data-grip]")).to_be_focused()
    press(page, "<Alt+ArrowDown>")
    expect(page.locator("#dx-part .code")).to_have_text(["E11.9", "M17.11", "I10"])
    page.locator("#dx-C").drag_to(page.locator("#dx-A"))
    expect(page.locator("#dx-part .code")).to_have_text(["I10", "E11.9", "M17.11"])
    press(page, "<ArrowDown>", "<ArrowDown>", "<ArrowDown>")
    expect(page.locator("#dx")).to_be_focused()


@pytest.mark.parametrize("box", ["dx", "line"])
def test_a_word_that_begins_with_a_slash_is_a_command_and_never_a_search(
    page: Page, box: str
) -> None:
    page.locator(f"#{box}").focus()
    for word in ("/foo", "/history", "/help"):
        page.keyboard.type(word, delay=40)
        page.wait_for_timeout(500)  # as long as a list would take to come
        expect(page.get_by_role("option")).to_have_count(0)
        press(page, "<Enter>")
        if word == "/history":
            expect(page.locator("#side-part [aria-current]")).to_have_text("History")
        else:
            expect(page.locator(f"#{box}-problem")).to_contain_text(f"There is no {word}.")
            page.locator(f"#{box}").fill("")
    expect(page.locator("#dx-part .code")).to_have_count(0)


def test_escape_leaves_the_box_so_that_single_keys_work(page: Page) -> None:
    press(page, "i10", "<Enter>")
    expect(page.locator("#dx-part .code")).to_have_text(["I10"])
    press(page, "<Escape>", "u")
    expect(page.locator("#dx-part .code")).to_have_count(0)


def test_the_keys_of_the_screen_are_told(page: Page) -> None:
    press(page, "<Escape>", "?")
    expect(page.locator("#keys-list")).to_contain_text("/last /undo /q /hold /next")
    expect(page.locator("#keys-list")).to_contain_text("Ctrl+⇧+.")


def test_marked_words_of_the_note_are_quoted_where_they_stand(
    page: Page, cases: list[CodingCase]
) -> None:
    press(page, "i10", "<Enter>")
    expect(page.locator("#quote-form")).to_be_visible()
    page.evaluate(
        """() => { const item = document.querySelectorAll('#note-text li')[1].firstChild;
        const range = document.createRange(); range.setStart(item, 14); range.setEnd(item, 17);
        getSelection().removeAllRanges(); getSelection().addRange(range); }"""
    )
    expect(page.locator("#quote-form [name=words]")).to_have_value("A1c")
    page.get_by_role("button", name="Quote", exact=True).click()
    expect(page.locator("#note-text li").nth(1).locator("mark")).to_have_text("A1c")
    quote = CodeEvidence.everywhere.get()
    assert (quote.start, quote.quote) == (NOTE.rindex("A1c"), "A1c")


def test_what_somebody_else_changed_is_told_and_what_was_typed_stays(
    page: Page, cases: list[CodingCase], summit: Practice
) -> None:
    lead = client_of(summit, Role.CODING_LEAD)
    lead.post(f"/encounters/{cases[0].public_id}/diagnoses/", {"q": "E11.9"})
    press(page, "i10", "<Enter>")
    expect(page.locator(".meanwhile")).to_contain_text("added E11.9")
    expect(page.locator("#dx-part .code")).to_have_text(["E11.9"])
    expect(page.locator("#dx")).to_have_value("i10")
    press(page, "<Enter>")
    expect(page.locator("#dx-part .code")).to_have_text(["E11.9", "I10"])


def test_what_is_refused_stays_typed_and_finishing_waits_for_it(page: Page) -> None:
    press(page, "i10", "<Enter>", "<Enter>", "99999", "<Enter>", "<Control+Enter>")
    expect(page.locator("#line-problem")).to_contain_text("not in the charge master")
    expect(page.locator("#line")).to_have_value("99999")
    expect(page.locator("#line")).to_be_focused()
    assert "In progress" in page.locator("#case-state").inner_text()


def test_a_line_that_stands_in_its_entry_is_taken_before_finishing(
    page: Page, cases: list[CodingCase]
) -> None:
    press(page, "i10", "<Enter>", "<Enter>", "99213", "<Control+Enter>")
    page.wait_for_url(f"**/{cases[1].public_id}/")
    assert [row.procedure_code for row in ChargeLine.everywhere.all()] == ["99213"]


def test_words_are_found_and_chosen_by_keys(page: Page) -> None:
    press(page, "osteo")
    expect(page.get_by_role("option").first).to_contain_text("M17.11")
    press(page, "<Enter>")
    expect(page.locator("#dx-part .code")).to_have_text(["M17.11"])
    press(page, "e11", "<Enter>")
    expect(page.get_by_role("option")).to_contain_text(["E11.9"])
    press(page, "<Enter>")
    expect(page.locator("#dx-part .code")).to_have_text(["M17.11", "E11.9"])


def test_a_header_opens_its_codes_in_the_same_list(page: Page) -> None:
    press(page, "m17")
    expect(page.get_by_role("option").first).to_contain_text("opens its codes")
    press(page, "<Enter>")
    expect(page.get_by_role("option", selected=True)).to_contain_text("M17.11")
    press(page, "<Enter>")
    expect(page.locator("#dx-part .code")).to_have_text(["M17.11"])


def test_a_line_is_changed_in_its_row_by_keys(page: Page) -> None:
    press(page, "i10", "<Enter>", "<Enter>", "99213", "<Enter>")
    expect(page.locator("#line-part .code")).to_have_text(["99213"])
    press(page, "<ArrowUp>")
    expect(page.locator("[data-editing]")).to_be_focused()
    press(page, " $99.50", "<Enter>")
    expect(page.locator("#line-part tfoot")).to_contain_text("$99.50")


def test_without_an_answer_nothing_is_lost(page: Page) -> None:
    def nobody(route: Route) -> None:
        route.abort()

    page.route("**/diagnoses/", nobody)
    press(page, "i10", "<Enter>")
    expect(page.locator("#saved")).to_contain_text("Not saved")
    expect(page.locator("#dx")).to_have_value("i10")
    page.unroute("**/diagnoses/", nobody)
    press(page, "<Enter>")
    expect(page.locator("#dx-part .code")).to_have_text(["I10"])
    expect(page.locator("#saved")).to_contain_text("Saved")


def test_the_note_is_searched_and_the_hold_command_asks_for_a_reason(page: Page) -> None:
    page.locator("#find-in-note").fill("a1c")
    expect(page.locator("#found-in-note")).to_have_text("2 found")
    expect(page.locator("mark.found")).to_have_count(2)
    page.locator("#dx").focus()
    press(page, "/hold labs", "<Enter>")
    expect(page.locator("#hold-reason")).to_have_value("labs")
    press(page, "<Enter>")
    page.wait_for_function("document.querySelector('#case-state')?.innerText === 'Ready'")


def test_the_screen_is_accessible_and_fits_a_phone(page: Page) -> None:
    press(page, "i10", "<Enter>", "<Enter>", "83036", "<Enter>")
    expect(page.locator("#side-part article")).to_have_count(1)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        report = Axe().run(page)
        assert report.violations_count == 0, report.generate_report()
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{wide} px too wide at {width}"
