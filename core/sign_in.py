"""Checking a sign-in, step by step, and keeping what came of it in the audit log.

Today one step: user name and password. A lockout belongs before it, a second factor after it:
both become functions here, and `SignIn.next_step` already says where a person is sent between
the password and the session.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import authenticate, get_user_model, login, logout
from django.http import HttpRequest

from core import audit
from core.actors import acting_as, person
from core.models import Membership, User

PREVIOUS_KEY = "previous_sign_in_at"

# Never says which part was wrong, nor whether the account exists, is locked or has no practice.
REFUSED = "That user name and password do not fit together. Check both and try again."


@dataclass(frozen=True)
class SignIn:
    """What came of an attempt: a user, or the words to show; `next_step` is a further page."""

    user: User | None
    refusal: str = ""
    next_step: str = ""


def attempt(request: HttpRequest, username: str, password: str) -> SignIn:
    """Check the password and open the session. Failures are audited under the account, if any."""
    user: Any = authenticate(request, username=username, password=password)
    if user is None or not has_a_practice(user):
        _record_failure(username)
        return SignIn(None, REFUSED)
    before = user.last_login
    login(request, user)  # a new session key: what was known before signing in opens nothing
    request.session[PREVIOUS_KEY] = before.isoformat() if before else ""
    with acting_as(person(user, "screen")):
        audit.record("sign_in.succeeded", subject=user)
    return SignIn(user)


def has_a_practice(user: User) -> bool:
    """A person without an active role in an active practice has no business here."""
    return Membership.objects.filter(user=user, is_active=True, practice__is_active=True).exists()


def sign_out(request: HttpRequest) -> None:
    """End the session on the server; the cookie alone opens nothing afterwards."""
    if request.user.is_authenticated:
        audit.record("sign_in.ended", subject=request.user)
    logout(request)


def _record_failure(username: str) -> None:
    """What was typed is kept only when it names an account: people type passwords there."""
    account = get_user_model().objects.filter(username=username).first()
    note = "known account" if account else "unknown account"
    audit.record("sign_in.failed", subject=account, note=note)
