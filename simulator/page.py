"""The page at the simulator's own address: what it can do, and what it will do next."""

from collections.abc import Iterator
from html import escape
from typing import Any

from simulator.config import Config
from simulator.scenarios.parts import Scenario
from simulator.store import Store

_MOST = 50
_HEAD = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Payer simulator</title>"
    "<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem;"
    "color-scheme:light dark}td,th{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}"
    "</style><h1>Payer simulator</h1>"
)


def html(config: Config) -> bytes:
    """Payers and scenarios, and by which markers claims meet them. Nothing of any claim."""
    return "".join([_HEAD, *_sections(config)]).encode()


def _sections(config: Config) -> Iterator[str]:
    yield "<h2>Payers</h2>"
    yield _table(("Id", "Name"), [(one.payer_id, one.name) for one in config.payers.values()])
    yield (
        "<h2>Scenarios</h2><p>A claim meets one by its number, member id, <code>$</code> and its"
        " charge, or <code>*</code> and the end of the patient's last name; else by the weights"
        " of the mix.</p>"
    )
    yield _table(
        ("Scenario", "Weight", "Markers", "What comes back"),
        [(one.name, *_met(config, one.name), one.says) for one in _listed(config)],
    )


def _listed(config: Config) -> list[Scenario]:
    return list(config.every_scenario.values())


def _met(config: Config, name: str) -> tuple[str, str]:
    marks = [key for key, names in config.scenarios.items() if name in names]
    return str(config.mix.get(name, "")), ", ".join(marks)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    cells = "".join(f"<th scope=col>{escape(word)}" for word in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(word)}" for word in row) for row in rows
    )  # fmt: skip
    return f"<table><tr>{cells}{body}</table>"


def what_comes(store: Store, config: Config) -> dict[str, Any]:
    """The next things that are due, and the claims that wait, with what they will meet."""
    work = store.all(
        "SELECT due_at, kind, sender_id FROM work WHERE done_at IS NULL"
        " ORDER BY due_at, id LIMIT ?",
        _MOST,
    )
    claims = store.all(
        "SELECT number, payer_id, behaviour, state, pay_at FROM claim"
        " WHERE state = 'accepted' ORDER BY pay_at IS NULL, pay_at, id LIMIT ?",
        _MOST,
    )
    return {
        "due": [dict(row) for row in work],
        "claims": [
            {
                "claim": row["number"],
                "payer": row["payer_id"],
                "scenario": row["behaviour"],
                "says": config.scenario(row["behaviour"]).says,
                "paid_at": row["pay_at"],
            }
            for row in claims
        ],
    }
