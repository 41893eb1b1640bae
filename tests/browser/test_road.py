"""Sign-in, coding one encounter by keyboard, sending its claim and watching it get paid."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from claims.models import Claim
from core import clock
from core.choices import Role
from core.models import User
from core.tenancy import practice_scope
from patients.models import Encounter
from patients.services.record_encounter import record_encounter
from tests.cast import user_of
from tests.factories.claims import NOTE, joan
from tests.scenarios.stack import Stack, wait_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.scenario,
    pytest.mark.django_db(transaction=True),
]
PASSWORD = "a-long-password-of-a-test"
MOST_STROKES = 30
COUNT = """() => { window.strokes = 0; window.clicks = 0; window.here = true;
  const held = ["Control", "Shift"];
  addEventListener("keydown", (e) => { if (!held.includes(e.key)) strokes += 1; }, true);
  addEventListener("pointerdown", () => { clicks += 1; }, true); }"""


@pytest.fixture
def encounter(stack: Stack) -> Encounter:
    """A visit of Joan's that waits to be coded."""
    world = stack.world
    with practice_scope(stack.practice):
        return record_encounter(
            practice=stack.practice, patient=joan(world), rendering_provider=world.reyes,
            facility=world.facility, billing_provider=world.billing_provider, note_text=NOTE,
            service_date_from=clock.today(stack.practice) - timedelta(days=3),
        )  # fmt: skip


@pytest.fixture
def page(browser: Browser, live_server: object) -> Iterator[Page]:
    """A fresh browser window; any complaint of the browser fails the test."""
    context = browser.new_context(base_url=live_server.url)  # type: ignore[attr-defined]
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console", lambda said: complaints.append(said.text) if said.type == "error" else None
    )
    yield opened
    context.close()
    assert complaints == []


def member(stack: Stack, role: Role) -> User:
    user = user_of(stack.practice, role)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(page: Page, user: User) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def find_nothing_wrong(page: Page) -> None:
    """axe in the light and in the dark; no sideways scroll on a phone."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url} {scheme}: {found.generate_report()}"
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 700})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320, f"{page.url} is {wide} px wide on a phone"
    page.set_viewport_size({"width": 1440, "height": 900})


def test_one_encounter_is_coded_by_keys_sent_and_paid_before_ones_eyes(
    stack: Stack, page: Page, encounter: Encounter
) -> None:
    stack.start_worker()
    page.set_viewport_size({"width": 1440, "height": 900})
    coder, biller = member(stack, Role.CODER), member(stack, Role.BILLER)
    page.goto("/sign-in/")
    find_nothing_wrong(page)
    code_by_keys(page, coder, encounter)
    with practice_scope(stack.practice):
        claim = wait_for("the claim is ready", ready_claim)
    send(page, biller)
    watch_it_get_paid(page, claim)
    look_around(page, encounter)


def ready_claim() -> Claim | None:
    return Claim.objects.filter(current_version__state="ready").first()


def code_by_keys(page: Page, coder: User, encounter: Encounter) -> None:
    """Two diagnoses and one line, no click, no page load, within the budget of strokes."""
    sign_in(page, coder)
    find_nothing_wrong(page)
    page.goto("/encounters/next/")
    find_nothing_wrong(page)
    page.evaluate(COUNT)
    # Each answer is awaited, so that a busy machine is slow and not wrong.
    for typed, answer in (("m1711", "M17.11"), ("i10", "I10"), ("", ""), ("99213", "99213")):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        if answer:
            expect(page.get_by_text(answer, exact=True).first).to_be_visible(timeout=15_000)
        page.wait_for_timeout(300)
    assert page.evaluate("window.here") is True, "the page was loaded anew"
    strokes, clicks = page.evaluate("[window.strokes, window.clicks]")
    assert (strokes <= MOST_STROKES, clicks) == (True, 0), strokes
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("coded", exact=False).first).to_be_visible(timeout=15_000)


def send(page: Page, biller: User) -> None:
    """The biller's one click."""
    sign_in(page, biller)
    find_nothing_wrong(page)
    page.goto("/claims/batches/build")
    find_nothing_wrong(page)
    page.get_by_role("button", name="Build and send 1 claim").click()
    expect(page.get_by_text("1 claim on its way").first).to_be_visible()
    find_nothing_wrong(page)


def watch_it_get_paid(page: Page, claim: Claim) -> None:
    """Within a minute the claim's own page says that it is paid, step by step."""
    for _ in range(60):
        page.goto(f"/claims/{claim.public_id}/")
        if page.locator(".chip", has_text="Paid").count():
            break
        page.wait_for_timeout(1000)
    story = page.inner_text("main")
    for step in ("recorded the visit", "finished coding", "to the ledger", "sent the claim",
                 "accepted the file", "accepted the claim", "decided the claim"):  # fmt: skip
        assert step in story, f"{step!r} is not on the timeline"
    expect(page.locator(".chip", has_text="Paid").first).to_be_visible()
    find_nothing_wrong(page)


def look_around(page: Page, encounter: Encounter) -> None:
    """The pages that the claim leads to."""
    patient = encounter.patient.public_id
    for url in (f"/patients/{patient}/", f"/billing/accounts/{patient}/", "/claims/remittances/"):
        page.goto(url)
        find_nothing_wrong(page)
