"""A record knows its place in the list it was opened from."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from core.choices import Role, WorkState
from core.models import Practice, WorkItem
from tests.cast import client_of
from tests.core.lists.conftest import MakeItem

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]


def links(client: Client, query: str = "") -> list[str]:
    text = client.get(f"/work/{query}").content.decode()
    return re.findall(r'<a href="(/work/[0-9a-f-]{36}/[^"]*)">', text)


def test_a_record_shows_its_place_and_its_neighbours(biller: Client, make_item: MakeItem) -> None:
    for number in range(3):
        make_item(f"Item {number}")
    first, second, third = links(biller)
    text = biller.get(second).content.decode()
    assert "Open · <b>2 of 3</b>" in text
    assert f'rel="prev" href="{first}" data-key="["' in text
    assert f'rel="next" href="{third}" data-key="]"' in text


def test_the_ends_have_one_neighbour(biller: Client, make_item: MakeItem) -> None:
    make_item()
    make_item()
    first, last = links(biller)
    assert 'rel="prev"' not in biller.get(first).content.decode()
    assert 'rel="next"' not in biller.get(last).content.decode()


def test_places_count_over_pages(biller: Client, make_item: MakeItem) -> None:
    for _ in range(52):
        make_item()
    second_page = links(biller, "?page=2")
    assert "<b>51 of 52</b>" in biller.get(second_page[0]).content.decode()


def test_a_worked_row_keeps_its_place_until_the_list_is_read_again(
    biller: Client, make_item: MakeItem
) -> None:
    for number in range(3):
        make_item(f"Item {number}")
    first, second, _third = links(biller)
    WorkItem.everywhere.filter(title="Item 0").update(state=WorkState.DONE)
    assert "<b>2 of 3</b>" in biller.get(second).content.decode()
    assert "<b>1 of 3</b>" in biller.get(first).content.decode()
    assert len(links(biller)) == 2


def test_without_its_token_a_page_has_no_place(biller: Client, make_item: MakeItem) -> None:
    item = make_item()
    links(biller)
    assert 'class="step"' not in biller.get(f"/work/{item.public_id}/").content.decode()


def test_someone_elses_token_says_nothing(
    summit: Practice, biller: Client, make_item: MakeItem
) -> None:
    make_item()
    (link,) = links(biller)
    other = client_of(summit, Role.CODER).get(link)
    assert other.status_code == 200
    assert 'class="step"' not in other.content.decode()


def test_an_emptied_cache_only_takes_the_place_away(biller: Client, make_item: MakeItem) -> None:
    make_item()
    (link,) = links(biller)
    cache.clear()
    answer = biller.get(link)
    assert answer.status_code == 200
    assert 'class="step"' not in answer.content.decode()


def test_a_cache_that_is_away_stops_no_page(
    biller: Client, make_item: MakeItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise ConnectionError("no cache")

    make_item()
    monkeypatch.setattr("core.lists.place.cache.set", away, raising=False)
    monkeypatch.setattr("core.lists.place.cache.get", away, raising=False)
    (link,) = links(biller)
    assert biller.get(link).status_code == 200
