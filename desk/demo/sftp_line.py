"""The demo's SFTP line: the simulator's server, its key, and our account there.

While the history is played the same files go through the account's folders directly: a quarter
of a year of sign-ins would take minutes. From the first live day on they go by SFTP.
"""

import os
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from claims.choices import AfterPickup, TransportKind
from claims.models import TradingPartner
from claims.services.credentials import seal_sftp
from claims.transport.ssh_keys import host_key_line, private_key
from core import audit, keyring

KEY_FILE = "sftp_host_key"  # where the simulator looks for its own
_NO_ADDRESS = "127.0.0.1:10001"
_HOME = "simulator/sftp"  # below this installation's data
CALLS_PER_MINUTE = 30


def history_folders(sender_id: str) -> dict[str, str]:
    """The two folders of an account, as they lie on this machine."""
    home = f"{_HOME}/{sender_id.lower()}"
    return {"outbound_folder": f"{home}/inbound", "inbound_folder": f"{home}/outbound"}


def go_live(partner: TradingPartner, folder: Path) -> None:
    """From now on the partner is reached by SFTP, on the simulator whose data lies in `folder`."""
    partner.transport = TransportKind.SFTP
    partner.sftp_host, partner.sftp_port = _address()
    partner.sftp_user = partner.sender_id.lower()
    seal_sftp(partner, password=token_urlsafe(24))
    partner.host_key = _make_host_key(folder)
    partner.outbound_folder, partner.inbound_folder = "/inbound", "/outbound"
    partner.after_pickup, partner.archive_folder = AfterPickup.MOVE, "/archive"
    partner.calls_per_minute = CALLS_PER_MINUTE
    partner.full_clean()
    partner.save()
    audit.record("tradingpartner.moved", subject=partner, after={"transport": partner.transport})


def refresh_address() -> None:
    """The simulator's port may differ from run to run."""
    host, port = _address()
    TradingPartner.everywhere.filter(practice__is_demo=True, transport=TransportKind.SFTP).exclude(
        sftp_port=port
    ).update(sftp_host=host, sftp_port=port)


def account_of(partner: TradingPartner) -> dict[str, Any]:
    """The account as the simulator's configuration names it."""
    password = keyring.open_text(partner.sftp_password_sealed, bound_to=str(partner.public_id))
    home = Path(settings.CLAIMLINE_VAR_DIR) / _HOME / partner.sender_id.lower()
    return {
        "sender_id": partner.sender_id,
        "user": partner.sftp_user,
        "password": password,
        "home": str(home),
    }


def _address() -> tuple[str, int]:
    host, _, port = (settings.CLAIMLINE_SIMULATOR_SFTP or _NO_ADDRESS).rpartition(":")
    return host, int(port)


def _make_host_key(folder: Path) -> str:
    """Put the server's key where it will look for it; answers the public line that we pin."""
    secret = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / KEY_FILE
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secret)
    return host_key_line(private_key(secret.decode()))
