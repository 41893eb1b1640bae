"""Tokens for the practice's own systems: `Authorization: Bearer clk_…`."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.db.models import Q
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from core import clock
from core.actors import API, Actor, acting_as
from core.middleware import request_id_of
from core.models import ApiToken
from core.services.api_tokens import hash_token
from core.tenancy import practice_scope

KEYWORD = b"bearer"
LAST_USED_STEP = timedelta(minutes=1)  # one write a minute tells enough and spares the row
# One sentence for unknown, revoked and expired: a guess learns nothing.
REFUSED = "This token is not valid."


@dataclass(frozen=True)
class ApiCaller:
    """Who calls, in the place of a user."""

    token: ApiToken
    is_authenticated: bool = True
    is_anonymous: bool = False

    @property
    def pk(self) -> int:
        """The token's row."""
        return int(self.token.pk)


class ApiTokenAuthentication(BaseAuthentication):
    """Finds the token by its hash, then enters its practice for the rest of the request."""

    def authenticate(self, request: Request) -> tuple[ApiCaller, ApiToken] | None:
        """The caller and the token; None without a bearer token."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != KEYWORD:
            return None
        if len(parts) != 2:
            raise AuthenticationFailed(REFUSED)
        token = usable_token(parts[1].decode("latin-1"))
        if token is None:
            raise AuthenticationFailed(REFUSED)
        _enter(request, token)
        return ApiCaller(token), token

    def authenticate_header(self, request: Request) -> str:
        """Makes a refusal a 401 that says how to ask."""
        return 'Bearer realm="claimline"'


def usable_token(secret: str) -> ApiToken | None:
    """The token of this secret, unless it is revoked, expired or its practice is closed."""
    now, digest = clock.now(), hash_token(secret)
    # Within a week of its renewal the key before is good, too.
    before = Q(previous_hash=digest, previous_until__gt=now)
    token = (
        ApiToken.everywhere.select_related("practice").filter(Q(token_hash=digest) | before).first()
    )
    if token is None or token.revoked_at or not token.practice.is_active:
        return None
    if token.expires_at and token.expires_at <= now:
        return None
    if token.last_used_at is None or now - token.last_used_at > LAST_USED_STEP:
        ApiToken.everywhere.filter(pk=token.pk).update(last_used_at=now)
    return token


def _enter(request: Request, token: ApiToken) -> None:
    """The scope ends with the request: PracticeMiddleware holds the stack and closes it."""
    django_request: Any = request._request  # noqa: SLF001
    scope: ExitStack = django_request.scope_stack
    django_request.practice = token.practice
    scope.enter_context(practice_scope(token.practice))
    actor = Actor(API, token.name, None, "api", request_id_of(django_request))
    scope.enter_context(acting_as(actor))
    structlog.contextvars.bind_contextvars(practice_id=token.practice_id, actor_kind=API)
