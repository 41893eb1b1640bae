"""The HTTP door: claims in, receipts out, and the controls. Errors are RFC 9457 problems."""

import hmac
import json
import os
import re
import socket
import struct
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from simulator import log, page
from simulator.clock import parse_moment
from simulator.config import ConfigError
from simulator.folders import MOST_BYTES
from simulator.inquiries import NoQuestion
from simulator.intake import KeyReused, UnknownSender
from simulator.scenarios.parts import LoseAnswer, Refuse
from simulator.service import NotVirtual, Service
from simulator.truth import lines_of

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_SUBMISSIONS, _HOOKS = "/v1/submissions/", "/hooks"
SHARED = "shared"


class Problem(Exception):
    """An answer that is an error, with the sentence that says which."""

    def __init__(self, status: HTTPStatus, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.retry_after = status, detail, retry_after


class NoAnswer(Exception):
    """The line is closed without a word."""


class Server(ThreadingHTTPServer):
    """The listening socket with the service behind it."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], service: Service) -> None:
        self.service = service
        super().__init__(address, Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke. The library would print a trace."""
        log.warn("connection_failed", error=type(sys.exc_info()[1]).__name__)


class Handler(BaseHTTPRequestHandler):
    """One request: who asks, what for, and the answer."""

    protocol_version = "HTTP/1.1"
    server_version = "PayerSimulator"
    sys_version = ""
    timeout = 60
    server: Server

    def do_GET(self) -> None:
        """Liveness, and the receipt of a submission."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """Claims, and the controls."""
        self._answer(self._post)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """The library's own lines would hold addresses and paths; ours are in `_answer`."""

    def _answer(self, act: Any) -> None:
        self._body_was_read, self._retry_after = False, None
        try:
            status, body = act()
        except NoAnswer:
            self.close_connection = True
            return
        except Problem as problem:
            status, self._retry_after = problem.status, problem.retry_after
            body = {"title": status.phrase, "status": status.value, "detail": problem.detail}
        except Exception:
            log.fail("request_failed", method=self.command)
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            body = {"title": status.phrase, "status": status.value}
        self._send(status, body)

    def _send(self, status: HTTPStatus, body: dict[str, Any] | bytes) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = (
            "application/problem+json" if status >= HTTPStatus.BAD_REQUEST else "application/json"
        )
        if isinstance(body, bytes):
            kind = "text/html" if body.startswith(b"<!doctype") else "application/edi-x12"
        if self.command == "POST" and not self._body_was_read:
            self.close_connection = True  # what is left of the body is no next request
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if self._retry_after is not None:
            self.send_header("Retry-After", str(self._retry_after))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def _get(self) -> tuple[HTTPStatus, dict[str, Any] | bytes]:
        path, service = urlsplit(self.path).path, self.server.service
        if path == "/":
            return HTTPStatus.OK, page.html(service.config)
        if path == "/livez":
            now = self.server.service.clock.now().isoformat()
            return HTTPStatus.OK, {"status": "ok", "now": now}
        caller, _ = self._authenticate()
        if path == "/control/next" and caller == SHARED:
            return HTTPStatus.OK, page.what_comes(service.store, service.config)
        if path == "/control/truth" and caller == SHARED:
            return HTTPStatus.OK, {"truth": [json.loads(line) for line in lines_of(service.store)]}
        if path.startswith(_SUBMISSIONS):
            key = unquote(path.removeprefix(_SUBMISSIONS))
            if receipt := self.server.service.receipt_of(caller=caller, key=key):
                return HTTPStatus.OK, {"receipt": receipt}
            raise Problem(HTTPStatus.NOT_FOUND, "No submission came under this key.")
        raise Problem(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def _post(self) -> tuple[HTTPStatus, dict[str, Any] | bytes]:
        path = urlsplit(self.path).path
        if path in {_HOOKS, f"{_HOOKS}/down"}:
            return self._take_event(is_down=path != _HOOKS)
        caller, sender_id = self._authenticate()
        if path == "/v1/claims":
            return self._take_claims(caller, sender_id)
        if path == "/v1/inquiries":
            return self._answer_question(sender_id)
        if not path.startswith("/control/") or caller != SHARED:
            raise Problem(HTTPStatus.NOT_FOUND, "There is nothing here.")
        return self._control(path.removeprefix("/control/"))

    def _take_event(self, *, is_down: bool) -> tuple[HTTPStatus, dict[str, Any]]:
        """A practice's own system that is told events, or one that is down."""
        content = self._body()
        if is_down:
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "This system is down for maintenance.")
        if not self.headers.get("webhook-signature", "").startswith("v1,"):
            raise Problem(HTTPStatus.UNAUTHORIZED, "An event is signed.")
        try:
            kind = json.loads(content)["type"]
        except (ValueError, KeyError, TypeError) as error:
            raise Problem(HTTPStatus.BAD_REQUEST, "The body is no event.") from error
        return HTTPStatus.OK, {"taken": str(kind)[:40]}

    def _take_claims(self, caller: str, sender_id: str) -> tuple[HTTPStatus, dict[str, Any]]:
        key = self.headers.get("Idempotency-Key", "").strip('"')
        if not _KEY.fullmatch(key):
            raise Problem(HTTPStatus.BAD_REQUEST, "An Idempotency-Key header is required.")
        content = self._body()
        trouble = self.server.service.trouble(content)
        if isinstance(trouble, Refuse):
            detail = "The payer cannot take claims now."
            raise Problem(HTTPStatus(trouble.status), detail, trouble.retry_after)
        try:
            receipt = self.server.service.take_in(
                content, caller=caller, key=key, sender_id=sender_id
            )
        except KeyReused as error:
            detail = "This idempotency key came before with another file."
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail) from error
        except UnknownSender as error:
            detail = "The file's ISA06 names no sender that is configured here for this key."
            raise Problem(HTTPStatus.FORBIDDEN, detail) from error
        if isinstance(trouble, LoseAnswer):
            self._lose_answer(trouble)
        status = HTTPStatus.ACCEPTED if receipt.is_new else HTTPStatus.OK
        return status, {"receipt": receipt.number}

    def _lose_answer(self, part: LoseAnswer) -> None:
        """The claims are taken, and who sent them does not hear of it."""
        if part.how == "500":
            raise Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something broke.")
        if part.how == "hang":
            self.server.service.wait(part.seconds)
        else:  # closed with unsent data thrown away is what the other side sees as a reset
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())
        raise NoAnswer

    def _answer_question(self, sender_id: str) -> tuple[HTTPStatus, bytes]:
        """A 270 or 276, answered in the same call; a payer may be slow, or say nothing at all."""
        content = self._body()
        try:
            reply = self.server.service.answer(content, sender_id=sender_id)
        except UnknownSender as error:
            detail = "The file's ISA06 names no sender that is configured here for this key."
            raise Problem(HTTPStatus.FORBIDDEN, detail) from error
        except NoQuestion as error:
            detail = "The body must be one interchange with one 270 or 276."
            raise Problem(HTTPStatus.BAD_REQUEST, detail) from error
        if reply.seconds:
            self.server.service.wait(reply.seconds)
        if not reply.content:
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, "The payer does not answer.")
        return HTTPStatus.OK, reply.content

    def _control(self, verb: str) -> tuple[HTTPStatus, dict[str, Any]]:
        service, body = self.server.service, self._body()
        if verb == "config":
            try:
                service.reload()
            except ConfigError as error:
                raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
            return HTTPStatus.OK, {"payers": len(service.config.payers)}
        if verb == "redeliver":
            return HTTPStatus.OK, {"waiting": service.redeliver()}
        if verb == "advance":
            try:
                to = parse_moment(json.loads(body)["to"])
                delivered, due = service.advance(to)
            except (ValueError, KeyError, TypeError) as error:
                detail = 'The body must be {"to": "<ISO 8601 moment>"}.'
                raise Problem(HTTPStatus.BAD_REQUEST, detail) from error
            except NotVirtual as error:
                raise Problem(HTTPStatus.CONFLICT, "Real time cannot be moved.") from error
            return HTTPStatus.OK, {"delivered": delivered, "due": due}
        raise Problem(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def _authenticate(self) -> tuple[str, str]:
        """Who asks, and the only sender it may speak for ("" for any)."""
        given = self.headers.get("Authorization", "").removeprefix("Bearer ").encode()
        found: str | None = None
        for key, sender_id in self.server.service.config.keys.items():
            if hmac.compare_digest(given, key.encode()):
                found = sender_id
        if found is None:
            raise Problem(HTTPStatus.UNAUTHORIZED, "A bearer key is required.")
        return found or SHARED, found

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise Problem(HTTPStatus.LENGTH_REQUIRED, "A Content-Length is required.")
        if int(length) > MOST_BYTES:
            detail = f"A file may have {MOST_BYTES} bytes."
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
        content = self.rfile.read(int(length))
        if len(content) != int(length):
            self.close_connection = True
            raise Problem(HTTPStatus.BAD_REQUEST, "The body ended early.")
        self._body_was_read = True
        return content
