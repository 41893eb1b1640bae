"""The page at the simulator's own address: what it can do, and what it will do next."""

from collections.abc import Iterator
from html import escape
from typing import Any

from simulator.config import Config
from simulator.store import Store

_MOST = 50
_HEAD = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Payer simulator</title>"
    '<meta name=viewport content="width=device-width">'
    "<style>:root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:50rem;padding:0 1rem}"
    "dt{font-weight:600;margin-top:.75rem}dt span{font-weight:400}dd{margin:0}</style>"
    "<h1>Payer simulator</h1>"
)


def html(config: Config) -> bytes:
    """Payers and scenarios, and by which markers claims meet them. Nothing of any claim."""
    return "".join([_HEAD, *_sections(config)]).encode()


def _sections(config: Config) -> Iterator[str]:
    yield "<h2>Payers</h2><ul>"
    for payer in config.payers.values():
        yield f"<li>{escape(payer.name)}, {escape(payer.payer_id)}"
    yield (
        "</ul><h2>Scenarios</h2><p>A claim meets one by its number, its member id, <code>$</code>"
        " and its charge, or <code>*</code> and the end of the patient's last name; else by the"
        " weights of the mix.</p><dl>"
    )
    for scenario in config.every_scenario.values():
        met = "".join(f" · {escape(one)}" for one in _met(config, scenario.name))
        yield f"<dt>{escape(scenario.name)}<span>{met}</span><dd>{escape(scenario.says)}"
    yield "</dl>"


def _met(config: Config, name: str) -> list[str]:
    """By what claims meet a scenario: its weight, and its markers."""
    weight = config.mix.get(name)
    marks = [key for key, names in config.scenarios.items() if name in names]
    return [*([f"weight {weight}"] if weight else []), *marks]


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
