"""The inbox keeps what it got, tries again, gives up loudly, and can be replayed."""

from datetime import timedelta
from pathlib import Path

import pytest

from claims.models import InboundMessage
from claims.services import collect_folder as collecting
from claims.services import process_message as service
from claims.services.collect_folder import collect_folder, collect_folders
from claims.services.process_message import MOST_TRIES, process_due, replay_message
from claims.services.receive_message import receive_message
from claims.verify import check_messages
from core import clock
from core.models import DocumentBlob, WorkItem
from core.services.documents import read_document
from core.states import IllegalTransition
from tests.claims.documents import document, receive
from tests.factories.claims import World

pytestmark = pytest.mark.django_db
ACK = document("w31.999")


def take(world: World, content: bytes) -> InboundMessage:
    return receive_message(
        practice=world.practice,
        partner=world.partner,
        source="upload",
        content=content,
        content_type="application/edi-x12",
    )


def test_the_bytes_are_kept_encrypted_before_anything_else(world: World) -> None:
    message = take(world, ACK.encode())
    assert message.state == "received"
    assert b"SFM1002" not in bytes(DocumentBlob.objects.get().ciphertext)
    assert read_document(message.document) == ACK.encode()


def test_our_own_error_is_tried_again_and_then_waits_for_a_person(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(service, "read_file", break_down)
    message = take(world, ACK.encode())
    for hour in range(MOST_TRIES):
        with clock.travel(clock.now() + timedelta(hours=hour)):
            process_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", MOST_TRIES)
    assert message.last_error == "ZeroDivisionError"
    assert WorkItem.objects.filter(kind="inbox.failed").exists()

    monkeypatch.undo()
    replay_message(message, reason="The reader is mended.")
    process_due()
    message.refresh_from_db()
    assert message.state == "quarantined"  # read now, and not about any file of ours
    assert not WorkItem.objects.filter(kind="inbox.failed", state="open").exists()


def test_an_applied_message_cannot_be_replayed(world: World) -> None:
    message = take(world, ACK.encode())
    InboundMessage.objects.update(state="applied")
    with pytest.raises(IllegalTransition):
        replay_message(message, reason="Again.")


@pytest.mark.parametrize("content", [b"", b"hello", b"ISA*", b"\x00\xff" * 50, ACK.encode()[:200]])
def test_what_is_no_x12_is_set_aside_with_a_reason(world: World, content: bytes) -> None:
    message = receive(world, content)
    assert message.state == "quarantined"
    assert message.result
    assert check_messages().problems == []


def test_finished_files_are_taken_from_the_folder_and_unfinished_ones_left(
    world: World, tmp_path: Path
) -> None:
    folder = tmp_path / world.partner.inbound_folder
    folder.mkdir(parents=True)
    (folder / "done.999").write_text(ACK)
    (folder / "growing.999").write_text(ACK[:-20])
    (folder / "upload.999.part").write_text(ACK)
    (folder / ".hidden").write_text(ACK)

    assert collect_folders() == 1
    assert collect_folder(world.partner) == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        ".hidden", "growing.999", "upload.999.part",
    ]  # fmt: skip
    assert InboundMessage.objects.get().source == "folder"


def test_a_file_that_grows_up_is_taken_then(world: World, tmp_path: Path) -> None:
    folder = tmp_path / world.partner.inbound_folder
    folder.mkdir(parents=True)
    path = folder / "late.999"
    path.write_text(ACK[:-20])
    assert collect_folder(world.partner) == 0
    path.write_text(ACK)
    assert collect_folder(world.partner) == 1


def test_a_folder_outside_our_own_data_is_never_looked_into(world: World, tmp_path: Path) -> None:
    (tmp_path.parent / "elsewhere").mkdir(exist_ok=True)
    (tmp_path.parent / "elsewhere" / "x.999").write_text(ACK)
    world.partner.inbound_folder = "../elsewhere"
    assert collect_folder(world.partner) == 0
    item = WorkItem.objects.get(kind="partner.file_not_taken")
    assert item.reason.startswith("The folder of answers cannot be used: ")


def test_an_answer_that_cannot_be_taken_is_a_managers_work_until_it_is(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / world.partner.inbound_folder
    folder.mkdir(parents=True)
    (folder / "large.999").write_text(ACK)
    with monkeypatch.context() as patch:
        patch.setattr(collecting, "MOST_BYTES", 10)
        assert collect_folders() == 0
    item = WorkItem.objects.get(kind="partner.file_not_taken")
    assert (item.role, item.reason) == (
        "manager", "An answer in their folder is larger than we take.",
    )  # fmt: skip
    assert collect_folders() == 1
    item.refresh_from_db()
    assert (item.state, item.outcome) == ("done", "All were taken.")


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("access", "An answer in their folder is not taken, because we may not remove it."),
        ("unlink", "An answer was taken and cannot be removed from their folder."),
    ],
)
def test_an_answer_that_cannot_be_removed_is_told(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, words: str
) -> None:
    folder = tmp_path / world.partner.inbound_folder
    folder.mkdir(parents=True)
    (folder / "stuck.999").write_text(ACK)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    if broken == "access":
        monkeypatch.setattr(collecting.os, "access", lambda *_: False)
    else:
        monkeypatch.setattr(Path, "unlink", refuse)
    collect_folders()
    assert WorkItem.objects.get(kind="partner.file_not_taken").reason == words
