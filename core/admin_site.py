"""The admin site: same sign-in, same look, for practice admins and system admins only.

Named in INSTALLED_APPS, so nothing here may import models; the base classes for the apps' own
admin.py are in core.admin_base.
"""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from core.access import ADMINS


class ClaimlineAdminSite(AdminSite):
    """Django's admin behind our sign-in and our roles; is_staff and is_superuser mean nothing."""

    site_header = "Claimline administration"
    site_title = "Claimline administration"
    index_title = "Set-up"
    site_url = "/"
    enable_nav_sidebar = True

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the person's role in the practice they work for is an admin's."""
        return bool(request.user.is_active) and getattr(request, "role", "") in ADMINS

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The one sign-in page."""
        query = urlencode({"next": request.GET.get("next") or reverse("admin:index")})
        return HttpResponseRedirect(f"{reverse('core:sign-in')}?{query}")

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Back to the application, where signing out is."""
        return HttpResponseRedirect("/")


class ClaimlineAdminConfig(AdminConfig):
    """Stands in INSTALLED_APPS for django.contrib.admin."""

    default_site = "core.admin_site.ClaimlineAdminSite"
