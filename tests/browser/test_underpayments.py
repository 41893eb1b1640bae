"""The pages of underpayments hold in every light and width, and a packet is made by keys alone."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from billing.models import LineVariance, UnderpaymentDispute
from billing.posting.post_remittance import post_remittance
from claims.models import Claim
from claims.services.send_transmission import send_due
from coding.models import Contract, ContractRule
from core import clock
from core.actors import acting_as, person
from core.choices import Role
from core.models import Practice, User
from core.tenancy import practice_scope
from desk.demo.cast import practices
from desk.demo.set_up import Stage
from desk.demo.underpayment_desk import work_underpayments
from patients.models import Payer
from tests.browser.test_call_sheet import find_nothing_wrong
from tests.cast import user_of
from tests.claims.decisions import decided, paid
from tests.core.web.people import PASSWORD, person_with_password
from tests.factories.claims import World, batch_of, joan, make_claim, make_world, nguyen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(summit: Practice, settings: Any, tmp_path: Any) -> World:
    """Nine lines that Acme and Medicare allowed 100.00 for, of 120.00 and 130.00; what the demo's
    office does about them is done.
    """
    settings.CLAIMLINE_VAR_DIR = tmp_path
    person_with_password(summit)
    User.objects.filter(username="summit-biller").update(first_name="Ada", last_name="Biller")
    biller = user_of(summit, Role.BILLER)
    with practice_scope(summit), acting_as(person(biller, source="test")):
        found = make_world(summit)
        day = clock.today(summit) - timedelta(days=20)
        for payer, amount in ((found.acme, 120), (found.medicare, 130)):
            contract = Contract.objects.create(
                practice=summit, payer=payer, name=f"{payer.name} {day:%Y}",
                effective_from=day - timedelta(days=300),
            )  # fmt: skip
            ContractRule.objects.create(
                practice=summit, contract=contract, code_from="99213", method="fixed",
                value=Decimal(amount),
            )  # fmt: skip
        Payer.objects.update(
            address_line1="PO Box 12", city="Anytown", state_code="CO", zip_code="80001"
        )
        people = [*(nguyen(found, number) for number in range(1, 9)), joan(found)]
        claims = [make_claim(found, one, "99213 /a", on=day) for one in people]
        batch_of(found, *claims)
        send_due()
        for number, claim in enumerate(claims):
            sent = Claim.objects.get(pk=claim.pk)
            answer = paid(sent, f"ICN{number}")
            post_remittance(
                remittance=decided(
                    found, answer, total=90, trace=f"EFT{number}", number=701 + number
                )
            )
        work_underpayments(Stage(practices()[0], summit, users={"biller": biller}))
    return found


@pytest.fixture
def page(browser: Browser, live_server: Any, world: World) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto("/billing/underpayments/")
    opened.get_by_label("User name").fill("summit-biller")
    opened.get_by_label("Password").fill(PASSWORD)
    opened.keyboard.press("Enter")
    opened.wait_for_selector(".app")
    yield opened
    context.close()
    assert complaints == []


def pages_of(world: World) -> list[str]:
    with practice_scope(world.practice):
        row = LineVariance.objects.filter(state="open").first()
        assert row is not None
        dispute = UnderpaymentDispute.objects.get()
        claim = Claim.objects.get(pk=row.claim_id)
    return [
        "/billing/underpayments/", "/billing/underpayments/lines",
        f"/billing/underpayments/lines/{row.public_id}/",
        f"/billing/underpayments/disputes/{dispute.public_id}/",
        "/billing/underpayments/disputes/", "/billing/underpayments/report",
        "/billing/underpayments/tolerance", f"/billing/payers/{world.acme.public_id}/tolerance",
        f"/billing/claims/{claim.public_id}/expected", f"/claims/{claim.public_id}/",
    ]  # fmt: skip


def test_the_pages_hold_in_every_light_and_width(page: Page, world: World) -> None:
    for url in pages_of(world):
        page.goto(url)
        find_nothing_wrong(page)


def test_p_on_a_row_leads_to_its_packet(page: Page, world: World) -> None:
    page.goto("/billing/underpayments/lines")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("button", name="Dispute").click()
    expect(page.get_by_role("heading", name="Dispute: 1 line")).to_be_visible()
    find_nothing_wrong(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("The packet is made and not sent yet")).to_be_visible(timeout=60_000)
