"""Tokens of partners that sign us in by OAuth2: kept sealed, renewed early, by one at a time.

The call that renews is made outside any transaction; a lease on the row keeps the others from
making it, too. While the old token is still good they go on with it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q

from claims.models import AccessToken, TradingPartner
from claims.transport.sign_in import Grant, TokenBusy
from core import clock, keyring

LEASE = timedelta(seconds=30)  # longer than a renewal may take
EARLY_SECONDS = 60  # renewed so long before it expires, a short-lived one in its last fifth


def token_for(partner: TradingPartner, fetch: Callable[[], Grant], *, refused: str = "") -> str:
    """A token that is good now, from the row or from `fetch`.

    `refused` is one that the partner would not take although it had not expired. Raises TokenBusy;
    what `fetch` raises goes through, and the next caller may try again.
    """
    row, _ = AccessToken.everywhere.get_or_create(
        partner=partner, defaults={"practice_id": partner.practice_id}
    )
    instant = clock.now()
    kept = _opened(row, partner, instant, refused)
    if kept and row.renew_at is not None and row.renew_at > instant:
        return kept
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=instant)
    seen = Q(renewed_at=row.renewed_at)  # else somebody renewed it since we looked
    ours = AccessToken.everywhere.filter(free, seen, pk=row.pk).update(lease_until=instant + LEASE)
    if ours:
        return _renewed(row, partner, fetch)
    row.refresh_from_db()
    kept = _opened(row, partner, instant, refused)
    if kept:
        return kept
    raise TokenBusy


def forget_token(partner: TradingPartner) -> None:
    """The sign-in was set up anew: what was given for the old one is not used again."""
    AccessToken.everywhere.filter(partner=partner).delete()


def _renewed(row: AccessToken, partner: TradingPartner, fetch: Callable[[], Grant]) -> str:
    rows = AccessToken.everywhere.filter(pk=row.pk)
    try:
        grant = fetch()
    except BaseException:
        rows.update(lease_until=None)
        raise
    instant = clock.now()
    early = min(EARLY_SECONDS, grant.seconds // 5)
    rows.update(
        token_sealed=keyring.seal_text(grant.token, bound_to=str(partner.public_id)),
        renew_at=instant + timedelta(seconds=grant.seconds - early),
        expires_at=instant + timedelta(seconds=grant.seconds),
        renewed_at=instant,
        lease_until=None,
    )
    return grant.token


def _opened(row: AccessToken, partner: TradingPartner, instant: datetime, refused: str) -> str:
    """The kept token while it is good; "" where there is none, it expired, or was refused."""
    if not row.token_sealed or row.expires_at is None or row.expires_at <= instant:
        return ""
    token = keyring.open_text(row.token_sealed, bound_to=str(partner.public_id))
    return "" if token == refused else token
