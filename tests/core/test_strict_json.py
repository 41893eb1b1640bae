"""JSON from outside has one meaning or is refused (reliability 3.5)."""

import pytest

from core.strict_json import NotSound, read_object


def test_a_plain_object_is_read() -> None:
    assert read_object(b'{"type": "ping", "data": {"a": [1, "x"]}}')["type"] == "ping"


def test_brackets_inside_text_are_not_nesting() -> None:
    assert read_object(b'{"a": "' + b"[" * 100 + b'\\""}')


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"x"',
        b"{",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": "\\u0000"}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b"\xef\xbb\xbf{}",
        b"\xff\xfe",
        b'{"a":' + b"[" * 33 + b"]" * 33 + b"}",
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_two_readers_could_read_differently_is_refused(body: bytes) -> None:
    with pytest.raises(NotSound):
        read_object(body)
