"""What ``./run`` understands, and what it says when it does not."""

from pathlib import Path

import pytest

from launcher import secrets, system
from launcher.errors import LauncherError
from launcher.instance import COMMAND, STACK, Instance
from launcher.layout import DEFAULT_PORT, Layout
from launcher.main import main, parse
from launcher.ports import Ports


@pytest.mark.parametrize(
    ("words", "command", "rest"),
    [
        ([], "up", []),
        (["--port", "9000"], "up", []),
        (["stop"], "stop", []),
        (["stop", "--data", "d"], "stop", []),
        (["manage", "verify", "--data", "d"], "manage", ["verify", "--data", "d"]),
        (["--data=d", "test", "-k", "ledger"], "test", ["-k", "ledger"]),
        (["manage", "help"], "manage", ["help"]),
        (["--help"], "help", []),
    ],
)
def test_splits_the_command_line(words: list[str], command: str, rest: list[str]) -> None:
    assert parse(words)[1:] == (command, rest)


def test_data_and_port_choose_the_stack(tmp_path: Path) -> None:
    layout, _, _ = parse(["--data", str(tmp_path), "--port=9000"])
    assert (layout.data, layout.port, layout.port_is_fixed) == (tmp_path, 9000, True)
    assert layout.simulator_port == 9001


@pytest.mark.parametrize(
    "words", [["--port", "http"], ["--port", "0"], ["--port", "70000"], ["--data"], ["fly"],
              ["stop", "now"]]
)  # fmt: skip
def test_refuses_nonsense_in_one_sentence(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1


def test_a_taken_port_that_was_asked_for_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launcher.ports.port_is_free", lambda port: port != 9001)
    with pytest.raises(LauncherError, match="9001"):
        Ports().choose(Layout(tmp_path, 9000, port_is_fixed=True))


def test_a_taken_default_port_gives_way_to_the_next_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launcher.ports.port_is_free", lambda port: port > DEFAULT_PORT + 1)
    assert Ports().choose(Layout(tmp_path)).port == DEFAULT_PORT + 2


def test_two_clones_that_start_together_get_different_ports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launcher.ports.port_is_free", lambda _port: True)
    first, second = Ports(), Ports()  # nothing listens yet: both see every port free
    assert first.choose(Layout(tmp_path, 58_000)).port == 58_000
    assert second.choose(Layout(tmp_path, 58_000)).port == 58_002
    with pytest.raises(LauncherError, match="58000"):
        Ports().choose(Layout(tmp_path, 58_000, port_is_fixed=True))


def test_only_one_may_take_a_data_folder(tmp_path: Path) -> None:
    first, second = Instance(tmp_path), Instance(tmp_path)
    assert first.take(STACK)
    assert not second.take(COMMAND)
    holder = second.holder()
    assert holder is not None
    assert holder.kind == STACK
    first.release()
    assert second.holder() is None
    assert second.take(COMMAND)
    second.release()


def test_secrets_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in secrets.NAMES:
        monkeypatch.delenv(name, raising=False)
    first = secrets.stack_secrets(tmp_path)
    assert len(first["CLAIMLINE_SECRET_KEY"]) > 50
    assert secrets.stack_secrets(tmp_path) == first


def test_a_secret_in_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMLINE_SECRET_KEY", "given")
    assert secrets.stack_secrets(tmp_path)["CLAIMLINE_SECRET_KEY"] == "given"


def test_lost_keys_are_not_replaced_under_existing_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLAIMLINE_KEYS", raising=False)
    (tmp_path / "prepared").touch()
    with pytest.raises(LauncherError, match="secrets is missing"):
        secrets.stack_secrets(tmp_path)
    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize(("ci", "fails"), [("true", True), ("", False)])
def test_a_missing_browser_fails_in_ci_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ci: str, fails: bool
) -> None:
    monkeypatch.setattr(system, "browser", lambda: None)
    monkeypatch.setattr(system, "may_install", lambda: False)
    monkeypatch.setenv("CI", ci)
    console = system.Console(quiet=True)
    if fails:
        with pytest.raises(LauncherError, match="Chromium"):
            system.ensure_browser(Layout(tmp_path, root=tmp_path), console)
    else:
        assert system.ensure_browser(Layout(tmp_path, root=tmp_path), console) is None


def test_missing_pdf_libraries_are_named_with_the_exact_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system, "pdf_works", lambda: False)
    monkeypatch.setattr(system, "may_install", lambda: False)
    assert not system.ensure_pdf(Layout(tmp_path, root=tmp_path), system.Console())
    assert "sudo apt-get install libpango-1.0-0" in capsys.readouterr().out
