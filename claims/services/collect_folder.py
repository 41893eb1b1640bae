"""Picking up answers that a partner left in a folder (reliability 1.3)."""

import os
import time
from pathlib import Path

import structlog

from claims.choices import MessageSource, TransportKind
from claims.edi.envelope import is_complete
from claims.models import TradingPartner
from claims.services.receive_message import receive_message
from claims.services.tell_troubles import tell_troubles
from claims.transport.folder import PART
from claims.transport.folders import folder_path
from core.actors import Actor, acting_as
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
        with practice_scope(partner.practice), acting_as(Actor(source="pick-up")):
            taken += collect_folder(partner)
    return taken


def collect_folder(partner: TradingPartner) -> int:
    """Take each finished file: its bytes are committed first, then it is removed.

    A file is finished when nobody touches it while it is read and it ends as an interchange ends.
    Dying between commit and removal only brings the same bytes once more, a duplicate. What cannot
    be taken becomes one work item.
    """
    try:
        folder = folder_path(partner.inbound_folder)
    except ApplicationError as error:
        log.warning("folder_not_usable", partner=partner.pk, reason=error.message)
        tell_troubles(partner, [f"The folder of answers cannot be used: {error.message}"])
        return 0
    if not folder.is_dir():
        return 0
    look = _Look(partner)
    taken = sum(look.take(path) for path in sorted(folder.iterdir()) if _is_candidate(path))
    tell_troubles(partner, look.troubles)
    return taken


def _is_candidate(path: Path) -> bool:
    unfinished = path.name.startswith(".") or path.name.lower().endswith(UNFINISHED)
    return not unfinished and path.is_file() and not path.is_symlink()


class _Look:
    """One look into a partner's folder of answers, and what a person should know of it."""

    def __init__(self, partner: TradingPartner) -> None:
        self._partner = partner
        self.troubles: list[str] = []

    def take(self, path: Path) -> int:
        """Commit the bytes of a finished file, then remove it; 1 when it was taken."""
        partner = self._partner
        content = self._read(path)
        if content is None:
            return 0
        if not os.access(path.parent, os.W_OK | os.X_OK):
            # Taken but not removed, it would come again with every round.
            self._tell(
                "file_cannot_be_removed",
                "An answer in their folder is not taken, because we may not remove it.",
            )
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
            self._tell(
                "file_not_removed",
                "An answer was taken and cannot be removed from their folder.",
                error=type(error).__name__,
            )
        return 1

    def _read(self, path: Path) -> bytes | None:
        """The bytes of a finished file; None while somebody may still be writing it."""
        try:
            before = path.stat()
            if before.st_size > MOST_BYTES:
                self._tell(
                    "file_too_big",
                    "An answer in their folder is larger than we take.",
                    size=before.st_size,
                )
                return None
            content = path.read_bytes()
            after = path.stat()
        except OSError as error:
            self._tell(
                "file_not_readable",
                "An answer in their folder cannot be read.",
                error=type(error).__name__,
            )
            return None
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            return None
        is_old = time.time() - after.st_mtime > GIVE_UP_SECONDS
        return content if is_complete(content) or is_old else None

    def _tell(self, event: str, words: str, **fields: int | str) -> None:
        log.warning(event, partner=self._partner.pk, **fields)
        self.troubles.append(words)
