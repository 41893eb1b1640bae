"""Inbound folders: whole files are taken in and removed, half-written ones left alone."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from simulator import log
from simulator.config import Config, Folder
from simulator.intake import KeyReused, UnknownSender, take_in
from simulator.store import Store

MOST_BYTES = 25 * 1024 * 1024
_NOT_YET = (".part", ".tmp", ".filepart")
CALLER = "folder"


class FolderWatch:
    """Looks into every inbound folder. With `patient`, a file must lie still for one round."""

    def __init__(self, *, patient: bool) -> None:
        self._patient = patient
        self._seen: dict[Path, tuple[int, int]] = {}

    def collect(self, store: Store, config: Config, at: datetime) -> int:
        """Take in what lies ready; answers how many files were taken."""
        taken = 0
        for folder in (*config.folders.values(), *config.sftp_folders.values()):
            for path in self._ready(folder):
                taken += _take(store, config, folder, path, at)
                self._seen.pop(path, None)
        return taken

    def _ready(self, folder: Folder) -> Iterator[Path]:
        if not folder.inbound.is_dir():
            return
        for path in sorted(folder.inbound.iterdir()):
            if path.name.startswith(".") or path.suffix in _NOT_YET or not path.is_file():
                continue
            status = path.stat()
            mark = (status.st_size, status.st_mtime_ns)
            if not self._patient or self._seen.get(path) == mark:
                yield path
            else:
                self._seen[path] = mark


def _take(store: Store, config: Config, folder: Folder, path: Path, at: datetime) -> bool:
    """Keep the file, then remove it. Killed in between, the key tells that it is known."""
    status = path.stat()
    if status.st_size > MOST_BYTES:
        log.warn("file_too_big", sender_id=folder.sender_id, size=status.st_size)
        path.rename(path.with_name(f".too-big-{status.st_ino}"))
        return False
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    try:
        receipt = take_in(
            store,
            config,
            content,
            caller=CALLER,
            idempotency_key=f"{folder.sender_id}/{path.name}/{status.st_mtime_ns}/{digest}",
            route=folder.route,
            at=at,
            sender_id=folder.sender_id,
        )
    except (UnknownSender, KeyReused) as error:
        log.warn("file_refused", sender_id=folder.sender_id, reason=type(error).__name__)
        path.rename(path.with_name(f".refused-{digest[:16]}"))
        return False
    path.unlink()
    log.say("taken_in", sender_id=folder.sender_id, receipt=receipt.number, route=folder.route)
    return True
