"""A list page: rows, buckets, sort, paging, totals, empties, always the same number of queries."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.choices import Role, WorkState
from core.lists import Bucket, Column, ListSpec
from core.lists.query import _descending, bucket_tallies
from core.lists.state import read_state
from core.models import Practice, WorkItem
from tests.cast import client_of, user_of
from tests.core.lists.conftest import MakeItem

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]


def text_of(client: Client, query: str = "", **headers: str) -> str:
    return client.get(f"/work/{query}", headers=headers).content.decode()


def titles_of(client: Client, query: str = "") -> list[str]:
    return re.findall(r'<a href="/work/[0-9a-f-]{36}/[^"]*">([^<]+)</a>', text_of(client, query))


def test_it_opens_with_the_first_bucket_in_the_default_order(
    biller: Client, make_item: MakeItem
) -> None:
    make_item("Late", due_on=dt.date(2026, 12, 1))
    make_item("Early", due_on=dt.date(2026, 11, 2))
    make_item("Never", due_on=None)
    make_item("Over", state=WorkState.DONE)
    assert titles_of(biller) == ["Early", "Late", "Never"]


def test_sorting_goes_both_ways_and_unknowns_stay_last(biller: Client, make_item: MakeItem) -> None:
    make_item("Small", "5.00")
    make_item("Large", "50.00")
    make_item("Unknown", None)
    assert titles_of(biller, "?sort=amount") == ["Small", "Large", "Unknown"]
    assert titles_of(biller, "?sort=-amount") == ["Large", "Small", "Unknown"]
    text = text_of(biller, "?sort=-amount")
    assert text.count("aria-sort=") == 1
    assert 'aria-sort="descending"' in text


@pytest.mark.parametrize(
    ("path", "nullable"),
    [("title", False), ("due_on", True), ("owner__username", True), ("practice__name", False),
     ("an_annotation", True)],
)  # fmt: skip
def test_only_what_can_be_unknown_is_put_last(path: str, nullable: bool) -> None:
    order = _descending(WorkItem, path)
    assert order.descending
    assert bool(order.nulls_last) is nullable


@pytest.mark.parametrize("sort", ["password", "owner__password", "-", "state", "kind;drop"])
def test_only_what_the_spec_offers_can_be_sorted_by(
    biller: Client, make_item: MakeItem, sort: str
) -> None:
    make_item("Early")
    assert 'aria-sort="ascending"' in text_of(biller, f"?sort={sort}")


def test_equal_rows_keep_one_order_over_the_pages(biller: Client, make_item: MakeItem) -> None:
    day = dt.date(2026, 11, 5)
    for number in range(120):
        make_item(f"Item {number:03d}", due_on=day)
    seen = [one for page in (1, 2, 3) for one in titles_of(biller, f"?page={page}")]
    assert seen == [f"Item {number:03d}" for number in range(120)]


def test_pages_say_where_one_is_and_go_no_further(biller: Client, make_item: MakeItem) -> None:
    for _ in range(51):
        make_item()
    assert "1–50 of 51" in text_of(biller)
    assert "51–51 of 51" in text_of(biller, "?page=2")
    assert "51–51 of 51" in text_of(biller, "?page=99")
    assert "1–51 of 51" in text_of(biller, "?size=100")
    assert "1–50 of 51" in text_of(biller, "?size=100000")


def test_buckets_show_counts_and_sums_whatever_is_filtered(
    biller: Client, make_item: MakeItem
) -> None:
    make_item(amount="10.25")
    make_item(amount="5.50")
    make_item(amount="1.00", state=WorkState.DONE)
    text = text_of(biller, "?kind=call")
    bucket = re.search(r'id="bucket-open".*?</li>', text, re.DOTALL)
    assert bucket is not None
    assert '<span class="n">2</span>' in bucket[0]
    assert "15.75" in bucket[0]
    assert '<span class="meta sum num">16.75</span>' in text


def test_a_bucket_that_can_hold_nothing_leaves_the_others_alone(
    summit: Practice, make_item: MakeItem, rf: Any
) -> None:
    make_item(amount="3.00")
    empty = Q(pk__in=[])
    spec = ListSpec(
        "x", "X", [Column("title", "T", value="title", sort="title")],
        lambda request: WorkItem.everywhere.annotate(
            seen=Exists(WorkItem.everywhere.filter(pk=OuterRef("pk")))
        ),
        default_sort="title", money_total="amount",
        buckets=[
            Bucket("all", "All"), Bucket("none", "None", empty),
            Bucket("not", "Not none", ~empty), Bucket("either", "Either", empty | Q(seen=True)),
            Bucket("both", "Both", empty & Q(seen=True)),
        ],
    )  # fmt: skip
    request = rf.get("/")
    tallies = bucket_tallies(request, spec, read_state(request, spec))
    assert [one.tally.count for one in tallies] == [1, 0, 1, 1, 0]
    assert tallies[0].tally.amount == Decimal("3.00")


def test_the_head_sums_the_list_and_the_foot_the_page(biller: Client, make_item: MakeItem) -> None:
    for _ in range(60):
        make_item(amount="1.10")
    text = text_of(biller)
    assert "60 items · $66.00" in text
    assert "50 on this page" in text
    assert ">$55.00<" in text


def test_a_missing_amount_counts_as_nothing_in_a_total(biller: Client, make_item: MakeItem) -> None:
    make_item(amount=None)
    make_item(amount="7.00")
    assert "2 items · $7.00" in text_of(biller)


def test_nothing_yet_says_what_will_be_here(biller: Client) -> None:
    text = text_of(biller)
    assert "No work yet" in text
    assert "It opens by itself." in text


def test_all_done_points_at_the_next_queue_with_work(biller: Client, make_item: MakeItem) -> None:
    make_item(state=WorkState.DONE)
    text = text_of(biller)
    assert "Open: all done" in text
    assert "Nothing waits." in text
    assert "Work 1 in Done" in text


def test_a_filter_that_hides_all_shows_itself_and_what_it_hides(
    biller: Client, make_item: MakeItem
) -> None:
    make_item()
    text = text_of(biller, "?kind=call")
    assert "Nothing fits these filters" in text
    assert "1 item is here without them" in text
    assert 'aria-label="Remove Kind filter"' in text
    assert "Clear filters" in text


def test_htmx_gets_the_list_without_the_frame(biller: Client, make_item: MakeItem) -> None:
    make_item("Early")
    text = text_of(biller, "", **{"HX-Request": "true"})
    assert "<!doctype" not in text
    assert 'id="list-parts"' in text
    assert "<title>Open, work · Claimline</title>" in text
    assert 'id="list-crumb" aria-current="page" hx-swap-oob="true"' in text


def test_rebuilding_history_gets_the_whole_page(biller: Client) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert text_of(biller, "", **headers).startswith("<!doctype")


def test_live_counts_come_alone(biller: Client, make_item: MakeItem) -> None:
    make_item()
    text = text_of(biller, "?part=buckets")
    assert text.strip().startswith('<nav class="buckets"')
    assert "<table" not in text


def test_columns_can_be_chosen_and_nonsense_is_ignored(biller: Client, make_item: MakeItem) -> None:
    make_item()
    text = text_of(biller, "?cols=title&cols=due&cols=password")
    heads = re.findall(r'id="sort-([a-z]+)"', text)
    assert heads == ["title", "due"]


def test_bulk_actions_are_offered_to_those_who_may(
    summit: Practice, biller: Client, make_item: MakeItem
) -> None:
    item = make_item()
    assert f'name="ids" value="{item.public_id}"' in text_of(biller)
    assert 'name="ids"' not in text_of(client_of(summit, Role.CODER))


@pytest.mark.parametrize("query", ["", "?kind=fix", "?export=csv"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    biller: Client, make_item: MakeItem, summit: Practice, query: str
) -> None:
    owner = user_of(summit, Role.CODER)
    counts = []
    for rows in (1, 60):
        for _ in range(rows):
            make_item(owner=owner)
        with CaptureQueriesContext(connection) as caught:
            assert biller.get(f"/work/{query}").status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


def test_text_from_outside_is_escaped(biller: Client, make_item: MakeItem) -> None:
    make_item("<script>alert(1)</script>", reason='"><img src=x>')
    text = text_of(biller)
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_a_wrong_spec_is_refused_when_it_is_written() -> None:
    column = Column("a", "A", value="a", sort="a")
    with pytest.raises(ValueError, match="used twice"):
        ListSpec("x", "X", [column, column], WorkItem.objects.filter, default_sort="a")
    with pytest.raises(ValueError, match="cannot sort"):
        ListSpec("x", "X", [column], WorkItem.objects.filter, default_sort="b")
    with pytest.raises(ValueError, match="no kind"):
        Column("a", "A", value="a", kind="picture")
    with pytest.raises(ValueError, match="needs a value"):
        Column("a", "A")


def test_a_bucket_that_is_not_there_falls_back_to_the_first() -> None:
    spec = ListSpec(
        "x", "X", [Column("a", "A", value="a", sort="a")], WorkItem.objects.filter,
        default_sort="a", buckets=[Bucket("one", "One"), Bucket("two", "Two")],
        default_bucket="two",
    )  # fmt: skip
    assert [spec.bucket(key).key for key in ("one", "two", "three", "")] == [
        "one", "two", "two", "two",
    ]  # fmt: skip
