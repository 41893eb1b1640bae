"""How an HTTPS road says who we are: a key in a header, or a token of OAuth2 (RFC 6749, 4.4)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import requests

from claims.choices import LineStop
from claims.transport.allow_list import HostNotAllowed
from claims.transport.base import NotDelivered, Rejected, Stopped, Throttled
from claims.transport.http_call import Answer, Limit, TooLong, call

RENEW_WITHIN = 15  # seconds for the whole call that asks for a token
SHORTEST_LIFE = 30  # seconds; a token that says less is asked for anew at each call
USUAL_LIFE = 300  # seconds, where the partner does not say
LONGEST_LIFE = 24 * 3600
COME_BACK_AFTER = 5  # seconds, while another worker renews
_MOST_BYTES = 32 * 1024
_REFUSING = frozenset({400, 401, 403})

NoEntry = Throttled | Stopped | NotDelivered | Rejected


class TokenBusy(Exception):
    """Another worker is renewing the token, and the one there was is no longer good."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A token as the partner gave it, and how long it lives."""

    token: str
    seconds: int


class NotSignedIn(Exception):
    """The call was not made, because we could not say who we are."""

    def __init__(self, outcome: NoEntry, words: str) -> None:
        super().__init__(words)
        self.outcome, self.words = outcome, words


class SignIn(Protocol):
    """What an HTTPS road needs to know of it."""

    def headers(self) -> dict[str, str]:
        """What goes with the call. Raises NotSignedIn."""

    def renewed(self) -> bool:
        """After a 401: whether there is something new to try, once. Raises NotSignedIn."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key, the same at every call."""

    key: str
    header: str = "Authorization"
    prefix: str = "Bearer"

    def headers(self) -> dict[str, str]:
        """The key in its header; none for a partner that gave us none."""
        return {self.header: f"{self.prefix} {self.key}".strip()} if self.key else {}

    def renewed(self) -> bool:
        """A key that was refused stays refused."""
        return False


class BearerToken:
    """A token for some minutes; `source` gives a good one, other than the refused one."""

    def __init__(self, source: Callable[[str], str]) -> None:
        self._source = source
        self._token = ""

    def headers(self) -> dict[str, str]:
        """The token there is, or a new one."""
        if not self._token:
            self._token = self._other_than("")
        return {"Authorization": f"Bearer {self._token}"}

    def renewed(self) -> bool:
        """Another token than the refused one: a partner may end one before its time."""
        self._token = self._other_than(self._token)
        return True

    def _other_than(self, refused: str) -> str:
        try:
            return self._source(refused)
        except TokenBusy as busy:
            words = "another worker is signing in"
            raise NotSignedIn(Throttled(COME_BACK_AFTER), words) from busy


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are at the partner's token endpoint."""

    token_url: str
    client_id: str
    client_secret: str
    scope: str = ""


def ask_for_token(client: Client) -> Grant:
    """Ask the token endpoint. Raises NotSignedIn, in words without secret, token or address.

    The client's name and secret go in the Authorization header, as RFC 6749 (2.3.1) wants every
    server to take them.
    """
    form = {"grant_type": "client_credentials"} | ({"scope": client.scope} if client.scope else {})
    try:
        answer = call(
            "POST",
            client.token_url,
            limit=Limit(_MOST_BYTES, RENEW_WITHIN),
            data=form,
            auth=(client.client_id, client.client_secret),
            headers={"Accept": "application/json"},
        )
    except HostNotAllowed as refusal:
        words = f"the sign-in address is not allowed: {refusal}"
        raise NotSignedIn(Stopped(LineStop.SIGN_IN, words), words) from refusal
    except (requests.RequestException, TooLong) as error:
        words = f"the sign-in server did not answer ({type(error).__name__})"
        raise NotSignedIn(NotDelivered(words), words) from None
    return _grant(answer)


def _grant(answer: Answer) -> Grant:
    if answer.status in _REFUSING:
        words = f"the sign-in server refused us (HTTP {answer.status}{_their_word(answer)})"
        raise NotSignedIn(Stopped(LineStop.SIGN_IN, words), words)
    if answer.status == requests.codes.too_many_requests:
        words = "the sign-in server asked us to wait"
        raise NotSignedIn(Throttled(60), words)
    found = _json(answer)
    token, seconds = found.get("access_token"), found.get("expires_in", USUAL_LIFE)
    kind = str(found.get("token_type", "bearer")).lower()
    if answer.status != requests.codes.ok or not isinstance(token, str) or not _fits(token):
        words = f"the sign-in server gave no token (HTTP {answer.status})"
        raise NotSignedIn(NotDelivered(words), words)
    if kind != "bearer":
        words = "the sign-in server gives tokens of a kind that we cannot use"
        raise NotSignedIn(Stopped(LineStop.SIGN_IN, words), words)
    life = int(str(seconds)) if str(seconds).isdigit() else USUAL_LIFE
    return Grant(token, min(max(life, SHORTEST_LIFE), LONGEST_LIFE))


def _fits(token: str) -> bool:
    """Whether it may stand in a header: printable, no blank, not endless."""
    return 0 < len(token) < _MOST_BYTES and token.isascii() and token.isprintable()


def _json(answer: Answer) -> dict[str, object]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


_KNOWN_WORDS = frozenset(
    {"invalid_client", "invalid_grant", "invalid_scope", "unauthorized_client", "invalid_request"}
)


def _their_word(answer: Answer) -> str:
    """The error of RFC 6749 (5.2); any other text of theirs is not repeated."""
    word = _json(answer).get("error")
    return f", {word}" if word in _KNOWN_WORDS else ""
