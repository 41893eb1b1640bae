"""The frame and the list in a real Chromium: keys, fragments, contrast, narrow screens, policy."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from core.choices import JobState, Role
from core.models import Job, Membership, Practice, WorkItem
from tests.cast import user_of
from tests.core import site
from tests.core.web.people import PASSWORD, person_with_password

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.core.site"),
]
REASONS = ("QW missing on 83036", "Member ID not in payer format", "No authorization for 20610")


@pytest.fixture
def desk(summit: Practice, lakeside: Practice) -> Practice:
    """A practice with work, jobs, and a biller who also works elsewhere."""
    biller = person_with_password(summit)
    Membership.objects.create(user=biller, practice=lakeside, role=Role.MANAGER)
    WorkItem.everywhere.bulk_create(
        WorkItem(
            practice=summit, subject_kind="core.practice", subject_id=number,
            kind="call" if number % 2 else "fix", title=f"Testperson, Number {number:02d}",
            reason=REASONS[number % 3], due_on=dt.date(2026, 11, 1) + dt.timedelta(days=number),
            amount=Decimal(10000 + number) / 100, owner=user_of(summit, Role.BILLER),
            state="open" if number < 55 else "done",
        )
        for number in range(60)
    )  # fmt: skip
    Job.everywhere.create(
        practice=summit,
        kind="x",
        title="Statement run",
        state=JobState.RUNNING,
        total=190,
        done=137,
    )
    return summit


class Visit:
    """One signed-in browser window that remembers every complaint of the browser."""

    def __init__(self, browser: Browser, base: str, **settings: Any) -> None:
        self.context = browser.new_context(base_url=base, **settings)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: Any) -> None:
        expected = re.search(r"(status of|Error Code) (403|404|422)", message.text)
        if message.type in {"error", "warning"} and not expected:
            self.complaints.append(message.text)

    def sign_in(self, path: str = "/work/") -> Page:
        self.page.goto(path)
        self.page.get_by_label("User name").fill("summit-biller")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Continue").click()
        self.page.wait_for_url(f"**{path}")
        return self.page

    def check(self) -> None:
        """Nothing for axe, nothing sideways, no complaint."""
        found = Axe().run(self.page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        sideways = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not self.page.evaluate(sideways)
        assert self.complaints == []


@pytest.fixture
def visit(browser: Browser, live_server: Any, desk: Practice) -> Iterator[Visit]:
    window = Visit(browser, live_server.url, viewport={"width": 1440, "height": 900})
    yield window
    window.context.close()


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 1100), ("dark", 390)]
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, live_server: Any, desk: Practice, scheme: str, width: int
) -> None:
    size = {"width": width, "height": 844}
    visit = Visit(browser, live_server.url, viewport=size, color_scheme=scheme)
    page = visit.page
    page.goto("/sign-in/")
    visit.check()
    page.get_by_label("User name").fill("nobody")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^Error: Sign in"))
    visit.check()
    visit.sign_in()
    for path in ("/work/", "/work/?kind=call&due_from=2030-01-01", "/jobs/", "/no-row/", "/none/"):
        page.goto(path)
        visit.check()
    page.goto("/jobs/")
    page.get_by_role("link", name="Statement run").click()
    expect(page.get_by_role("heading", name="Statement run")).to_be_visible()
    visit.check()
    visit.context.close()


def test_rows_are_walked_selected_and_peeked_at_with_keys(visit: Visit) -> None:
    page = visit.sign_in()
    row = page.locator("tr.is-focused")
    page.keyboard.press("j")
    expect(row).to_contain_text("Number 00")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".bulk")).to_contain_text("2 selected · $200.01")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".bulk")).to_contain_text("3 selected · $300.03")
    page.keyboard.press("o")
    expect(page.locator("#peek")).to_contain_text("Number 02")
    page.keyboard.press("k")
    expect(page.locator("#peek")).to_contain_text("Number 01")
    visit.check()
    page.keyboard.press("Escape")
    expect(page.locator(".bench")).not_to_have_class(re.compile("has-peek"))
    expect(row).to_contain_text("Number 01")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Testperson, Number 00")).to_be_visible()
    expect(page.locator(".step")).to_contain_text("1 of 55")
    page.keyboard.press("]")
    expect(page.locator(".step")).to_contain_text("2 of 55")
    visit.check()


def test_keys_do_nothing_inside_a_field(visit: Visit) -> None:
    page = visit.sign_in()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Person")).to_be_focused()
    page.keyboard.type("jjxn?")
    expect(page.locator("tr.is-focused")).to_have_count(0)
    expect(page.get_by_role("searchbox", name="Person")).to_have_value("jjxn?")


def test_single_keys_can_be_switched_off(visit: Visit) -> None:
    page = visit.sign_in()
    page.evaluate("document.documentElement.dataset.keys = 'off'")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator("tr.is-focused")).to_have_count(0)
    expect(page.locator("#keys")).not_to_be_visible()


def test_the_list_of_keys_names_those_of_the_page(visit: Visit) -> None:
    page = visit.sign_in()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Work next")
    expect(page.locator("#keys")).to_contain_text("Next, previous row")
    visit.check()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).not_to_be_visible()


def test_buckets_order_and_filters_change_the_list_without_a_page_load(visit: Visit) -> None:
    page = visit.sign_in()
    page.evaluate("window.stillHere = true")
    page.get_by_role("link", name=re.compile("^Done")).click()
    expect(page).to_have_title("Done, work · Claimline")
    expect(page.locator("#list-crumb")).to_have_text("Work · Done")
    expect(page).to_have_url(re.compile(r"\?bucket=done$"))
    expect(page.locator("tbody tr")).to_have_count(5)
    page.get_by_role("link", name="Amount, $").click()
    expect(page).to_have_url(re.compile("sort=amount"))
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Call").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert page.evaluate("window.stillHere") is True
    visit.check()
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(5)


def test_a_part_that_cannot_be_loaded_says_so(visit: Visit) -> None:
    page = visit.sign_in()
    Membership.objects.filter(practice__name__startswith="Summit").update(role=Role.SYSTEM_ADMIN)
    page.get_by_role("link", name=re.compile("^Done")).click()
    expect(page.locator("#toasts")).to_contain_text("You may not do that. Reference")
    expect(page.locator("tbody tr")).to_have_count(50)
    visit.check()


def test_counts_are_live_and_leave_the_list_alone(visit: Visit) -> None:
    page = visit.sign_in()
    page.keyboard.press("j")
    WorkItem.everywhere.filter(title="Testperson, Number 54").update(state="done")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('claimline:tick'))")
    expect(page.get_by_role("link", name=re.compile("^Done"))).to_contain_text("6")
    expect(page.locator("tr.is-focused")).to_have_count(1)
    assert "part=" not in page.url
    assert visit.complaints == []


def test_a_click_counts_as_doing_something(visit: Visit) -> None:
    page = visit.sign_in()
    with page.expect_request(re.compile("bucket=done")) as asked:
        page.get_by_role("link", name=re.compile("^Done")).click()
    assert "x-heartbeat" not in asked.value.headers


def test_a_name_is_looked_for_without_standing_in_the_address(visit: Visit) -> None:
    page = visit.sign_in()
    page.get_by_role("searchbox", name="Person").fill("number 07")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "number" not in page.url.lower()
    visit.check()


def test_theme_and_density_change_at_once_and_stay(visit: Visit) -> None:
    page = visit.sign_in()
    page.locator("summary.avatar").click()
    visit.check()
    with page.expect_response("**/appearance/"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    with page.expect_response("**/appearance/"):
        page.get_by_role("button", name="Compact").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    visit.check()


def test_the_practice_is_switched_from_the_bar(visit: Visit) -> None:
    page = visit.sign_in()
    page.locator("summary.site").click()
    page.get_by_role("button", name=re.compile("Lakeside")).click()
    expect(page.locator("summary.site")).to_contain_text("Lakeside Bone & Joint")
    page.goto("/work/")
    expect(page.locator("main")).to_contain_text("No work yet")


def test_running_work_is_seen_from_every_page(visit: Visit) -> None:
    page = visit.sign_in("/entry/")
    expect(page.locator("#job-indicator")).to_contain_text("1 job · 72 %")


def test_a_code_is_typed_chosen_and_sent_with_the_keyboard(visit: Visit) -> None:
    page = visit.sign_in("/entry/")
    field = page.get_by_role("combobox", name="Code")
    field.press_sequentially("e11", delay=30)
    expect(page.get_by_role("option")).to_have_count(2)
    expect(field).to_have_attribute("aria-activedescendant", "h0")
    visit.check()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_text("E11.9")
    page.keyboard.press("Enter")
    expect(page.locator("#taken")).to_have_text("E11.9")


def test_escape_closes_the_hits_and_enter_sends_what_was_typed(visit: Visit) -> None:
    page = visit.sign_in("/entry/")
    field = page.get_by_role("combobox", name="Code")
    field.press_sequentially("i1", delay=30)
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("#taken")).to_have_text("i1")


def test_an_answer_for_an_older_word_is_dropped(visit: Visit) -> None:
    page = visit.sign_in("/entry/")
    held: list[Any] = []
    page.route("**/entry/hits/?q=e11", lambda route: held.insert(0, route))
    field = page.get_by_role("combobox", name="Code")
    field.fill("e11")
    page.wait_for_timeout(300)
    field.fill("i10")
    expect(page.get_by_role("option")).to_have_text(["I10"])
    for route in held:
        route.continue_()
    page.wait_for_timeout(300)
    expect(page.get_by_role("option")).to_have_text(["I10"])


def test_a_draft_is_kept_when_the_field_is_left(visit: Visit) -> None:
    site.drafts.clear()
    page = visit.sign_in("/entry/")
    page.get_by_label("Note").fill("Half a sentence")
    page.get_by_role("combobox", name="Code").focus()
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    assert site.drafts == ["Half a sentence"]


def test_the_menu_opens_on_a_phone(browser: Browser, live_server: Any, desk: Practice) -> None:
    visit = Visit(browser, live_server.url, viewport={"width": 390, "height": 844})
    page = visit.sign_in()
    expect(page.get_by_role("navigation", name="Main")).not_to_be_visible()
    page.get_by_role("link", name="Open menu").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    visit.check()
    page.get_by_role("link", name="Close menu").click()
    expect(page.get_by_role("navigation", name="Main")).not_to_be_visible()
    visit.context.close()


def test_who_types_for_long_stays_signed_in(visit: Visit) -> None:
    page = visit.page
    page.clock.install()
    visit.sign_in("/entry/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    field = page.locator("form[data-autosave] textarea, form[data-autosave] input[type=text]").first
    field.press_sequentially("The patient")
    assert not [url for url in asked if url.endswith("/shell/")]
    page.clock.fast_forward(61_000)
    with page.expect_request(lambda request: request.url.endswith("/shell/")) as found:
        field.press_sequentially(" says")
    assert "x-heartbeat" not in found.value.headers
