"""A door in front of the payer that passes everything on and keeps the sender waiting."""

import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class SlowDoor(ThreadingHTTPServer):
    """Forwards to `target`. While `held` is clear, answers to POSTs are kept back."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target
        self.held = threading.Event()
        self.arrived = threading.Event()
        self.posts: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where senders are pointed."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: SlowDoor

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, answer = self._forward(body)
        self.server.posts.append(self.headers["Idempotency-Key"])
        self.server.arrived.set()
        self.server.held.wait(timeout=60)
        self._answer(status, answer)

    def do_GET(self) -> None:
        self._answer(*self._forward(None))

    def _forward(self, body: bytes | None) -> tuple[int, bytes]:
        names = ("Authorization", "Idempotency-Key", "Content-Type")
        headers = {name: self.headers[name] for name in names if self.headers[name]}
        request = urllib.request.Request(self.server.target + self.path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    def _answer(self, status: int, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the sender was killed while it waited

    def log_message(self, *args: Any) -> None:
        """Quiet."""
