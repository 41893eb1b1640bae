"""A paper EOB by keyboard alone: typed, proved, previewed, posted; in every light and width."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from claims.choices import RemittanceState
from claims.models import Remittance
from core.actors import acting_as, person
from core.choices import Role
from core.models import Practice
from core.tenancy import practice_scope
from tests.billing.road import Account, accounts_of
from tests.cast import user_of
from tests.core.web.people import PASSWORD, person_with_password

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TYPED = (("95", "65", "CO-45 45 PR-3 30", ""), ("95", "61", "CO-45 85 PR-1 20 PR-2 14", ""),
         ("", "0", "CO-97 15", "M15"), ("", "0", "CO-16 60", "N265"))  # fmt: skip


@pytest.fixture
def account(summit: Practice, settings: Any, tmp_path: Any) -> Account:
    """SFM1006 of W-13, at Acme."""
    settings.CLAIMLINE_VAR_DIR = tmp_path
    person_with_password(summit)
    with practice_scope(summit), acting_as(person(user_of(summit, Role.BILLER), source="test")):
        claims = [("SFM1006", ("140", "180", "15", "60"))]
        return accounts_of(summit, claims, "ACME HEALTH PLAN")["SFM1006"]


@pytest.fixture
def page(browser: Browser, live_server: Any, account: Account) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto("/billing/remittances/by-hand")
    opened.get_by_label("User name").fill("summit-biller")
    opened.get_by_label("Password").fill(PASSWORD)
    opened.keyboard.press("Enter")
    opened.wait_for_url(lambda url: "sign-in" not in url)
    yield opened
    context.close()
    assert complaints == []


def look(page: Page, scheme: str, width: int) -> None:
    """The page as it is read: nothing that axe refuses, nothing wider than the window."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, f"{width} px: {wide} px too wide"


def in_every_light(page: Page) -> None:
    for scheme, width in (("dark", 1440), ("light", 390), ("light", 1440)):
        look(page, scheme, width)


def test_an_eob_is_typed_proved_and_posted_without_a_click(page: Page, account: Account) -> None:
    page.get_by_label("Payer", exact=True).focus()
    page.keyboard.type("ACME")
    for text in ("CHK5512", "Check", "126.01"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.locator("#add").focus()
    page.keyboard.type("sfm1006")
    page.keyboard.press("Enter")
    expect(page.locator("#c0\\.0\\.paid")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    for allowed, paid, adjustments, remarks in TYPED:
        for text in (allowed, paid, adjustments, remarks):
            page.keyboard.type(text)
            page.keyboard.press("Tab")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("$0.01 is missing.")).to_be_visible()
    expect(page.locator("#c0\\.1\\.adjust")).to_have_value("CO-45 85 PR-1 20 PR-2 14")
    in_every_light(page)
    page.locator("#id_amount").fill("126.00")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Remit clearing nets to 126.00, the payment")).to_be_visible()
    in_every_light(page)
    page.locator("h1").click()
    page.keyboard.press("p")
    expect(page.get_by_text("It balances and was posted")).to_be_visible()
    assert Remittance.everywhere.get().state == RemittanceState.POSTED
    page.get_by_role("link", name="Undo the posting").click()
    expect(page.get_by_label("Why it is undone")).to_be_visible()
    in_every_light(page)


def test_the_posting_page_of_a_payer_holds_in_every_light(page: Page, account: Account) -> None:
    page.goto(f"/billing/payers/{account.version.payer.public_id}/posting")
    expect(page.get_by_role("heading", name="What stops it all the same")).to_be_visible()
    in_every_light(page)
