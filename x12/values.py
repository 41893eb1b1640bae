"""Values as X12 writes them: dates, amounts, text. Decimal only, no float."""

import re
import unicodedata
from datetime import date, time
from decimal import Decimal
from functools import lru_cache

_PLAIN_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", re.ASCII)
_SIGNS = r"[A-Z0-9!\"&'()+,\-./;?=]+"
_PLAIN_TEXT = re.compile(f"(?:{_SIGNS}(?: {_SIGNS})*)?", re.ASCII)
_CENT = Decimal("0.01")
_BASIC = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()+,-./;?=")
_MAPPED = {
    "ß": "SS", "Æ": "AE", "æ": "AE", "Ø": "O", "ø": "O", "Ł": "L", "ł": "L", "Đ": "D", "đ": "D",
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-",
    ":": ";", "*": "", "~": "", "^": "", "|": "/", "#": "", "_": "-", "@": "(AT)", "$": "",
    "%": "", "[": "(", "]": ")", "{": "(", "}": ")", "\\": "/", "<": "(", ">": ")", "`": "'",
    "\t": " ", "\n": " ", "\r": " ", "\u00a0": " ",
}  # fmt: skip


@lru_cache(maxsize=1 << 14)
def is_plain(value: str) -> bool:
    """Whether `value` can be sent as it is; nearly all that is ever written can."""
    return _PLAIN_TEXT.fullmatch(value) is not None


def to_text(value: str, longest: int | None = None) -> tuple[str, str]:
    """`value` in the basic character set, and the characters that could not be mapped.

    Accents are taken off, lower case becomes upper, runs of blanks become one (domain B.2).
    """
    if is_plain(value):
        return (value if longest is None else value[:longest].rstrip()), ""
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


@lru_cache(maxsize=1 << 14)
def to_amount(value: Decimal) -> str:
    """An amount or quantity: no trailing zeros, no point when whole, `.13` for thirteen cents."""
    text = format(value.normalize(), "f") if value else "0"
    if text.startswith("0."):
        return text[1:]
    return "-" + text[2:] if text.startswith("-0.") else text


def shown(value: Decimal) -> str:
    """An amount for people: two places, and more only where there are more."""
    return f"{value:.2f}" if value == value.quantize(_CENT) else str(value)


@lru_cache(maxsize=1 << 12)
def to_day(value: date) -> str:
    """CCYYMMDD."""
    return f"{value:%Y%m%d}"


@lru_cache(maxsize=1 << 14)
def amount(text: str) -> Decimal | None:
    """The amount that `text` says; None when it is no plain number."""
    return Decimal(text) if _PLAIN_NUMBER.fullmatch(text) else None


@lru_cache(maxsize=1 << 12)
def day(text: str) -> date | None:
    """The date CCYYMMDD; None when there is no such day."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def short_day(text: str) -> date | None:
    """The date YYMMDD of ISA and TA1; None when there is no such day."""
    return day(f"20{text}") if len(text) == 6 else day(text)


def minute(text: str) -> time | None:
    """The time HHMM, HHMMSS or HHMMSSDD; None when there is no such time."""
    if len(text) not in {4, 6, 7, 8} or not (text.isascii() and text.isdigit()):
        return None
    try:
        return time(int(text[:2]), int(text[2:4]), int(text[4:6] or 0))
    except ValueError:
        return None


def period(qualifier: str, text: str) -> tuple[date, date] | None:
    """The first and last day of a D8 date or an RD8 range; None when it is neither."""
    first, dash, last = text.partition("-")
    if bool(dash) != (qualifier == "RD8"):
        return None
    start, end = day(first[:8] if qualifier == "DT" else first), day(last) if dash else None
    if start is None or (dash and end is None):
        return None
    return start, end or start


def routing_number_is_valid(number: str) -> bool:
    """Nine digits whose sum, weighted 3, 7, 1 in turn, ends in zero (a bank's ABA number)."""
    if len(number) != 9 or not (number.isascii() and number.isdigit()):
        return False
    return sum(int(digit) * (3, 7, 1)[place % 3] for place, digit in enumerate(number)) % 10 == 0


def npi_is_valid(npi: str) -> bool:
    """Ten digits whose Luhn sum with the constant 24 ends in zero (domain B.5)."""
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()) or npi[0] not in "12":
        return False
    total = 24
    for place, digit in enumerate(reversed(npi)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0
