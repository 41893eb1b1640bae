"""The answer to one callback: every case of the contract in one place (docs/callbacks.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from claims.callbacks import answers
from claims.callbacks.answers import Answer, refusal, taken
from claims.callbacks.events import CHARSETS, X12, Event, content_type, read_event
from claims.callbacks.rate import Minute, minute_of
from claims.callbacks.signature import Signed
from claims.callbacks.trust import NOBODY_KNOWN, Peer, distrust
from claims.choices import MessageSource
from claims.edi.envelope import kinds_in
from claims.models import PayerCredential
from claims.selectors import scopes_needed
from claims.services.credentials import touch
from claims.services.process_message import PING_EVENT
from claims.services.receive_message import Arrival, Received, receive_event
from claims.services.record_call import Call, record_call
from core.actors import API, Actor, acting_as
from core.strict_json import NotSound
from core.tenancy import practice_scope


@dataclass(frozen=True, slots=True)
class Callback:
    """A request as it came, before anything of it is believed."""

    key_id: str
    headers: Mapping[str, str]
    body: bytes
    peer: Peer = NOBODY_KNOWN

    @property
    def event_id(self) -> str:
        """The name of the event as the caller gives it."""
        return self.headers.get("Webhook-Id", "")

    @property
    def media_type(self) -> str:
        """What the body is said to be."""
        return content_type(self.headers.get("Content-Type", ""))[0]


def find_credential(key_id: str) -> PayerCredential | None:
    """The credential of that name, alive or not."""
    return (
        PayerCredential.everywhere.filter(key_id=key_id)
        .select_related("practice", "partner")
        .first()
    )


def refuse_by_head(credential: PayerCredential | None, headers: Mapping[str, str]) -> Answer | None:
    """What can be refused before the body is read: its kind, its coding, its size."""
    media_type, charset = content_type(headers.get("Content-Type", ""))
    if media_type not in CHARSETS or charset not in CHARSETS[media_type]:
        return refusal(answers.MEDIA_TYPE)
    if headers.get("Content-Encoding", "identity").lower() != "identity":
        return refusal(answers.ENCODING)
    length = headers.get("Content-Length", "")
    most = size_limit(credential, media_type)
    if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > most):
        return too_big(most)
    return None


def size_limit(credential: PayerCredential | None, media_type: str) -> int:
    """How many bytes this caller may send of that kind; strangers get the defaults."""
    source = credential or PayerCredential()
    return source.max_file_bytes if media_type == X12 else source.max_event_bytes


def too_big(most: int) -> Answer:
    """Refuse a body for its size."""
    return refusal(answers.TOO_LARGE, why=f"The body has more than {most:,} bytes.")


def receive_callback(credential: PayerCredential | None, callback: Callback) -> Answer:
    """Verify, store, answer, and keep that it was answered. Nothing is acted on here.

    Everything that is accepted is committed before the answer is given; the caller turns a
    database that is away into 503.
    """
    answer = _answer(credential, callback)
    keep_call(credential, callback, answer)
    return answer


def keep_call(credential: PayerCredential | None, callback: Callback, answer: Answer) -> None:
    """Record the call for the audit log and the key's page. A flood is recorded once a minute."""
    if answer.word == answers.RATE_LIMITED.code and not answer.why:
        return
    record_call(
        credential,
        Call(
            key_hint=callback.key_id[:8],
            event_id=callback.event_id,
            media_type=callback.media_type,
            body=callback.body,
            status=answer.status,
            word=answer.word,
            why=answer.why,
            message_id=str(answer.body.get("id", "")),
        ),
    )


def _answer(credential: PayerCredential | None, callback: Callback) -> Answer:
    headers = callback.headers
    signed = Signed(
        callback.event_id,
        headers.get("Webhook-Timestamp", ""),
        headers.get("Webhook-Signature", ""),
        callback.body,
    )
    why = distrust(credential, signed, callback.peer)
    if why or credential is None:
        return refusal(answers.UNAUTHORIZED, why=why)
    minute = minute_of(credential)
    if minute.seconds_to_wait:
        return _limited(credential, minute)
    with (
        practice_scope(credential.practice),
        acting_as(Actor(API, credential.partner.name, source="callback")),
    ):
        touch(credential)
        return _store(credential, callback)


def _store(credential: PayerCredential, callback: Callback) -> Answer:
    event, fault = Event(), None
    try:
        event = read_event(callback.media_type, callback.body)
    except NotSound as error:
        fault = error
    out_of_scope = "" if fault else _out_of_scope(credential, event)
    received = receive_event(
        practice=credential.practice,
        partner=credential.partner,
        source=MessageSource.CALLBACK,
        content=callback.body,
        content_type=callback.media_type,
        credential=credential,
        event_id=callback.event_id,
        event_type=event.kind,
        is_test=event.is_test,
        set_aside=f"It is no event: {fault}" if fault else out_of_scope,
    )
    return _answer_to(received, fault, out_of_scope)


def _answer_to(received: Received, fault: NotSound | None, out_of_scope: str) -> Answer:
    message_id = str(received.message.public_id)
    if received.arrival == Arrival.CONFLICTING:
        return refusal(answers.CONFLICT, message_id=message_id)
    if fault:
        errors = [{"field": fault.field, "message": str(fault)}] if fault.field else None
        return refusal(
            answers.MALFORMED, detail=_sentence(fault), message_id=message_id, errors=errors
        )
    if out_of_scope:
        return refusal(answers.OUT_OF_SCOPE, detail=out_of_scope, message_id=message_id)
    is_new = received.arrival == Arrival.NEW
    return taken(answers.ACCEPTED if is_new else answers.DUPLICATE, message_id)


def _limited(credential: PayerCredential, minute: Minute) -> Answer:
    why = ""
    if minute.is_first_over:
        most = credential.events_per_minute
        why = f"More than {most} events in this minute; the others of this minute are not listed."
    answer = refusal(answers.RATE_LIMITED, retry_after=minute.seconds_to_wait)
    return replace(answer, why=why)


def _out_of_scope(credential: PayerCredential, event: Event) -> str:
    """Words for what the credential may not deliver, or "". Scopes never limit a test call."""
    if event.kind == PING_EVENT:
        return ""
    missing = scopes_needed(kinds_in(event.payload)) - set(credential.scopes)
    return f"This key may not deliver: {', '.join(sorted(missing))}." if missing else ""


def _sentence(fault: NotSound) -> str:
    words = str(fault)
    return words if words.endswith((".", "…")) else f"The body is no event: {words}."
