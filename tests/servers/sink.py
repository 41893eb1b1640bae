"""A system that takes events in, on a real port: it answers as the test wishes and keeps all."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """One call as it came."""

    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What is answered: a status with headers; or the line is cut; or nothing for a while."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    resets: bool = False
    waits: float = 0


class Sink(ThreadingHTTPServer):
    """Answers each call with the next of `replies`, and 204 when there is none left."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: list[Reply] = []
        self.received: list[Received] = []
        self.chooses: Callable[[bytes], Reply] | None = None
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """host:port, as the list of outbound hosts names it."""
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        """Where events go."""
        return f"http://{self.address}/hooks?from=claimline"


class _Handler(BaseHTTPRequestHandler):
    server: Sink

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.received.append(Received(headers, body))
        if self.server.chooses is not None:
            reply = self.server.chooses(body)
        else:
            reply = self.server.replies.pop(0) if self.server.replies else Reply()
        if reply.resets:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
            return
        time.sleep(reply.waits)
        try:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.status != 204:
                self.wfile.write(b"as the test wishes")
        except (BrokenPipeError, ConnectionResetError):
            pass  # nobody waits any more

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def sink() -> Iterator[Sink]:
    """A running sink."""
    server = Sink()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
