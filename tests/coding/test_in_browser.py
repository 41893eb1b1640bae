"""The coding screen in a real Chromium: a visit by keys alone, no page load, nothing lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from coding.choices import CaseState
from coding.models import ChargeLine, CodingCase
from core.choices import Role
from core.models import Practice
from core.tenancy import practice_scope
from tests.cast import client_of
from tests.factories.coding import load_codes
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
