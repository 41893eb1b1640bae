"""Roads to trading partners. `transport_for` picks the one that a partner's settings name."""

from claims.choices import TransportKind
from claims.models import TradingPartner
from claims.transport.base import Transport
from claims.transport.folder import FolderTransport
from claims.transport.folders import folder_path
from claims.transport.https import HttpsTransport
from core import keyring


def transport_for(partner: TradingPartner) -> Transport:
    """The road to `partner`. Raises ApplicationError when its settings lead nowhere."""
    if partner.transport == TransportKind.FOLDER:
        return FolderTransport(folder_path(partner.outbound_folder))
    key = partner.api_key_sealed
    return HttpsTransport(
        partner.endpoint_url,
        keyring.open_text(key, bound_to=str(partner.public_id)) if key else "",
    )
