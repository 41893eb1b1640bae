"""Claims out and answers in by SFTP, with a real server: once each, and nothing silently."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

import pytest

from claims.models import (
    Claim,
    InboundMessage,
    PartnerLine,
    RemoteFile,
    SubmissionBatch,
    TradingPartner,
    Transmission,
)
from claims.services import collect_sftp
from claims.services.collect_sftp import collect_servers
from claims.services.credentials import seal_sftp
from claims.services.partner_lines import confirm_host_key
from claims.services.process_message import process_due
from claims.services.send_transmission import send_due
from claims.services.try_connection import try_connection
from claims.transport.ssh_keys import fingerprint_of
from core import clock
from core.errors import Conflict
from core.models import WorkItem
from core.services.documents import read_document
from tests.factories.claims import World, batch_of, joan, make_claim
from tests.servers.sftp import PASSWORD, USER, FarSide, serving

pytestmark = pytest.mark.django_db
ANSWER = (
    b"ISA*00*          *00*          *ZZ*OPENCH01       *ZZ*SUMMIT01       *261123*1000*^*00501"
    b"*000000009*0*P*:~TA1*000000001*261123*0930*A*000~IEA*0*000000009~"
)


@pytest.fixture
def far(tmp_path: Path, settings: object) -> Iterator[FarSide]:
    settings.CLAIMLINE_OUTBOUND_HOSTS = ["127.0.0.1"]
    with serving(tmp_path) as found:
        yield found


@pytest.fixture
def partner(world: World, far: FarSide) -> TradingPartner:
    found = world.partner
    found.transport, found.sftp_host, found.sftp_port = "sftp", "127.0.0.1", far.port
    found.sftp_user, found.host_key = USER, far.host_key_line
    found.outbound_folder, found.inbound_folder = "/inbound", "/outbound"
    seal_sftp(found, password=PASSWORD)
    found.save()
    return found


@pytest.fixture
def batch(world: World, partner: TradingPartner) -> SubmissionBatch:
    return batch_of(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))


def later(**delta: int) -> AbstractContextManager[object]:
    return clock.travel(clock.now() + timedelta(**delta))


def state() -> str:
    return Transmission.objects.get().state


def work(kind: str) -> WorkItem | None:
    return WorkItem.objects.filter(kind=kind, state="open").first()


# -- claims out ----------------------------------------------------------------------------------


def test_claims_are_sent_once(batch: SubmissionBatch, far: FarSide) -> None:
    assert send_due() == 1
    assert send_due() == 0
    assert far.claims() == ["SUMMIT01-000000001.837"]
    assert (far.account.inbound / far.claims()[0]).read_bytes() == read_document(batch.document)
    assert (state(), Claim.objects.get().current_version.state) == ("sent", "sent")


def test_a_server_that_dies_before_the_rename_gets_the_same_file_again(
    batch: SubmissionBatch, far: FarSide
) -> None:
    far.faults.dies_before_rename = True
    send_due()
    assert (state(), far.claims()) == ("in_doubt", [])
    far.faults.dies_before_rename = False
    with later(minutes=2):
        send_due()
        assert state() == "queued", "it was looked for, and only half of it lies there"
    with later(minutes=4):
        send_due()
    assert (state(), far.claims()) == ("sent", ["SUMMIT01-000000001.837"])


def test_a_server_that_dies_after_the_rename_is_asked_and_gets_nothing_twice(
    batch: SubmissionBatch, far: FarSide
) -> None:
    far.faults.dies_after_rename = True
    send_due()
    assert state() == "in_doubt"
    far.faults.dies_after_rename = False
    with later(minutes=2):
        send_due()
    assert (state(), len(far.renames)) == ("sent", 1)


def test_a_refused_sign_in_stops_the_line_and_keeps_the_claims_waiting(
    batch: SubmissionBatch, partner: TradingPartner, far: FarSide
) -> None:
    seal_sftp(partner, password="wrong")
    partner.save()
    send_due()
    assert (state(), Claim.objects.get().current_version.state) == ("queued", "batched")
    assert "refused our user name" in work("partner.stopped").reason
    with later(hours=3):
        assert send_due() == 0, "an account is not locked by trying again and again"
    assert far.sign_ins == 1

    seal_sftp(partner, password=PASSWORD)
    partner.save()
    assert try_connection(partner).is_well
    assert work("partner.stopped") is None
    send_due()
    assert state() == "sent"


def test_a_changed_host_key_stops_until_a_person_confirms_the_very_key(
    batch: SubmissionBatch, partner: TradingPartner, far: FarSide, tmp_path: Path
) -> None:
    port = far.port
    far.close()
    with serving(tmp_path / "new", port) as renewed:
        send_due()
        assert (state(), renewed.sign_ins) == ("queued", 0)
        assert "another host key" in work("partner.stopped").reason
        shown = fingerprint_of(PartnerLine.objects.get().offered_host_key)
        assert shown == fingerprint_of(renewed.host_key_line)

        with pytest.raises(Conflict):
            confirm_host_key(partner, fingerprint=fingerprint_of(far.host_key_line))
        confirm_host_key(partner, fingerprint=shown)
        assert work("partner.stopped") is None
        send_due()
        assert (state(), renewed.claims()) == ("sent", ["SUMMIT01-000000001.837"])


@pytest.mark.parametrize("fault", ["disk_is_full", "refuses_writing"])
def test_a_server_that_cannot_write_gets_it_later(
    batch: SubmissionBatch, far: FarSide, fault: str
) -> None:
    setattr(far.faults, fault, True)
    send_due()
    assert (state(), far.claims()) == ("queued", [])
    assert Transmission.objects.get().last_error
    setattr(far.faults, fault, False)
    with later(minutes=2):
        send_due()
    assert state() == "sent"


# -- answers in ----------------------------------------------------------------------------------


def test_an_answer_is_taken_processed_and_deleted(batch: SubmissionBatch, far: FarSide) -> None:
    send_due()
    path = far.answers("ta1_9.edi", ANSWER)
    assert collect_servers() == 1
    assert not path.exists()
    message = InboundMessage.objects.get()
    assert (message.source, message.partner_id) == ("sftp", batch.partner_id)
    assert read_document(message.document) == ANSWER
    process_due()
    message.refresh_from_db()
    assert message.state == "applied"


def test_the_server_is_looked_at_as_often_as_the_settings_say(
    partner: TradingPartner, far: FarSide
) -> None:
    assert [collect_servers(), collect_servers()] == [1, 0]
    with later(seconds=59):
        assert collect_servers() == 0
    with later(seconds=61):
        assert collect_servers() == 1


def test_half_a_file_is_left_until_it_is_whole(partner: TradingPartner, far: FarSide) -> None:
    path = far.answers("ta1_9.edi", ANSWER[:-20])
    far.answers("ta1_8.edi.part", ANSWER)
    collect_servers()
    assert path.exists()
    assert InboundMessage.objects.count() == 0
    far.answers("ta1_9.edi", ANSWER)
    with later(minutes=2):
        collect_servers()
    assert InboundMessage.objects.count() == 1
    assert [one.name for one in far.account.outbound.iterdir()] == ["ta1_8.edi.part"]


def test_a_file_that_never_becomes_whole_is_taken_and_set_aside(
    partner: TradingPartner, far: FarSide
) -> None:
    far.answers("ta1_9.edi", ANSWER[:-20])
    collect_servers()
    with later(minutes=59):
        collect_servers()
        assert InboundMessage.objects.count() == 0
    with later(minutes=62):
        collect_servers()
        process_due()
    assert InboundMessage.objects.get().state == "quarantined"


def test_the_same_answer_twice_has_one_effect(batch: SubmissionBatch, far: FarSide) -> None:
    send_due()
    far.answers("ta1_9.edi", ANSWER)
    far.answers("ta1_9_again.edi", ANSWER)
    collect_servers()
    process_due()
    process_due()
    assert sorted(InboundMessage.objects.values_list("state", flat=True)) == [
        "applied",
        "duplicate",
    ]


def test_a_file_that_cannot_be_deleted_is_taken_once_and_told(
    partner: TradingPartner, far: FarSide
) -> None:
    path = far.answers("ta1_9.edi", ANSWER)
    far.faults.refuses_deleting = True
    for minutes in (0, 2, 4):
        with later(minutes=minutes):
            collect_servers()
    assert (path.exists(), InboundMessage.objects.count()) == (True, 1)
    assert "cannot be put away" in work("partner.file_not_taken").reason
    far.faults.refuses_deleting = False
    with later(minutes=6):
        collect_servers()
    assert (path.exists(), InboundMessage.objects.count()) == (False, 1)
    assert work("partner.file_not_taken") is None


def test_a_worker_that_dies_after_the_commit_takes_nothing_twice(
    partner: TradingPartner, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = far.answers("ta1_9.edi", ANSWER)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(collect_sftp._Look, "_put_away", die)
        with pytest.raises(KeyboardInterrupt):
            collect_servers()
    assert (path.exists(), InboundMessage.objects.count()) == (True, 1)
    assert collect_servers() == 0, "the dead worker's lease still runs"
    with later(minutes=6):
        assert collect_servers() == 1
    assert (path.exists(), InboundMessage.objects.count()) == (False, 1)


def test_answers_are_moved_where_the_partner_wants_them(
    partner: TradingPartner, far: FarSide
) -> None:
    partner.after_pickup, partner.archive_folder = "move", "/archive"
    partner.save()
    far.answers("ta1_9.edi", ANSWER)
    collect_servers()
    far.answers("ta1_9.edi", ANSWER + b"\n")
    with later(minutes=2):
        collect_servers()
    assert list(far.account.outbound.iterdir()) == []
    assert len(list((far.home / "archive").iterdir())) == 2
    assert InboundMessage.objects.count() == 2


def test_answers_that_stay_there_are_taken_once(partner: TradingPartner, far: FarSide) -> None:
    partner.after_pickup = "leave"
    partner.save()
    path = far.answers("ta1_9.edi", ANSWER)
    for minutes in (0, 2, 4):
        with later(minutes=minutes):
            collect_servers()
    assert (path.exists(), InboundMessage.objects.count()) == (True, 1)
    assert RemoteFile.objects.get().put_away_at is not None


def test_a_partner_that_is_switched_off_is_not_looked_at(
    partner: TradingPartner, far: FarSide
) -> None:
    partner.is_active = False
    partner.save()
    assert collect_servers() == 0
    assert far.sign_ins == 0
