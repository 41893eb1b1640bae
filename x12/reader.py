"""Bytes to segments, streaming: whatever line breaks, blanks or separators the sender used."""

from collections.abc import Generator, Iterator
from typing import BinaryIO

from x12.delimiters import ISA_LENGTH, Delimiters, learn
from x12.segment import Segment

_CHUNK = 1 << 18
_BLANKS = " \r\n\t\x00\x1a"
_BOM = b"\xef\xbb\xbf"


def text_chunks(source: bytes | BinaryIO) -> Iterator[str]:
    """`source` as text, piece by piece. Bytes map to characters one to one (latin-1)."""
    if isinstance(source, bytes):
        yield source.removeprefix(_BOM).decode("latin-1")
        return
    first = True
    while chunk := source.read(_CHUNK):
        yield (chunk.removeprefix(_BOM) if first else chunk).decode("latin-1")
        first = False


def raw_segments(source: bytes | BinaryIO) -> Iterator[tuple[str, Delimiters | None]]:
    """Each segment's text with the separators in force; None where no readable ISA came first.

    Line breaks and blanks around segments are dropped. A last segment without its terminator is
    given too: what it lacks is said by the envelope.
    """
    chunks = text_chunks(source)
    buffer, delimiters, more = "", None, True
    while more:
        chunk = next(chunks, None)
        more = chunk is not None
        buffer = buffer + chunk if chunk else buffer
        while True:
            if delimiters is None:
                buffer = buffer.lstrip(_BLANKS)
                if more and len(buffer) < ISA_LENGTH:
                    break
                delimiters = learn(buffer)
                if delimiters is None:
                    if buffer:
                        yield buffer[:ISA_LENGTH], None
                    return
            done, buffer, again = yield from _pieces(buffer, delimiters)
            delimiters = None if again else delimiters
            if done:
                break
    if buffer.strip(_BLANKS):
        yield buffer.strip(_BLANKS), delimiters


def _pieces(
    buffer: str, delimiters: Delimiters
) -> Generator[tuple[str, Delimiters | None], None, tuple[bool, str, bool]]:
    """The whole segments of `buffer`; stops before an ISA with separators of its own.

    Returns whether more text is needed, the text left, and whether it begins with a new ISA.
    """
    pieces = buffer.split(delimiters.segment)
    for number, piece in enumerate(pieces[:-1]):
        text = piece.strip(_BLANKS)
        if text.startswith("ISA") and number:
            rest = delimiters.segment.join(pieces[number:]).lstrip(_BLANKS)
            if learn(rest) != delimiters:
                return False, rest, True
        if text:
            yield text, delimiters
    tail = pieces[-1].lstrip(_BLANKS)
    starts_anew = tail.startswith("ISA") and len(pieces) > 1
    return True, tail, starts_anew


def split(text: str, delimiters: Delimiters, position: int) -> Segment:
    """One segment's text as a Segment."""
    return Segment(text.split(delimiters.element), position, delimiters.component)
