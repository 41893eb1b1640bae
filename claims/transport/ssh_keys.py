"""Keys of SSH lines: the server's as one line and its fingerprint, ours as read from its text."""

import base64
import hashlib
from io import StringIO

import paramiko

from core.errors import ApplicationError

_KINDS: tuple[type[paramiko.PKey], ...] = (
    paramiko.Ed25519Key,
    paramiko.ECDSAKey,
    paramiko.RSAKey,
)


def host_key_line(key: paramiko.PKey) -> str:
    """A server's public key as OpenSSH writes it: kind and base64."""
    return f"{key.get_name()} {key.get_base64()}"


def fingerprint_of(line: str) -> str:
    """The fingerprint of a public key as OpenSSH shows it (`SHA256:…`), "" for no key."""
    encoded = line.partition(" ")[2]
    if not encoded:
        return ""
    digest = hashlib.sha256(base64.b64decode(encoded)).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def private_key(text: str) -> paramiko.PKey:
    """Our key from its PEM or OpenSSH text.

    Raises ApplicationError for what is no key, or one with a passphrase.
    """
    for kind in _KINDS:
        try:
            return kind.from_private_key(StringIO(text.strip() + "\n"))
        except paramiko.PasswordRequiredException as error:
            raise ApplicationError(
                "The key has a passphrase. Enter one without: it is kept encrypted here.",
                field="sftp_key",
            ) from error
        except (paramiko.SSHException, ValueError, IndexError, TypeError):
            continue
    raise ApplicationError(
        "This is no private key of kind Ed25519, ECDSA or RSA.", field="sftp_key"
    )
