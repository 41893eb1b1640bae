"""One call works several claims of a payer by keys; the pages hold in every light and width."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from claims.models import Claim
from core import clock
from core.actors import acting_as, person
from core.choices import Role
from core.models import ContactLog, Practice
from core.tenancy import practice_scope
from patients.models import Patient
from tests.cast import user_of
from tests.core.web.people import PASSWORD, person_with_password
from tests.factories.claims import World, make_claim, make_world, nguyen
from tests.factories.silence import unanswered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_STROKES = 6
COUNT = """() => { window.strokes = 0; window.clicks = 0;
  addEventListener("keydown", (e) => { if (!["Control", "Shift"].includes(e.key)) strokes += 1; }, true);
  addEventListener("pointerdown", () => { clicks += 1; }, true); }"""  # noqa: E501 - one script
LONG = "Testpatient-Featherstonehaugh-Cholmondeley"


@pytest.fixture
def world(summit: Practice, settings: Any, tmp_path: Any) -> World:
    """Three claims at Acme without an answer; one of the patients has a long name."""
    settings.CLAIMLINE_VAR_DIR = tmp_path
    person_with_password(summit)
    with practice_scope(summit), acting_as(person(user_of(summit, Role.BILLER), source="test")):
        found = make_world(summit)
        day = clock.today(summit) - timedelta(days=40)
        unanswered(found, *[
            make_claim(found, nguyen(found, number), "99213", on=day) for number in (1, 2, 3)
        ])  # fmt: skip
        Patient.objects.filter(claims__isnull=False).update(last_name=LONG)
    return found


@pytest.fixture
def page(browser: Browser, live_server: Any, world: World) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto("/follow-up/calls/")
    opened.get_by_label("User name").fill("summit-biller")
    opened.get_by_label("Password").fill(PASSWORD)
    opened.keyboard.press("Enter")
    opened.wait_for_url(lambda url: "sign-in" not in url)
    yield opened
    context.close()
    assert complaints == []


def find_nothing_wrong(page: Page) -> None:
    """axe in the light and in the dark; no sideways scroll on phones, with a long name."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url} {scheme}: {found.generate_report()}"
    page.emulate_media(color_scheme="light")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 700})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{page.url} is {wide} px wide at {width}"
    page.set_viewport_size({"width": 1440, "height": 900})


def test_each_claim_of_a_call_takes_at_most_six_strokes(page: Page, world: World) -> None:
    page.keyboard.press("n")
    page.wait_for_url("**/payers/**")
    page.get_by_label("Who spoke").fill("Dana Testrep")
    page.get_by_label("Reference number").fill("REF-77")
    page.locator("h1").click()
    for left in (2, 1, 0):
        page.evaluate(COUNT)
        page.keyboard.press("2")
        expect(page.get_by_label("In process")).to_be_checked()
        strokes, clicks = page.evaluate("[window.strokes, window.clicks]")
        page.keyboard.press("Control+Enter")  # one more, and the page with its count is gone
        expect(page.get_by_text(f"{left} to go")).to_be_visible(timeout=20_000)
        assert (strokes + 1 <= MOST_STROKES, clicks) == (True, 0), strokes
    with practice_scope(world.practice):
        said = list(ContactLog.objects.values_list("with_whom", "reference", "outcome"))
        assert said == [("Dana Testrep", "REF-77", "In process")] * 3
        states = Claim.objects.values_list("current_version__state", flat=True)
        assert set(states) == {"pended"}


def test_the_pages_of_the_biller_hold_in_every_light_and_width(page: Page, world: World) -> None:
    with practice_scope(world.practice):
        claim = Claim.objects.order_by("pk")[0]
    for url in ("/", "/follow-up/calls/", f"/follow-up/calls/payers/{world.acme.public_id}/",
                "/follow-up/calls/patients/", "/claims/?bucket=no-answer",
                f"/claims/{claim.public_id}/?tab=raw",
                f"/claims/batches/{claim.version.current_attempt.batch.public_id}/"):  # fmt: skip
        page.goto(url)
        find_nothing_wrong(page)


def test_a_key_on_a_row_puts_it_off_and_one_is_back_on_the_list(page: Page, world: World) -> None:
    page.goto("/claims/?bucket=no-answer")
    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(page.get_by_role("heading", name="Put off: 1 claim")).to_be_visible()
    find_nothing_wrong(page)
    page.get_by_label("Why they can wait").fill("a letter is promised")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Put off: 1 done")).to_be_visible()
    expect(page.get_by_text("2 claims").first).to_be_visible()
