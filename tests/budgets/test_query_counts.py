"""Pages of the biller: at most 25 queries each, no more for many rows than for few (screens 3)."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.buckets import BUCKETS
from core import clock
from core.choices import Role
from core.models import Practice
from tests.cast import client_of
from tests.claims.conftest import NOVEMBER_23
from tests.factories.claims import World, make_claim, make_world, nguyen
from tests.factories.silence import unanswered

pytestmark = pytest.mark.django_db
MOST, NOVEMBER_2 = 25, date(2026, 11, 2)
MOST_ON_HOME = 45  # five groups of cards that fail alone, and what changed


@pytest.fixture
def world(in_summit: Practice, settings: Any, tmp_path: Any) -> Iterator[World]:
    settings.CLAIMLINE_VAR_DIR = tmp_path
    with clock.travel(NOVEMBER_23):
        yield make_world(in_summit)


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


def silent_claims(world: World, first: int, count: int) -> None:
    unanswered(
        world,
        *[
            make_claim(world, nguyen(world, number), "99213", on=NOVEMBER_2)
            for number in range(first, first + count)
        ],
    )


def queries_of(client: Client, url: str) -> int:
    client.get(url)  # once before, for what a process asks only once
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


PAGES: dict[str, Callable[[World], str]] = {
    "the worklist": lambda _: reverse("claims:worklist") + "?bucket=no-answer",
    "its live counts": lambda _: reverse("claims:worklist") + "?part=buckets",
    "the payers to call": lambda _: reverse("desk:calls"),
    "a call sheet": lambda world: reverse("desk:payer-calls", args=[world.acme.public_id]),
}


@pytest.mark.parametrize("name", PAGES)
def test_more_claims_do_not_mean_more_queries(biller: Client, world: World, name: str) -> None:
    url = PAGES[name](world)
    silent_claims(world, 1, 1)
    few = queries_of(biller, url)
    silent_claims(world, 2, 4)
    assert queries_of(biller, url) == few
    assert few <= MOST


def test_no_bucket_needs_more_than_the_budget(biller: Client, world: World) -> None:
    silent_claims(world, 1, 2)
    url = reverse("claims:worklist")
    counts = {one.key: queries_of(biller, f"{url}?bucket={one.key}") for one in BUCKETS}
    assert max(counts.values()) <= MOST, counts


def test_home_counts_each_group_with_few_queries(biller: Client, world: World) -> None:
    silent_claims(world, 1, 2)
    assert queries_of(biller, reverse("desk:home")) <= MOST_ON_HOME
