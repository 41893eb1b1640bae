"""The net under the suite: what `claims/edi` writes in any test comes before pyx12."""

from pathlib import Path

import pytest

from claims.edi.write_837p import write_alone
from tests.claims.paper.snapshots import W01 as SNAPSHOT
from tests.written_claims import WRITTEN, Written
from tests.x12.files import changed, worked

W01 = worked("w01")
BROKEN = changed(W01, "HI*ABK:M1711", "HI*QQ:M1711")


def test_what_the_writer_of_claims_writes_is_kept_for_the_judge(
    pytestconfig: pytest.Config,
) -> None:
    content = write_alone(
        SNAPSHOT | {"submitter": {"name": "Summit", "phone": "3035550100"}}, "CHECK"
    )
    assert pytestconfig.stash[WRITTEN].files == [content]


def test_a_file_that_pyx12_refuses_is_told_with_its_words(tmp_path: Path) -> None:
    written = Written(tmp_path, [W01, BROKEN])
    (refused,) = written.judge()
    assert "Segment HI*QQ:M1711 not found" in refused


def test_of_each_shape_one_is_judged_in_a_run_whichever_process_meets_it(tmp_path: Path) -> None:
    first, second = Written(tmp_path, [W01]), Written(tmp_path)
    second.files = [changed(W01, "JOAN", "JANE"), W01]
    assert first.judge() == second.judge() == []
    assert (first.figures["judged"], second.figures["judged"]) == (1, 0)
    assert second.figures["written"] == 2


def test_a_text_at_its_limit_is_judged_though_its_shape_was(tmp_path: Path) -> None:
    assert Written(tmp_path, [W01]).judge() == []
    at_the_limit = changed(W01, "NM1*IL*1*TESTPATIENT", f"NM1*IL*1*{'N' * 60}")
    first, second = Written(tmp_path, [at_the_limit]), Written(tmp_path, [at_the_limit])
    assert first.judge() == second.judge() == []
    assert (first.figures["shapes"], first.figures["lengths"]) == (0, 1)
    assert (first.figures["judged"], second.figures["judged"]) == (1, 0)


def test_a_text_past_its_limit_does_not_hide_behind_its_shape(tmp_path: Path) -> None:
    assert Written(tmp_path, [W01]).judge() == []
    too_long = changed(W01, "NM1*IL*1*TESTPATIENT", f"NM1*IL*1*{'N' * 61}")
    (refused,) = Written(tmp_path, [too_long]).judge()
    assert "NNNN" in refused


def test_a_mark_for_broken_claims_wants_a_broken_one(tmp_path: Path) -> None:
    assert Written(tmp_path, [W01, BROKEN]).judge_broken() == ""
    assert "take its mark" in Written(tmp_path, [W01]).judge_broken()
