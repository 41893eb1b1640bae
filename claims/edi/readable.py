"""X12 segments of a claim with what they say, in our own words, for people who read no X12.

The words are for reading only: nothing is decided by them. A segment that is not known here is
shown as it is, without words.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from claims.edi.words import ENTITIES

Elements = list[str]
_PARTIES = ENTITIES | {"87": "pay-to address", "PE": "pay-to plan", "DK": "ordering provider",
                       "DQ": "supervising provider", "PW": "pick-up place", "45": "drop-off place",
                       "GB": "other insured", "TT": "transfer to"}  # fmt: skip
_LEVELS = {"20": "billing provider", "22": "subscriber", "23": "patient"}
_RANKS = {"P": "first payer", "S": "second payer", "T": "third payer"}
_DATES = {"472": "service", "431": "onset of illness", "439": "accident", "435": "admission",
          "096": "discharge", "484": "last menstrual period", "573": "claim paid",
          "454": "first treatment", "304": "last seen", "360": "disability from",
          "361": "disability to", "297": "last worked", "296": "back to work"}  # fmt: skip
_NUMBERS = {"6R": "our line number", "F8": "the payer's own claim number", "G1": "authorization",
            "9F": "referral", "EI": "tax id (employer)", "SY": "tax id (social security)",
            "X4": "CLIA number", "EA": "medical record", "1L": "group", "0B": "license",
            "LU": "location", "D9": "clearinghouse's number", "G2": "payer's provider number",
            "2U": "payer id"}  # fmt: skip
_AMOUNTS = {"F5": "patient paid", "D": "the other payer paid", "A8": "not covered",
            "EAF": "still owed", "B6": "allowed"}  # fmt: skip
_SEXES = {"F": "female", "M": "male", "U": "not said"}
_FREQUENCIES = {"1": "original", "7": "replaces an earlier one", "8": "takes back an earlier one"}
_RELATIONS = {"18": "the patient"}


@dataclass(frozen=True, slots=True)
class ReadableSegment:
    """One segment as it was written, and its meaning."""

    text: str
    name: str
    words: str
    starts_part: bool = False


def readable(segments: Iterable[str]) -> list[ReadableSegment]:
    """Each segment (its elements joined by *) with its name and words."""
    return [_read(text) for text in segments]


def _read(text: str) -> ReadableSegment:
    elements = text.split("*")
    kind = elements[0]
    name, say = _SEGMENTS.get(kind, ("", _nothing))
    padded = elements + [""] * 12
    return ReadableSegment(text, name, say(padded), kind in {"HL", "CLM", "LX"})


def _nothing(_: Elements) -> str:
    return ""


def _level(e: Elements) -> str:
    return _LEVELS.get(e[3], e[3])


def _party(e: Elements) -> str:
    person = " ".join(filter(None, [e[4], e[5], e[3], e[7]]))
    number = f", {'NPI' if e[8] == 'XX' else 'id'} {e[9]}" if e[9] else ""
    return f"{_PARTIES.get(e[1], e[1])}: {person}{number}"


def _subscriber(e: Elements) -> str:
    relation = _RELATIONS.get(e[2], "somebody else" if e[2] else "the policy holder below")
    group = f", group {e[3]}" if e[3] else ""
    return f"{_RANKS.get(e[1], e[1])}; insured: {relation}{group}; claim filing code {e[9]}"


def _claim(e: Elements) -> str:
    place, _, rest = e[5].partition(":")
    frequency = rest.rpartition(":")[2]
    return f"{e[1]}, ${e[2]}, place of service {place}, {_FREQUENCIES.get(frequency, frequency)}"


def _diagnoses(e: Elements) -> str:
    codes = [part.split(":")[1] for part in e[1:] if ":" in part]
    return ", ".join(f"{code[:3]}.{code[3:]}" if len(code) > 3 else code for code in codes)


def _service(e: Elements) -> str:
    code, *modifiers = [part for part in e[1].split(":")[1:5] if part] or [""]
    pointers = ", ".join("ABCDEFGHIJKL"[int(p) - 1] for p in e[7].split(":") if p.isdigit())
    what = "-".join([code, *modifiers])
    return f"{what}, ${e[2]}, units {e[4]}" + (f", for diagnosis {pointers}" if pointers else "")


def _day(value: str) -> str:
    first, _, last = value.partition("-")
    days = [f"{day[4:6]}/{day[6:8]}/{day[:4]}" for day in (first, last) if len(day) == 8]
    return " to ".join(days) or value


def _date(e: Elements) -> str:
    return f"{_DATES.get(e[1], f'date {e[1]}')}: {_day(e[3])}"


def _number(e: Elements) -> str:
    return f"{_NUMBERS.get(e[1], f'number {e[1]}')}: {e[2]}"


def _amount(e: Elements) -> str:
    return f"{_AMOUNTS.get(e[1], f'amount {e[1]}')}: ${e[2]}"


def _person(e: Elements) -> str:
    return f"born {_day(e[2])}, {_SEXES.get(e[3], e[3])}"


def _adjustment(e: Elements) -> str:
    return "; ".join(f"{e[1]}-{e[n]} ${e[n + 1]}" for n in (2, 5, 8) if e[n])


_SEGMENTS: dict[str, tuple[str, Callable[[Elements], str]]] = {
    "HL": ("Level", _level),
    "NM1": ("Name", _party),
    "N3": ("Street", lambda e: " ".join(filter(None, e[1:3]))),
    "N4": ("Town", lambda e: " ".join(filter(None, e[1:4]))),
    "DMG": ("Person", _person),
    "SBR": ("Insurance", _subscriber),
    "PAT": ("Patient", lambda e: f"relation to the insured {e[1]}" if e[1] else ""),
    "CLM": ("Claim", _claim),
    "HI": ("Diagnoses", _diagnoses),
    "LX": ("Line", lambda e: e[1]),
    "SV1": ("Service", _service),
    "SVD": ("Other payer paid", lambda e: f"${e[2]}"),
    "CAS": ("Adjusted", _adjustment),
    "DTP": ("Date", _date),
    "REF": ("Number", _number),
    "AMT": ("Amount", _amount),
    "PRV": ("Specialty", lambda e: f"taxonomy {e[3]}"),
    "NTE": ("Note", lambda e: e[2]),
    "PWK": ("Attachment", lambda e: e[6]),
    "LIN": ("Drug", lambda e: f"NDC {e[3]}"),
    "CTP": ("Quantity", lambda e: f"{e[4]} {e[5]}"),
    "OI": ("Other insurance", lambda e: "benefits go to the provider" if e[3] == "Y" else ""),
    "PER": ("Contact", lambda e: " ".join(filter(None, [e[2], e[4]]))),
}
