"""The provider answers a question in three clicks from the home page."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from coding.models import ProviderQuery
from coding.services.provider_queries import ask_provider
from core.choices import Role
from core.models import Practice
from core.tenancy import practice_scope
from tests.cast import client_of, user_of
from tests.factories.coding import load_codes
from tests.factories.patients import joan, make_site, visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Browser, live_server: Any, summit: Practice) -> Iterator[Page]:
    """The provider's home; two of their encounters wait for an answer."""
    with practice_scope(summit):
        load_codes(summit)
        site = make_site(summit)
        site.reyes.user = user_of(summit, Role.PROVIDER)
        site.reyes.save()
        for _ in range(2):
            case = visit(site, joan(site)).coding_case
            ask_provider(
                case=case, topic="acuity", text="The note says knee pain. What was its course?",
                options=["Acute", "Chronic"],
            )  # fmt: skip
    signed_in = client_of(summit, Role.PROVIDER).cookies["claimline-session"].value
    context = browser.new_context(base_url=live_server.url)
    context.add_cookies([{"name": "claimline-session", "value": signed_in, "url": live_server.url}])
    opened = context.new_page()
    opened.goto("/")
    yield opened
    context.close()


def test_a_question_is_answered_with_three_clicks_and_the_next_one_stands_there(
    page: Page,
) -> None:
    first, second = ProviderQuery.everywhere.order_by("due_on", "id")
    page.get_by_role("link", name="Questions to answer").click()
    page.get_by_label("Chronic", exact=True).click()
    page.get_by_role("button", name="Sign the answer").click()
    page.wait_for_url(f"**/queries/{second.public_id}/")
    first.refresh_from_db()
    assert (first.answer, first.state) == ("Chronic", "answered")
    expect(page.get_by_text("What was its course?")).to_be_visible()
