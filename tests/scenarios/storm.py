"""Sending through a storm: workers killed at random, Valkey emptied, PostgreSQL ended.

`python -m tests.scenarios.storm 400` plays it in full, on engines of its own, once against a far
side that honours idempotency keys and once against one that ignores them, and prints the figures.
`test_storm.py` plays a short one.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import redis
from django.db import DatabaseError, connection

from tests.architecture.tree import ROOT
from tests.servers.https_partner import HttpsPartner

FAULTS = ("429", "500", "500-taken", "reset", "reset-taken", "html")
FAULT_RATE = 0.15
PATIENCE = 120.0  # seconds after the storm: a lease, the questions, one more sending
LONGEST, LULL = 3600.0, 15.0  # seconds of storm; seconds without a post before the next kill
KEYS, NUMBERS = "key", "isa13"


@dataclass
class Crew:
    """Real workers and a real beat; whoever is killed is started again."""

    environment: dict[str, str]
    folder: Path
    workers: int = 3
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)

    def start(self) -> None:
        """Everybody."""
        for name in [*(f"worker-{number}" for number in range(self.workers)), "beat"]:
            self._start(name)

    def kill_one(self, chance: random.Random) -> None:
        """Now and then a whole worker or the beat; else the process that does the work."""
        name = chance.choice(list(self.processes))
        if name == "beat" or chance.random() < 0.2:
            self._kill_tree(name)
            self.kills["beat" if name == "beat" else "worker"] += 1
            self._start(name)
            return
        for pid in _children(self.processes[name].pid):
            os.kill(pid, signal.SIGKILL)
            self.kills["pool process"] += 1

    def revive(self) -> None:
        """A worker whose processes were killed while it started gives up by itself."""
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                self._start(name)

    def stop(self) -> None:
        """End them all."""
        for name in list(self.processes):
            self._kill_tree(name)

    def _start(self, name: str) -> None:
        role = ["beat", "--schedule", str(self.folder / f"beat-{time.monotonic_ns()}")]
        if name != "beat":
            role = ["worker", "-c", "1", "-n", f"{name}@storm", "--without-gossip",
                    "--without-mingle"]  # fmt: skip
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "tests.scenarios.hurried", *role,
                 "--loglevel", "ERROR"],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _kill_tree(self, name: str) -> None:
        process = self.processes[name]
        with suppress(ProcessLookupError):  # it had ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


@dataclass(frozen=True)
class Figures:
    """What a storm came to."""

    seed: int
    submissions: int
    seconds: float
    kills: dict[str, int]
    flushes: int
    restarts: int
    posts: int
    taken: int
    twice: list[str]
    missing: list[str]
    states: dict[str, int]

    @property
    def is_well(self) -> bool:
        """All there once, and known to be."""
        return not (self.twice or self.missing) and self.states == {"sent": self.submissions}

    def __str__(self) -> str:
        kills = ", ".join(f"{count} {name}" for name, count in sorted(self.kills.items()))
        return (
            f"{self.submissions} submissions, seed {self.seed}: {self.taken} taken by the far side "
            f"in {self.posts} posts, {len(self.twice)} twice, {len(self.missing)} missing; "
            f"our states {self.states}; killed {kills or 'nobody'}; Valkey emptied "
            f"{self.flushes}x, PostgreSQL ended {self.restarts}x; {self.seconds:.1f} s"
        )


@dataclass
class Storm:
    """One storm over batches that are queued already."""

    far: HttpsPartner
    crew: Crew
    redis_url: str
    end_database: Callable[[], None]
    seed: int
    between: tuple[int, int] = (1, 4)  # posts between two kills: it storms while there is work
    flushes: int = 2
    restarts: int = 1

    def play(self, numbers: list[str]) -> Figures:
        """Blow until all but a few are sent, then wait for the last; `numbers` are the files'."""
        chance, began = random.Random(self.seed), time.monotonic()
        self.far.ways.fault = self._fault(random.Random(self.seed + 1))
        flush_at = self._marks(len(numbers), self.flushes)
        restart_at = self._marks(len(numbers), self.restarts)
        flushed = ended = 0
        self.crew.start()
        while (taken := len(set(self.far.numbers()))) < len(numbers) * 0.95:
            if time.monotonic() - began > LONGEST:
                break
            self._await_work(chance)
            self.crew.kill_one(chance)
            if flushed < len(flush_at) and taken >= flush_at[flushed]:
                empty(self.redis_url)
                flushed += 1
            if ended < len(restart_at) and taken >= restart_at[ended]:
                self.end_database()
                ended += 1
        self.far.ways.fault = None
        self._wait(numbers)
        self.crew.stop()
        seen = Counter(self.far.numbers())
        return Figures(
            seed=self.seed, submissions=len(numbers), seconds=time.monotonic() - began,
            kills=dict(self.crew.kills), flushes=flushed, restarts=ended,
            posts=len(self.far.posts), taken=len(self.far.taken),
            twice=sorted(number for number, count in seen.items() if count > 1),
            missing=sorted(set(numbers) - seen.keys()), states=_states(numbers),
        )  # fmt: skip

    def _await_work(self, chance: random.Random) -> None:
        """Some more posts, or a while without any."""
        wanted = len(self.far.posts) + chance.randint(*self.between)
        end = time.monotonic() + LULL
        while len(self.far.posts) < wanted and time.monotonic() < end:
            self.crew.revive()
            time.sleep(0.02)

    def _marks(self, count: int, times: int) -> list[int]:
        return [count * (turn + 1) // (times + 2) for turn in range(times)]

    def _fault(self, chance: random.Random) -> Callable[[], str]:
        return lambda: chance.choice(FAULTS) if chance.random() < FAULT_RATE else ""

    def _wait(self, numbers: list[str]) -> None:
        end = time.monotonic() + PATIENCE
        while _states(numbers) != {"sent": len(numbers)} and time.monotonic() < end:
            self.crew.revive()
            time.sleep(0.5)


def _states(numbers: list[str]) -> dict[str, int]:
    """The transmissions of these files by state; none while the database is coming back."""
    from claims.models import Transmission

    try:
        newest = Transmission.everywhere.order_by("-pk").values_list("state", flat=True)
        rows = list(newest[: len(numbers)])
    except DatabaseError:
        connection.close()
        return {}
    return dict(Counter(rows))


def empty(redis_url: str) -> None:
    """FLUSHALL on the broker that everybody uses."""
    broker = redis.Redis.from_url(redis_url)
    broker.flushall()
    broker.close()


def main() -> int:
    """The storm in full, twice, on engines of its own."""
    words = argparse.ArgumentParser(description=main.__doc__)
    words.add_argument("submissions", type=int, nargs="?", default=400)
    words.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    words.add_argument("--far", choices=[KEYS, NUMBERS], help="one far side only")
    words.add_argument("--data", type=Path, help="a folder whose database is kept between storms")
    given = words.parse_args()
    if not given.far:
        again = [sys.executable, "-m", "tests.scenarios.storm", str(given.submissions),
                 "--seed", str(given.seed)]  # fmt: skip
        again += ["--data", str(given.data)] if given.data else []
        ends = [
            subprocess.run([*again, "--far", far], check=False).returncode
            for far in (KEYS, NUMBERS)
        ]
        return max(ends)
    from tests.scenarios.storm_ground import ground

    with ground(given.far, given.data) as (numbers_of, storm):
        figures = storm(given.seed).play(numbers_of(given.submissions))
    far_side = "honours keys" if given.far == KEYS else "ignores keys"
    sys.stdout.write(f"{far_side}: {figures}\n")
    return 0 if figures.is_well else 1


if __name__ == "__main__":
    sys.exit(main())
