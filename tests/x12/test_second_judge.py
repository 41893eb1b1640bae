"""What we write is judged once more, by guides that are not pyx12's and know eligibility, too."""

import json
import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

import x12
from tests.x12.exemptions import SECOND_JUDGE, standing
from tests.x12.files import NAMES, changed, worked
from tests.x12.strategies_members import (
    ELIGIBILITY_ANSWERS,
    ELIGIBILITY_QUESTIONS,
    STATUS_ANSWERS,
    STATUS_QUESTIONS,
)
from tests.x12.test_tables_written import files_of

SCRIPT = Path(__file__).with_name("second_judge.py")
# It has no guide for acknowledgements, and takes no payment of more than one transaction kind.
KNOWN = [name for name in NAMES if not name.startswith(("w30", "w31", "w32"))]
ENVELOPE = x12.Envelope("SENDER", "RECEIVER", datetime(2026, 11, 23, 9, 30), 7, 8)


@pytest.fixture(scope="module")
def python() -> str:
    """The judge's own Python, made by `./run test`."""
    found = os.environ.get("CLAIMLINE_X12_JUDGE", "")
    if not found and os.environ.get("CI"):
        pytest.fail("CI needs the second judge of X12 files")
    if not found:
        pytest.skip("the second judge is made by ./run test")
    return found


def judged(python: str, contents: dict[str, bytes], folder: Path) -> dict[str, list[str]]:
    """What the judge says of each file: one process for all of them."""
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    command = [python, str(SCRIPT), *(str(folder / name) for name in contents)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == len(contents)
    return {Path(row["path"]).name: row["why"] for row in rows}


@pytest.fixture(scope="module")
def said(python: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The verdicts on everything we write."""
    folder = tmp_path_factory.mktemp("judged")
    return judged(python, {name: rewritten(name) for name in KNOWN}, folder)


def rewritten(name: str) -> bytes:
    (found,) = x12.read_interchanges(worked(name.split("_", maxsplit=1)[0]))
    return x12.write_interchange(ENVELOPE, [item.record for item in found.transactions])


@pytest.mark.parametrize("name", KNOWN)
def test_what_we_write_passes_the_second_judge(name: str, said: dict[str, list[str]]) -> None:
    assert standing(name, said[name]) == []


def test_questions_and_answers_drawn_at_random_pass_the_second_judge(
    python: str, tmp_path: Path
) -> None:
    sources = {
        "270": ELIGIBILITY_QUESTIONS, "271": ELIGIBILITY_ANSWERS,
        "276": STATUS_QUESTIONS, "277": STATUS_ANSWERS,
    }  # fmt: skip
    contents = {
        f"r{code}-{number}": content
        for code, source in sources.items()
        for number, content in enumerate(files_of(source)[:12])
    }
    found = judged(python, contents, tmp_path)
    assert {name: why for name, why in found.items() if standing(name, why)} == {}
    clean = {name[:4] for name, why in found.items() if not why}
    assert clean == {f"r{code}" for code in sources}, "it did judge some of each kind"


def test_every_exemption_is_still_needed(said: dict[str, list[str]]) -> None:
    for one in SECOND_JUDGE:
        if one.names[0].startswith("r"):
            continue  # what is drawn at random need not meet its faults
        assert any(one.covers(name, f) for name, found in said.items() for f in found), one


def test_an_exemption_hides_no_second_finding(python: str, tmp_path: Path) -> None:
    spoiled = changed(worked("e72"), "DMG*D8*19900101*M", "DMG*D8*19900101*Q")
    left = standing("e72", judged(python, {"e72": spoiled}, tmp_path)["e72"])
    assert any("gender" in finding for finding in left), left
    assert standing("e70", ["__root__: SE segment count 3 != actual count 2"]) != []
