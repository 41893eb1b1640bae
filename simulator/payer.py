"""One payer: who it is, what it pays by, and what it is like. Percentages are fractions of 1."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

MEDICARE_SEQUESTRATION = Decimal("0.02")
CALLBACK, FOLDER, SFTP = "callback", "folder", "sftp"
REJECT, DENY = "reject", "deny"
PATIENT_SHARE, CARVE_OUT, LESSER_OF, MSP = "patient_share", "carve_out", "lesser_of", "msp"
_CHOICES = {
    "answers": ("", CALLBACK, FOLDER, SFTP),
    "duplicates": (REJECT, DENY),
    "secondary": (PATIENT_SHARE, CARVE_OUT, LESSER_OF, MSP),
}
_TEXTS = ("line1", "city", "state", "zip", "phone", "crosses_to", *_CHOICES)
_FRACTIONS = (
    "default_percent", "coinsurance_percent", "sequestration_percent", "secondary_percent",
    "next_procedures_percent",
)  # fmt: skip
_AMOUNTS = ("deductible", "copay", "out_of_pocket")
_CODES = ("multiple_procedures", "needs_authorization", "not_covered")
_BENEFITS = ("deductible", "copay", "coinsurance_percent", "out_of_pocket")
_TABLES = ("fees", "percents", "members", "bundles", "mix", "filing_limit_days")
_KNOWN = {"payer_id", "name", "tax_id", *_TEXTS, *_FRACTIONS, *_AMOUNTS, *_CODES, *_TABLES}


@dataclass(frozen=True, slots=True)
class Benefits:
    """What one member's plan takes from the patient; no `out_of_pocket` is no limit."""

    deductible: Decimal
    copay: Decimal
    coinsurance_percent: Decimal
    out_of_pocket: Decimal | None


@dataclass(frozen=True, slots=True)
class PayerConfig:
    """One payer: who it is and what it pays.

    A fee is looked for by code and first modifier, by code, then as the percent of charge of the
    longest beginning of the code in `percents`, then as `default_percent`. `bundles` holds pairs:
    where both are billed for one day without a modifier that parts them, the second is not paid.
    """

    payer_id: str
    name: str
    tax_id: str
    line1: str = "1 PAYER WAY"
    city: str = "DENVER"
    state: str = "CO"
    zip: str = "80202"
    phone: str = "8005550100"
    fees: Mapping[str, Decimal] = field(default_factory=dict)
    default_percent: Decimal = Decimal("0.60")
    coinsurance_percent: Decimal = Decimal("0.20")
    deductible: Decimal = Decimal(0)
    copay: Decimal = Decimal(0)
    sequestration_percent: Decimal | None = None
    secondary_percent: Decimal = Decimal(1)
    filing_limit_days: int = 0
    percents: Mapping[str, Decimal] = field(default_factory=dict)
    out_of_pocket: Decimal | None = None
    members: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    multiple_procedures: frozenset[str] = frozenset()
    next_procedures_percent: Decimal = Decimal("0.50")
    bundles: frozenset[tuple[str, str]] = frozenset()
    needs_authorization: frozenset[str] = frozenset()
    not_covered: frozenset[str] = frozenset()
    duplicates: str = REJECT
    secondary: str = PATIENT_SHARE
    crosses_to: str = ""
    answers: str = ""
    mix: Mapping[str, int] | None = None

    def sequestration(self, claim_filing_code: str) -> Decimal:
        """The share of each payment that is kept back; Medicare's unless set (domain I.5)."""
        if self.sequestration_percent is not None:
            return self.sequestration_percent
        return MEDICARE_SEQUESTRATION if claim_filing_code == "MB" else Decimal(0)

    def benefits(self, member_id: str) -> Benefits:
        """The member's own figures where there are any, else the plan's."""
        own = self.members.get(member_id, {})
        return Benefits(
            own.get("deductible", self.deductible),
            own.get("copay", self.copay),
            own.get("coinsurance_percent", self.coinsurance_percent),
            own.get("out_of_pocket", self.out_of_pocket),
        )


def read_payer(raw: Mapping[str, Any]) -> PayerConfig:
    """A payer from a table of JSON or TOML. Raises ValueError, KeyError for what is missing."""
    place = f"payer {raw['payer_id']}"
    if unknown := set(raw) - _KNOWN:
        raise ValueError(f"{place}: {', '.join(sorted(unknown))} is not known")
    tax_id = str(raw["tax_id"])
    if not (tax_id.isascii() and tax_id.isdigit() and len(tax_id) == 9):
        raise ValueError(f"{place}: tax_id {tax_id!r} has not nine digits")
    given: dict[str, Any] = {name: str(raw[name]) for name in _TEXTS if name in raw}
    for name, allowed in _CHOICES.items():
        if given.get(name, allowed[0]) not in allowed:
            known = ", ".join(word for word in allowed if word)
            raise ValueError(f"{place}: {name} is one of {known}, not {given[name]!r}")
    given |= {name: fraction(name, raw[name]) for name in _FRACTIONS if raw.get(name) is not None}
    given |= {name: amount(name, raw[name]) for name in _AMOUNTS if raw.get(name) is not None}
    given |= {name: frozenset(map(str, raw[name])) for name in _CODES if name in raw}
    return PayerConfig(
        payer_id=str(raw["payer_id"]),
        name=str(raw["name"]),
        tax_id=tax_id,
        fees={code: amount(code, fee) for code, fee in raw.get("fees", {}).items()},
        percents={code: fraction(code, part) for code, part in raw.get("percents", {}).items()},
        members={one: _member(one, table) for one, table in raw.get("members", {}).items()},
        bundles=frozenset(_pair(place, pair) for pair in raw.get("bundles", [])),
        filing_limit_days=int(raw.get("filing_limit_days", 0)),
        mix=dict(raw["mix"]) if "mix" in raw else None,
        **given,
    )


def read_payer_file(path: Path) -> PayerConfig:
    """The payer of one TOML file. Raises ValueError, KeyError and OSError."""
    return read_payer(tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal))


def _member(member_id: str, table: Mapping[str, Any]) -> dict[str, Decimal]:
    if unknown := set(table) - set(_BENEFITS):
        raise ValueError(f"member {member_id}: {', '.join(sorted(unknown))} is not known")
    return {
        name: fraction(name, value) if name.endswith("percent") else amount(name, value)
        for name, value in table.items()
    }


def _pair(place: str, pair: Any) -> tuple[str, str]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise ValueError(f"{place}: bundles holds pairs of codes, not {pair!r}")
    return str(pair[0]), str(pair[1])


def amount(name: str, raw: Any) -> Decimal:
    """An amount of nothing or more. Raises ValueError, and InvalidOperation for no number."""
    value = Decimal(raw)
    if not value.is_finite() or value < 0:
        raise ValueError(f"{name}: {raw!r} is no amount")
    return value


def fraction(name: str, raw: Any) -> Decimal:
    """A share from 0 to 1. Raises as `amount` does."""
    value = amount(name, raw)
    if value > 1:
        raise ValueError(f"{name}: {raw!r} is more than 1; write 20 % as 0.20")
    return value
