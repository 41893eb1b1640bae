"""Filters: each narrows by what it says, in the URL unless it can name a person."""

import datetime as dt

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from core.choices import Role
from core.lists import ChoiceFilter, DateRangeFilter, PersonFilter, TextFilter, ToggleFilter
from core.models import Practice
from tests.cast import user_of
from tests.core.lists.conftest import MakeItem
from tests.core.lists.test_page import text_of, titles_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]


def test_a_choice_takes_several_values(biller: Client, make_item: MakeItem) -> None:
    make_item("Call him", kind="call")
    make_item("Fix it", kind="fix")
    make_item("Wait", kind="wait")
    assert titles_of(biller, "?kind=call") == ["Call him"]
    assert titles_of(biller, "?kind=call&kind=fix") == ["Call him", "Fix it"]
    assert "Kind: <b>Call, Fix</b>" in text_of(biller, "?kind=call&kind=fix")


def test_a_value_that_is_not_on_offer_finds_nothing(biller: Client, make_item: MakeItem) -> None:
    make_item("Wait", kind="wait")
    assert titles_of(biller, "?kind=wait") == []


def test_a_range_of_days_includes_both_ends(biller: Client, make_item: MakeItem) -> None:
    for day in (1, 2, 3, 4):
        make_item(f"Day {day}", due_on=dt.date(2026, 11, day))
    assert titles_of(biller, "?due_from=2026-11-02&due_to=2026-11-03") == ["Day 2", "Day 3"]
    assert titles_of(biller, "?due_to=2026-11-01") == ["Day 1"]
    assert "Due date: <b>from 11/02/2026</b>" in text_of(biller, "?due_from=2026-11-02")


def test_nonsense_for_a_day_filters_nothing(biller: Client, make_item: MakeItem) -> None:
    make_item("Day")
    assert titles_of(biller, "?due_from=yesterday") == ["Day"]


def test_days_of_an_instant_are_those_of_the_practice(biller: Client, make_item: MakeItem) -> None:
    # Half past four in the night of the 11th in UTC is still the evening of the 10th in Denver.
    make_item("Evening", opened_at=dt.datetime(2026, 11, 11, 4, 30, tzinfo=dt.UTC))
    assert titles_of(biller, "?opened_from=2026-11-10&opened_to=2026-11-10") == ["Evening"]
    assert titles_of(biller, "?opened_from=2026-11-11") == []


def test_every_word_of_a_text_must_be_found(biller: Client, make_item: MakeItem) -> None:
    make_item("One", reason="Member ID not in payer format")
    make_item("Two", reason="Payer asks for records")
    assert titles_of(biller, "?reason=payer") == ["One", "Two"]
    assert titles_of(biller, "?reason=payer+FORMAT") == ["One"]
    assert titles_of(biller, "?reason=100%25") == []


def test_a_toggle_may_depend_on_who_asks(
    summit: Practice, biller: Client, make_item: MakeItem
) -> None:
    make_item("Mine", owner=user_of(summit, Role.BILLER))
    make_item("Free")
    assert titles_of(biller, "?mine=1") == ["Mine"]
    assert titles_of(biller, "?mine=2") == ["Mine", "Free"]


def test_a_name_travels_by_post_and_never_stands_in_a_url(
    biller: Client, make_item: MakeItem
) -> None:
    make_item("Testperson, Abel")
    make_item("Sandboxer, Rita")
    answer = biller.post("/work/?sort=title", {"person": "  sandboxer  "})
    assert answer.status_code == 303
    assert "sandboxer" not in answer["Location"].lower()
    assert "sort=title" in answer["Location"]
    page = biller.get(answer["Location"])
    text = page.content.decode()
    assert "Sandboxer, Rita" in text
    assert "Testperson, Abel" not in text
    assert "Person: <b>sandboxer</b>" in text
    addresses = [part.split('"')[0] for part in text.split('href="')[1:]]
    addresses += [part.split('"')[0] for part in text.split('hx-get="')[1:]]
    assert not any("sandboxer" in address.lower() for address in addresses)


def test_a_name_in_the_url_is_not_read(biller: Client, make_item: MakeItem) -> None:
    make_item("Testperson, Abel")
    make_item("Sandboxer, Rita")
    assert len(titles_of(biller, "?person=sandboxer")) == 2


def test_clearing_the_name_forgets_the_view(biller: Client, make_item: MakeItem) -> None:
    make_item("Testperson, Abel")
    where = biller.post("/work/", {"person": "nobody"})["Location"]
    assert biller.post(where, {"person": ""})["Location"] == "/work/"


def test_someone_elses_view_key_opens_nothing(
    summit: Practice, biller: Client, make_item: MakeItem
) -> None:
    make_item("Testperson, Abel")
    where = biller.post("/work/", {"person": "nobody"})["Location"]
    other = Client()
    other.force_login(user_of(summit, Role.CODER))
    assert "Testperson, Abel" in other.get(where).content.decode()


FILTERS = [
    ChoiceFilter("c", "C", "kind", choices=[("a", "A"), ("b", "B")]),
    DateRangeFilter("d", "D", "due_on"),
    TextFilter("t", "T", ["reason"]),
    ToggleFilter("o", "O"),
]
plain = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=100)


@given(plain, plain, st.one_of(st.just("1"), plain), st.dates(), st.lists(plain, max_size=3))
def test_a_value_read_from_its_own_parameters_is_the_same(
    text: str, other: str, toggle: str, day: dt.date, choice: list[str]
) -> None:
    params = QueryDict(mutable=True)
    params.setlist("c", choice)
    params["t"], params["o"], params["d_from"], params["d_to"] = (
        text,
        toggle,
        day.isoformat(),
        other,
    )
    for one in FILTERS:
        value = one.read(params)
        if value is None:
            continue
        again = QueryDict(mutable=True)
        for name, part in one.pairs(value):
            again.appendlist(name, part)
        assert one.read(again) == value


def test_a_person_filter_has_no_parameters() -> None:
    assert PersonFilter("p", "P", ["title"]).pairs("Abel") == []
