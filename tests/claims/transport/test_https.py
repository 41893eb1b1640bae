"""The HTTPS road against a real server: every kind of answer, no redirect, no stranger's host."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from claims.choices import LineStop
from claims.transport import https
from claims.transport.allow_list import HostNotAllowed, check_url
from claims.transport.base import (
    Accepted,
    CannotTell,
    Found,
    NotDelivered,
    NotFound,
    Parcel,
    Rejected,
    Replied,
    Stopped,
    Throttled,
    Unknown,
)
from claims.transport.https import HttpsTransport, Profile
from claims.transport.sign_in import ApiKey
from core import clock

PARCEL = Parcel("SUMMIT01-000000001.837", b"ISA*...~", "key-1")


class Server(ThreadingHTTPServer):
    """Answers as the test says and remembers what it got."""

    answer: tuple[int, dict[str, str], bytes] = (202, {}, b'{"receipt": "R1"}')
    got: list[tuple[str, str, dict[str, str], bytes]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.reply(self.rfile.read(length))

    def do_GET(self) -> None:
        self.reply(b"")

    def reply(self, body: bytes) -> None:
        self.server.got.append((self.command, self.path, dict(self.headers), body))
        status, headers, answer = self.server.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


@pytest.fixture
def server(settings: object) -> Iterator[Server]:
    settings.CLAIMLINE_OUTBOUND_HOSTS = ["127.0.0.1"]
    with Server(("127.0.0.1", 0), Handler) as found:
        found.got = []
        threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield found
        found.shutdown()


def road(server: Server) -> HttpsTransport:
    return road_to(f"http://127.0.0.1:{server.server_address[1]}")


def road_to(url: str) -> HttpsTransport:
    return HttpsTransport(Profile(url), ApiKey("secret-key"))


def test_the_file_arrives_with_key_and_credentials(server: Server) -> None:
    assert road(server).submit(PARCEL) == Accepted("R1")
    method, path, headers, body = server.got[0]
    assert (method, path, body) == ("POST", "/v1/claims", PARCEL.content)
    assert headers["Authorization"] == "Bearer secret-key"
    assert headers["Idempotency-Key"] == "key-1"


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"),
    [
        (200, {}, b'{"receipt": "R1"}', Accepted),
        (202, {}, b"not json", Unknown),
        (202, {}, b'{"receipt": 7}', Unknown),
        (202, {}, b"[]", Unknown),
        (302, {"Location": "http://evil.example/"}, b"", Rejected),
        (400, {}, b"{}", Rejected),
        (401, {}, b"{}", Stopped),
        (403, {}, b"{}", Rejected),
        (422, {}, b"{}", Rejected),
        (408, {}, b"", Unknown),
        (409, {}, b"", Unknown),
        (425, {}, b"", Unknown),
        (429, {"Retry-After": "7"}, b"", Throttled),
        (500, {}, b"", Unknown),
        (503, {}, b"", Unknown),
    ],
)
def test_each_answer_is_judged(
    server: Server, status: int, headers: dict[str, str], body: bytes, kind: type
) -> None:
    server.answer = (status, headers, body)
    assert isinstance(road(server).submit(PARCEL), kind)
    assert len(server.got) == 1


def test_retry_after_is_honoured_within_reason(server: Server) -> None:
    server.answer = (429, {"Retry-After": "999999"}, b"")
    assert road(server).submit(PARCEL) == Throttled(3600)
    server.answer = (429, {"Retry-After": "soon"}, b"")
    assert road(server).submit(PARCEL) == Throttled(60)
    with clock.travel(datetime(2026, 11, 23, 16, 30, tzinfo=UTC)):
        server.answer = (429, {"Retry-After": "Mon, 23 Nov 2026 16:31:30 GMT"}, b"")
        assert road(server).submit(PARCEL) == Throttled(90)


def test_a_side_that_takes_no_call_has_no_file_and_can_tell_nothing(settings: object) -> None:
    settings.CLAIMLINE_OUTBOUND_HOSTS = ["127.0.0.1"]
    assert isinstance(road_to("http://127.0.0.1:9").submit(PARCEL), NotDelivered)
    assert isinstance(road_to("http://127.0.0.1:9").resolve(PARCEL), CannotTell)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(200, Found("R1")), (404, NotFound()), (500, CannotTell("HTTP 500"))],
)
def test_a_doubt_is_resolved_by_asking_for_the_key(
    server: Server, status: int, expected: object
) -> None:
    server.answer = (status, {}, json.dumps({"receipt": "R1"}).encode())
    assert road(server).resolve(PARCEL) == expected
    assert server.got[0][:2] == ("GET", "/v1/submissions/key-1")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/v1/claims",
        "http://clearing.example/v1/claims",
        "https://user:pw@clearing.example/",
        "ftp://clearing.example/",
        "https://clearing.example.evil.example/",
        "https:///nowhere",
        "https://clearing.example:99999/",
        "http://10.0.0.8/",
    ],
)
def test_claims_go_only_where_the_installation_allows(settings: object, url: str) -> None:
    settings.CLAIMLINE_OUTBOUND_HOSTS = ["clearing.example", "127.0.0.1"]
    with pytest.raises(HostNotAllowed):
        check_url(url)


def test_a_listed_host_is_allowed_with_or_without_its_port(settings: object) -> None:
    settings.CLAIMLINE_OUTBOUND_HOSTS = ["clearing.example", "other.example:8443"]
    check_url("https://clearing.example/v1/claims")
    check_url("https://other.example:8443/")
    with pytest.raises(HostNotAllowed):
        check_url("https://other.example/")


def test_a_host_that_is_not_allowed_is_a_refusal_and_not_a_doubt(settings: object) -> None:
    settings.CLAIMLINE_OUTBOUND_HOSTS = []
    assert isinstance(road_to("https://evil.example").submit(PARCEL), Rejected)


def test_a_question_is_answered_in_the_same_call(server: Server) -> None:
    server.answer = (200, {"Content-Type": "application/edi-x12"}, b"ISA*answer~")
    assert road(server).ask(PARCEL) == Replied(b"ISA*answer~")
    method, path, headers, body = server.got[0]
    assert (method, path, body) == ("POST", "/v1/inquiries", PARCEL.content)
    assert headers["Idempotency-Key"] == "key-1"


@pytest.mark.parametrize(
    ("status", "headers", "body", "reply"),
    [
        (200, {}, b"", Unknown("an empty answer")),
        (202, {}, b'{"receipt": "R1"}', Unknown("the other side is out of order (HTTP 202)")),
        (503, {}, b"", Unknown("the other side is out of order (HTTP 503)")),
        (429, {"Retry-After": "7"}, b"", Throttled(7)),
        (401, {}, b"no", Stopped(LineStop.SIGN_IN, https.REFUSED_KEY)),
        (403, {}, b"no", Rejected("HTTP 403")),
        (302, {"Location": "/other"}, b"", Rejected("HTTP 302: the address has moved")),
    ],
)
def test_a_question_without_an_answer(
    server: Server, status: int, headers: dict[str, str], body: bytes, reply: object
) -> None:
    server.answer = (status, headers, body)
    assert road(server).ask(PARCEL) == reply
    assert len(server.got) == 1


def test_nobody_waits_longer_than_the_limit(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(https, "ANSWER_WITHIN", 1)
    ended = threading.Event()

    def say_nothing(handler: Handler) -> None:
        handler.rfile.read(int(handler.headers["Content-Length"]))
        ended.wait(5)

    monkeypatch.setattr(Handler, "do_POST", say_nothing)
    assert road(server).ask(PARCEL) == Unknown("no answer within 1 seconds")
    ended.set()


def test_an_answer_that_drips_is_not_waited_for(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(https, "ANSWER_WITHIN", 1)

    def drip(handler: Handler) -> None:
        handler.rfile.read(int(handler.headers["Content-Length"]))
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        for _ in range(20):
            try:
                handler.wfile.write(b"x")
                handler.wfile.flush()
            except OSError:
                return
            time.sleep(0.1)

    monkeypatch.setattr(Handler, "do_POST", drip)
    assert road(server).ask(PARCEL) == Unknown("no answer within 1 seconds")


def test_a_strangers_host_is_not_asked(server: Server, settings: object) -> None:
    settings.CLAIMLINE_OUTBOUND_HOSTS = []
    assert isinstance(road(server).ask(PARCEL), Rejected)
    assert server.got == []


def test_a_line_that_breaks_within_the_answer_leaves_it_unknown(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(handler: Handler) -> None:
        handler.rfile.read(int(handler.headers["Content-Length"]))
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"x")

    monkeypatch.setattr(Handler, "do_POST", half)
    assert isinstance(road(server).ask(PARCEL), Unknown)
    assert isinstance(road(server).submit(PARCEL), Unknown)
