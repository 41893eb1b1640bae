"""What every page's shell needs: menu, practice, person, appearance, place in a list."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject, cached_property

from core.access import ADMINS, row_for
from core.lists.place import place_of
from core.navigation import NavLink, links_for

THEMES = (("", "System"), ("light", "Light"), ("dark", "Dark"))
DENSITIES = (("compact", "Compact"), ("", "Default"), ("roomy", "Roomy"))
THEME_COOKIE, DENSITY_COOKIE, KEYS_COOKIE = "theme", "density", "keys"
SCRIPTS = (
    "keys", "list", "peek", "typeahead", "autosave", "awake", "theme", "jobs", "shell", "palette",
)  # fmt: skip


def optional_url(name: str) -> str:
    """The address of a page that another app may or may not bring."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


class Shell:
    """The frame of a page, computed only as far as its template asks."""

    themes = THEMES
    densities = DENSITIES

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.practice = getattr(request, "practice", None)
        self.membership = getattr(request, "membership", None)
        self.memberships = getattr(request, "memberships", [])
        user = getattr(request, "user", None)
        self.user = user if user is not None and user.is_authenticated else None
        self.theme = self._cookie(THEME_COOKIE, THEMES)
        self.density = self._cookie(DENSITY_COOKIE, DENSITIES)
        self.keys = request.COOKIES.get(KEYS_COOKIE) != "off"

    def _cookie(self, name: str, allowed: tuple[tuple[str, str], ...]) -> str:
        value = self.request.COOKIES.get(name, "")
        return value if value in {one for one, _ in allowed} else ""

    @property
    def role(self) -> str:
        """The role in the practice worked for; empty without one."""
        return self.membership.role if self.membership else ""

    @property
    def role_label(self) -> str:
        """The role in words."""
        return self.membership.get_role_display() if self.membership else ""

    @property
    def user_name(self) -> str:
        """The person, as colleagues know them."""
        return str(self.user) if self.user else ""

    @cached_property
    def current(self) -> str:
        """What marks an entry of the menu: `request.nav`, else the URL name."""
        match = self.request.resolver_match
        return getattr(self.request, "nav", "") or (match.view_name if match else "")

    @cached_property
    def navigation(self) -> list[NavLink]:
        """The upper entries of the menu."""
        return links_for(self.role, self.current, foot=False)

    @cached_property
    def foot(self) -> list[NavLink]:
        """The lower entries of the menu."""
        return links_for(self.role, self.current, foot=True)

    @property
    def home_url(self) -> str:
        """The first page."""
        return optional_url("desk:home") or optional_url("core:jobs")

    @property
    def jobs_url(self) -> str:
        """The job centre, for those who may open it."""
        row = row_for("core:jobs")
        return reverse("core:jobs") if row and row.allows("GET", self.role) else ""

    @property
    def palette_url(self) -> str:
        """The command palette; empty where there is none."""
        return optional_url("desk:palette")

    @property
    def preferences_url(self) -> str:
        """Preferences; empty where there are none."""
        return optional_url("desk:preferences")

    @property
    def admin_url(self) -> str:
        """The admin site, for those who may open it."""
        return optional_url("admin:index") if self.role in ADMINS else ""

    @property
    def scripts(self) -> list[str]:
        """The small scripts of every page."""
        return [static(f"js/{name}.js") for name in SCRIPTS]


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell`, `practice` and `list_position` for every template."""
    return {
        "shell": Shell(request),
        "practice": getattr(request, "practice", None),
        "list_position": SimpleLazyObject(lambda: place_of(request)),
    }
