"""The state of a list: what the URL and a saved view say, and the URL that says it."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from core.lists.filters import Filter, Pairs
from core.lists.saved import StoredView, store
from core.lists.spec import Bucket, Column, ListSpec

SIZES = (50, 100, 200)


@dataclass(frozen=True)
class ListState:
    """Bucket, filters, sort, page and columns of one request. `url()` gives them back."""

    path: str
    spec: ListSpec
    bucket: Bucket | None
    values: dict[str, Any]
    sort: str
    page: int
    size: int
    columns: tuple[str, ...]
    view: StoredView | None

    @property
    def active(self) -> list[tuple[Filter, Any]]:
        """The filters that are set, in the order of the spec."""
        return [(one, self.values[one.key]) for one in self.spec.filters if one.key in self.values]

    @property
    def sort_column(self) -> Column:
        """The column sorted by."""
        key = self.sort.lstrip("-")
        return next(column for column in self.spec.columns if column.key == key)

    @property
    def descending(self) -> bool:
        """Largest first."""
        return self.sort.startswith("-")

    def pairs(self) -> Pairs:
        """The state as URL parameters; what is as by default is left out."""
        found: Pairs = []
        if self.bucket and self.bucket != self.spec.bucket(""):
            found.append(("bucket", self.bucket.key))
        for one, value in self.active:
            found += one.pairs(value)
        if self.view and self.view.terms:
            found.append(("view", self.view.key))
        if self.sort != self.spec.sort_of(self.bucket):
            found.append(("sort", self.sort))
        if self.size != SIZES[0]:
            found.append(("size", str(self.size)))
        found += [("cols", key) for key in self.columns]
        if self.page > 1:
            found.append(("page", str(self.page)))
        return found

    @property
    def query(self) -> str:
        """The query string of this state."""
        return urlencode(self.pairs())

    def url(self, extra: str = "") -> str:
        """The address of this state."""
        query = "&".join(filter(None, (self.query, extra)))
        return f"{self.path}?{query}" if query else self.path

    def to(self, **changes: Any) -> "ListState":
        """Another state; anything but a change of page goes back to page 1."""
        changes.setdefault("page", 1)
        return replace(self, **changes)

    def without(self, *keys: str) -> "ListState":
        """The state without some filters; a person's term goes with its saved view."""
        values = {key: value for key, value in self.values.items() if key not in keys}
        view = self.view
        if view is not None:
            terms = {key: term for key, term in view.terms.items() if key in values}
            view = view if terms == view.terms else None
        return self.to(values=values, view=view)


def read_state(request: HttpRequest, spec: ListSpec) -> ListState:
    """The state the request asks for; what makes no sense falls back to the default."""
    params = request.GET
    view = None
    if params.get("view"):
        view = store().load(request, spec.name, params["view"])
    values = {}
    for one in spec.filters:
        value = one.read(_terms(view) if one.names_people else params)
        if value is not None:
            values[one.key] = value
    size = _number(params.get("size"), SIZES[0])
    known = {column.key for column in spec.columns}
    bucket = spec.bucket(params.get("bucket", ""))
    return ListState(
        path=request.path,
        spec=spec,
        bucket=bucket,
        values=values,
        sort=_sort(spec, bucket, params.get("sort", "")),
        page=max(1, _number(params.get("page"), 1)),
        size=size if size in SIZES else SIZES[0],
        columns=tuple(key for key in params.getlist("cols") if key in known),
        view=view,
    )


def _terms(view: StoredView | None) -> QueryDict:
    terms = QueryDict(mutable=True)
    terms.update(view.terms if view else {})
    return terms


def _sort(spec: ListSpec, bucket: Bucket | None, asked: str) -> str:
    column = spec.column(asked.lstrip("-"))
    return asked if column is not None and column.order_by else spec.sort_of(bucket)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else default
