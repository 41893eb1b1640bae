"""Making the virtual environment: what is tried, in which order, and what is said when it fails."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import pytest

from launcher import environment
from launcher.console import Console
from launcher.errors import LauncherError
from launcher.layout import Layout

QUIET = Console(quiet=True)


class Commands:
    """Stands in for running programs: remembers them, and fails those that it is told to."""

    def __init__(self, failing: str = "nothing") -> None:
        self.failing = failing
        self.seen: list[str] = []

    def __call__(self, command: Sequence[str]) -> str:
        line = " ".join(command)
        self.seen.append(line)
        return "it failed" if self.failing in line else ""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A clone with requirement files and an environment that seems to work."""
    for name in (*environment.RUN_FILES, *environment.DEV_FILES):
        (tmp_path / name).write_text("django==5.2.19\n")
    made = Layout(tmp_path / "var", root=tmp_path)
    (made.virtual_environment / "bin").mkdir(parents=True)
    made.python.touch()
    (made.virtual_environment / "bin" / "pip").touch()
    return made


@pytest.fixture(autouse=True)
def working(monkeypatch: pytest.MonkeyPatch) -> None:
    """No uv on the machine; the environment's Python is taken as working."""
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setattr(environment, "_works", lambda _layout: True)


def test_installs_once_and_again_when_a_file_changes(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = Commands()
    monkeypatch.setattr(environment, "_quiet", commands)
    environment.ensure_environment(layout, QUIET)
    assert any("--require-hashes" in line for line in commands.seen)
    commands.seen.clear()
    environment.ensure_environment(layout, QUIET)
    assert commands.seen == []
    (layout.root / "requirements.txt").write_text("django==5.2.20\n")
    environment.ensure_environment(layout, QUIET)
    assert commands.seen != []


def test_the_development_set_counts_for_running_but_not_the_other_way_round(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = Commands()
    monkeypatch.setattr(environment, "_quiet", commands)
    environment.ensure_environment(layout, QUIET)
    commands.seen.clear()
    environment.ensure_environment(layout, QUIET, dev=True)
    assert any("requirements-dev.txt" in line for line in commands.seen)
    commands.seen.clear()
    environment.ensure_environment(layout, QUIET)
    assert commands.seen == []


def test_pip_takes_over_where_uv_fails(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    (layout.virtual_environment / "bin" / "uv").touch()
    commands = Commands(failing="/bin/uv ")
    monkeypatch.setattr(environment, "_quiet", commands)
    environment.ensure_environment(layout, QUIET)
    assert "/bin/uv pip install" in commands.seen[0]
    assert "-m pip install" in commands.seen[-1]


def test_a_failed_installation_is_not_remembered_as_done(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "_quiet", Commands(failing="install"))
    with pytest.raises(LauncherError, match="could not be installed"):
        environment.ensure_environment(layout, QUIET)
    commands = Commands()
    monkeypatch.setattr(environment, "_quiet", commands)
    environment.ensure_environment(layout, QUIET)
    assert commands.seen != []


def test_a_python_without_venv_is_told_the_exact_line(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "_works", lambda _layout: False)
    monkeypatch.setattr(environment, "may_install", lambda: False)
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name)
    )
    with pytest.raises(LauncherError, match="sudo apt-get install python3-venv"):
        environment.ensure_environment(layout, QUIET)
