"""A list as its templates read it: rows, heads, totals, chips, links. Asked for once each."""

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import resolve as match_address
from django.urls import reverse
from django.utils.safestring import SafeString

from core import clock
from core.access import row_for
from core.lists import place
from core.lists.cells import cell_html, resolve
from core.lists.export import CONTENT_TYPES
from core.lists.filters import Filter, Pairs
from core.lists.query import BucketTally, Tally, bucket_tallies, narrowed, tally
from core.lists.saved import StoredView, store
from core.lists.spec import BulkAction, Column, ListSpec
from core.lists.state import SIZES, ListState, read_state
from core.money import ZERO


@dataclass(frozen=True)
class Cell:
    """One drawn cell."""

    html: SafeString
    column: Column
    css: str


@dataclass(frozen=True)
class Line:
    """One drawn row."""

    id: str
    label: str
    url: str
    peek: str
    cents: int
    cells: list[Cell]


@dataclass(frozen=True)
class Head:
    """A column head with the address that sorts by it."""

    column: Column
    css: str
    url: str
    direction: str


@dataclass(frozen=True)
class FilterControl:
    """A filter with its value, its words, and the links and inputs that change it."""

    filter: Filter
    value: Any
    words: str
    options: list[tuple[str, str]]
    hidden: Pairs
    remove_url: str
    add_url: str

    @property
    def as_list(self) -> list["FilterControl"]:
        """For the form that shows one or several."""
        return [self]


class ListPage:
    """What the list templates read. Everything is asked for once, when first needed."""

    def __init__(self, request: HttpRequest, spec: ListSpec) -> None:
        self.request = request
        self.spec = spec
        self.state: ListState = read_state(request, spec)
        self.sizes = SIZES
        self.checked_at = clock.now()

    @cached_property
    def buckets(self) -> list[BucketTally]:
        """Every bucket with its live numbers."""
        return bucket_tallies(self.request, self.spec, self.state)

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """The narrowed and sorted rows, all of them."""
        return narrowed(self.request, self.state)

    @cached_property
    def here(self) -> Tally:
        """Count and sum of what is shown; without filters the bucket's own numbers serve."""
        if not self.state.values:
            for one in self.buckets:
                if one.current:
                    return one.tally
        return tally(self.spec, self.rows, self.state.bucket)

    @cached_property
    def without_filters(self) -> int:
        """How many rows the filters hide from."""
        for one in self.buckets:
            if one.current:
                return one.tally.count
        return tally(self.spec, self.spec.queryset(self.request)).count

    @cached_property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, math.ceil(self.here.count / self.state.size))

    @cached_property
    def number(self) -> int:
        """The page shown; a number beyond the last is the last."""
        return min(self.state.page, self.pages)

    @property
    def first(self) -> int:
        """The number of the first row shown."""
        return (self.number - 1) * self.state.size + 1 if self.here.count else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return min(self.number * self.state.size, self.here.count)

    @cached_property
    def objects(self) -> list[Any]:
        """The rows of this page."""
        start = (self.number - 1) * self.state.size
        page = self.rows[start : start + self.state.size]
        if self.spec.page_queryset is None:
            rows = list(page)
        else:
            ids = list(page.values_list("pk", flat=True))
            found = self.spec.page_queryset(self.request).in_bulk(ids)
            rows = [found[pk] for pk in ids if pk in found]
        if self.spec.prepare is not None:
            self.spec.prepare(rows)
        return rows

    @cached_property
    def columns(self) -> list[Column]:
        """The columns shown."""
        chosen = self.state.columns
        return [c for c in self.spec.columns if (c.key in chosen if chosen else not c.extra)]

    @cached_property
    def lines(self) -> list[Line]:
        """The rows as drawn."""
        urls = [self.spec.row_url(row) if self.spec.row_url else "" for row in self.objects]
        token = self._token(urls)
        lines = []
        for row, url in zip(self.objects, urls, strict=True):
            target = place.with_token(url, token) if url else ""
            cells = [Cell(cell_html(row, c, target), c, self._css(c)) for c in self.columns]
            peek = self.spec.peek_url(row) if self.spec.peek_url else ""
            cents = int(self._amount(row) * 100)
            lines.append(
                Line(self.spec.row_id(row), self.spec.row_label(row), target, peek, cents, cells)
            )
        return lines

    def _token(self, urls: list[str]) -> str:
        if not any(urls):
            return ""
        return place.keep(
            self.request,
            title=self.title,
            url=self.state.url(),
            start=self.first,
            total=self.here.count,
            rows=urls,
        )

    def _amount(self, row: Any) -> Decimal:
        money = self.spec.money_of(self.state.bucket)
        if not money:
            return ZERO
        value = resolve(row, money.replace("__", "."))
        return value if isinstance(value, Decimal) else ZERO

    def _css(self, column: Column, *, head: bool = False) -> str:
        visible = [c for c in self.columns if c.priority < 3]
        last = column in (self.columns[-1], visible[-1] if visible else None)
        marks = [
            "" if head else column.css,
            "num" if column.numeric or column.css == "num" else "",
            "p3" if column.priority >= 3 else "",
            "nowrap" if column.kind in {"date", "datetime", "code", "chip"} else "",
            "at-end" if last else "",
        ]
        return " ".join(dict.fromkeys(filter(None, marks)))

    @cached_property
    def heads(self) -> list[Head]:
        """The column heads."""
        heads = []
        for column in self.columns:
            current = column is self.state.sort_column
            next_sort = f"-{column.key}" if current and not self.state.descending else column.key
            url = self.state.to(sort=next_sort).url() if column.order_by else ""
            direction = ("descending" if self.state.descending else "ascending") if current else ""
            heads.append(Head(column, self._css(column, head=True), url, direction))
        return heads

    @cached_property
    def totals(self) -> list[tuple[Column, str, Decimal | None]]:
        """The sums of this page, where a column has one; empty when none has."""
        if not any(column.total for column in self.columns):
            return []
        return [(column, self._css(column), self._sum(column)) for column in self.columns]

    def _sum(self, column: Column) -> Decimal | None:
        if not column.total:
            return None
        values = (resolve(row, column.value) for row in self.objects)
        return sum((value for value in values if value is not None), ZERO)

    @property
    def title(self) -> str:
        """The name of the bucket, or of the list."""
        return self.state.bucket.label if self.state.bucket else self.spec.title

    @property
    def has_peek(self) -> bool:
        """Whether a row opens at the side."""
        return self.spec.peek_url is not None

    @property
    def count_words(self) -> str:
        """How many rows, in words."""
        one, many = self.spec.noun.split(",")
        return f"{self.here.count:,} {one if self.here.count == 1 else many}"

    @cached_property
    def chips(self) -> list[FilterControl]:
        """The filters that are set."""
        return [self._control(one, value) for one, value in self.state.active]

    @cached_property
    def more_filters(self) -> list[FilterControl]:
        """The filters that could be set."""
        return [self._control(f, None) for f in self.spec.filters if f.key not in self.state.values]

    @property
    def form_filters(self) -> list[FilterControl]:
        """Those of them that share the "Filter" form."""
        return [c for c in self.more_filters if c.filter.control in {"choice", "dates", "text"}]

    @property
    def has_person_filter(self) -> bool:
        """Whether "/" goes to a search field instead of the form."""
        return any(one.filter.names_people for one in self.more_filters)

    def _control(self, one: Filter, value: Any) -> FilterControl:
        keeping = self.state.without(one.key)
        return FilterControl(
            filter=one,
            value=value,
            words=one.words(value, self.request) if value is not None else "",
            options=one.options(self.request),
            hidden=keeping.pairs(),
            remove_url=keeping.url(),
            add_url=self.state.to(values={**self.state.values, one.key: True}).url()
            if one.control == "toggle"
            else "",
        )

    @property
    def all_hidden(self) -> Pairs:
        """The whole state but the page, for a form that adds filters."""
        return self.state.to().pairs()

    @property
    def column_pairs(self) -> Pairs:
        """The state without its columns, for the form that chooses them."""
        return self.state.to(columns=()).pairs()

    @property
    def has_anything(self) -> bool:
        """Whether the list has rows at all, in whatever bucket."""
        return any(one.tally.count for one in self.buckets)

    @property
    def empty_url(self) -> str:
        """Where the button of an empty list leads."""
        url = self.spec.empty.url() if self.spec.empty.url else ""
        return url if url and self._may_open(url) else ""

    def _may_open(self, url: str) -> bool:
        row = row_for(match_address(url.partition("?")[0]).view_name)
        return row is not None and row.allows("GET", getattr(self.request, "role", None))

    @property
    def clear_url(self) -> str:
        """The list without its filters."""
        return self.state.without(*self.state.values).url()

    @property
    def next_bucket(self) -> BucketTally | None:
        """The next queue with work, for an empty one to point at."""
        for one in self.buckets:
            if one.tally.count and not one.current and (one.bucket.act or one.bucket.group):
                return one
        return None

    @property
    def page_links(self) -> dict[str, str]:
        """Previous and next page."""
        previous = self.state.to(page=self.number - 1).url() if self.number > 1 else ""
        following = self.state.to(page=self.number + 1).url() if self.number < self.pages else ""
        return {"previous": previous, "next": following}

    @property
    def size_links(self) -> list[tuple[int, str]]:
        """Other numbers of rows a page."""
        return [(size, self.state.to(size=size).url()) for size in SIZES]

    @cached_property
    def views(self) -> list[tuple[StoredView, str]]:
        """The saved views and their addresses."""
        found = store().listing(self.request, self.spec.name)
        return [(view, self._view_url(view)) for view in found]

    def _view_url(self, view: StoredView) -> str:
        query = "&".join(filter(None, (view.query, f"view={view.key}")))
        return f"{self.state.path}?{query}"

    @cached_property
    def bulk(self) -> list[tuple[BulkAction, str]]:
        """What may be done with selected rows by this role."""
        role = self.request.role  # type: ignore[attr-defined]
        allowed = (one for one in self.spec.bulk if not one.roles or role in one.roles)
        return [(one, reverse(one.url_name)) for one in allowed]

    @property
    def export_urls(self) -> dict[str, str]:
        """The addresses of the files."""
        return {kind: self.state.url(f"export={kind}") for kind in CONTENT_TYPES}

    @property
    def live_url(self) -> str:
        """The address of the live counts alone."""
        return self.state.url("part=buckets")

    @property
    def filter_words(self) -> str:
        """The state in words for the audit log; a person's term is not repeated there."""
        words = [f"bucket {self.state.bucket.key}"] if self.state.bucket else []
        for one, value in self.state.active:
            said = "(a term)" if one.names_people else one.words(value, self.request)
            words.append(f"{one.label}: {said}")
        return "; ".join(words) or "all"
