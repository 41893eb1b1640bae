"""`Idempotency-Key`: the same request twice has one effect and one answer.

The record is written in the transaction of the effect: both are there or neither. A second request
that comes while the first still works waits for it on the unique index, then gets its answer.
"""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.errors import problem_response
from core.models import IdempotencyRecord

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 200
View = Callable[..., Response]


def idempotent(method: View) -> View:
    """Decorate a view's `post`. Without a key: 400. Another request under the same key: 422."""

    @wraps(method)
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "").strip()
        if not key or len(key) > LONGEST or not key.isprintable():
            raise ParseError(f"Send a header {HEADER} of 1 to {LONGEST} characters.")
        digest = _digest(request)
        token: Any = request.auth
        caller = f"token:{token.public_id}"
        try:
            with transaction.atomic():
                record = IdempotencyRecord.objects.create(
                    practice_id=token.practice_id,
                    caller=caller,
                    key=key,
                    request_hash=digest,
                )
                return _first(record, method(view, request, *args, **kwargs))
        except IntegrityError:
            kept = IdempotencyRecord.objects.filter(caller=caller, key=key).first()
            if kept is None:
                raise  # something else broke a constraint
            return _again(kept, digest)

    wrapper.is_idempotent = True  # type: ignore[attr-defined]  # for its description
    return wrapper


def _digest(request: Request) -> str:
    django_request = request._request  # noqa: SLF001
    parts = (request.method or "", request.get_full_path())
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + django_request.body).hexdigest()


def _first(record: IdempotencyRecord, response: Response) -> Response:
    """Keep the answer; a refusal is undone with its record, so that the key may be used again."""
    if response.status_code >= 400:
        transaction.set_rollback(True)
        return response
    IdempotencyRecord.objects.filter(pk=record.pk).update(
        response_status=response.status_code,
        response_body=_plain(response.data),
        response_headers={k: v for k, v in response.headers.items() if k in {"Location"}},
    )
    return response


def _plain(data: Any) -> Any:
    """What the renderer would send, as JSON types."""
    return json.loads(JSONRenderer().render(data))


def _again(kept: IdempotencyRecord, digest: str) -> Response:
    if kept.request_hash != digest:
        return problem_response(422, f"This {HEADER} was used for another request.")
    headers = {**kept.response_headers, REPLAYED: "true"}
    return Response(kept.response_body, status=kept.response_status, headers=headers)
