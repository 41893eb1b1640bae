"""The coding team's pages in a real Chromium: the audit by keys, axe, the dark, and a phone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from coding.models import AuditItem, CodingCase
from coding.services.assignment_rules import Wanted, save_rule
from coding.services.audits import WantedAudit, draw_audit
from coding.services.finish_case import finish_case
from core import clock, practice_settings
from core.actors import acting_as, person
from core.choices import Role
from core.models import Practice
from core.tenancy import practice_scope
from tests.cast import client_of, user_of
from tests.factories.coding import coded, load_codes
from tests.factories.patients import joan, make_site, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def item(summit: Practice) -> AuditItem:
    """One finished visit of the coder, drawn for an audit; another that waits, and a rule."""
    coder = user_of(summit, Role.CODER)
    with practice_scope(summit), acting_as(person(coder)):
        load_codes(summit)
        practice_settings.change(summit, "coding.release_on_finish", False)
        site = make_site(summit)
        case = coded(visit(site, joan(site)), "I10", "99214")
        finish_case(case=case)
        visit(site, joan(site))
        save_rule(practice=summit, wanted=Wanted("All", [coder], 5))
        today = clock.today(summit)
        wanted = WantedAudit("November", today - timedelta(days=1), today, size=1)
        found = draw_audit(practice=summit, wanted=wanted).items.first()
    assert found is not None
    return found


@pytest.fixture
def page(browser: Browser, live_server: Any, summit: Practice, item: AuditItem) -> Iterator[Page]:
    signed_in = client_of(summit, Role.CODING_LEAD).cookies["claimline-session"].value
    context = browser.new_context(base_url=live_server.url)
    context.add_cookies([{"name": "claimline-session", "value": signed_in, "url": live_server.url}])
    opened = context.new_page()
    yield opened
    context.close()


def check(page: Page) -> None:
    """Nothing for axe in the light and in the dark, and nothing sideways on a phone."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url} {scheme}: {found.generate_report()}"
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url
    page.set_viewport_size({"width": 1280, "height": 720})


def test_every_page_of_the_team_is_readable_by_everyone(page: Page) -> None:
    for name in ("team", "rules", "rule-new", "audits", "audit-new", "productivity"):
        page.goto(reverse(f"coding:{name}"))
        check(page)
    page.goto(f"{reverse('coding:rules')}?try=1")
    expect(page.get_by_role("button", name="Assign 1 encounter now")).to_be_visible()
    check(page)


def test_an_encounter_is_audited_by_keys_and_a_difference_is_judged(
    page: Page, item: AuditItem
) -> None:
    page.goto(reverse("coding:audits"))
    page.get_by_role("link", name="November").click()
    check(page)
    page.keyboard.press("n")
    diagnoses = page.get_by_label("Diagnoses")
    expect(page.get_by_text("99214", exact=True)).to_have_count(0)
    check(page)
    diagnoses.fill("i10")
    page.get_by_label("Lines").fill("99213-00")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#error-summary")).to_contain_text("00 is no modifier.")
    check(page)
    page.get_by_label("Lines").fill("99213")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("row", name="E/M level")).to_contain_text("Over-coded")
    check(page)
    page.get_by_role("button", name="Coder was right").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why the coder was right.")
    check(page)
    page.get_by_placeholder("Why the coder was right").fill("Two problems, one worse.")
    page.get_by_role("button", name="Coder was right").click()
    expect(page.get_by_role("row", name="E/M level")).to_contain_text("no: Two problems")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="November")).to_be_visible()
    expect(page.get_by_text("no difference, 1 more did not count")).to_be_visible()
    check(page)


def test_chosen_encounters_of_the_queue_are_given_to_a_coder_by_keys(page: Page) -> None:
    page.goto(reverse("coding:queue"))
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Assign 1 encounter")).to_be_visible()
    check(page)
    page.get_by_label("Coder Testuser").check()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("1 assigned")).to_be_visible()
    assert CodingCase.everywhere.filter(coder__username="summit-coder").count() == 2
