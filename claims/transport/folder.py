"""Files left in a folder that the other side empties."""

import os
from pathlib import Path

from claims.transport.base import (
    FILES_ONLY,
    Accepted,
    CannotTell,
    Found,
    NotDelivered,
    NotFound,
    Outcome,
    Parcel,
    Reply,
    Resolution,
    Tried,
    Unknown,
)

PART = ".part"


class FolderTransport:
    """Writes `<name>.part`, flushes it to disk, then renames: a reader never sees half a file."""

    def __init__(self, outbound: Path) -> None:
        self._outbound = outbound

    def submit(self, parcel: Parcel) -> Outcome:
        """Leave the file. An error before the rename leaves nothing that counts: it may be sent
        again. Of the rename itself nobody can say whether it took.
        """
        target = self._outbound / parcel.file_name
        part = target.with_name(target.name + PART)
        try:
            self._outbound.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(parcel.content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            return NotDelivered(f"the folder cannot be written ({type(error).__name__})")
        try:
            part.replace(target)
        except OSError as error:
            return Unknown(f"folder: {type(error).__name__}")
        return Accepted(parcel.file_name)

    def ask(self, parcel: Parcel) -> Reply:
        """Nobody answers from a folder while we wait."""
        return FILES_ONLY

    def resolve(self, parcel: Parcel) -> Resolution:
        """The file lies there: it arrived. Only the half-written one does: it did not.

        Neither: it was taken away, or never came. Only the other side's answer can tell.
        """
        target = self._outbound / parcel.file_name
        try:
            if target.exists():
                return Found(parcel.file_name)
            if target.with_name(target.name + PART).exists():
                return NotFound()
        except OSError as error:
            return CannotTell(f"folder: {type(error).__name__}")
        return CannotTell("neither the file nor its half-written part is there")

    def try_out(self) -> Tried:
        """Whether a file could be left."""
        trial = self._outbound / f".trial{PART}"
        try:
            self._outbound.mkdir(parents=True, exist_ok=True)
            trial.touch()
            trial.unlink()
        except OSError as error:
            return Tried(is_well=False, words=f"The folder cannot be written: {error.strerror}.")
        return Tried(is_well=True, words="The folder is there and can be written.")
