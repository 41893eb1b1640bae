"""The main menu: each app registers its entries, the shell draws what a role may open."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

Count = Callable[[HttpRequest], int]


@dataclass(frozen=True)
class NavItem:
    """One entry of the rail. `order` sorts it, `foot` puts it at the bottom, `go` is its key
    after g, `also` names URL names that belong to it, so that it is marked on their pages.
    """

    key: str
    label: str
    icon: str
    url_name: str
    roles: frozenset[str]
    count: Count | None
    order: int
    foot: bool
    go: str
    also: frozenset[str]


@dataclass(frozen=True)
class NavLink:
    """A NavItem as drawn for one request."""

    key: str
    label: str
    icon: str
    url: str
    go: str
    counts: bool
    current: bool


_items: dict[str, NavItem] = {}


def register(
    key: str,
    label: str,
    icon: str,
    url_name: str,
    roles: Collection[str],
    *,
    count: Count | None = None,
    order: int = 100,
    foot: bool = False,
    go: str = "",
    also: Collection[str] = (),
) -> None:
    """Add an entry. Called from an app's ready(), through its navigation.py."""
    _items[key] = NavItem(
        key, label, icon, url_name, frozenset(roles), count, order, foot, go, frozenset(also)
    )


def items_for(role: str) -> list[NavItem]:
    """The entries this role may open, in order.

    An entry whose URL does not exist (an app not installed) is left out.
    """
    found = [item for item in _items.values() if role in item.roles and _address(item)]
    return sorted(found, key=lambda item: (item.order, item.label))


def links_for(role: str, current: str, *, foot: bool) -> list[NavLink]:
    """The entries as links; `current` is the URL name of the page or the key of an entry."""
    links = []
    for item in items_for(role):
        if item.foot != foot:
            continue
        here = current in {item.url_name, item.key} or current in item.also
        counted = item.count is not None
        links.append(
            NavLink(item.key, item.label, item.icon, _address(item), item.go, counted, here)
        )
    return links


def _address(item: NavItem) -> str:
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return ""


def counts_for(request: HttpRequest, role: str) -> dict[str, int]:
    """Live numbers beside the entries; asked for by the shell after the page has loaded."""
    return {item.key: item.count(request) for item in items_for(role) if item.count is not None}
