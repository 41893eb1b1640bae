"""Scopes: a view names what each method needs, and a token has it or is refused."""

from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

SAME_AS_GET = {"HEAD": "GET", "OPTIONS": "GET"}


class HasScope(BasePermission):
    """Denies by default: a method for which the view names no scope is closed, and answers 405
    where others are open.

    A view says `scopes = {"GET": "patients:read", "POST": "patients:write"}`.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller's token has the scope of this method."""
        method = SAME_AS_GET.get(request.method or "", request.method or "")
        scopes = getattr(view, "scopes", {})
        needed = scopes.get(method)
        if scopes and needed is None:
            raise MethodNotAllowed(method)
        self.message = f"This token lacks the scope {needed}." if needed else "Not allowed."
        token: Any = request.auth
        return needed is not None and token is not None and needed in token.scopes
