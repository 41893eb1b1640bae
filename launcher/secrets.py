"""The secrets of a local stack: made once, kept in the data folder, readable by its owner only."""

import base64
import os
import secrets
from pathlib import Path

from launcher.errors import LauncherError

NAMES = ("CLAIMLINE_SECRET_KEY", "CLAIMLINE_KEYS")


def stack_secrets(data: Path) -> dict[str, str]:
    """The stack's secrets, made on first use; what is set in the environment wins."""
    path = data / "secrets"
    if not path.exists():
        _refuse_to_lose_documents(data)
        _create(path)
    lines = (line.partition("=") for line in path.read_text().splitlines() if "=" in line)
    kept = {name: value for name, _, value in lines}
    missing = [name for name in NAMES if not kept.get(name)]
    if missing:
        raise LauncherError(f"{path} lacks {' and '.join(missing)}.")
    return {name: os.environ.get(name) or kept[name] for name in NAMES}


def _create(path: Path) -> None:
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    text = f"CLAIMLINE_SECRET_KEY={secrets.token_urlsafe(64)}\nCLAIMLINE_KEYS=k1:{key}\n"
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_text(text)
    part.replace(path)


def _refuse_to_lose_documents(data: Path) -> None:
    """New keys on old data would make every stored document unreadable: better stop and say so."""
    if (data / "prepared").exists() and not os.environ.get("CLAIMLINE_KEYS"):
        raise LauncherError(
            f"{data / 'secrets'} is missing, and without it the stored documents cannot be read. "
            f"Put it back, or remove {data} to start with an empty stack."
        )
