"""Appeal letters: text with merge fields, filled from the record, gaps marked and never invented.

A template is plain text with fields like {{payer_name}}. What the record does not hold becomes a
mark such as [MISSING: authorization number], which has to be filled in or struck out before the
letter can go.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FIELD = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_GAP = re.compile(r"\[MISSING: [^\]\n]{1,80}\]")
_TEXTS = Path(__file__).with_name("letter_texts")
BUILT_IN = "Built in"

# Every field a letter may name, in the words that mark a gap.
FIELDS: Mapping[str, str] = {
    "payer_name": "payer",
    "level_name": "level of appeal",
    "patient_name": "patient",
    "member_id": "member id",
    "claim_number": "our claim number",
    "payer_claim_number": "the payer's claim number",
    "service_dates": "days of service",
    "decision_date": "day of the decision",
    "remittance_number": "number of the remittance",
    "denied_lines": "what was refused",
    "denial_reasons": "reasons of the denial",
    "denied_amount": "amount refused",
    "diagnoses": "diagnoses",
    "provider_name": "rendering provider",
    "practice_name": "practice",
    "practice_phone": "telephone of the practice",
    "authorization": "authorization number",
    "filing_proof": "proof that the payer accepted the claim in time",
    "filing_limit": "filing limit",
    "visit_note": "signed visit note",
}


@dataclass(frozen=True, slots=True)
class Drafted:
    """A letter filled in, and the marks that are left in it."""

    text: str
    gaps: tuple[str, ...]


@cache
def built_in(category: str) -> str:
    """The letter that is used where the practice has none of its own."""
    middle = category if category and (_TEXTS / f"{category}.txt").is_file() else "any"
    parts = ("opening", middle, "closing")
    return "\n\n".join((_TEXTS / f"{name}.txt").read_text().strip() for name in parts)


def unknown_fields(body: str) -> list[str]:
    """The fields in `body` that no letter has."""
    return [name for name in dict.fromkeys(_FIELD.findall(body)) if name not in FIELDS]


def fill(body: str, values: Mapping[str, str]) -> Drafted:
    """`body` with each field filled from `values`; what is empty there becomes a mark."""

    def put(found: re.Match[str]) -> str:
        name = found.group(1)
        return values.get(name, "").strip() or f"[MISSING: {FIELDS.get(name, name)}]"

    text = _FIELD.sub(put, body)
    return Drafted(text, gaps_in(text))


def gaps_in(text: str) -> tuple[str, ...]:
    """The marks that still stand in a letter."""
    return tuple(dict.fromkeys(_GAP.findall(text)))
