"""Whatever the sender made of line breaks, separators and padding, the segments are the same."""

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import x12
from tests.x12.files import joined, segments, worked
from x12.delimiters import Delimiters, learn, learn_loosely
from x12.reader import segment_batches

W01 = worked("w01")
BARE = [piece.decode() for piece in segments(W01)]
ONE_LINE = W01.replace(b"\n", b"")


def texts(content: bytes) -> list[str]:
    return [text for texts, _ in segment_batches(content) for text in texts]


@pytest.mark.parametrize(
    "content",
    [
        ONE_LINE,
        W01.replace(b"\n", b"\r\n"),
        W01.replace(b"~\n", b"~\n\n   \t"),
        b"\xef\xbb\xbf" + W01,
        b"\n\n  " + W01 + b"\x1a\x00\n",
        W01.replace(b"~\n", b"\n"),
        W01.replace(b"~\n", b"~\r"),
    ],
)
def test_line_breaks_and_blanks_around_segments_mean_nothing(content: bytes) -> None:
    assert texts(content) == BARE


def test_other_separators_are_learned_from_the_isa() -> None:
    odd = ONE_LINE.replace(b"*", b"|").replace(b":", b">").replace(b"~", b"\x1d")
    assert learn(odd.decode()) == Delimiters("|", "^", ">", "\x1d")
    (found,) = x12.read_interchanges(odd)
    (usual,) = x12.read_interchanges(W01)
    assert found.transactions[0].record == usual.transactions[0].record
    assert found.all_faults == []


def test_an_isa_that_was_not_padded_is_read_with_a_warning() -> None:
    narrow = W01.replace(b"SUMMIT01       ", b"SUMMIT01")
    assert learn(narrow.decode()) is None
    assert learn_loosely(narrow.decode()) == Delimiters()
    (found,) = x12.read_interchanges(narrow)
    assert found.sender_id == "SUMMIT01"
    assert [(f.code, f.severity) for f in found.all_faults] == [("X-ISA-WIDTH", "W")]


def test_interchanges_with_different_separators_stand_in_one_file() -> None:
    other = ONE_LINE.replace(b"*", b"|").replace(b"~", b"!")
    found = list(x12.read_interchanges(W01 + other + ONE_LINE))
    assert [len(one.transactions[0].texts) for one in found] == [37, 37, 37]
    assert all(one.all_faults == [] for one in found)


def test_text_around_interchanges_is_passed_over_with_a_warning() -> None:
    content = b"Content-Type: text/plain\n\n" + W01 + b"--boundary--\n" + W01
    found = list(x12.read_interchanges(content))
    assert len(found) == 2
    assert [f.code for one in found for f in one.all_faults] == ["X-STRAY", "X-STRAY"]
    assert not any(one.transactions[0].has_errors for one in found)


@pytest.mark.parametrize("content", [b"", b"\n\n", b" \x00"])
def test_an_empty_file_has_no_interchange(content: bytes) -> None:
    assert list(x12.read_interchanges(content)) == []


@pytest.mark.parametrize("content", [b"hello", b"ISA", b"%PDF-1.4 \xff\xfe", b"\x00\xff" * 5000])
def test_a_file_that_is_no_x12_is_one_clear_fault(content: bytes) -> None:
    (found,) = x12.read_interchanges(content)
    assert [f.code for f in found.all_faults] == ["X-ISA"]


@given(st.integers(min_value=1, max_value=300))
@settings(max_examples=25, deadline=None)
def test_it_does_not_matter_where_a_stream_is_cut_into_pieces(size: int) -> None:
    class Slow(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            return super().read(size)

    assert [
        text for texts, _ in segment_batches(Slow(W01 + ONE_LINE)) for text in texts
    ] == BARE * 2


def test_bytes_above_ascii_are_read_as_utf8_or_windows_1252() -> None:
    for name, content in (("PEÑA", "PEÑA".encode()), ("O’BRIEN", "O’BRIEN".encode("cp1252"))):
        (found,) = x12.read_interchanges(W01.replace(b"TESTPATIENT", content))
        party = found.transactions[0].record.billing_providers[0].subscribers[0].subscriber
        assert party.last_name == name
        assert {(f.code, f.severity) for f in found.all_faults} == {("E6", "W")}


@pytest.mark.parametrize(
    "content",
    [
        ONE_LINE[:-30] + b"A" * 3_000_000,
        b"Q" * 3_000_000,
        b"ISA" * 300_000,
        ONE_LINE * 2_000,
        joined(segments(W01)[:10]) + b"~" * 1_000_000,
    ],
    ids=["long element", "rubbish", "false beginnings", "many interchanges", "empty segments"],
)
def test_no_input_takes_more_than_linear_time(content: bytes) -> None:
    started = time.process_time()
    for _ in segment_batches(io.BytesIO(content)):
        pass
    assert time.process_time() - started < 10


def test_blanks_before_the_end_of_an_isa_are_forgiven() -> None:
    content = worked("w10")
    assert content[105:106] == b"~"
    (found,) = x12.read_interchanges(content[:105] + b"  " + content[105:])
    assert [fault for fault in found.all_faults if fault.severity == "E"] == []
    assert len(found.transactions) == 1
