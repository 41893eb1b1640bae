import json
from pathlib import Path

import pytest

from tests.x12.files import DATA, changed, worked
from x12.__main__ import main


def path_of(name: str) -> str:
    (path,) = DATA.glob(f"{name}_*.edi")
    return str(path)


def test_a_clean_file_is_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", path_of("w01"), path_of("w10")]) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out


def test_an_error_is_printed_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.edi"
    file.write_bytes(changed(worked("w10"), "*150*53.31*", "*150*53.32*"))
    assert main(["check", path_of("w01"), str(file)]) == 1
    printed = capsys.readouterr().out
    assert "835 0010: E BAL-S at segment 21 SVC03" in printed
    assert "2 errors, 0 warnings" in printed


def test_warnings_alone_are_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "odd.edi"
    file.write_bytes(changed(worked("w10"), "*161.5*41.2*", "*161.5*41.21*"))
    assert main(["check", str(file)]) == 0


def test_a_file_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(tmp_path / "none.edi")]) == 2
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "sentences"),
    [
        ("w05", ["claim SFM1003 for NGUYEN: 950.00", "replaces ICN20261105003", "73721-RT"]),
        ("w15", ["reversal: charge -300.00, paid -175.00", "PR-1 50.00", "trace EFT0015"]),
        ("w16a", ["provider adjustment FB ACME20261120: -115.00"]),
        ("w30", ["TA1 000000101: R 006"]),
        ("w31", ["group 1 is partly accepted", "segment 20 N4 of claim SFM1002"]),
        ("e70", ["NGUYEN, DAVID, member AHP222333444", "asks for 30 98 99213"]),
        ("e74", ["NGUYEN, LILY, member without id", "asks for 30"]),
        ("e71", ["copayment 25.00 a visit for 98, in network", "coinsurance 20 % for 30, out of"]),
        ("e72", ["not found: 75, then C"]),
        ("e73", ["ACME HEALTH PLAN cannot answer: 42"]),
        ("e76", ["asks for claim SFM1003 of 2026-10-16"]),
        ("e77", ["claim SFM1003: F1:65, paid 412.50", "claim SFM1010: P3:317 P1:20"]),
        ("w32", ["SFM1002 is rejected (A7:164:IL)", "theirs PCN9900001"]),
    ],
)
def test_an_outline_says_what_is_in_a_file(
    name: str, sentences: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", path_of(name)]) == 0
    printed = capsys.readouterr().out
    for sentence in sentences:
        assert sentence in printed


def test_faults_come_as_json_one_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bad.edi"
    file.write_bytes(changed(worked("w10"), "*150*53.31*", "*150*53.32*"))
    assert main(["check", "--json", str(file)]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["code"] for row in rows} >= {"BAL-S"}
    (row,) = [row for row in rows if row["code"] == "BAL-S"]
    assert (row["set"], row["set_control_number"], row["segment_number"]) == ("835", "0010", 21)
    assert (row["element"], row["severity"], row["file"]) == ("SVC03", "E", str(file))


def test_no_fault_prints_no_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", path_of("w10")]) == 0
    assert capsys.readouterr().out == ""


def test_records_come_as_json_one_a_transaction(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", path_of("w10"), path_of("w30"), path_of("w01")]) == 0
    payment, answer, claims = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert payment["record"]["claims"][0]["lines"][0]["charge_amount"] == "200"
    assert payment["record"]["paid_on"] == "2026-11-16"
    assert (answer["set"], answer["record"]["verdict"]) == ("TA1", "R")
    assert claims["record"]["billing_providers"][0]["provider"]["npi"] == "2000000010"


def test_an_empty_file_is_an_error_not_a_clean_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "empty.835"
    path.write_bytes(b"\r\n")
    assert main(["check", str(path)]) == 1
    assert "X-EMPTY" in capsys.readouterr().out
    assert main(["check", "--json", str(path)]) == 1
    assert "X-EMPTY" in capsys.readouterr().out
