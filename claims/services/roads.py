"""The road to a partner as services use it: its tokens kept and renewed."""

from collections.abc import Callable

from claims import transport
from claims.models import TradingPartner
from claims.services.access_tokens import token_for
from claims.transport.base import Transport
from claims.transport.sign_in import Grant


def transport_for(partner: TradingPartner) -> Transport:
    """The road to `partner`. Raises ApplicationError when its settings lead nowhere."""
    return transport.transport_for(partner, _token)


def _token(partner: TradingPartner, fetch: Callable[[], Grant], refused: str) -> str:
    return token_for(partner, fetch, refused=refused)
