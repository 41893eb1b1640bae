"""The folder road: whole files only, and an honest answer to whether one arrived."""

from pathlib import Path

import pytest

from claims.transport.base import (
    Accepted,
    CannotTell,
    Found,
    NotDelivered,
    NotFound,
    Parcel,
    Unknown,
)
from claims.transport.folder import FolderTransport
from claims.transport.folders import folder_path
from core.errors import ApplicationError

PARCEL = Parcel("SUMMIT01-000000001.837", b"ISA*...~", "key-1")


def test_the_file_lies_there_whole_and_alone(tmp_path: Path) -> None:
    road = FolderTransport(tmp_path / "out")
    assert road.submit(PARCEL) == Accepted(PARCEL.file_name)
    assert [p.name for p in (tmp_path / "out").iterdir()] == [PARCEL.file_name]
    assert road.resolve(PARCEL) == Found(PARCEL.file_name)


def test_sending_again_writes_the_same_file_over_itself(tmp_path: Path) -> None:
    road = FolderTransport(tmp_path)
    road.submit(PARCEL)
    road.submit(PARCEL)
    assert len(list(tmp_path.iterdir())) == 1


def test_half_a_file_never_arrived(tmp_path: Path) -> None:
    (tmp_path / f"{PARCEL.file_name}.part").write_bytes(b"ISA")
    assert FolderTransport(tmp_path).resolve(PARCEL) == NotFound()


def test_where_neither_file_is_there_it_cannot_tell(tmp_path: Path) -> None:
    found = FolderTransport(tmp_path).resolve(PARCEL)
    assert isinstance(found, CannotTell)
    assert found.reason == "neither the file nor its half-written part is there"


def test_a_folder_that_cannot_be_written_has_no_file_and_it_may_be_sent_again(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert isinstance(FolderTransport(tmp_path / "file").submit(PARCEL), NotDelivered)


def test_a_rename_that_fails_leaves_a_doubt(tmp_path: Path) -> None:
    (tmp_path / PARCEL.file_name).mkdir()
    assert isinstance(FolderTransport(tmp_path).submit(PARCEL), Unknown)


@pytest.mark.parametrize("text", ["", ".", "..", "../up", "/etc", "a/../../b"])
def test_a_folder_is_always_below_our_own_data(settings: object, tmp_path: Path, text: str) -> None:
    settings.CLAIMLINE_VAR_DIR = tmp_path
    with pytest.raises(ApplicationError):
        folder_path(text)


def test_an_absolute_path_inside_our_data_is_fine(settings: object, tmp_path: Path) -> None:
    settings.CLAIMLINE_VAR_DIR = tmp_path
    assert folder_path(str(tmp_path / "x")) == tmp_path / "x"
