"""Payers, batches and callback keys are a press away from where a biller looks for them."""

import pytest
from django.test import Client
from django.urls import reverse

from core.choices import Role
from core.navigation import links_for
from tests.cast import client_of
from tests.claims.views.test_pages import text
from tests.factories.claims import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


def test_payers_stand_in_the_menu_and_are_marked_on_their_pages(
    world: World, biller: Client
) -> None:
    url = reverse("claims:payers")
    assert f'href="{url}"' in text(biller.get(reverse("claims:worklist")))
    for page in ("claims:payers", "claims:payer", "claims:enrolments", "payers"):
        current = [one.key for one in links_for(Role.BILLER, page, foot=False) if one.current]
        assert current == ["payers"], page
    assert biller.get(url).status_code == 200
    shown = text(biller.get(reverse("claims:payer", args=[world.acme.public_id])))
    assert 'aria-current="page"' in shown


def test_who_may_not_read_money_has_no_payers_in_the_menu() -> None:
    keys = {one.key for one in links_for(Role.FRONT_DESK, "", foot=False)}
    assert "payers" not in keys


@pytest.mark.parametrize("bucket", ["ready", "open"])
def test_the_list_of_claims_leads_to_building_and_sending(biller: Client, bucket: str) -> None:
    page = text(biller.get(reverse("claims:worklist"), {"bucket": bucket}))
    assert "Build and send" in page
    assert reverse("claims:batch-build") in page
    assert biller.get(reverse("claims:batch-build")).status_code == 200


def test_who_may_not_send_is_shown_no_way_to(world: World) -> None:
    poster = client_of(world.practice, Role.POSTER)
    page = text(poster.get(reverse("claims:worklist")))
    assert "Build and send" not in page
    assert f'href="{reverse("claims:batch-build")}"' not in page


@pytest.mark.parametrize("page", ["claims:payers", "claims:connections", "claims:inbox"])
def test_callback_keys_are_a_press_away(biller: Client, page: str) -> None:
    assert reverse("claims:callback-keys") in text(biller.get(reverse(page)))


def test_callback_keys_are_found_by_their_name_and_kept_in_the_administration(
    world: World, biller: Client
) -> None:
    found = text(biller.get(reverse("desk:palette"), {"q": "callback"}))
    assert reverse("claims:callback-keys") in found
    admin = client_of(world.practice, Role.PRACTICE_ADMIN)
    assert reverse("admin:claims_payercredential_changelist") in text(
        admin.get(reverse("admin:index"))
    )
