"""Home pages, one a role: what waits, in numbers that are links, and the one thing to do next."""

from desk.homes.cards import Card, Group, Home, build
from desk.homes.roles import home_of

__all__ = ["Card", "Group", "Home", "build", "home_of"]
