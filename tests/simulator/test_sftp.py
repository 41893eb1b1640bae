"""The simulator's SFTP door: claims in, answers out, and nothing beyond one's own home."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko
import pytest

from simulator.sftp import SftpServer, host_key
from tests.simulator.files import Visit, claims_file
from tests.simulator.test_process import NOON, running, wait_for
from tests.simulator.world import PAYERS

ACCOUNTS = [("SUMMIT01", "summit"), ("LAKESIDE1", "lakeside")]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    settings = {
        "key": "test-key",
        "payers": PAYERS,
        "mix": {"pay": 1},
        "sftp": [
            {"sender_id": sender, "user": user, "password": f"{user}-word",
             "home": str(tmp_path / user)}
            for sender, user in ACCOUNTS
        ],
        "delays_seconds": {"999": 0, "clearinghouse_277ca": 0, "payer_277ca": 0, "835": 1},
    }  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(settings))
    return tmp_path


def port_of(place: Path) -> int:
    lines = (place / "log").read_bytes().splitlines()
    return [json.loads(line)["port"] for line in lines if b'"serving_sftp"' in line][-1]


@contextmanager
def signed_in(place: Path, user: str, password: str = "") -> Iterator[paramiko.SFTPClient]:
    line = paramiko.Transport(("127.0.0.1", port_of(place)))
    try:
        line.start_client(timeout=5)
        kind, text = (place / "data" / "sftp_host_key.pub").read_text().split()
        shown = line.get_remote_server_key()
        assert (shown.get_name(), shown.get_base64()) == (kind, text)
        line.auth_password(user, password or f"{user}-word", fallback=False)
        yield paramiko.SFTPClient.from_transport(line)
    finally:
        line.close()


def test_claims_left_there_are_answered_there(place: Path) -> None:
    with running(place, "--sftp-port", "0") as _, signed_in(place, "summit") as sftp:
        with sftp.open("/inbound/claims.837.part", "wb") as file:
            file.write(claims_file([Visit("C1")]))
        time.sleep(1.2)
        assert sftp.listdir("/outbound") == [], "half a file is nobody's"
        sftp.rename("/inbound/claims.837.part", "/inbound/claims.837")
        wait_for(lambda: len(sftp.listdir("/outbound")) == 4)
        assert {name.split("_")[0] for name in sftp.listdir("/outbound")} >= {"999", "835"}
        assert sftp.listdir("/inbound") == []
    with running(place, "--sftp-port", "0") as _, signed_in(place, "summit") as sftp:
        assert len(sftp.listdir("/outbound")) == 4, "the same server with the same key"


def test_a_wrong_password_and_a_stranger_stay_outside(place: Path) -> None:
    with running(place, "--sftp-port", "0", "--virtual-time", NOON):
        for user, password in (("summit", "lakeside-word"), ("nobody", "nobody-word")):
            with (
                pytest.raises(paramiko.AuthenticationException),
                signed_in(place, user, password),
            ):
                raise AssertionError("it let us in")


@pytest.mark.parametrize(
    "path", ["/../lakeside/outbound", "../lakeside/outbound", "/link/outbound"]
)
def test_nobody_reaches_another_ones_home(place: Path, path: str) -> None:
    with running(place, "--sftp-port", "0", "--virtual-time", NOON):
        with signed_in(place, "lakeside") as theirs, theirs.open("/outbound/secret.edi", "wb") as f:
            f.write(b"x")
        with signed_in(place, "summit") as ours:
            (place / "summit" / "link").symlink_to(place / "lakeside")
            with pytest.raises(OSError):
                ours.open(f"{path}/secret.edi", "rb")
            with pytest.raises(OSError):
                ours.rename("/inbound", f"{path}/stolen")


def test_a_name_that_is_taken_is_never_written_over(place: Path) -> None:
    with (
        running(place, "--sftp-port", "0", "--virtual-time", NOON),
        signed_in(place, "summit") as sftp,
    ):
        for name in ("a", "b.part"):
            with sftp.open(f"/inbound/{name}", "wb") as file:
                file.write(name.encode())
        with pytest.raises(OSError):
            sftp.rename("/inbound/b.part", "/inbound/a")
        assert (place / "summit/inbound/a").read_bytes() == b"a"


def test_a_closed_server_lets_go_of_its_port(tmp_path: Path) -> None:
    for _ in range(2):
        server = SftpServer(("127.0.0.1", 0), host_key(tmp_path), dict)
        server.start()
        again = server.port
        server.close()
        reopened = SftpServer(("127.0.0.1", again), host_key(tmp_path), dict)
        reopened.start()
        reopened.close()
