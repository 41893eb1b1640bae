"""The embedded engines: restarts, leftovers of a killed run, places that are hard to reach."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import psycopg2.errors
import pytest
import redis

from launcher.engines import EngineSet, places
from launcher.engines.postgres import end_leftover
from launcher.errors import LauncherError
from launcher.processes import Account
from tests.launcher.clone import Clone


@pytest.fixture
def own_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the engines that the tests run on: these tests start their own."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CLAIMLINE_TEST_ADMIN_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that PostgreSQL's account can reach."""
    clone = Clone()
    yield clone.root / "data"
    clone.remove()


def test_data_outlives_a_restart_and_the_roles_differ(own_engines: None, data: Path) -> None:
    data.mkdir(mode=0o755)
    with EngineSet(data=data) as engines:
        with psycopg2.connect(engines.owner_url) as owner, owner.cursor() as cursor:
            cursor.execute("CREATE TABLE kept (word text)")
        with psycopg2.connect(engines.database_url) as app, app.cursor() as cursor:
            cursor.execute("INSERT INTO kept VALUES ('still here')")
        redis.Redis.from_url(engines.redis_url).set("word", "still here")
    with EngineSet(data=data) as engines:
        with psycopg2.connect(engines.database_url) as app, app.cursor() as cursor:
            cursor.execute("SELECT word FROM kept")
            assert cursor.fetchone() == ("still here",)
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute("DROP TABLE kept")
        assert redis.Redis.from_url(engines.redis_url).get("word") == b"still here"


def test_throw_away_engines_leave_nothing_behind(own_engines: None) -> None:
    engine_set = EngineSet(data=None)
    url = engine_set.start().redis_url
    folder = Path(url.removeprefix("unix://").partition("?")[0]).parent.parent
    assert folder.exists()
    engine_set.stop()
    assert not folder.exists()


def test_addresses_in_the_environment_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db.example/claimline")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@db.example/claimline")
    monkeypatch.setenv("REDIS_URL", "redis://redis.example/0")
    engine_set = EngineSet(data=None)
    with engine_set as engines:
        assert engines.database_url == "postgresql://app@db.example/claimline"
        assert engines.owner_url == "postgresql://owner@db.example/claimline"
        assert engine_set.children == []


def test_a_lock_file_of_a_process_that_is_gone_is_removed(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (tmp_path / "postmaster.pid").write_text(f"{gone.pid}\n{tmp_path}\n")
    end_leftover(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


def test_a_lock_file_whose_number_now_belongs_to_another_is_removed(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n")
    end_leftover(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


def test_a_server_still_running_in_the_folder_is_ended(tmp_path: Path) -> None:
    server = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], cwd=tmp_path)
    (tmp_path / "postmaster.pid").write_text(f"{server.pid}\n")
    end_leftover(tmp_path)
    assert server.poll() is not None


def test_a_closed_parent_makes_a_folder_unreachable(tmp_path: Path) -> None:
    inner = tmp_path / "closed" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    assert not places.reachable(inner)


def test_unreachable_data_moves_to_the_system_folder_and_stays_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "SYSTEM_DATA", tmp_path / "system")
    data = tmp_path / "closed" / "var"
    data.mkdir(parents=True)
    data.parent.chmod(0o700)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    found = places.postgres_data(data)
    assert found.parent.parent == tmp_path / "system"
    data.parent.chmod(0o755)  # opened later: the data is where it was put first
    assert places.postgres_data(data) == found


def test_our_own_account_reaches_its_own_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert places.postgres_data(tmp_path) == tmp_path / "postgres"


def test_as_root_a_cluster_made_by_a_person_is_used_where_it_is_and_as_that_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "postgres").mkdir()
    mark = tmp_path / "postgres" / places.CLUSTER_MARK
    mark.touch()
    if os.geteuid() == 0:
        os.chown(mark, 1000, 1000)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert places.postgres_data(tmp_path) == tmp_path / "postgres"
    made_by = mark.stat()
    assert places.engine_account(tmp_path / "postgres") == Account(made_by.st_uid, made_by.st_gid)


def test_a_temporary_directory_with_a_long_path_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 60) / ("y" * 60)
    long.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(long))
    folder = places.TemporaryFolder()
    try:
        assert folder.path.parent == Path("/tmp")
        assert list(long.iterdir()) == []
    finally:
        folder.remove()


def test_folders_of_killed_runs_are_removed_and_living_ones_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o755)
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    living = places.TemporaryFolder()
    killed = places.TemporaryFolder()
    killed._lock.close()  # what the kernel does when a process is killed
    try:
        places.remove_abandoned_folders()
        assert living.path.exists()
        assert not killed.path.exists()
    finally:
        living.remove()


def test_an_engine_that_cannot_start_says_why(own_engines: None, data: Path) -> None:
    (data / "postgres").mkdir(parents=True)
    (data / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(LauncherError, match="PostgreSQL did not start"):
        EngineSet(data=data).start()
