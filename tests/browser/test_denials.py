"""From a denial to its appeal sent, with the evidence attached: at most four clicks or six strokes
(screens 3, B13); and the pages hold in every light and width.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from billing.posting.post_remittance import post_remittance
from claims.models import Appeal, Claim, DenialCase
from claims.services.send_transmission import send_due
from core import clock
from core.actors import acting_as, person
from core.choices import Role
from core.models import Practice, User
from core.tenancy import practice_scope
from patients.models import EncounterNote, Payer
from tests.browser.test_call_sheet import find_nothing_wrong
from tests.cast import user_of
from tests.claims.decisions import decided, denied
from tests.core.web.people import PASSWORD, person_with_password
from tests.factories.claims import World, batch_of, make_claim, make_world, nguyen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_CLICKS, MOST_STROKES = 4, 6
# Counted over all pages of the way, as a person counts.
COUNT = """
  const add = (name) => { sessionStorage[name] = Number(sessionStorage[name] || 0) + 1; };
  addEventListener("pointerdown", () => add("clicks"), true);
  addEventListener("keydown", (e) => { if (!["Control", "Shift"].includes(e.key)) add("strokes"); }, true);
"""  # noqa: E501 - one script


@pytest.fixture
def world(summit: Practice, settings: Any, tmp_path: Any) -> World:
    """A claim that Acme calls not necessary; the note is signed, the payer's address known."""
    settings.CLAIMLINE_VAR_DIR = tmp_path
    person_with_password(summit)
    User.objects.filter(username="summit-biller").update(first_name="Ada", last_name="Biller")
    with practice_scope(summit), acting_as(person(user_of(summit, Role.BILLER), source="test")):
        found = make_world(summit)
        day = clock.today(summit) - timedelta(days=20)
        claim = make_claim(found, nguyen(found), "99213 /a", on=day)
        batch_of(found, claim)
        send_due()
        claim = Claim.objects.get(pk=claim.pk)
        answer = denied(claim, "ICN1", code="CO-50")
        post_remittance(remittance=decided(found, answer, total=0, trace="EFT1", number=701))
        EncounterNote.objects.update(signed_at=clock.now(), author_name="Ana Reyes")
        Payer.objects.update(
            address_line1="PO Box 12", city="Anytown", state_code="CO", zip_code="80001"
        )
        DenialCase.objects.update(
            decided_on=day + timedelta(days=10), deadline_on=day + timedelta(days=90)
        )
    return found


@pytest.fixture
def page(browser: Browser, live_server: Any, world: World) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto("/claims/denials/")
    opened.get_by_label("User name").fill("summit-biller")
    opened.get_by_label("Password").fill(PASSWORD)
    opened.add_init_script(COUNT)
    opened.keyboard.press("Enter")
    # Not by the address: the page to sign in carries the one it leads to.
    opened.wait_for_selector(".app")
    opened.evaluate("sessionStorage.clear()")
    yield opened
    context.close()
    assert complaints == []


def counted(page: Page) -> tuple[int, int]:
    found = page.evaluate("[sessionStorage.clicks || 0, sessionStorage.strokes || 0]")
    return int(found[0]), int(found[1])


def was_sent(world: World) -> None:
    with practice_scope(world.practice):
        appeal = Appeal.objects.get()
        assert appeal.state == "sent"
        assert appeal.packet_pages >= 5
        kinds = set(appeal.parts.filter(is_included=True).values_list("kind", flat=True))
        assert {"eob", "claim", "note"} <= kinds


def test_from_the_worklist_to_an_appeal_that_is_sent_in_at_most_four_clicks(
    page: Page, world: World
) -> None:
    page.get_by_role("link", name="Appeal", exact=True).click()
    page.get_by_role("button", name="Make the packet").click()
    page.get_by_role("button", name="Record as sent").click(timeout=60_000)
    expect(page.get_by_text("The decision is due").first).to_be_visible(timeout=60_000)
    clicks, strokes = counted(page)
    assert clicks <= MOST_CLICKS, clicks
    assert strokes == 0
    was_sent(world)


def test_the_same_by_keys_alone(page: Page, world: World) -> None:
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Make the packet")).to_be_visible(timeout=30_000)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Record as sent")).to_be_visible(timeout=60_000)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("The decision is due").first).to_be_visible(timeout=60_000)
    clicks, strokes = counted(page)
    assert clicks == 0
    assert strokes <= MOST_STROKES, strokes
    was_sent(world)


def test_p_on_a_row_opens_the_packet_of_that_denial(page: Page, world: World) -> None:
    page.keyboard.press("j")
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Make the packet")).to_be_visible(timeout=30_000)


def test_the_pages_hold_in_every_light_and_width(page: Page, world: World) -> None:
    with practice_scope(world.practice):
        case = DenialCase.objects.get()
    for url in ("/claims/denials/", f"/claims/denials/{case.public_id}/",
                f"/claims/denials/{case.public_id}/appeal", "/claims/denials/report",
                "/claims/denials/letters/",
                f"/claims/payers/{world.acme.public_id}/appeals"):  # fmt: skip
        page.goto(url)
        find_nothing_wrong(page)
