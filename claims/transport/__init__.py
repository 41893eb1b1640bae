"""Roads to trading partners. `transport_for` picks the one that a partner's settings name."""

from collections.abc import Callable
from dataclasses import fields
from functools import partial

from claims.choices import HttpsSignIn, TransportKind
from claims.models import HttpsRoad, TradingPartner
from claims.transport.base import Transport
from claims.transport.folder import FolderTransport
from claims.transport.folders import folder_path
from claims.transport.https import HttpsTransport, Profile
from claims.transport.sftp import Account, SftpTransport
from claims.transport.sign_in import ApiKey, BearerToken, Client, Grant, SignIn, ask_for_token
from core import keyring

# A good token of a partner: from where it is kept, or from the call that asks for one; the
# second word is one that was refused.
TokenSource = Callable[[TradingPartner, Callable[[], Grant], str], str]


def transport_for(partner: TradingPartner, tokens: TokenSource) -> Transport:
    """The road to `partner`. Raises ApplicationError when its settings lead nowhere."""
    if partner.transport == TransportKind.FOLDER:
        return FolderTransport(folder_path(partner.outbound_folder))
    if partner.transport == TransportKind.SFTP:
        return sftp_transport(partner)
    road = https_road(partner)
    return HttpsTransport(_profile(partner, road), _sign_in(partner, road, tokens))


def https_road(partner: TradingPartner) -> HttpsRoad:
    """How the partner's HTTPS side wants to be called; the defaults where nobody said."""
    found = HttpsRoad.everywhere.filter(partner=partner).first()
    return found or HttpsRoad(practice_id=partner.practice_id, partner=partner)


def _profile(partner: TradingPartner, road: HttpsRoad) -> Profile:
    names = {field.name for field in fields(Profile)} - {"base_url"}
    return Profile(partner.endpoint_url, **{name: getattr(road, name) for name in names})


def _sign_in(partner: TradingPartner, road: HttpsRoad, tokens: TokenSource) -> SignIn:
    if road.sign_in == HttpsSignIn.KEY:
        key = _opened(partner, partner.api_key_sealed)
        return ApiKey(key, road.key_header, road.key_prefix)
    secret = _opened(partner, road.client_secret_sealed)
    client = Client(road.token_url, road.client_id, secret, road.token_scope)
    return BearerToken(partial(tokens, partner, partial(ask_for_token, client)))


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
