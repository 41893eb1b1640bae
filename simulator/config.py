"""The configuration file, read whole and checked: one sentence for whatever is wrong with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simulator.behaviours import DEFAULT_MIX, Behaviour, Scenarios, inquiry_fate
from simulator.signing import secret_bytes

DEFAULT_DELAYS = {"ta1": 1, "999": 2, "clearinghouse_277ca": 4, "payer_277ca": 6, "835": 10}
DAY = 86_400
CLEARINGHOUSE_NAME, CLEARINGHOUSE_ID = "OPEN CLEARINGHOUSE", "OPENCH01"
JSON_EVENT, RAW_X12 = "application/json", "application/edi-x12"
MEDICARE_SEQUESTRATION = Decimal("0.02")


class ConfigError(Exception):
    """The configuration cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class PayerConfig:
    """One payer: who it is and what it pays. Percentages are fractions of 1."""

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

    def sequestration(self, claim_filing_code: str) -> Decimal:
        """The share of each payment that is kept back; Medicare's unless set (domain I.5)."""
        if self.sequestration_percent is not None:
            return self.sequestration_percent
        return MEDICARE_SEQUESTRATION if claim_filing_code == "MB" else Decimal(0)


@dataclass(frozen=True, slots=True)
class Callback:
    """Where and how a practice takes signed events."""

    sender_id: str
    url: str
    secret: str
    content_type: str = JSON_EVENT


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a practice drops its files and finds its answers."""

    sender_id: str
    inbound: Path
    outbound: Path


@dataclass(frozen=True, slots=True)
class SftpAccount:
    """A practice's account on the SFTP server: its folders are below its home."""

    sender_id: str
    user: str
    password: str
    home: Path

    @property
    def inbound(self) -> Path:
        """Where it leaves claims."""
        return self.home / "inbound"

    @property
    def outbound(self) -> Path:
        """Where it finds answers."""
        return self.home / "outbound"


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the file says."""

    clearinghouse_name: str = CLEARINGHOUSE_NAME
    clearinghouse_id: str = CLEARINGHOUSE_ID
    keys: Mapping[str, str] = field(default_factory=dict)  # key -> sender id, "" for any
    payers: Mapping[str, PayerConfig] = field(default_factory=dict)
    callbacks: Mapping[str, Callback] = field(default_factory=dict)
    folders: Mapping[str, Folder] = field(default_factory=dict)
    sftp: Mapping[str, SftpAccount] = field(default_factory=dict)  # by user
    delays: Mapping[str, int] = field(default_factory=lambda: dict(DEFAULT_DELAYS))
    payment_run: time | None = None
    mix: Mapping[Behaviour, int] = field(default_factory=lambda: dict(DEFAULT_MIX))
    scenarios: Scenarios = field(default_factory=dict)
    inquiries: Mapping[str, str] = field(default_factory=dict)
    zone: ZoneInfo | None = None
    seed: int = 1

    @property
    def sender_ids(self) -> set[str]:
        """The practices we know a way back to."""
        return set(self.callbacks) | set(self.folders)

    @property
    def pays_daily(self) -> bool:
        """Whether payments leave once a day, and not as soon as their delay has passed."""
        return self.payment_run is not None or self.delays["835"] >= DAY


def load(path: Path, callback_base: str = "") -> Config:
    """The configuration in `path`. Raises ConfigError; FileNotFoundError when there is none."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except ValueError as error:
        raise ConfigError(f"{path.name} is no JSON: {error}") from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{path.name} does not hold one JSON object")
    try:
        return _config(raw, callback_base)
    except KeyError as error:
        raise ConfigError(f"{path.name}: {error.args[0]} is missing") from error
    except (ValueError, TypeError, AttributeError, InvalidOperation) as error:
        raise ConfigError(f"{path.name}: {error}") from error


def _config(raw: dict[str, Any], callback_base: str) -> Config:
    clearinghouse = raw.get("clearinghouse", {})
    keys = {key: sender_id for sender_id, key in raw.get("keys", {}).items()}
    if raw.get("key"):
        keys[raw["key"]] = ""
    base = raw.get("callback_base", callback_base)
    payers = [_payer(one) for one in raw.get("payers", [])]
    callbacks = [_callback(one, base) for one in raw.get("callbacks", [])]
    folders = [
        Folder(one["sender_id"], Path(one["inbound"]), Path(one["outbound"]))
        for one in raw.get("folders", [])
    ]
    accounts = [
        SftpAccount(one["sender_id"], one["user"], one["password"], Path(one["home"]))
        for one in raw.get("sftp", [])
    ]
    folders += [Folder(one.sender_id, one.inbound, one.outbound) for one in accounts]
    return Config(
        clearinghouse_name=clearinghouse.get("name", CLEARINGHOUSE_NAME),
        clearinghouse_id=clearinghouse.get("id", CLEARINGHOUSE_ID),
        keys=keys,
        payers={payer.payer_id: payer for payer in payers},
        callbacks={one.sender_id: one for one in callbacks},
        folders={one.sender_id: one for one in folders},
        sftp={one.user: one for one in accounts},
        delays=_delays(raw.get("delays_seconds", {})),
        payment_run=time.fromisoformat(raw["payment_run"]) if raw.get("payment_run") else None,
        mix=_mix(raw.get("mix")),
        scenarios={key: _fates(value) for key, value in raw.get("scenarios", {}).items()},
        inquiries={key: inquiry_fate(value) for key, value in raw.get("inquiries", {}).items()},
        zone=_zone(raw.get("time_zone", "America/Denver")),
        seed=int(raw.get("seed", 1)),
    )


_TEXTS = ("line1", "city", "state", "zip", "phone")
_FRACTIONS = (
    "default_percent",
    "coinsurance_percent",
    "sequestration_percent",
    "secondary_percent",
)
_AMOUNTS = ("deductible", "copay")


def _payer(raw: dict[str, Any]) -> PayerConfig:
    tax_id = str(raw["tax_id"])
    if not (tax_id.isascii() and tax_id.isdigit() and len(tax_id) == 9):
        raise ValueError(f"payer {raw['payer_id']}: tax_id {tax_id!r} has not nine digits")
    given: dict[str, Any] = {name: str(raw[name]) for name in _TEXTS if name in raw}
    given |= {name: _fraction(name, raw[name]) for name in _FRACTIONS if raw.get(name) is not None}
    given |= {name: _amount(name, raw[name]) for name in _AMOUNTS if name in raw}
    return PayerConfig(
        payer_id=str(raw["payer_id"]),
        name=str(raw["name"]),
        tax_id=tax_id,
        fees={code: _amount(code, fee) for code, fee in raw.get("fees", {}).items()},
        filing_limit_days=int(raw.get("filing_limit_days", 0)),
        **given,
    )


def _callback(raw: dict[str, Any], base: str) -> Callback:
    url = urljoin(base, raw["url"]) if base else raw["url"]
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise ValueError(f"callback of {raw['sender_id']}: {url!r} is no http address")
    secret_bytes(raw["secret"])
    content_type = raw.get("content_type", JSON_EVENT)
    if content_type not in {JSON_EVENT, RAW_X12}:
        raise ValueError(f"callback of {raw['sender_id']}: content_type {content_type!r}")
    return Callback(raw["sender_id"], url, raw["secret"], content_type)


def _delays(raw: dict[str, Any]) -> dict[str, int]:
    if unknown := set(raw) - set(DEFAULT_DELAYS):
        raise ValueError(f"delays_seconds: {', '.join(sorted(unknown))} is no answer of ours")
    delays = {name: int(raw.get(name, seconds)) for name, seconds in DEFAULT_DELAYS.items()}
    if min(delays.values()) < 0:
        raise ValueError("delays_seconds: a delay is less than nothing")
    return delays


def _mix(raw: dict[str, int] | None) -> Mapping[Behaviour, int]:
    if raw is None:
        return dict(DEFAULT_MIX)
    mix = {Behaviour(name): int(weight) for name, weight in raw.items()}
    if sum(mix.values()) <= 0 or min(mix.values()) < 0:
        raise ValueError("mix: the weights must be 0 or more, and not all 0")
    return mix


def _fates(raw: str | list[str]) -> tuple[Behaviour, ...]:
    return tuple(Behaviour(name) for name in ([raw] if isinstance(raw, str) else raw))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError as error:
        raise ValueError(f"time_zone {name!r} is not known here") from error


def _amount(name: str, raw: Any) -> Decimal:
    value = Decimal(raw)
    if not value.is_finite() or value < 0:
        raise ValueError(f"{name}: {raw!r} is no amount")
    return value


def _fraction(name: str, raw: Any) -> Decimal:
    value = _amount(name, raw)
    if value > 1:
        raise ValueError(f"{name}: {raw!r} is more than 1; write 20 % as 0.20")
    return value
