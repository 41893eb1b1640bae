"""Picking up answers that a partner left in a folder (reliability 1.3)."""

import os
import time
from pathlib import Path

import structlog

from claims.choices import MessageSource, TransportKind
from claims.edi.envelope import is_complete
from claims.models import TradingPartner
from claims.services.receive_message import receive_message
from claims.transport.folder import PART
from claims.transport.folders import folder_path
from core.errors import ApplicationError
from core.tenancy import practice_scope

log = structlog.get_logger(__name__)
GIVE_UP_SECONDS = 3600  # a file that never becomes whole is taken as it is, and set aside
MOST_BYTES = 64 * 1024 * 1024
UNFINISHED = (PART, ".partial", ".tmp", ".filepart")


def collect_folders() -> int:
    """The sweep: look into every partner's inbound folder; returns how many files were taken."""
    partners = TradingPartner.everywhere.filter(
        is_active=True, transport=TransportKind.FOLDER
    ).exclude(inbound_folder="")
    taken = 0
    for partner in partners.select_related("practice"):
        with practice_scope(partner.practice):
            taken += collect_folder(partner)
    return taken


def collect_folder(partner: TradingPartner) -> int:
    """Take each finished file: its bytes are committed first, then it is removed.

    A file is finished when nobody touches it while it is read and it ends as an interchange ends.
    Dying between commit and removal only brings the same bytes once more, a duplicate.
    """
    try:
        folder = folder_path(partner.inbound_folder)
    except ApplicationError as error:
        log.warning("folder_not_usable", partner=partner.pk, reason=error.message)
        return 0
    if not folder.is_dir():
        return 0
    return sum(_take(partner, path) for path in sorted(folder.iterdir()) if _is_candidate(path))


def _is_candidate(path: Path) -> bool:
    unfinished = path.name.startswith(".") or path.name.lower().endswith(UNFINISHED)
    return not unfinished and path.is_file() and not path.is_symlink()


def _take(partner: TradingPartner, path: Path) -> int:
    content = _read(path)
    if content is None:
        return 0
    if not os.access(path.parent, os.W_OK | os.X_OK):
        # Taken but not removed, it would come again with every round.
        log.warning("file_cannot_be_removed", partner=partner.pk)
        return 0
    receive_message(
        practice=partner.practice,
        partner=partner,
        source=MessageSource.FOLDER,
        content=content,
        content_type="application/edi-x12",
    )
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("file_not_removed", partner=partner.pk, error=type(error).__name__)
    return 1


def _read(path: Path) -> bytes | None:
    """The bytes of a finished file; None while somebody may still be writing it."""
    try:
        before = path.stat()
        if before.st_size > MOST_BYTES:
            log.warning("file_too_big", size=before.st_size)
            return None
        content = path.read_bytes()
        after = path.stat()
    except OSError as error:
        log.warning("file_not_readable", error=type(error).__name__)
        return None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return None
    is_old = time.time() - after.st_mtime > GIVE_UP_SECONDS
    return content if is_complete(content) or is_old else None
