"""Everything the simulator must not forget, in one SQLite file that survives `kill -9`."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS submission (
    id INTEGER PRIMARY KEY,
    caller TEXT NOT NULL, idempotency_key TEXT NOT NULL,
    sha256 TEXT NOT NULL, receipt TEXT NOT NULL,
    sender_id TEXT NOT NULL, route TEXT NOT NULL CHECK (route IN ('callback', 'folder')),
    content BLOB NOT NULL, received_at TEXT NOT NULL,
    UNIQUE (caller, idempotency_key)
);
CREATE TABLE IF NOT EXISTS interchange (
    sender_id TEXT NOT NULL, control_number INTEGER NOT NULL,
    PRIMARY KEY (sender_id, control_number)
);
CREATE TABLE IF NOT EXISTS work (
    id INTEGER PRIMARY KEY,
    due_at TEXT NOT NULL, kind TEXT NOT NULL, sender_id TEXT NOT NULL, route TEXT NOT NULL,
    data TEXT NOT NULL, done_at TEXT, failed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS work_due ON work (due_at, id) WHERE done_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS one_payment_run ON work (due_at)
    WHERE kind = 'payment_run' AND done_at IS NULL;
CREATE TABLE IF NOT EXISTS claim (
    id INTEGER PRIMARY KEY,
    sender_id TEXT NOT NULL, route TEXT NOT NULL, usage TEXT NOT NULL,
    payer_id TEXT NOT NULL, number TEXT NOT NULL, frequency_code TEXT NOT NULL,
    member_id TEXT NOT NULL, payee TEXT NOT NULL,
    record TEXT NOT NULL, behaviour TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('rejected', 'accepted', 'finished', 'reversed')),
    status TEXT NOT NULL, received_at TEXT NOT NULL, pay_at TEXT,
    payer_claim_number TEXT NOT NULL, replaces INTEGER REFERENCES claim,
    result TEXT, deductible TEXT NOT NULL DEFAULT '0'
);
CREATE INDEX IF NOT EXISTS claim_number ON claim (sender_id, payer_id, number);
CREATE INDEX IF NOT EXISTS claim_payer_number ON claim (sender_id, payer_claim_number);
CREATE INDEX IF NOT EXISTS claim_open ON claim (pay_at) WHERE state = 'accepted';
CREATE TABLE IF NOT EXISTS deductible (
    payer_id TEXT NOT NULL, member_id TEXT NOT NULL, year INTEGER NOT NULL, used TEXT NOT NULL,
    PRIMARY KEY (payer_id, member_id, year)
);
CREATE TABLE IF NOT EXISTS out_of_pocket (
    payer_id TEXT NOT NULL, member_id TEXT NOT NULL, year INTEGER NOT NULL, used TEXT NOT NULL,
    PRIMARY KEY (payer_id, member_id, year)
);
CREATE TABLE IF NOT EXISTS later (
    id INTEGER PRIMARY KEY,
    claim_id INTEGER NOT NULL REFERENCES claim, step TEXT NOT NULL, due_at TEXT NOT NULL,
    amount TEXT NOT NULL DEFAULT '0', done INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS later_due ON later (due_at) WHERE done = 0;
CREATE INDEX IF NOT EXISTS later_claim ON later (claim_id) WHERE done = 0;
CREATE TABLE IF NOT EXISTS door (
    sha256 TEXT PRIMARY KEY, times INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS truth (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, line TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS balance (
    id INTEGER PRIMARY KEY,
    sender_id TEXT NOT NULL, payer_id TEXT NOT NULL, payee TEXT NOT NULL,
    reference TEXT NOT NULL, amount TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE, sender_id TEXT NOT NULL, route TEXT NOT NULL,
    name TEXT NOT NULL, content BLOB NOT NULL, created_at TEXT NOT NULL, due_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'dead')),
    last_answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due_at, id) WHERE state = 'waiting';
"""


def stamp(moment: datetime) -> str:
    """A moment as it is stored: UTC, so that text order is time order."""
    return moment.isoformat(timespec="microseconds")


class Store:
    """One connection behind one lock; a transaction is the unit of everything."""

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(
            path, timeout=30, check_same_thread=False, isolation_level=None
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        # A volume run that is killed starts anew: it need not wait for the disk.
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file; what was committed is safe."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator["Store"]:
        """All or nothing. An inner transaction joins the outer one."""
        with self._lock:
            if self._depth:
                yield self
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            else:
                self._connection.execute("COMMIT")
            finally:
                self._depth -= 1

    def one(self, sql: str, *values: object) -> sqlite3.Row | None:
        """The first row, or None."""
        with self._lock:
            row: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return row

    def all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Every row."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def run(self, sql: str, *values: object) -> int:
        """Write; answers how many rows changed."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def add(self, table: str, **columns: Any) -> int:
        """Insert one row of ours; answers its id."""
        names, marks = ", ".join(columns), ", ".join("?" for _ in columns)
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names are ours
        with self._lock:
            return self._connection.execute(sql, tuple(columns.values())).lastrowid or 0

    def next_number(self, name: str) -> int:
        """The next of a sequence, from 1. Rolled back with the transaction that asked."""
        sql = (
            "INSERT INTO counter VALUES (?, 1)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
        )
        (row,) = self.all(sql, name)
        return int(row["value"])

    def get_meta(self, name: str) -> str:
        """A remembered word, "" when there is none."""
        row = self.one("SELECT value FROM meta WHERE name = ?", name)
        return str(row["value"]) if row else ""

    def set_meta(self, name: str, value: str) -> None:
        """Remember a word."""
        sql = (
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
        self.run(sql, name, value)

    def claims(self, ids: Sequence[int]) -> list[sqlite3.Row]:
        """Claims by id, in the order of arrival."""
        marks = ", ".join("?" for _ in ids)
        sql = f"SELECT * FROM claim WHERE id IN ({marks}) ORDER BY id"  # noqa: S608 - marks only
        return self.all(sql, *ids)
