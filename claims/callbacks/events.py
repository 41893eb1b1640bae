"""What a body says it is, before anything of it is acted on: an event in JSON, or X12 as it is."""

from dataclasses import dataclass
from typing import Any

from claims.services.process_message import X12_EVENT
from core.strict_json import NotSound, read_object

JSON, X12 = "application/json", "application/edi-x12"
CHARSETS = {JSON: {"", "utf-8"}, X12: {"", "utf-8", "us-ascii", "iso-8859-1"}}


@dataclass(frozen=True, slots=True)
class Event:
    """The type of an event ("" for bare X12), the file in it, and whether it is only a test."""

    kind: str = ""
    payload: bytes = b""
    is_test: bool = False


def read_event(media_type: str, body: bytes) -> Event:
    """Read a body. Raises NotSound for JSON that is none, or that is no event."""
    if media_type == X12:
        return Event(payload=body)
    event = read_object(body)
    kind, data, is_test = event.get("type"), event.get("data"), event.get("test", False)
    if not isinstance(kind, str) or not kind:
        raise NotSound("An event has a type, for example x12.received.", "type")
    if not isinstance(is_test, bool):
        raise NotSound("test is true or false.", "test")
    if not isinstance(data, dict | None):
        raise NotSound("data is an object.", "data")
    payload = _payload(data or {}) if kind == X12_EVENT else b""
    return Event(kind, payload, is_test)


def content_type(value: str) -> tuple[str, str]:
    """The media type and the charset of a Content-Type header, in lower case."""
    media_type, _, rest = value.partition(";")
    charset = ""
    for parameter in rest.split(";"):
        name, _, text = parameter.strip().partition("=")
        if name.lower() == "charset":
            charset = text.strip('"').lower()
    return media_type.strip().lower(), charset


def _payload(data: dict[str, Any]) -> bytes:
    payload = data.get("payload")
    if not isinstance(payload, str) or not payload:
        raise NotSound("data.payload holds the X12 file as text: ISA*00*…", "data.payload")
    return payload.encode()
