"""A practice's callback door for tests: keeps what comes and answers as it is told."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import x12

SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"


@dataclass
class Event:
    """One request as it came."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def event_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def payload(self) -> bytes:
        return str(json.loads(self.body)["data"]["payload"]).encode()

    @property
    def records(self) -> list[Any]:
        return [t.record for i in x12.read_interchanges(self.payload) for t in i.transactions]


@dataclass
class Receiver:
    """`answers` are given in turn; when they are used up, 202."""

    url: str = ""
    events: list[Event] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, event: Event) -> tuple[int, dict[str, str]]:
        with self.lock:
            self.events.append(event)
            return self.answers.pop(0) if self.answers else (202, {})


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            event = Event({k.lower(): v for k, v in self.headers.items()}, body)
            status, headers = receiver.take(event)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/payers/v1/demo/events"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
