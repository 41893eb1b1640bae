"""Bytes to segments, streaming: whatever line breaks, blanks or separators the sender used."""

from collections.abc import Iterator
from typing import BinaryIO

from x12.delimiters import ISA_LENGTH, Delimiters, learn, learn_loosely
from x12.segment import Segment

_CHUNK = 1 << 16
_BLANKS = " \r\n\t\x00\x1a"
_BOM = b"\xef\xbb\xbf"
_ENOUGH = 4 * ISA_LENGTH  # characters in which an ISA, padded or not, must have ended


def text_chunks(source: bytes | BinaryIO) -> Iterator[str]:
    """`source` as text, piece by piece. Bytes map to characters one to one (latin-1)."""
    if isinstance(source, bytes):
        start = len(_BOM) if source.startswith(_BOM) else 0
        for at in range(start, len(source), _CHUNK):
            yield source[at : at + _CHUNK].decode("latin-1")
        return
    first = True
    while chunk := source.read(_CHUNK):
        yield (chunk.removeprefix(_BOM) if first else chunk).decode("latin-1")
        first = False


def raw_segments(source: bytes | BinaryIO) -> Iterator[tuple[str, Delimiters | None]]:
    """Each segment's text with the separators in force; None for text outside interchanges.

    Line breaks and blanks around segments are dropped. A last segment without its terminator is
    given too: what it lacks is said by the envelope.
    """
    chunks = text_chunks(source)
    text, delimiters, junk = _until_isa("", chunks)
    while True:
        if junk:
            yield junk, None
        if delimiters is None:
            return
        behind = ""
        for pieces, rest in _batches(text, chunks, delimiters):
            behind = rest
            for piece in pieces:
                if segment := piece.strip(_BLANKS):
                    yield segment, delimiters
        text, delimiters, junk = _until_isa(behind, chunks)


def _until_isa(text: str, chunks: Iterator[str]) -> tuple[str, Delimiters | None, str]:
    """The text from the next ISA on, its separators, and the beginning of what stood before it."""
    junk, place = "", 0
    while True:
        text = text[place:].lstrip(_BLANKS)
        while len(text) < _ENOUGH and (chunk := next(chunks, None)) is not None:
            text = (text + chunk).lstrip(_BLANKS)
        place, found = _find_isa(text)
        junk = junk or (text[:ISA_LENGTH] if place or not found else "")
        if found:
            return text[place:], found, junk
        if len(text) < _ENOUGH:
            return "", None, junk


def _find_isa(text: str) -> tuple[int, Delimiters | None]:
    """Where the first readable ISA begins, or up to where there can be none."""
    place = text.find("ISA")
    while place >= 0:
        isa = text[place : place + _ENOUGH]
        found = learn(isa) or learn_loosely(isa)
        if found:
            return place, found
        if place > 0 and len(isa) < _ENOUGH:
            return place, None  # it may go on in the next chunk
        place = text.find("ISA", place + 1)
    return max(len(text) - 2, 0), None


def _batches(
    text: str, chunks: Iterator[str], delimiters: Delimiters
) -> Iterator[tuple[list[str], str]]:
    """The pieces between terminators, a chunk's worth at a time, up to the end of the interchange.

    The second of the pair is the text behind the interchange, and "" until it was reached.
    """
    end = delimiters.segment
    held: list[str] = []  # a segment longer than a chunk is gathered, not joined each time
    at_start = True
    while True:
        if end in text:
            pieces = "".join([*held, text]).split(end)
            held = [pieces.pop()]
            last = _end_of_interchange(pieces, at_start=at_start)
            if last is not None:
                yield pieces[:last], end.join([*pieces[last:], *held])
                return
            yield pieces, ""
            at_start = False
        else:
            held.append(text)
        following = next(chunks, None)
        if following is None:
            yield ["".join(held)], ""
            return
        text = following


def _end_of_interchange(pieces: list[str], *, at_start: bool) -> int | None:
    """How many of `pieces` belong to the interchange; None when it goes on behind them.

    It ends with its IEA, or where another ISA begins because its own end was cut off.
    """
    for number, piece in enumerate(pieces):
        if "I" in piece[:8]:
            start = piece.lstrip(_BLANKS)[:3]
            if start == "IEA":
                return number + 1
            if start == "ISA" and not (at_start and number == 0):
                return number
    return None


def elements(text: str, delimiters: Delimiters) -> list[str]:
    """The elements of one segment; bytes above ASCII are read as UTF-8, else as Windows-1252."""
    if not text.isascii():
        raw = text.encode("latin-1")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", "replace")
    return text.split(delimiters.element)


def split(text: str, delimiters: Delimiters, position: int) -> Segment:
    """One segment's text as a Segment."""
    return Segment(elements(text, delimiters), position, delimiters.component)
