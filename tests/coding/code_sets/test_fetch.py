"""Fetching a file by address: from listed hosts only, wherever they send us on to."""

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pytest_django.fixtures import Settings

from coding.code_sets.files import BadFile
from coding.services.fetch_code_file import check_sha256, fetch_code_file
from core.errors import ApplicationError

SHA256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # of hello


class Publisher(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://elsewhere.example/file.zip")
            self.end_headers()
        elif self.path == "/licence":
            self._answer("text/html; charset=utf-8", b"<html>agree?</html>")
        elif self.path == "/gone.zip":
            self.send_error(404)
        else:
            self._answer("application/zip", b"hello")

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def publisher(settings: Settings) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.CLAIMLINE_OUTBOUND_HOSTS = [f"127.0.0.1:{server.server_port}"]
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_file_is_fetched_and_its_hash_is_checked(publisher: str) -> None:
    kept = io.BytesIO()
    assert fetch_code_file(f"{publisher}/files/rvu26d.zip", kept) == "rvu26d.zip"
    check_sha256(kept, SHA256.upper())
    assert kept.read() == b"hello"
    with pytest.raises(BadFile, match=SHA256):
        check_sha256(kept, "0" * 64)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("/away", "elsewhere.example/file.zip may not be fetched"), ("/licence", "a web page"),
     ("/gone.zip", "answered 404")],
)  # fmt: skip
def test_what_is_no_file_of_a_listed_host_is_refused(
    publisher: str, path: str, sentence: str
) -> None:
    with pytest.raises(ApplicationError, match=sentence):
        fetch_code_file(publisher + path, io.BytesIO())
