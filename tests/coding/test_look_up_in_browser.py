"""The code look-up in a real Chromium: keys in the tabular list, F4, copying, nothing for axe."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from coding.models import CodeSetRelease, CodingCase, IcdCode, IcdNote, IndexEntry
from core.choices import Role
from core.models import Practice
from core.tenancy import practice_scope
from tests.cast import client_of
from tests.factories.coding import LONG_AGO, load_codes
from tests.factories.patients import joan, joans_medicare, make_site, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
HOME = "/encounters/look-up/"


@pytest.fixture
def case(summit: Practice) -> CodingCase:
    with practice_scope(summit):
        load_codes(summit)
        site = make_site(summit)
        patient = joan(site)
        joans_medicare(site, patient)
        found = visit(site, patient).coding_case
    release = CodeSetRelease.objects.get(kind="icd10cm")
    IcdCode.objects.filter(release=release, code="E119").update(parent_code="E11")
    IcdNote.objects.create(
        release=release, owner="E11", kind="excludes1", position=1, text="hypertension (I10)"
    )
    index = CodeSetRelease.objects.create(
        kind="icd10index", label="small", effective_from=LONG_AGO, state="active"
    )
    IndexEntry.objects.create(
        release=index, table="diseases", position=0, level=0, path="Diabetes", codes=["E11.9"]
    )
    return found


@pytest.fixture
def page(browser: Browser, live_server: Any, summit: Practice, case: CodingCase) -> Iterator[Page]:
    """A coder's; any complaint of the browser fails the test."""
    signed_in = client_of(summit, Role.CODER).cookies["claimline-session"].value
    context = browser.new_context(base_url=live_server.url)
    context.add_cookies([{"name": "claimline-session", "value": signed_in, "url": live_server.url}])
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console", lambda said: complaints.append(said.text) if said.type == "error" else None
    )
    yield opened
    context.close()
    assert complaints == []


def test_arrows_move_unfold_and_fold_the_tabular_list(page: Page, case: CodingCase) -> None:
    page.goto(f"{HOME}tree/")
    here = page.locator(":focus")
    page.locator("#n-CH01").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#n-E11")).to_be_visible()
    expect(here).to_have_id("n-CH01")
    page.keyboard.press("ArrowDown")
    expect(here).to_have_id("n-E11")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#n-E119")).to_be_visible()
    assert page.url.endswith("at=E11")
    expect(page.get_by_text("hypertension (I10)")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(here).to_have_id("n-E119")
    page.keyboard.press("ArrowLeft")
    expect(here).to_have_id("n-E11")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#n-E119")).to_have_count(0)
    expect(here).to_have_id("n-E11")


def test_f4_opens_it_beside_the_coding_screen_with_what_is_typed(
    page: Page, case: CodingCase
) -> None:
    page.goto(f"/encounters/{case.public_id}/")
    page.locator("#dx").fill("htn")
    with page.context.expect_page() as opening:
        page.keyboard.press("F4")
    beside = opening.value
    beside.wait_for_load_state()
    assert f"case={case.public_id}&q=htn" in beside.url
    beside.get_by_role("link", name="I10", exact=True).click()
    beside.get_by_role("button", name=f"Add to encounter {case.encounter.number}").click()
    expect(beside.get_by_role("status").get_by_text("I10 is on")).to_be_visible()
    assert [row.code for row in case.diagnoses.model.everywhere.filter(case=case)] == ["I10"]


def test_a_code_is_copied(page: Page, case: CodingCase) -> None:
    page.goto(f"{HOME}dx/E119/")
    page.get_by_role("button", name="Copy code").click()
    expect(page.get_by_role("button", name="E11.9 copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "E11.9"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_no_page_is_too_wide(
    page: Page, case: CodingCase, width: int, scheme: Any
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    for at in (
        "", "?q=diabetes", "?q=zzqq", "tree/?at=E119", "index/", "index/?table=drugs&letter=Q",
        "compare/?a=E119&b=I10", "dx/E119/", "service/99213/", "modifier/25/",
    ):  # fmt: skip
        page.goto(HOME + at)
        found = Axe().run(page).response["violations"]
        assert found == [], f"{at}: {[(one['id'], one['nodes'][0]['html']) for one in found]}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, at
