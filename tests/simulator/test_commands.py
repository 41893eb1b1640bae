"""The commands: lists, draws, answers in volume, tells the truth; the same for the same seed."""

import hashlib
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

import x12
from simulator.__main__ import main
from simulator.config import load
from simulator.drawing import draw_files
from simulator.volume import SAMPLE
from tests.simulator.files import Visit, claims_file
from tests.simulator.world import World
from tests.x12.judge import judged

D = Decimal


def digest(folder: Path) -> str:
    """All that was written, but for how long it took."""
    found = hashlib.sha256()
    files = [one for one in folder.rglob("*") if one.is_file() and one.name != "figures.json"]
    for path in sorted(files):
        found.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return found.hexdigest()


def test_the_scenarios_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text(
        '[declared.mine]\nsays = "as I say"\ndecision = { do = "zero_pay" }\n'
    )
    assert main(["scenarios", "--config", str(tmp_path / "config.toml")]) == 0
    printed = capsys.readouterr().out
    assert "| `mine` | decision | as I say |" in printed
    assert "| `delayed_recoupment` | afterwards |" in printed


def test_claims_are_drawn_whole_and_some_come_second() -> None:
    files = list(draw_files(load(SAMPLE), 120, seed=3, per_file=40))
    assert files == list(draw_files(load(SAMPLE), 120, seed=3, per_file=40))
    assert files != list(draw_files(load(SAMPLE), 120, seed=4, per_file=40))
    assert [fault for content in files for fault in x12.check_bytes(content)] == []
    assert judged(files[0])[0]
    claims = [
        (subscriber.payer_responsibility, claim)
        for content in files
        for found in x12.read_interchanges(content)
        for item in found.transactions
        for loop in item.record.billing_providers
        for subscriber in loop.subscribers
        for claim in subscriber.claims
    ]
    assert len(claims) == 120
    second = [claim for rank, claim in claims if rank == "S"]
    assert second
    assert all(line.adjudications for claim in second for line in claim.lines)


def test_a_volume_run_answers_every_claim_and_tells_all_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        words = ["adjudicate", "--claims", "240", "--per-file", "60", "--seed", "5"]
        assert main([*words, "--out", str(tmp_path / name)]) == 0
    assert "240 claims in 4 files" in capsys.readouterr().out
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    told = [json.loads(line) for line in (tmp_path / "one" / "truth.jsonl").open()]
    assert Counter(one["kind"] for one in told)["claim"] == 240
    answers = tmp_path / "one" / "answers" / "SUMMIT01"
    assert len(list(answers.glob("999*"))) == 4
    for one in told:
        if one["kind"] != "remittance":
            continue
        for name in one["files"]:
            faults = x12.check_bytes((answers / f"{name}.edi").read_bytes())
            assert bool(faults) is bool(one["flaw"]), (name, one["flaw"], faults)


def test_the_money_in_the_answers_is_the_money_that_was_meant(tmp_path: Path) -> None:
    main(["adjudicate", "--claims", "150", "--per-file", "50", "--out", str(tmp_path / "out")])
    told = [json.loads(line) for line in (tmp_path / "out" / "truth.jsonl").open()]
    paid = sum((D(one["paid"]) for one in told if one["kind"] == "payment"), D(0))
    runs = [one for one in told if one["kind"] == "remittance"]
    held = sum((D(a["amount"]) for one in runs for a in one["adjustments"]), D(0))
    assert paid - held == sum((D(one["amount"]) for one in runs), D(0))
    assert paid > 0


def test_files_that_were_drawn_are_answered_from_their_folder(tmp_path: Path) -> None:
    drawn, direct, by_folder = tmp_path / "drawn", tmp_path / "direct", tmp_path / "folder"
    some = ["--claims", "40", "--per-file", "20"]
    assert main(["generate", *some, "--out", str(drawn)]) == 0
    assert main(["adjudicate", *some, "--out", str(direct)]) == 0
    assert main(["adjudicate", "--in", str(drawn), "--out", str(by_folder)]) == 0
    assert digest(direct) == digest(by_folder)


def test_nothing_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "truth.jsonl").write_text("mine\n")
    assert main(["adjudicate", "--claims", "1", "--out", str(tmp_path)]) == 1
    assert "truth.jsonl" in capsys.readouterr().err
    assert (tmp_path / "truth.jsonl").read_text() == "mine\n"


def test_a_wrong_configuration_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text("[mix]\nexplode = 1\n")
    words = ["--claims", "1", "--config", str(tmp_path / "config.toml"), "--out", str(tmp_path)]
    assert main(["generate", *words]) == 1
    assert "'explode' is no scenario" in capsys.readouterr().err


def test_the_truth_of_a_served_simulator_is_printed(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.answer_to(claims_file([Visit("C1")]))
    assert main(["truth", "--data", str(world.folder)]) == 0
    kinds = [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()]
    assert kinds == ["file", "claim", "remittance", "payment"]
