"""The configuration says in one sentence what is wrong with it."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator.config import ConfigError, load
from simulator.scenarios.catalogue import built_in, listed

SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
PAYER = {"payer_id": "1", "name": "ACME", "tax_id": "841111111"}
CALLBACK = {"sender_id": "S1", "url": "http://127.0.0.1:1/x", "secret": SECRET}


def written(folder: Path, raw: Any) -> Path:
    path = folder / "config.json"
    path.write_text(raw if isinstance(raw, str) else json.dumps(raw))
    return path


def test_a_whole_configuration_is_read(tmp_path: Path) -> None:
    raw = {
        "clearinghouse": {"name": "CH", "id": "CH01"},
        "key": "k",
        "keys": {"S1": "own"},
        "payers": [PAYER | {"fees": {"99213": "92.10"}, "copay": 25, "default_percent": "0.5"}],
        "callbacks": [CALLBACK],
        "folders": [{"sender_id": "S2", "inbound": "in", "outbound": "out"}],
        "delays_seconds": {"835": 86400},
        "scenarios": {"C1": "deny_co16", "C2": ["reject_payer", "pay"]},
        "seed": 4,
    }
    config = load(written(tmp_path, raw))
    assert config.keys == {"k": "", "own": "S1"}
    assert config.payers["1"].fees == {"99213": Decimal("92.10")}
    assert config.payers["1"].copay == 25
    assert config.sender_ids == {"S1", "S2"}
    assert config.delays["999"] == 2
    assert config.pays_daily
    assert config.scenarios["C2"] == ("reject_payer", "pay")


def test_an_empty_object_is_enough(tmp_path: Path) -> None:
    config = load(written(tmp_path, {}))
    assert (config.clearinghouse_id, config.pays_daily, config.keys) == ("OPENCH01", False, {})


def test_a_callback_without_a_host_gets_the_base(tmp_path: Path) -> None:
    raw = {"callbacks": [CALLBACK | {"url": "/payers/v1/abc/events"}]}
    config = load(written(tmp_path, raw), "http://127.0.0.1:8000")
    assert config.callbacks["S1"].url == "http://127.0.0.1:8000/payers/v1/abc/events"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("{", "is no JSON"),
        ("[]", "does not hold one JSON object"),
        ({"payers": [{"name": "x", "tax_id": "1"}]}, "has not nine digits|payer_id is missing"),
        ({"payers": [PAYER | {"tax_id": "12"}]}, "has not nine digits"),
        ({"payers": [PAYER | {"coinsurance_percent": "20"}]}, "write 20 % as 0.20"),
        ({"payers": [PAYER | {"copay": "-1"}]}, "is no amount"),
        ({"payers": [PAYER | {"fees": {"1": "ten"}}]}, "ConversionSyntax"),
        ({"callbacks": [CALLBACK | {"url": "ftp://x/y"}]}, "is no http address"),
        ({"callbacks": [CALLBACK | {"url": "/relative"}]}, "is no http address"),
        ({"callbacks": [CALLBACK | {"secret": "plain"}]}, "begins with whsec_"),
        ({"callbacks": [CALLBACK | {"secret": "whsec_YQ=="}]}, "24 to 64 bytes"),
        ({"scenarios": {"C1": "explode"}}, "explode"),
        ({"mix": {"pay": 0}}, "weights"),
        ({"delays_seconds": {"271": 1}}, "271 is no answer of ours"),
        ({"delays_seconds": {"835": -1}}, "less than nothing"),
        ({"time_zone": "Mars/Base"}, "Mars/Base"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, raw: Any, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        load(written(tmp_path, raw))


def test_words_make_a_marker_of_every_scenario(tmp_path: Path) -> None:
    raw = {"words": True, "scenarios": {"*-underpay": "pay"}, "declared": {"my_own": {}}}
    config = load(written(tmp_path, json.dumps(raw)))
    assert config.scenarios["*-denyco16"] == ("deny_co16",)
    assert config.scenarios["*-myown"] == ("my_own",)
    assert config.scenarios["*-underpay"] == ("pay",), "what is written goes first"


def test_the_documented_example_can_be_used(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "simulator.md").read_text()
    example = page.partition("```json")[2].partition("```")[0]
    config = load(written(tmp_path, example), "http://127.0.0.1:8000")
    assert config.sender_ids == {"SUMMIT01", "LAKESIDE1", "SUMMIT03"}
    assert "\n".join(listed(built_in())) in page, "python -m simulator scenarios prints the table"
