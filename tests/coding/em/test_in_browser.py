"""The worksheet in a real Chromium: a level by keys alone, none lost however fast they come."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from coding.models import (
    ChargeLine,
    CodeSetRelease,
    CodingCase,
    CoveragePolicy,
    EmWorksheet,
    PolicyDiagnosis,
    PolicyProcedure,
)
from core.choices import Role
from core.models import Practice
from core.tenancy import practice_scope
from tests.cast import client_of
from tests.coding.test_in_browser import COUNT, press
from tests.factories.coding import LONG_AGO, coded, load_codes
from tests.factories.patients import joan, joans_medicare, make_site, visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(summit: Practice) -> CodingCase:
    """Joan's second visit within a year, with its diagnoses."""
    with practice_scope(summit):
        load_codes(summit)
        site = make_site(summit)
        patient = joan(site)
        joans_medicare(site, patient)
        coded(visit(site, patient, service_date_from=date(2026, 5, 4)), "I10", "99213")
        _policy()
        return coded(visit(site, patient), "E119 I10", "")


def _policy() -> None:
    """An NCD on the A1c."""
    found = CodeSetRelease.objects.create(
        kind="coverage", label="small", effective_from=LONG_AGO, state="active"
    )
    CoveragePolicy.objects.create(release=found, number="190.21", kind="ncd", title="Sugar")
    PolicyProcedure.objects.create(release=found, code="83036", number="190.21")
    for code in ("E119", "R100"):
        PolicyDiagnosis.objects.create(release=found, number="190.21", is_covered=True, code=code)


@pytest.fixture
def page(browser: Browser, live_server: Any, summit: Practice, case: CodingCase) -> Iterator[Page]:
    """The visit, opened by the coder with the line entry in focus; no complaint of the browser."""
    signed_in = client_of(summit, Role.CODER).cookies["claimline-session"].value
    context = browser.new_context(base_url=live_server.url)
    context.add_cookies([{"name": "claimline-session", "value": signed_in, "url": live_server.url}])
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"/encounters/{case.public_id}/")
    opened.locator("#line").focus()
    opened.evaluate(COUNT)
    yield opened
    context.close()
    assert complaints == []


def lines(page: Page) -> Any:
    return expect(page.locator("#line-part .code"))


def test_a_level_takes_8_strokes_no_click_and_no_page_load(page: Page, case: CodingCase) -> None:
    press(page, "/em", "<Enter>", "3", "2", "3", "<Enter>")
    lines(page).to_have_text(["99214"])
    here, strokes, clicks = page.evaluate("[here, strokes, clicks]")
    assert (here, strokes, clicks) == (True, 8, 0)
    assert strokes <= 10
    row = EmWorksheet.everywhere.get(case=case)
    assert (row.ticks, row.code, row.family) == ((3, 2, 3), "99214", "office_established")
    expect(page.locator("#line")).to_be_focused()
    expect(page.locator("#em-result")).to_contain_text("99215 takes two of problems")


def test_the_next_line_may_be_typed_at_once(page: Page) -> None:
    press(page, "/em", "<Enter>", "323", "<Enter>", "83036-qw", "<Enter>", "20610-rt", "<Enter>")
    lines(page).to_have_count(3)
    codes = page.locator("#line-part .code").all_inner_texts()
    assert sorted(codes) == ["20610-RT", "83036-QW", "99214"]
    expect(page.locator("#line")).to_have_value("")


def test_a_slow_server_loses_no_key(page: Page, case: CodingCase) -> None:
    def late(route: Route) -> None:
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/*side=em", late)
    press(page, "/em", "<Enter>", "323", "25", "<Enter>", "83036-qw")
    expect(page.locator("#line")).to_have_value("83036-qw")
    lines(page).to_have_text(["99214"])
    assert EmWorksheet.everywhere.get(case=case).minutes == 25
    expect(page.locator("#line")).to_have_value("83036-qw")


def test_what_was_typed_before_comes_first_and_the_worksheet_stays(page: Page) -> None:
    press(
        page, "20610-rt/a", "<Enter>", "83036-qw/a", "<Enter>", "/em", "<Enter>", "323", "<Enter>"
    )
    lines(page).to_have_text(["20610-RT", "83036-QW", "99214"])
    expect(page.locator("#em-form")).to_be_visible()


def test_ticking_says_what_it_supports_before_anything_is_kept(page: Page) -> None:
    press(page, "/em", "<Enter>")
    expect(page.locator("#em-result")).to_contain_text("Two of three make the level")
    press(page, "323")
    expect(page.get_by_role("button", name="Add 99214")).to_be_visible()
    press(page, "45")
    expect(page.locator("#em-minutes")).to_be_focused()
    expect(page.get_by_role("button", name="Add 99215")).to_be_visible()
    expect(page.locator("#em-result")).to_contain_text("by time")
    assert not EmWorksheet.everywhere.exists()


def test_escape_goes_back_to_the_line_and_ticks_survive_a_change_of_codes(page: Page) -> None:
    press(page, "/em", "<Enter>", "32", "<Escape>")
    expect(page.locator("#line")).to_be_focused()
    press(page, "83036-qw", "<Enter>")
    lines(page).to_have_text(["83036-QW"])
    ticked = page.locator("#em-form [data-em-row] input:checked")
    expect(ticked).to_have_count(2)
    press(page, "/em", "<Enter>")
    expect(ticked.first).to_be_focused()


def test_enter_never_changes_a_level_that_is_there(page: Page) -> None:
    press(page, "99213", "<Enter>", "/em", "<Enter>", "323", "<Enter>")
    ask = page.locator("#em-ask")
    expect(ask).to_contain_text("Line 1 is 99213. The worksheet supports 99214.")
    expect(ask).to_be_focused()
    press(page, "<Enter>")
    lines(page).to_have_text(["99213"])
    press(page, "<Tab>", "<Enter>")
    lines(page).to_have_text(["99214"])
    assert ChargeLine.everywhere.filter(procedure_code="99214").count() == 1


def test_what_is_missing_is_said_at_its_row(page: Page) -> None:
    press(page, "/em", "<Enter>", "3", "<Enter>")
    expect(page.locator("#em-form .msg")).to_contain_text("Tick data and risk as well.")
    expect(page.locator("#em-problem")).to_be_focused()


def test_the_tabs_open_by_word_and_key_are_accessible_and_fit_a_phone(page: Page) -> None:
    press(page, "83036-qw", "<Enter>", "/em", "<Enter>", "323", "<Enter>")
    lines(page).to_have_text(["83036-QW", "99214"])
    for typed, name in ((["/em", "<Enter>"], "em"), (["<F9>"], "coverage"),
                        (["/notes", "<Enter>"], "notes")):  # fmt: skip
        page.locator("#line").focus()
        press(page, *typed)
        expect(page.locator(f'[data-side-open="{name}"]')).to_be_visible()
        for width in (1440, 1100, 320):
            page.set_viewport_size({"width": width, "height": 844})
            report = Axe().run(page)
            assert report.violations_count == 0, report.generate_report()
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{wide} px too wide at {width}"
        page.set_viewport_size({"width": 1440, "height": 844})


def test_the_covered_diagnoses_are_found_while_one_types(page: Page) -> None:
    press(page, "83036-qw", "<Enter>", "/cov", "<Enter>")
    shown = page.locator(".cover-codes .mono")
    expect(shown).to_have_count(2)
    page.locator("#cover-dx").focus()
    press(page, "symptom")
    expect(shown).to_have_text(["R10.0"])
    expect(page.locator("#cover-dx")).to_be_focused()
    assert "dx=" not in page.url
    page.locator("#line").focus()
    press(page, "99213", "<Enter>")
    lines(page).to_have_text(["83036-QW", "99213"])
    expect(page.locator("#covered")).to_contain_text("No policy")
