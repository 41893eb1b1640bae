"""Claims by the hundred thousand: the same intake, decisions and payments in virtual time.

Files are taken one by one, and what was answered is written out and forgotten before the next, so
that memory stays flat however many there are. What a payer must remember of each claim is on disk.
"""

import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulator import truth
from simulator.clock import VirtualClock
from simulator.config import Config, Folder
from simulator.intake import UnknownSender, take_in
from simulator.payer import FOLDER
from simulator.rounds import advance, due
from simulator.store import Store

SAMPLE = Path(__file__).with_name("samples") / "config.toml"
_ISA_BYTES = 106
_SENDER, _DATE, _TIME = slice(35, 50), slice(70, 76), slice(77, 81)
_AFTER_EACH = timedelta(minutes=1)
_MOST_DAYS = timedelta(days=366)


@dataclass(slots=True)
class Figures:
    """What a run came to."""

    files: int = 0
    refused: int = 0
    claims: int = 0
    remittances: int = 0
    payments: int = 0
    waiting: int = 0
    seconds: float = 0
    cpu_seconds: float = 0
    peak_megabytes: float = 0

    def said(self) -> str:
        """One line."""
        rate = self.claims / self.seconds if self.seconds else 0
        return (
            f"{self.claims:,} claims in {self.files:,} files, {self.remittances:,} 835s with "
            f"{self.payments:,} claim payments: {self.seconds:.1f} s ({self.cpu_seconds:.1f} s of "
            f"work), {rate:,.0f} claims/s, peak {self.peak_megabytes:.0f} MB"
        )


def files_in(folder: Path) -> Iterator[bytes]:
    """The files of a folder, in the order that their ISA says they were written."""
    paths = [path for path in folder.iterdir() if path.is_file()]
    for path in sorted(paths, key=_order):
        yield path.read_bytes()


def _order(path: Path) -> tuple[str, str]:
    with path.open("rb") as file:
        head = file.read(_ISA_BYTES).decode("latin-1")
    return head[_DATE] + head[_TIME], path.name


def adjudicate_all(
    config: Config,
    files: Iterable[bytes],
    out: Path,
    *,
    tell: Callable[[Figures], None] = lambda _figures: None,
) -> Figures:
    """Answer every file; writes `out/answers/<sender>/…`, `truth.jsonl` and `figures.json`.

    `tell` is called after each file. Raises FileExistsError where `out` has a truth file already.
    """
    out.mkdir(parents=True, exist_ok=True)
    figures, begin, worked = Figures(), time.perf_counter(), time.process_time()
    with (
        tempfile.TemporaryDirectory(dir=out, prefix=".work-") as place,
        (out / "truth.jsonl").open("x", encoding="utf-8") as told,
    ):
        run = _Run(config, out, Store(Path(place) / "simulator.sqlite3", durable=False), figures)
        for content in files:
            run.take(content)
            told.writelines(f"{line}\n" for line in run.truth())
            figures.seconds = time.perf_counter() - begin
            tell(figures)
        run.finish()
        told.writelines(f"{line}\n" for line in run.truth())
        run.store.close()
    figures.seconds = time.perf_counter() - begin
    figures.cpu_seconds = time.process_time() - worked
    figures.peak_megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (out / "figures.json").write_text(json.dumps(asdict(figures)) + "\n")
    return figures


class _Run:
    """One run: its clock goes by the dates of the files."""

    def __init__(self, config: Config, out: Path, store: Store, figures: Figures) -> None:
        self.config, self.store, self._out, self._figures = config, store, out, figures
        self._clock: VirtualClock | None = None

    def take(self, content: bytes) -> None:
        """Take one file in, and let everything happen that follows within a minute."""
        head = content[:_ISA_BYTES].decode("latin-1")
        sender, moment = head[_SENDER].strip(), _moment(head)
        self._figures.files += 1
        self._know(sender)
        if self._clock is None:
            self._clock = VirtualClock(moment)
        advance(self.store, self.config, self._clock, moment)
        try:
            take_in(
                self.store, self.config, content, caller="volume", route=FOLDER,
                idempotency_key=str(self._figures.files), at=self._clock.now(), sender_id=sender,
            )  # fmt: skip
        except UnknownSender:
            self._figures.refused += 1
        advance(self.store, self.config, self._clock, self._clock.now() + _AFTER_EACH)

    def finish(self) -> None:
        """Let all that is still to come happen, for a year at most."""
        if self._clock is None:
            return
        end = self._clock.now() + _MOST_DAYS
        while (moment := due(self.store)) and moment <= end:
            advance(self.store, self.config, self._clock, moment)
        row = self.store.one("SELECT count(*) AS n FROM later WHERE done = 0")
        self._figures.waiting = int(row["n"]) if row else 0

    def truth(self) -> Iterator[str]:
        """What is new of the truth; then all that nobody needs any more is forgotten."""
        counted = {"claim": "claims", "remittance": "remittances", "payment": "payments"}
        for row in self.store.all("SELECT kind, count(*) AS n FROM truth GROUP BY kind"):
            if name := counted.get(row["kind"]):
                setattr(self._figures, name, getattr(self._figures, name) + row["n"])
        yield from truth.lines_of(self.store)
        with self.store.transaction():
            self.store.run("DELETE FROM truth")
            self.store.run("DELETE FROM work WHERE done_at IS NOT NULL")
            self.store.run("DELETE FROM delivery WHERE state = 'done'")
            self.store.run("UPDATE submission SET content = '' WHERE content <> ''")

    def _know(self, sender: str) -> None:
        if sender not in self.config.folders:
            folder = Folder(sender, self._out / "none", self._out / "answers" / sender)
            folders = {**self.config.folders, sender: folder}
            self.config = replace(self.config, folders=folders, callbacks={}, sftp={})


def _moment(head: str) -> datetime:
    try:
        return datetime.strptime(head[_DATE] + head[_TIME], "%y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        return datetime(2026, 1, 5, tzinfo=UTC)
