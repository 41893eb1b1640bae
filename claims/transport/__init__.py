"""Roads to trading partners. `transport_for` picks the one that a partner's settings name."""

from claims.choices import TransportKind
from claims.models import TradingPartner
from claims.transport.base import Transport
from claims.transport.folder import FolderTransport
from claims.transport.folders import folder_path
from claims.transport.https import HttpsTransport
from claims.transport.sftp import Account, SftpTransport
from core import keyring


def transport_for(partner: TradingPartner) -> Transport:
    """The road to `partner`. Raises ApplicationError when its settings lead nowhere."""
    if partner.transport == TransportKind.FOLDER:
        return FolderTransport(folder_path(partner.outbound_folder))
    if partner.transport == TransportKind.SFTP:
        return sftp_transport(partner)
    return HttpsTransport(partner.endpoint_url, _opened(partner, partner.api_key_sealed))


def sftp_transport(partner: TradingPartner) -> SftpTransport:
    """The road to a partner with an SFTP server, which is also the road its answers come by."""
    account = Account(
        host=partner.sftp_host,
        port=partner.sftp_port,
        user=partner.sftp_user,
        password=_opened(partner, partner.sftp_password_sealed),
        private_key=_opened(partner, partner.sftp_key_sealed),
        host_key=partner.host_key,
    )
    return SftpTransport(account, partner.outbound_folder, partner.inbound_folder)


def _opened(partner: TradingPartner, sealed: str) -> str:
    return keyring.open_text(sealed, bound_to=str(partner.public_id)) if sealed else ""
