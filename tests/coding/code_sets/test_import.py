"""A load is whole or nothing, once, staged, compared, activated on a day, and rolled back."""

import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bench.code_set_files import code, icd_order, mue_csv, ptp_zips
from coding.choices import ReleaseState
from coding.code_sets.files import BadFile, SourceFile
from coding.code_sets.lookups import ptp_edits, unit_limits
from coding.code_sets.reading import Options
from coding.code_sets.releases import release_on
from coding.models import CodeSetRelease, IcdCode, PtpEdit
from coding.services.activate_release import activate_release, discard_release, roll_back_release
from coding.services.import_code_set import Import, import_code_set
from core import clock
from core.errors import ApplicationError
from core.models import AuditEvent

IN_Q4 = date(2026, 11, 2)


def ptp(pairs: int = 4_000, version: str = "v323r0", **options: Any) -> Import:
    files = [SourceFile(name, content) for name, content in ptp_zips(pairs, version)]
    return Import("ptp", files, Options(**options), licence_attested=True)


@pytest.mark.django_db
def test_a_release_is_staged_first_and_used_from_the_day_it_is_activated() -> None:
    release, is_new = import_code_set(ptp())
    assert is_new
    assert (release.label, release.row_count, release.state) == ("v32.3, 2026 Q4", 4_000, "loaded")
    assert PtpEdit.objects.filter(release=release).count() == 4_000
    pair = (code(0), code(10_000 + 1))
    assert ptp_edits([pair], IN_Q4) == {}

    tomorrow = clock.now().date() + timedelta(days=1)
    activate_release(release, tomorrow)
    assert ptp_edits([pair], IN_Q4) == {}
    release.refresh_from_db()
    roll_back_release(release)
    activate_release(release, clock.now().date())
    # The order within a pair does not matter; indicator 9 and deleted edits are left out.
    assert list(ptp_edits([pair[::-1]], IN_Q4)) == [pair]
    assert ptp_edits([(code(0), code(10_002))], IN_Q4) == {}
    deleted = (code(0), code(10_000 + 22))
    assert list(ptp_edits([deleted], date(2024, 12, 31))) == [deleted]
    assert ptp_edits([deleted], date(2025, 1, 1)) == {}

    roll_back_release(CodeSetRelease.objects.get(pk=release.pk))
    assert ptp_edits([pair], IN_Q4) == {}
    assert PtpEdit.objects.filter(release=release).count() == 4_000
    said = AuditEvent.objects.filter(action__startswith="code_set.").values_list(
        "action", flat=True
    )
    assert set(said) == {"code_set.staged", "code_set.activated", "code_set.rolled_back"}


@pytest.mark.django_db
def test_the_same_files_again_change_nothing_in_any_order() -> None:
    first, _ = import_code_set(ptp(400))
    again = ptp(400)
    again.files.reverse()
    assert import_code_set(again) == (first, False)
    assert CodeSetRelease.objects.filter(kind="ptp").count() == 1


@pytest.mark.django_db
def test_what_changes_is_counted_against_the_release_in_use() -> None:
    old, _ = import_code_set(ptp(1_000, "v322r0"))
    activate_release(old, clock.now().date())
    text = (  # three of the thousand rows: one as before, one changed, one new
        f"{code(0)}\t{code(10_000)}\t\t20100101\t20241231\t0\tx\r\n"
        f"{code(0)}\t{code(10_001)}\t\t20110101\t20260930\t1\tx\r\n"
        f"{code(0)}\t{code(10_001)}\t\t20261001\t*\t0\tx\r\n"
    )
    staged, _ = import_code_set(
        Import("ptp", [SourceFile("ccipra-v323r0-f1.txt", text.encode())], licence_attested=True)
    )
    found = staged.facts["comparison"]
    assert (found["against"], found["added"], found["changed"], found["retired"]) == (
        "v32.2, 2026 Q3", 1, 1, 998,
    )  # fmt: skip
    assert found["added_sample"] == [f"{code(0)} / {code(10_001)} / 2026-10-01"]
    discard_release(staged)
    assert PtpEdit.objects.count() == 1_000


@pytest.mark.django_db
def test_a_release_that_was_in_use_is_never_deleted() -> None:
    release, _ = import_code_set(ptp(40))
    activate_release(release, clock.now().date())
    roll_back_release(release)
    with pytest.raises(ApplicationError, match="was in use"):
        discard_release(release)


@pytest.mark.django_db
def test_official_releases_put_a_starter_table_out_of_use_and_each_day_finds_its_own() -> None:
    starter = CodeSetRelease.objects.create(
        kind="mue", label="starter", effective_from=date(2026, 10, 1), is_starter=True,
        state=ReleaseState.ACTIVE,
    )  # fmt: skip
    assert release_on("mue", IN_Q4) == starter
    for month in (7, 4):
        name, content = mue_csv(30, date(2026, month, 1))
        wanted = Import("mue", [SourceFile(name, content)], licence_attested=True)
        activate_release(import_code_set(wanted)[0], clock.now().date())
    for on, label in [(date(2026, 5, 1), "2026 Q2"), (date(2026, 8, 1), "2026 Q3"),
                      (IN_Q4, "2026 Q3"), (date(2020, 1, 1), "2026 Q3")]:  # fmt: skip
        found = release_on("mue", on)
        assert found is not None
        assert found.label == label
    assert unit_limits([code(4), "NONE1"], IN_Q4)[code(4)].most_units == 5


@pytest.mark.django_db
def test_without_the_licence_nothing_of_the_ama_comes_in() -> None:
    wanted = Import("ptp", ptp(4).files)
    with pytest.raises(ApplicationError, match="American Medical Association") as refused:
        import_code_set(wanted)
    assert refused.value.field == "licence_attested"
    assert not CodeSetRelease.objects.filter(kind="ptp").exists()


@pytest.mark.django_db
def test_a_release_without_the_tabular_list_does_not_look_changed_throughout() -> None:
    name, content = icd_order(2, 3)
    tabular = (
        b"<ICD10CM.tabular><chapter><section id='A00-A01'><desc>Made up</desc>"
        b"<diag><name>A00</name><desc>Made up</desc></diag>"
        b"<diag><name>A01</name><desc>Made up</desc></diag></section></chapter></ICD10CM.tabular>"
    )
    whole = [SourceFile(name, content), SourceFile("icd10cm_tabular_2027.xml", tabular)]
    activate_release(import_code_set(Import("icd10cm", whole))[0], clock.now().date())
    changed = content.replace(b"Made up condition A0002", b"Made up condition again")
    bare, _ = import_code_set(Import("icd10cm", [SourceFile(name, changed)]))
    said = bare.facts["comparison"]
    assert (said["added"], said["changed"], said["retired"]) == (0, 1, 0)


@pytest.mark.django_db
def test_a_bad_row_in_the_middle_leaves_nothing() -> None:
    name, content = icd_order(4, 20)
    lines = content.decode().splitlines(keepends=True)
    twice = "".join([*lines, lines[3]]).encode()
    with pytest.raises(BadFile, match="stands in it twice"):
        import_code_set(Import("icd10cm", [SourceFile(name, twice)]))
    assert not CodeSetRelease.objects.filter(kind="icd10cm").exists()
    assert not IcdCode.objects.exists()


@pytest.mark.django_db
def test_the_command_checks_the_hash_and_says_what_it_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, content = mue_csv(30, date(2026, 10, 1))
    path = tmp_path / name
    path.write_bytes(content)
    licence = "--i-hold-the-licence"
    with pytest.raises(CommandError, match="not the expected one"):
        call_command("load_code_set", "mue", str(path), licence, "--sha256", "00")
    call_command("load_code_set", "mue", str(path), licence, "--activate-on", "2026-10-01")
    said = capsys.readouterr().out
    assert said.startswith("Unit limits (MUE) 2026 Q4: 30 rows, staged in ")
    assert said.endswith("in use from 2026-10-01\n")
    call_command("load_code_set", "mue", str(path), licence)
    assert capsys.readouterr().out == (
        "Unit limits (MUE) 2026 Q4: 30 rows, was there already, nothing changed\n"
    )


@pytest.mark.django_db
def test_an_address_that_is_not_on_the_list_is_not_called() -> None:
    with pytest.raises(CommandError, match="not on the list of outbound hosts"):
        call_command("load_code_set", "gpci", "https://codes.example/gpci.zip")


@pytest.mark.django_db(transaction=True)
def test_a_load_that_is_killed_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    paths = []
    for name, content in ptp_zips(200_000):
        (tmp_path / name).write_bytes(content)
        paths.append(str(tmp_path / name))
    test_database = connection.settings_dict["NAME"]
    script = (
        "import os, django; django.setup()\n"
        "from django.db import connections\n"
        "connections['default'].settings_dict['NAME'] = os.environ['TEST_NAME']\n"
        "from django.core.management import call_command\n"
        "call_command('load_code_set', 'ptp', *os.environ['PATHS'].split(os.pathsep),"
        " '--i-hold-the-licence')\n"
    )
    environment = {
        **os.environ, "PATHS": os.pathsep.join(paths), "TEST_NAME": str(test_database),
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-c", script], env=environment)
    _wait_until_it_copies(process)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    _wait_until_it_is_gone()
    assert not CodeSetRelease.objects.filter(kind="ptp").exists()
    assert not PtpEdit.objects.exists()


def _copying() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(tuples_processed), 0) FROM pg_stat_progress_copy")
        return int(cursor.fetchone()[0])


def _wait_until_it_copies(process: "subprocess.Popen[bytes]") -> None:
    while _copying() < 20_000:
        assert process.poll() is None, "the load ended before it was seen"
        time.sleep(0.01)


def _wait_until_it_is_gone() -> None:
    deadline = time.monotonic() + 20
    while _copying() and time.monotonic() < deadline:
        time.sleep(0.05)
