"""The SFTP road against a real server: whole files only, a known server only, an honest answer."""

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from claims.choices import LineStop
from claims.transport import sftp
from claims.transport.base import (
    Accepted,
    CannotTell,
    Found,
    NotDelivered,
    NotFound,
    Parcel,
    Rejected,
    Stopped,
    Unknown,
)
from claims.transport.sftp import Account, SftpTransport
from claims.transport.ssh_keys import private_key
from core.errors import ApplicationError
from tests.servers.sftp import PASSWORD, USER, FarSide, serving

PARCEL = Parcel("SUMMIT01-000000001.837", b"ISA*..." * 9000 + b"~", "key-1")


@pytest.fixture
def far(tmp_path: Path, settings: object) -> Iterator[FarSide]:
    settings.CLAIMLINE_OUTBOUND_HOSTS = ["127.0.0.1"]
    with serving(tmp_path) as found:
        yield found


def road(far: FarSide, **changes: object) -> SftpTransport:
    account = Account("127.0.0.1", far.port, USER, PASSWORD, host_key=far.host_key_line)
    return SftpTransport(dataclasses.replace(account, **changes), "/inbound", "/outbound")


def test_the_file_lies_there_whole_and_alone(far: FarSide) -> None:
    assert road(far).submit(PARCEL) == Accepted(PARCEL.file_name)
    assert [one.name for one in far.account.inbound.iterdir()] == [PARCEL.file_name]
    assert (far.account.inbound / PARCEL.file_name).read_bytes() == PARCEL.content
    assert road(far).resolve(PARCEL) == Found(PARCEL.file_name)


def test_sending_again_finds_the_same_file_and_leaves_it_alone(far: FarSide) -> None:
    road(far).submit(PARCEL)
    assert road(far).submit(PARCEL) == Accepted(PARCEL.file_name)
    assert len(far.renames) == 1


def test_another_file_of_that_name_is_never_written_over(far: FarSide) -> None:
    road(far).submit(PARCEL)
    other = dataclasses.replace(PARCEL, content=PARCEL.content[::-1])
    assert isinstance(road(far).submit(other), Rejected)
    assert isinstance(road(far).resolve(other), CannotTell)
    assert (far.account.inbound / PARCEL.file_name).read_bytes() == PARCEL.content


def test_a_server_that_dies_before_the_rename_has_not_taken_the_file(far: FarSide) -> None:
    far.faults.dies_before_rename = True
    assert isinstance(road(far).submit(PARCEL), Unknown)
    assert far.claims() == []
    far.faults.dies_before_rename = False
    assert road(far).resolve(PARCEL) == NotFound()
    assert road(far).submit(PARCEL) == Accepted(PARCEL.file_name)


def test_a_server_that_dies_after_the_rename_is_asked_and_has_it(far: FarSide) -> None:
    far.faults.dies_after_rename = True
    assert isinstance(road(far).submit(PARCEL), Unknown)
    assert road(far).resolve(PARCEL) == Found(PARCEL.file_name)


def test_an_emptied_folder_cannot_tell(far: FarSide) -> None:
    answer = road(far).resolve(PARCEL)
    assert answer == CannotTell("the folder was emptied")
    assert not answer.line_failed


def test_a_wrong_password_stops_the_line_and_is_asked_once(far: FarSide) -> None:
    answer = road(far, password="wrong").submit(PARCEL)
    assert isinstance(answer, Stopped)
    assert answer.stop == LineStop.SIGN_IN
    assert "wrong" not in answer.reason
    assert far.sign_ins == 1


def test_a_host_key_that_nobody_confirmed_gets_no_password(far: FarSide) -> None:
    answer = road(far, host_key="").submit(PARCEL)
    assert answer.stop == LineStop.HOST_KEY
    assert answer.host_key == far.host_key_line
    assert "nobody has confirmed" in answer.reason
    assert far.sign_ins == 0


def test_a_changed_host_key_stops_and_gets_no_password(far: FarSide, tmp_path: Path) -> None:
    with serving(tmp_path / "other-place") as impostor:
        answer = road(impostor, host_key=far.host_key_line).submit(PARCEL)
        assert answer.stop == LineStop.HOST_KEY
        assert answer.host_key == impostor.host_key_line
        assert "another host key" in answer.reason
        assert impostor.sign_ins == 0


@pytest.mark.parametrize(
    ("fault", "words"),
    [("refuses_writing", "refused permission"), ("disk_is_full", "disk may be full")],
)
def test_what_the_server_will_not_write_was_not_delivered(
    far: FarSide, fault: str, words: str
) -> None:
    setattr(far.faults, fault, True)
    answer = road(far).submit(PARCEL)
    assert isinstance(answer, NotDelivered)
    assert words in answer.reason
    assert list(far.account.inbound.iterdir()) == [], "half a file is not left behind"


def test_a_folder_that_is_not_there_is_said(far: FarSide) -> None:
    road(far).submit(PARCEL)
    shutil.rmtree(far.account.inbound)
    elsewhere = SftpTransport(road(far)._account, "/nowhere")
    assert "not there" in elsewhere.submit(PARCEL).reason


def test_a_slow_server_is_not_waited_for_for_ever(
    far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sftp, "ANSWER_SECONDS", 0.3)
    far.faults.delay = 2
    assert road(far).submit(PARCEL) == NotDelivered("no answer in time")
    assert road(far).resolve(PARCEL).line_failed


def test_a_server_that_says_nothing_was_not_reached(
    far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sftp, "CONNECT_SECONDS", 0.3)
    far.faults.is_silent = True
    assert isinstance(road(far).submit(PARCEL), NotDelivered)


def test_a_closed_port_was_not_reached(far: FarSide) -> None:
    far.close()
    assert road(far).submit(PARCEL) == NotDelivered("nobody listens at that address")


def test_a_host_that_is_not_allowed_is_a_refusal_and_never_called(
    far: FarSide, settings: object
) -> None:
    settings.CLAIMLINE_OUTBOUND_HOSTS = ["sftp.example", f"127.0.0.1:{far.port + 1}"]
    assert isinstance(road(far).submit(PARCEL), Rejected)
    assert far.sign_ins == 0
    settings.CLAIMLINE_OUTBOUND_HOSTS = [f"127.0.0.1:{far.port}"]
    assert isinstance(road(far).submit(PARCEL), Accepted)


def test_a_trial_says_in_words_how_far_it_came(far: FarSide) -> None:
    far.answers("a.edi", b"x")
    tried = road(far).try_out()
    assert tried.is_well
    assert tried.words == (
        "Signed in. The folder for claims can be written. The folder of answers holds 1 file."
    )
    assert far.claims() == []
    far.faults.refuses_writing = True
    assert not road(far).try_out().is_well


def test_a_private_key_is_read_and_what_is_none_is_refused() -> None:
    import io

    text = io.StringIO()
    paramiko.ECDSAKey.generate().write_private_key(text)
    assert private_key(text.getvalue()).get_name() == "ecdsa-sha2-nistp256"
    with pytest.raises(ApplicationError, match="no private key"):
        private_key("hello")
    locked = io.StringIO()
    paramiko.ECDSAKey.generate().write_private_key(locked, password="secret")
    with pytest.raises(ApplicationError, match="passphrase"):
        private_key(locked.getvalue())
