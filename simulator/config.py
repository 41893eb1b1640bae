"""The configuration file, read whole and checked: one sentence for whatever is wrong with it."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simulator.behaviours import DEFAULT_MIX, Fates, inquiry_fate
from simulator.payer import FOLDER, SFTP, PayerConfig, read_payer, read_payer_file
from simulator.scenarios import catalogue
from simulator.scenarios.parts import PLAIN, Scenario
from simulator.signing import secret_bytes

DEFAULT_DELAYS = {"ta1": 1, "999": 2, "clearinghouse_277ca": 4, "payer_277ca": 6, "835": 10}
DAY = 86_400
CLEARINGHOUSE_NAME, CLEARINGHOUSE_ID = "OPEN CLEARINGHOUSE", "OPENCH01"
JSON_EVENT, RAW_X12 = "application/json", "application/edi-x12"


class ConfigError(Exception):
    """The configuration cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Callback:
    """Where and how a practice takes signed events."""

    sender_id: str
    url: str
    secret: str
    content_type: str = JSON_EVENT


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a practice drops its files and finds its answers; `route` is folder or sftp."""

    sender_id: str
    inbound: Path
    outbound: Path
    route: str = FOLDER


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


@dataclass(frozen=True)
class Config:
    """Everything the file says. `folders` and `sftp_folders` are by sender."""

    clearinghouse_name: str = CLEARINGHOUSE_NAME
    clearinghouse_id: str = CLEARINGHOUSE_ID
    keys: Mapping[str, str] = field(default_factory=dict)  # key -> sender id, "" for any
    payers: Mapping[str, PayerConfig] = field(default_factory=dict)
    callbacks: Mapping[str, Callback] = field(default_factory=dict)
    folders: Mapping[str, Folder] = field(default_factory=dict)
    sftp: Mapping[str, SftpAccount] = field(default_factory=dict)  # by user
    delays: Mapping[str, int] = field(default_factory=lambda: dict(DEFAULT_DELAYS))
    payment_run: time | None = None
    mix: Mapping[str, int] = field(default_factory=lambda: dict(DEFAULT_MIX))
    scenarios: Fates = field(default_factory=dict)
    declared: Mapping[str, Scenario] = field(default_factory=dict)
    inquiries: Mapping[str, str] = field(default_factory=dict)
    zone: ZoneInfo | None = None
    seed: int = 1

    @property
    def sender_ids(self) -> set[str]:
        """The practices we know a way back to."""
        return set(self.callbacks) | set(self.folders) | set(self.sftp_folders)

    @cached_property
    def sftp_folders(self) -> dict[str, Folder]:
        """Where each SFTP account's files lie, by sender."""
        return {
            one.sender_id: Folder(one.sender_id, one.inbound, one.outbound, SFTP)
            for one in self.sftp.values()
        }

    @cached_property
    def every_scenario(self) -> dict[str, Scenario]:
        """The built-in scenarios and those that the file declares; the file's go first."""
        return {**catalogue.built_in(), **self.declared}

    def scenario(self, name: str) -> Scenario:
        """The scenario of this name; one that is no longer declared is plainly paid."""
        return self.every_scenario.get(name, PLAIN)

    @cached_property
    def in_play(self) -> tuple[Scenario, ...]:
        """Every scenario that some claim may meet: by a mix or by force."""
        mixes = [self.mix, *(one.mix for one in self.payers.values() if one.mix)]
        names = {name for mix in mixes for name, weight in mix.items() if weight}
        names |= {name for fates in self.scenarios.values() for name in fates}
        return tuple(self.scenario(name) for name in sorted(names))

    @property
    def pays_daily(self) -> bool:
        """Whether payments leave once a day, and not as soon as their delay has passed."""
        return self.payment_run is not None or self.delays["835"] >= DAY


def load(path: Path, callback_base: str = "") -> Config:
    """The configuration in `path`. Raises ConfigError; FileNotFoundError when there is none."""
    text = path.read_text(encoding="utf-8")
    kind = "TOML" if path.suffix == ".toml" else "JSON"
    try:
        read = tomllib.loads if kind == "TOML" else json.loads
        raw = read(text, parse_float=Decimal)
    except ValueError as error:
        raise ConfigError(f"{path.name} is no {kind}: {error}") from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{path.name} does not hold one JSON object")
    return from_table(raw, path.name, path.parent, callback_base)


def from_table(
    raw: dict[str, Any], name: str, folder: Path = Path(), callback_base: str = ""
) -> Config:
    """The configuration that `raw` says; `name` stands in the sentences of a ConfigError.

    Payers' files are looked for from `folder` on.
    """
    path = Path(name)
    try:
        config = _config(raw, callback_base, folder)
        _check_names(config)
        return config
    except KeyError as error:
        raise ConfigError(f"{path.name}: {error.args[0]} is missing") from error
    except (ValueError, TypeError, AttributeError, InvalidOperation, OSError) as error:
        raise ConfigError(f"{path.name}: {error}") from error


def _config(raw: dict[str, Any], callback_base: str, folder: Path) -> Config:
    clearinghouse = raw.get("clearinghouse", {})
    keys = {key: sender_id for sender_id, key in raw.get("keys", {}).items()}
    if raw.get("key"):
        keys[raw["key"]] = ""
    base = raw.get("callback_base", callback_base)
    payers = [read_payer(one) for one in raw.get("payers", [])]
    payers += [read_payer_file(path) for path in _payer_files(raw.get("payer_files", []), folder)]
    callbacks = [_callback(one, base) for one in raw.get("callbacks", [])]
    folders = [
        Folder(one["sender_id"], Path(one["inbound"]), Path(one["outbound"]))
        for one in raw.get("folders", [])
    ]
    declared = catalogue.read(raw.get("declared", {}))
    fates = {key: _fates(value) for key, value in raw.get("scenarios", {}).items()}
    if raw.get("words"):
        words = _words(declared)
        fates |= {key: words[key] for key in words if key not in fates}
    accounts = [
        SftpAccount(one["sender_id"], one["user"], one["password"], Path(one["home"]))
        for one in raw.get("sftp", [])
    ]
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
        scenarios=fates,
        declared=declared,
        inquiries={key: inquiry_fate(value) for key, value in raw.get("inquiries", {}).items()},
        zone=_zone(raw.get("time_zone", "America/Denver")),
        seed=int(raw.get("seed", 1)),
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


def _payer_files(names: Iterable[str], folder: Path) -> list[Path]:
    """The TOML files that are named, and those of the folders that are named."""
    found: list[Path] = []
    for name in names:
        path = folder / name
        found += sorted(path.glob("*.toml")) if path.is_dir() else [path]
    return found


def _mix(raw: dict[str, int] | None) -> Mapping[str, int]:
    if raw is None:
        return dict(DEFAULT_MIX)
    return {name: int(weight) for name, weight in raw.items()}


def _fates(raw: str | list[str]) -> tuple[str, ...]:
    return tuple([raw] if isinstance(raw, str) else raw)


def _words(declared: Mapping[str, Scenario]) -> dict[str, tuple[str, ...]]:
    """A marker for every scenario: a last name that ends in `-` and its name without `_`."""
    names = [*catalogue.built_in(), *declared]
    return {f"*-{name.replace('_', '')}": (name,) for name in names}


def _check_names(config: Config) -> None:
    """Whatever names a scenario names one that there is. Raises ValueError."""
    mixes = {"mix": config.mix}
    mixes |= {f"payer {one.payer_id}, mix": one.mix for one in config.payers.values() if one.mix}
    for place, mix in mixes.items():
        if sum(mix.values()) <= 0 or min(mix.values()) < 0:
            raise ValueError(f"{place}: the weights must be 0 or more, and not all 0")
    named = [(place, name) for place, mix in mixes.items() for name in mix]
    named += [
        (f"scenarios, {key}", name) for key, fates in config.scenarios.items() for name in fates
    ]
    for place, name in named:
        if name not in config.every_scenario:
            raise ValueError(f"{place}: {name!r} is no scenario; `simulator scenarios` lists them")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError as error:
        raise ValueError(f"time_zone {name!r} is not known here") from error
