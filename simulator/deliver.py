"""Sending what is in the outbox: signed callbacks with retries, or files in a folder.

2xx is done. 4xx other than 429 is dead: the other side has said no, and is not asked again unless
somebody redelivers. Everything else is tried again, later each time, under the same event id with
the time and signature of the new attempt.
"""

import http.client
import json
import os
import sqlite3
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import IO, Any

from simulator import log
from simulator.config import JSON_EVENT, Callback, Config, Folder
from simulator.payer import CALLBACK, FOLDER, SFTP
from simulator.signing import signed_headers
from simulator.store import Store, stamp

TIMEOUT_SECONDS = 20
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 5, 3600
MOST_ATTEMPTS = 60  # about two days of hours
_RETRIED = 429


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended. `answer` is an HTTP status or the kind of error, for the log."""

    state: str  # done, dead, waiting
    answer: str
    retry_after: int = 0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the claims to a host that nobody configured."""

    def redirect_request(  # noqa: PLR0917 - the library's signature
        self, req: Any, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def next_delivery(store: Store) -> sqlite3.Row | None:
    """The delivery that is due first."""
    sql = "SELECT * FROM delivery WHERE state = 'waiting' ORDER BY due_at, id LIMIT 1"
    return store.one(sql)


def deliver(store: Store, config: Config, row: sqlite3.Row, at: datetime) -> Outcome:
    """One attempt. The network is used outside any transaction; the outcome is then recorded."""
    outcome = _attempt(config, row, at)
    attempts = row["attempts"] + 1
    state = outcome.state
    if state == "waiting" and attempts >= MOST_ATTEMPTS:
        state = "dead"
    due_at = at + timedelta(seconds=max(_wait(attempts), outcome.retry_after))
    sql = "UPDATE delivery SET state = ?, attempts = ?, due_at = ?, last_answer = ? WHERE id = ?"
    store.run(sql, state, attempts, stamp(due_at), outcome.answer, row["id"])
    say = log.say if state == "done" else log.warn
    say(
        "delivery",
        state=state,
        event_id=row["event_id"],
        name=row["name"],
        sender_id=row["sender_id"],
        route=row["route"],
        attempt=attempts,
        answer=outcome.answer,
    )
    return Outcome(state, outcome.answer)


def redeliver(store: Store, at: datetime) -> int:
    """Give every dead delivery another life; answers how many there were."""
    sql = "UPDATE delivery SET state = 'waiting', attempts = 0, due_at = ? WHERE state = 'dead'"
    return store.run(sql, stamp(at))


def _wait(attempts: int) -> int:
    return min(FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 20), LONGEST_WAIT_SECONDS)


def _attempt(config: Config, row: sqlite3.Row, at: datetime) -> Outcome:
    way = _way(config, row["sender_id"], row["route"])
    if isinstance(way, Folder):
        return _leave_file(way, row)
    if way:
        return _call(way, row, at)
    return Outcome("waiting", "no way to this sender")


def _way(config: Config, sender_id: str, route: str) -> Callback | Folder | None:
    """The way that is asked for; where it was closed since, the next best will do."""
    ways: dict[str, Callback | Folder | None] = {
        CALLBACK: config.callbacks.get(sender_id),
        FOLDER: config.folders.get(sender_id),
        SFTP: config.sftp_folders.get(sender_id),
    }
    first = [route] if route in ways else []
    as_files = [FOLDER, SFTP] if route != CALLBACK else []
    return next((way for name in (*first, *as_files, *ways) if (way := ways[name])), None)


def _leave_file(folder: Folder, row: sqlite3.Row) -> Outcome:
    target: Path = folder.outbound / f"{row['name']}.edi"
    part = target.with_name(target.name + ".part")
    try:
        folder.outbound.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(row["content"])
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        return Outcome("waiting", type(error).__name__)
    return Outcome("done", "file")


def _body(callback: Callback, row: sqlite3.Row) -> bytes:
    if callback.content_type != JSON_EVENT:
        return bytes(row["content"])
    event = {
        "id": row["event_id"],
        "type": "x12.received",
        "occurred_at": row["created_at"],
        "data": {"payload": row["content"].decode("ascii")},
    }
    return json.dumps(event).encode()


def _call(callback: Callback, row: sqlite3.Row, at: datetime) -> Outcome:
    body = _body(callback, row)
    headers = signed_headers(callback.secret, row["event_id"], at, body)
    headers["Content-Type"] = callback.content_type
    request = urllib.request.Request(callback.url, body, headers, method="POST")  # noqa: S310 - the configuration allows http and https only
    try:
        with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return Outcome("done", str(answer.status))
    except urllib.error.HTTPError as error:
        error.close()
        return _refused(error)
    except (OSError, http.client.HTTPException) as error:
        return Outcome("waiting", type(error).__name__)


def _refused(error: urllib.error.HTTPError) -> Outcome:
    status = error.code
    if 400 <= status < 500 and status != _RETRIED:
        return Outcome("dead", str(status))
    asked = error.headers.get("Retry-After", "")
    wait = int(asked) if asked.isascii() and asked.isdigit() else 0
    return Outcome("waiting", str(status), min(wait, LONGEST_WAIT_SECONDS))
