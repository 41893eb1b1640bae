"""How the paper form spells things: capitals, no punctuation, no decimal point (domain B.9)."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

_KEPT = frozenset("-/& ")
# Latin letters that do not fall apart into a letter and its accent.
_SPELLED = str.maketrans({"Ł": "L", "Ø": "O", "Đ": "D", "Æ": "AE", "Œ": "OE", "Þ": "TH", "Ð": "D"})


def plain(text: str) -> str:
    """`text` in capitals, without accents and punctuation; hyphen, slash and ampersand stay."""
    parted = unicodedata.normalize("NFKD", text.upper().translate(_SPELLED))
    kept = "".join(sign for sign in parted if sign.isascii() and (sign.isalnum() or sign in _KEPT))
    return " ".join(kept.upper().split())


def solid(text: str) -> str:
    """A number or id: `plain`, without blanks and hyphens too."""
    return plain(text).replace(" ", "").replace("-", "")


def quantity(text: str) -> str:
    """Units as they are counted. The one decimal point on the form: `1.5` must not become 15."""
    return "".join(sign for sign in text if sign in "0123456789.")


def is_printable(text: str) -> bool:
    """Whether every letter and digit of `text` has one that the form can print."""
    for sign in text.upper().translate(_SPELLED):
        first = unicodedata.normalize("NFKD", sign)[:1]
        if sign.isalnum() and not first.isascii():
            return False
    return True


def name(person: Mapping[str, Any], suffix: str = "") -> str:
    """Last name, suffix after it, then first and middle: the commas are the only punctuation."""
    last = " ".join(filter(None, [plain(person["last_name"]), plain(suffix)]))
    parts = [last, plain(person["first_name"]), plain(person.get("middle_name", ""))]
    return ", ".join(part for part in parts if part)


def street(place: Mapping[str, Any]) -> str:
    """Both lines of an address in one."""
    return plain(f"{place['address_line1']} {place['address_line2']}")


def city_line(place: Mapping[str, Any]) -> str:
    """City, state and ZIP code without a hyphen."""
    return plain(f"{place['city']} {place['state_code']} {solid(place['zip_code'])}")


def dollars_and_cents(amount: Decimal) -> str:
    """`200 00`, right-aligned in eight columns: the form's own line is the decimal point."""
    return f"{amount:.2f}".replace(".", " ").rjust(8)


def day_of(text: str, year_digits: int) -> dict[str, str]:
    """Month, day and year of an ISO day."""
    day = date.fromisoformat(text)
    return {"month": f"{day:%m}", "day": f"{day:%d}", "year": f"{day:%Y}"[-year_digits:]}


def written_day(text: str) -> str:
    """An ISO day as it stands beside a signature: `01 31 2026`; "" for none."""
    return f"{date.fromisoformat(text):%m %d %Y}" if text else ""


def letters(pointers: list[int]) -> str:
    """Pointers as letters without separators: `AB` (domain A.3). 0 points to nothing."""
    return "".join(chr(ord("A") + number - 1) for number in pointers if number)
