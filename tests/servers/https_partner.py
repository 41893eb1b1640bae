"""A partner's HTTPS side for the tests: a real server with a token endpoint, that fails as told."""

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLIENT, SECRET = "summit-billing", "s3cret & so on"
_INTERCHANGE = re.compile(rb"ISA(?:\*[^*]*){12}\*(\d{9})\*")


@dataclass
class Ways:
    """How the partner behaves, until the test says otherwise."""

    keeps_keys: bool = True
    knows_numbers: bool = True
    is_json: bool = False
    life_seconds: int = 300
    token_status: int = 200
    refuses_next_tokens: int = 0
    wait_before_token: threading.Event | None = None
    next_answers: list[str] = field(default_factory=list)  # 429, 500, 500-taken, reset, html, 302
    fault: Callable[[], str] | None = None  # one of them by chance, "" for none


class HttpsPartner(ThreadingHTTPServer):
    """Remembers each request, each token it gave and each file it took."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.ways = Ways()
        self.tokens: list[str] = []
        self.posts: list[dict[str, str]] = []
        self.taken: list[bytes] = []
        self.by_key: dict[str, str] = {}
        self.lock = threading.Lock()
        self.token_asked = threading.Event()

    @property
    def url(self) -> str:
        """Where senders are pointed."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Quiet: a sender that was killed leaves a broken line."""

    def numbers(self) -> list[str]:
        """The interchange numbers of what it took, in order."""
        found = (_INTERCHANGE.search(content) for content in self.taken)
        return [match[1].decode() for match in found if match]

    def take(self, content: bytes, key: str) -> tuple[str, bool]:
        """Keep a file, once for each key where it honours them; its receipt, whether it is new."""
        with self.lock:
            if self.ways.keeps_keys and key in self.by_key:
                return self.by_key[key], False
            self.taken.append(content)
            receipt = f"R{len(self.taken)}"
            self.by_key[key] = receipt
            return receipt, True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HttpsPartner

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/oauth/token":
            self._give_token(body)
        elif self._is_known():
            self._take(body)

    def do_GET(self) -> None:
        if self._is_known():
            path = urlsplit(self.path).path
            wanted = path.rpartition("/")[2]
            ways = self.server.ways
            is_there = (ways.keeps_keys and wanted in self.server.by_key) or (
                ways.knows_numbers and wanted in self.server.numbers()
            )
            self._answer(200 if is_there else 404, {"receipt": "R1"} if is_there else {})

    def _give_token(self, body: bytes) -> None:
        server, ways = self.server, self.server.ways
        server.token_asked.set()
        if ways.wait_before_token is not None:
            ways.wait_before_token.wait(10)
        sent = self.headers.get("Authorization", "").removeprefix("Basic ")
        form = parse_qs(body.decode())
        known = base64.b64decode(sent).decode() == f"{CLIENT}:{SECRET}"
        if not known or form.get("grant_type") != ["client_credentials"]:
            self._answer(401, {"error": "invalid_client", "error_description": f"no {SECRET}"})
            return
        if ways.token_status != 200:
            self._answer(ways.token_status, {"error": "server_error"})
            return
        with server.lock:
            server.tokens.append(f"token-{len(server.tokens) + 1}")
            token = server.tokens[-1]
        self._answer(
            200, {"access_token": token, "token_type": "Bearer", "expires_in": ways.life_seconds}
        )

    def _is_known(self) -> bool:
        """The newest token only, unless the test says that even this one is refused."""
        ways = self.server.ways
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        good = not self.server.tokens or token == self.server.tokens[-1]
        if ways.refuses_next_tokens:
            ways.refuses_next_tokens -= 1
            good = False
        if not good:
            self._answer(401, {"error": "invalid_token"})
        return good

    def _take(self, body: bytes) -> None:
        server, ways = self.server, self.server.ways
        key = self.headers.get("Idempotency-Key", "")
        server.posts.append({**dict(self.headers), "path": self.path})
        way = ways.next_answers.pop(0) if ways.next_answers else ""
        if ways.fault is not None:
            with server.lock:
                way = ways.fault()
        if way == "429":
            self._answer(429, {}, {"Retry-After": "7"})
        elif way in {"500", "reset"}:
            self._fail(way)
        elif way == "302":
            self._answer(302, {}, {"Location": "http://elsewhere.example/"})
        else:
            content = json.loads(body)["x12"].encode() if ways.is_json else body
            receipt, is_new = server.take(content, key)
            if way in {"500-taken", "reset-taken"}:
                self._fail(way.partition("-")[0])
            elif way == "html":
                self._answer(200, b"<html>Welcome</html>")
            else:
                self._answer(202 if is_new else 200, {"receipt": receipt})

    def _fail(self, way: str) -> None:
        if way == "reset":
            self.close_connection = True
            self.connection.close()
        else:
            self._answer(500, {})

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            pass  # the sender was killed while it waited

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@contextmanager
def serving() -> Iterator[HttpsPartner]:
    """A partner that answers until the block ends."""
    with HttpsPartner() as partner:
        threading.Thread(target=partner.serve_forever, kwargs={"poll_interval": 0.01}).start()
        try:
            yield partner
        finally:
            partner.shutdown()
