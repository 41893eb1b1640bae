"""Saved views: a list's state behind an opaque key, so that no name stands in a URL.

The kernel keeps them in the session; the desk replaces the store by one with rows of its own.
"""

from dataclasses import dataclass, field
from typing import Protocol

from django.http import HttpRequest

from core.ids import opaque_number

KEY = "list_views"
MOST = 20


@dataclass(frozen=True)
class StoredView:
    """A view: the URL parameters (`query`), and the terms that may not stand in a URL."""

    key: str
    title: str = ""
    query: str = ""
    terms: dict[str, str] = field(default_factory=dict)


class ViewStore(Protocol):
    """Where views are kept. Every call is for the person and practice of the request."""

    def save(
        self, request: HttpRequest, list_name: str, *, title: str, query: str, terms: dict[str, str]
    ) -> str:
        """Keep a view and return its key. Without a title it is not listed."""
        ...

    def load(self, request: HttpRequest, list_name: str, key: str) -> StoredView | None:
        """The person's own view of that list, or None."""
        ...

    def listing(self, request: HttpRequest, list_name: str) -> list[StoredView]:
        """The person's titled views of that list, in the order of their number keys."""
        ...


class SessionViewStore:
    """Views that last as long as the session."""

    def save(
        self, request: HttpRequest, list_name: str, *, title: str, query: str, terms: dict[str, str]
    ) -> str:
        """Keep the newest twenty."""
        key = opaque_number("v", 16)
        views = [
            {
                "key": key,
                "list": list_name,
                "practice": _practice(request),
                "title": title,
                "query": query,
                "terms": terms,
            },
            *request.session.get(KEY, []),
        ]
        request.session[KEY] = views[:MOST]
        return key

    def load(self, request: HttpRequest, list_name: str, key: str) -> StoredView | None:
        """Looks in this session only."""
        found = (view for view in self._views(request, list_name) if view.key == key)
        return next(found, None)

    def listing(self, request: HttpRequest, list_name: str) -> list[StoredView]:
        """Titled ones, oldest first."""
        return [view for view in reversed(self._views(request, list_name)) if view.title]

    def _views(self, request: HttpRequest, list_name: str) -> list[StoredView]:
        return [
            StoredView(one["key"], one["title"], one["query"], one["terms"])
            for one in request.session.get(KEY, [])
            if one["list"] == list_name and one["practice"] == _practice(request)
        ]


def _practice(request: HttpRequest) -> int | None:
    practice = getattr(request, "practice", None)
    return practice.pk if practice else None


_store: ViewStore = SessionViewStore()


def use_store(store: ViewStore) -> None:
    """Keep views elsewhere from now on. Called once, from the desk's ready()."""
    global _store  # noqa: PLW0603
    _store = store


def store() -> ViewStore:
    """Where views are kept now."""
    return _store
