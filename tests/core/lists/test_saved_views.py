"""Saved views: the state under a title, one's own, in one practice."""

import pytest
from django.test import Client

from core.choices import Role
from core.lists import saved
from core.models import Practice
from tests.cast import client_of
from tests.core.lists.conftest import MakeItem

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]


@pytest.fixture(autouse=True)
def in_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "_store", saved.SessionViewStore())


def test_a_view_keeps_bucket_filters_and_order(biller: Client, make_item: MakeItem) -> None:
    make_item()
    biller.post("/work/?bucket=all&kind=fix&sort=-amount", {"view_title": "Big fixes"})
    text = biller.get("/work/").content.decode()
    assert "Big fixes" in text
    assert "/work/?bucket=all&amp;kind=fix&amp;sort=-amount&amp;view=" in text
    assert 'data-key="v 1"' in text


def test_a_view_with_a_name_in_it_keeps_the_name_behind_its_key(
    biller: Client, make_item: MakeItem
) -> None:
    make_item("Testperson, Abel")
    where = biller.post("/work/", {"person": "abel"})["Location"]
    named = biller.post(where, {"view_title": "My patient"})["Location"]
    assert "abel" not in named.lower()
    assert "Person: <b>abel</b>" in biller.get(named).content.decode()


def test_views_are_ones_own(summit: Practice, biller: Client) -> None:
    biller.post("/work/", {"view_title": "Mine alone"})
    assert "Mine alone" not in client_of(summit, Role.CODER).get("/work/").content.decode()


def test_a_store_can_be_replaced(biller: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fixed(saved.SessionViewStore):
        def listing(self, request: object, list_name: str) -> list[saved.StoredView]:
            return [saved.StoredView("k1", f"Fixed for {list_name}", "kind=call")]

    saved.use_store(Fixed())
    assert "Fixed for test.work" in biller.get("/work/").content.decode()
