"""The demo's practices, sites, providers, payers and charges, as the files beside this one say."""

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from core.choices import Role
from core.identifiers import npi_with_check_digit
from core.money import dollars

HERE = Path(__file__).parent
PASSWORD = "demo-claimline"  # noqa: S105 - printed on the sign-in page of a demo, guards nothing
CLEARINGHOUSE = ("FERNWAY CLEARINGHOUSE", "FERNWAY")

# User name (after the practice's prefix), role, first and last name.
USERS = (
    ("frontdesk", Role.FRONT_DESK, "Frankie", "Demo"),
    ("provider", Role.PROVIDER, "Robin", "Sample"),
    ("coder", Role.CODER, "Cody", "Demo"),
    ("lead", Role.CODING_LEAD, "Lee", "Demo"),
    ("biller", Role.BILLER, "Dana", "Demo"),
    ("poster", Role.POSTER, "Parker", "Demo"),
    ("collections", Role.COLLECTIONS, "Colby", "Demo"),
    ("manager", Role.MANAGER, "Max", "Demo"),
    ("auditor", Role.AUDITOR, "Audrey", "Demo"),
    ("admin", Role.PRACTICE_ADMIN, "Addison", "Demo"),
    ("sysadmin", Role.SYSTEM_ADMIN, "Sydney", "Demo"),
)


@dataclass(frozen=True)
class Place:
    """Street, city, state, ZIP of nine digits."""

    line1: str
    city: str
    state: str
    zip_code: str

    def as_fields(self) -> dict[str, str]:
        """As columns of an address."""
        return {
            "address_line1": self.line1,
            "city": self.city,
            "state_code": self.state,
            "zip_code": self.zip_code,
        }


@dataclass(frozen=True)
class SiteCast:
    name: str
    npi: str
    clia: str
    place: Place


@dataclass(frozen=True)
class ProviderCast:
    first_name: str
    last_name: str
    npi: str
    taxonomy: str
    has_user: bool


@dataclass(frozen=True)
class PartnerCast:
    key: str
    name: str
    transport: str
    sender_id: str


@dataclass(frozen=True)
class PracticeCast:
    key: str
    name: str
    kind: str
    time_zone: str
    phone: str
    user_prefix: str
    patients: int
    encounters: int
    release_on_finish: bool
    npi: str
    tax_id: str
    taxonomy: str
    place: Place
    sites: tuple[SiteCast, ...]
    providers: tuple[ProviderCast, ...]
    partners: tuple[PartnerCast, ...]


@dataclass(frozen=True)
class PayerCast:
    key: str
    name: str
    number: str
    kind: str
    plan: str
    filing: str
    route: str
    filing_limit_days: int
    posts: str
    tax_id: str
    place: Place
    calendar_year: bool = False
    terms: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ChargeCast:
    code: str
    name: str
    fee: Decimal
    medicare: Decimal


@cache
def practices() -> tuple[PracticeCast, ...]:
    """Both practices."""
    return tuple(_practice(row) for row in _read("cast.toml")["practice"])


@cache
def payers() -> tuple[PayerCast, ...]:
    """The six payers that are reached by wire; each practice has its own rows of them."""
    return tuple(_payer(row) for row in _read("cast.toml")["payer"])


@cache
def charges() -> tuple[ChargeCast, ...]:
    """The charge master."""
    return tuple(
        ChargeCast(row["code"], row["name"], dollars(row["fee"]), dollars(row["medicare"]))
        for row in _read("charges.toml")["charge"]
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def _practice(row: dict[str, Any]) -> PracticeCast:
    sites = tuple(
        SiteCast(one["name"], npi_with_check_digit(one["npi"]), one["clia"], Place(*one["address"]))
        for one in row.pop("site")
    )
    providers = tuple(
        ProviderCast(
            first_name=one["name"][0],
            last_name=one["name"][1],
            npi=npi_with_check_digit(one["npi"]),
            taxonomy=one["taxonomy"],
            has_user=one.get("user", False),
        )
        for one in row.pop("provider")
    )
    partners = tuple(PartnerCast(**one) for one in row.pop("partner"))
    place = Place(*row.pop("address"))
    npi = npi_with_check_digit(row.pop("npi"))
    return PracticeCast(
        **row, npi=npi, place=place, sites=sites, providers=providers, partners=partners
    )


def _payer(row: dict[str, Any]) -> PayerCast:
    names = ("coinsurance_percent", "default_percent", "deductible", "copay")
    terms = {name: row.pop(name) for name in names if name in row}
    return PayerCast(place=Place(*row.pop("address")), terms=terms, **row)
