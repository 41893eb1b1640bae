"""Bytes to segments, streaming: whatever line breaks, blanks or separators the sender used."""

from collections.abc import Iterator
from itertools import repeat
from typing import BinaryIO

from x12.delimiters import ISA_LENGTH, Delimiters, learn, learn_loosely
from x12.segment import Segment

_CHUNK = 1 << 14  # small enough that a buffer's segments stay in the processor's cache
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


def segment_batches(source: bytes | BinaryIO) -> Iterator[tuple[list[str], Delimiters | None]]:
    """The segments' texts, some at a time, with the separators in force.

    None instead of separators for text outside interchanges. No batch reaches over the beginning
    of an interchange. Line breaks and blanks around segments are dropped. A last segment without
    its terminator is given too: what it lacks is said by the envelope.
    """
    chunks = text_chunks(source)
    text, delimiters, junk = _until_isa("", chunks)
    while True:
        if junk:
            yield [junk], None
        if delimiters is None:
            return
        behind = ""
        for pieces, rest in _batches(text, chunks, delimiters):
            behind = rest
            yield pieces, delimiters
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
    """The segments, a chunk's worth at a time, up to the end of the interchange.

    The second of the pair is the text behind the interchange, and "" until it was reached.
    """
    end = delimiters.segment
    held: list[str] = []  # a segment longer than a chunk is gathered, not joined each time
    at_start = True
    while True:
        if end in text:
            text = "".join([*held, text])
            cut = text.rindex(end) + 1
            pieces, last = _pieces(text[:cut], end, at_start=at_start)
            if last is not None:
                yield [piece for piece in pieces[:last] if piece], text[_offset(text, end, last) :]
                return
            yield ([piece for piece in pieces if piece] if "" in pieces else pieces), ""
            held = [text[cut:]]
            at_start = False
        else:
            held.append(text)
        following = next(chunks, None)
        if following is None:
            rest = "".join(held).strip(_BLANKS)
            yield [rest] if rest else [], ""
            return
        text = following


def _pieces(text: str, end: str, *, at_start: bool) -> tuple[list[str], int | None]:
    """The trimmed pieces before each terminator, and how many of them belong to the interchange.

    The number is None when it goes on behind them. It ends with its IEA, or where another ISA
    begins because its own end was cut off.
    """
    if text.isascii() and "\x00" not in text and "\x1a" not in text:
        pieces = [piece.strip() for piece in text.split(end)]  # faster than naming the blanks
    else:
        pieces = [piece.strip(_BLANKS) for piece in text.split(end)]
    pieces.pop()
    if "IEA" not in text and text.count("ISA") <= at_start:
        return pieces, None
    for number, piece in enumerate(pieces):
        if piece[:3] == "IEA":
            return pieces, number + 1
        if piece[:3] == "ISA" and not (at_start and number == 0):
            return pieces, number
    return pieces, None


def _offset(text: str, end: str, count: int) -> int:
    """Where the text behind the first `count` terminators begins."""
    place = 0
    for _ in range(count):
        place = text.index(end, place) + 1
    return place


def elements(text: str, delimiters: Delimiters) -> list[str]:
    """The elements of one segment; bytes above ASCII are read as UTF-8, else as Windows-1252."""
    if not text.isascii():
        raw = text.encode("latin-1")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", "replace")
    return text.split(delimiters.element)


def rows_of(texts: list[str], delimiters: Delimiters) -> Iterator[list[str]]:
    """The elements of each segment, one at a time: a list that lives on costs twice as much."""
    if all(map(str.isascii, texts)):
        return map(str.split, texts, repeat(delimiters.element))
    return map(elements, texts, repeat(delimiters))


def split(text: str, delimiters: Delimiters, position: int) -> Segment:
    """One segment's text as a Segment."""
    return Segment(elements(text, delimiters), position, delimiters.component)
