"""Values as X12 writes them: dates, amounts, text. Decimal only, no float."""

import unicodedata
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

_BASIC = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()+,-./;?=")
_MAPPED = {
    "ß": "SS", "Æ": "AE", "æ": "AE", "Ø": "O", "ø": "O", "Ł": "L", "ł": "L", "’": "'", "‘": "'",
    "“": '"', "”": '"', "–": "-", "—": "-", ":": ";", "*": "", "~": "", "^": "", "|": "/",
    "#": "", "_": "-", "@": "(AT)", "$": "", "%": "", "[": "(", "]": ")", "{": "(", "}": ")",
    "\\": "/", "<": "(", ">": ")", "\t": " ", "\n": " ", "\r": " ", "`": "'",
}  # fmt: skip


def to_text(value: str, longest: int | None = None) -> tuple[str, str]:
    """`value` in the basic character set, and the characters that could not be mapped.

    Accents are taken off, lower case becomes upper, runs of blanks become one (domain B.2).
    """
    plain: list[str] = []
    lost: list[str] = []
    for sign in value.upper():
        if sign in _BASIC:
            plain.append(sign)
        elif sign in _MAPPED:
            plain.append(_MAPPED[sign])
        else:
            bare = "".join(s for s in unicodedata.normalize("NFKD", sign).upper() if s in _BASIC)
            plain.append(bare)
            if not bare:
                lost.append(sign)
    text = " ".join("".join(plain).split())
    return (text if longest is None else text[:longest].rstrip()), "".join(lost)


def to_amount(value: Decimal) -> str:
    """An amount or quantity: no trailing zeros, no point when whole, `.13` for thirteen cents."""
    text = format(value.normalize(), "f") if value else "0"
    if text.startswith("0."):
        return text[1:]
    return "-" + text[2:] if text.startswith("-0.") else text


def to_day(value: date) -> str:
    """CCYYMMDD."""
    return f"{value:%Y%m%d}"


def to_minute(value: time | datetime) -> str:
    """HHMM."""
    return f"{value:%H%M}"


def amount(text: str) -> Decimal | None:
    """The amount that `text` says; None when it is no plain number."""
    if not text.isascii() or "e" in text or "E" in text or " " in text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def day(text: str) -> date | None:
    """The date CCYYMMDD or YYMMDD; None when there is no such day."""
    if not (text.isascii() and text.isdigit()) or len(text) not in {6, 8}:
        return None
    text = text if len(text) == 8 else f"20{text}"
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def minute(text: str) -> time | None:
    """The time HHMM or HHMMSS; None when there is no such time."""
    if not (text.isascii() and text.isdigit()) or len(text) < 4:
        return None
    try:
        return time(int(text[:2]), int(text[2:4]))
    except ValueError:
        return None


def period(qualifier: str, text: str) -> tuple[date, date] | None:
    """The first and last day of a D8 date or an RD8 range; None when it is neither."""
    first, _, last = text.partition("-")
    start = day(first)
    end = day(last) if qualifier == "RD8" and last else start
    return (start, end) if start and end else None
