"""Callbacks from outside: 500 signed files, 50 at a time, to the web server that `./run` starts.

A worker reads them at the same time, as in a running stack. The rows stay: the database is the
bench's own and is thrown away.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings

from bench.measure import Figure, percentile
from launcher.services import answers, web_words, worker_words

django.setup()

from claims.callbacks.samples import sample  # noqa: E402  (models need the setup)
from claims.callbacks.signature import sign  # noqa: E402
from claims.choices import MessageState, TransportKind  # noqa: E402
from claims.models import InboundMessage, PayerCredential, TradingPartner  # noqa: E402
from claims.services.credentials import create_credential  # noqa: E402
from core import clock  # noqa: E402
from core.models import Practice  # noqa: E402
from core.services.documents import read_document  # noqa: E402
from core.tenancy import practice_scope  # noqa: E402

CALLS, AT_ONCE = 500, 50
P95_SECONDS, MOST_SECONDS, PATIENCE, START_SECONDS = 2.0, 5.0, 300.0, 240.0


def figures() -> list[Figure]:
    """How long an answer takes, and whether all that was answered 202 is there and was read."""
    practice = Practice.objects.create(name="Callbacks", time_zone="America/Denver")
    with practice_scope(practice):
        partner = TradingPartner.objects.create(
            practice=practice, name="Bench", kind="clearinghouse", usage="P",
            transport=TransportKind.FOLDER, sender_id="BENCH", receiver_id="SENDER",
            outbound_folder="nowhere",
        )  # fmt: skip
        credential, secret = create_credential(
            partner=partner, name="Bench", events_per_minute=100_000
        )
        with _stack() as port:
            _call(port, credential, secret, 0)  # the first call warms one process
            begin = time.perf_counter()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                calls = list(
                    pool.map(lambda n: _call(port, credential, secret, n), range(1, CALLS + 1))
                )
            took = time.perf_counter() - begin
            read = _wait_until_read(credential)
        kept = _kept_whole(credential)
    return _rows(calls, took, kept, read)


def _rows(
    calls: list[tuple[int, float]], took: float, kept: int, read: Counter[str]
) -> list[Figure]:
    seconds = [one for _, one in calls]
    slow, slowest = percentile(seconds, 0.95), max(seconds)
    taken = sum(status == 202 for status, _ in calls)
    unread = read[MessageState.RECEIVED] + read[MessageState.FAILED]
    return [
        Figure(
            f"{CALLS} signed callbacks, {AT_ONCE} at a time, one worker reading",
            f"p95 < {P95_SECONDS:.0f} s, max < {MOST_SECONDS:.0f} s",
            f"p50 {percentile(seconds, 0.5):.2f} s, p95 {slow:.2f} s, max {slowest:.2f} s,"
            f" {CALLS / took:.0f}/s",
            slow < P95_SECONDS and slowest < MOST_SECONDS,
        ),
        Figure(
            "of them answered 202, kept byte for byte, read",
            "none lost",
            f"{taken} answered, {kept} kept, {CALLS - unread} read",
            taken == kept == CALLS and unread == 0,
        ),
    ]


def _call(port: int, credential: PayerCredential, secret: str, number: int) -> tuple[int, float]:
    """Post one 277CA of its own; the status and how many seconds the answer took."""
    event_id, stamp = f"evt_{number}", str(int(time.time()))
    body = _file(credential, number)
    headers = {
        "Content-Type": "application/edi-x12", "webhook-id": event_id, "webhook-timestamp": stamp,
        "webhook-signature": sign(secret, event_id, stamp, body),
    }  # fmt: skip
    begin = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("POST", f"/payers/v1/{credential.key_id}/events", body, headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status, time.perf_counter() - begin


def _file(credential: PayerCredential, number: int) -> bytes:
    text = sample("277ca", credential.partner, clock.now())
    return text.replace("TESTCLAIM0001", f"BENCH{number:08d}").encode()


def _wait_until_read(credential: PayerCredential) -> Counter[str]:
    """How the messages of the calls ended, once none waits any more or patience is over."""
    rows = InboundMessage.objects.filter(credential=credential).exclude(event_id="evt_0")
    end = time.monotonic() + PATIENCE
    while rows.filter(state=MessageState.RECEIVED).exists() and time.monotonic() < end:
        time.sleep(0.5)
    return Counter(rows.values_list("state", flat=True))


def _kept_whole(credential: PayerCredential) -> int:
    rows = InboundMessage.objects.filter(credential=credential).exclude(event_id="evt_0")
    number = {row.event_id: int(row.event_id.removeprefix("evt_")) for row in rows}
    return sum(
        f"BENCH{number[row.event_id]:08d}".encode() in read_document(row.document)
        for row in rows.select_related("document__blob")
    )


@contextmanager
def _stack() -> Iterator[int]:
    """The web server and the worker of `./run`, with our settings and database."""
    port = _free_port()
    folder = Path(settings.CLAIMLINE_VAR_DIR)
    environment = dict(os.environ) | {"CLAIMLINE_LOG_LEVEL": "WARNING"}
    with (folder / "bench-callbacks.log").open("wb") as log:
        processes = [
            subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, *words], env=environment, cwd=settings.ROOT, stdout=log, stderr=log
            )
            for words in (web_words(port), worker_words())
        ]
        try:
            _wait_for(port, folder / "bench-callbacks.log")
            yield port
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(timeout=30)


def _wait_for(port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while not answers(f"http://127.0.0.1:{port}/livez"):
        if time.monotonic() > end:
            raise RuntimeError(f"the web server did not start: {log.read_text()[-2000:]}")
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
