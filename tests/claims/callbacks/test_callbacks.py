"""The answer table of the insurers' door, case by case (reliability 2.2)."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from claims.callbacks import views
from claims.callbacks.signature import new_secret, sign
from claims.models import InboundMessage, PayerCredential
from claims.services.credentials import create_credential, revoke_credential, rotate_secret
from claims.services.process_message import process_due
from claims.services.send_transmission import send_due
from core import clock
from core.models import AuditEvent, Practice, WorkItem
from core.services.documents import read_document
from tests.claims.documents import document, of_batch
from tests.factories.claims import World, batch_of, lily, make_claim, nguyen

pytestmark = pytest.mark.django_db
X12, JSON = "application/edi-x12", "application/json"
FILE_277 = document("w32.277").encode()


class Sender:
    """A clearinghouse that signs what it posts."""

    def __init__(self, credential: PayerCredential, secret: str) -> None:
        self.credential, self.secret = credential, secret

    def post(
        self,
        body: bytes | dict[str, Any],
        *,
        event_id: str = "evt_1",
        content_type: str = "",
        age: int = 0,
        **headers: str,
    ) -> HttpResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        stamp = str(int(clock.now().timestamp()) - age)
        return Client().generic(
            "POST",
            f"/payers/v1/{self.credential.key_id}/events",
            data=raw,
            content_type=content_type or (X12 if isinstance(body, bytes) else JSON),
            headers={
                "webhook-id": event_id,
                "webhook-timestamp": stamp,
                "webhook-signature": sign(self.secret, event_id, stamp, raw),
                **headers,
            },
        )


@pytest.fixture
def sender(world: World) -> Sender:
    return Sender(*create_credential(partner=world.partner, name="Open Clearinghouse"))


def event(payload: bytes = FILE_277, kind: str = "x12.received") -> dict[str, Any]:
    return {"id": "evt_1", "type": kind, "data": {"payload": payload.decode()}}


def test_a_good_new_event_is_kept_before_it_is_answered(sender: Sender) -> None:
    answer = sender.post(FILE_277)

    assert answer.status_code == 202
    row = InboundMessage.objects.get()
    assert (row.state, row.source, row.partner) == (
        "received", "callback", sender.credential.partner,
    )  # fmt: skip
    assert read_document(row.document) == FILE_277
    assert answer.json()["id"] == str(row.public_id)


def test_the_same_file_in_a_json_event_moves_the_same_claims(world: World, sender: Sender) -> None:
    first = make_claim(world, lily(world), "99213 /a", on=date(2026, 11, 3), diagnoses=("J020",))
    second = make_claim(world, nguyen(world), "20610 /a", on=date(2026, 11, 3))
    batch = batch_of(world, first, second)
    send_due()
    text = of_batch(document("w32.277", SFM1002=first, SFM1019=second), batch)

    assert sender.post(event(text.encode())).status_code == 202
    process_due()
    first.current_version.refresh_from_db()
    assert first.current_version.state == "payer_rejected"


def test_an_event_seen_before_is_a_duplicate(sender: Sender) -> None:
    sender.post(FILE_277)
    again = sender.post(FILE_277)
    assert (again.status_code, again.json()["status"]) == (200, "duplicate")
    assert InboundMessage.objects.get().repeat_count == 1


def test_the_same_id_with_other_content_is_a_conflict_kept_aside(sender: Sender) -> None:
    sender.post(FILE_277)
    assert sender.post(FILE_277 + b"\n").status_code == 409
    aside = InboundMessage.objects.get(state="quarantined")
    assert aside.related_message is not None
    assert WorkItem.objects.filter(kind="inbox.conflict").exists()


def test_every_cause_of_distrust_gets_the_same_401_and_keeps_no_body(
    world: World, sender: Sender
) -> None:
    revoked = Sender(*create_credential(partner=world.partner, name="Old"))
    revoke_credential(credential=revoked.credential)
    expired = Sender(
        *create_credential(
            partner=world.partner, name="Older", expires_at=clock.now() - timedelta(days=1)
        )
    )
    stranger = Sender(PayerCredential(key_id="pkdoesnotexist"), new_secret())
    forged = Sender(sender.credential, new_secret())
    answers = [
        revoked.post(FILE_277),
        expired.post(FILE_277),
        stranger.post(FILE_277),
        forged.post(FILE_277),
        sender.post(FILE_277, age=301),
        sender.post(FILE_277, age=-301),
        sender.post(FILE_277, event_id="evt.1"),
        Client().post(
            f"/payers/v1/{sender.credential.key_id}/events", data=FILE_277, content_type=X12
        ),
    ]
    assert {(a.status_code, a.content) for a in answers} == {(401, b'{"error": "unauthorized"}')}
    assert not InboundMessage.objects.exists()
    assert AuditEvent.objects.filter(action="callback.refused").count() == len(answers)


def test_the_old_secret_is_good_until_the_rotation_is_over(sender: Sender) -> None:
    new = Sender(sender.credential, rotate_secret(credential=sender.credential))
    assert sender.post(FILE_277).status_code == 202
    assert new.post(FILE_277, event_id="evt_2").status_code == 202
    with clock.travel(clock.now() + timedelta(days=8)):
        assert sender.post(FILE_277, event_id="evt_3").status_code == 401
        assert new.post(FILE_277, event_id="evt_4").status_code == 202


def test_a_claim_that_another_partner_sent_is_accepted_and_set_aside(
    world: World, sender: Sender
) -> None:
    other = type(world.partner).objects.create(
        practice=world.practice, name="Another", transport="folder", sender_id="SUMMIT01",
        receiver_id="OTHER01", usage="P", outbound_folder="folders/other",
    )  # fmt: skip
    first = make_claim(world, lily(world), "99213 /a", on=date(2026, 11, 3), diagnoses=("J020",))
    batch_of(world, first)
    send_due()
    stranger = Sender(*create_credential(partner=other, name="Another"))

    text = document("w32.277", SFM1002=first)
    assert stranger.post(text.encode()).status_code == 202
    process_due()
    assert InboundMessage.objects.get().state == "quarantined"
    first.current_version.refresh_from_db()
    assert first.current_version.state == "sent"


def test_an_unknown_event_type_is_kept_and_becomes_work(sender: Sender) -> None:
    assert sender.post({"type": "claim.smiled", "data": {}}).status_code == 202
    process_due()
    assert InboundMessage.objects.get().state == "quarantined"
    assert WorkItem.objects.filter(kind="inbox.quarantined").exists()


def test_a_ping_is_answered_and_does_nothing(sender: Sender) -> None:
    assert sender.post({"type": "ping"}).status_code == 202
    process_due()
    assert InboundMessage.objects.get().state == "applied"


def test_too_big_is_refused_by_its_length_before_it_is_read(sender: Sender) -> None:
    PayerCredential.objects.update(max_event_bytes=100, max_file_bytes=500)
    assert sender.post(event(b"x" * 200)).status_code == 413
    assert sender.post(FILE_277).status_code == 413
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
     "application/json; charset=utf-7", "application/edi-x12; charset=nonsense"],
)  # fmt: skip
def test_a_wrong_media_type_or_charset_is_refused(sender: Sender, content_type: str) -> None:
    assert sender.post(b"x", content_type=content_type).status_code == 415


def test_a_compressed_body_is_refused(sender: Sender) -> None:
    assert sender.post(FILE_277, **{"content-encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize("body", [b"{", b'{"type": 1}', b'{"type":"x12.received","data":{}}'])
def test_broken_json_is_refused_and_its_bytes_are_kept(sender: Sender, body: bytes) -> None:
    assert sender.post(body, content_type=JSON).status_code == 400
    assert read_document(InboundMessage.objects.get(state="quarantined").document) == body


def test_a_broken_x12_file_is_accepted_and_set_aside(sender: Sender) -> None:
    assert sender.post(b"ISA*nothing more").status_code == 202
    process_due()
    assert InboundMessage.objects.get().state == "quarantined"


def test_too_many_a_minute_are_told_when_to_come_again(sender: Sender) -> None:
    PayerCredential.objects.update(events_per_minute=2)
    answers = [sender.post(FILE_277, event_id=f"evt_{n}") for n in range(3)]
    assert [a.status_code for a in answers] == [202, 202, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    with clock.travel(clock.now() + timedelta(minutes=1)):
        assert sender.post(FILE_277, event_id="evt_9").status_code == 202


def test_a_database_that_is_away_is_said_so_and_never_a_success(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_key_id: str) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(views, "find_credential", away)
    answer = sender.post(FILE_277)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


def test_a_key_delivers_only_what_its_scopes_name(world: World) -> None:
    narrow = Sender(*create_credential(partner=world.partner, name="Remits", scopes=["remit"]))
    assert narrow.post(FILE_277).status_code == 403
    assert InboundMessage.objects.get().state == "quarantined"


@pytest.mark.parametrize(("behind_proxy", "status"), [(True, 202), (False, 401)])
def test_a_key_bound_to_a_certificate_is_good_only_with_it_and_behind_a_proxy(
    sender: Sender, settings: Settings, behind_proxy: bool, status: int
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    PayerCredential.objects.update(allowed_fingerprint="ab" * 32)
    assert sender.post(FILE_277).status_code == 401
    assert sender.post(
        FILE_277, **{"x-client-certificate-sha256": "AB:" * 31 + "AB"}
    ).status_code == status  # fmt: skip


def test_only_post_is_answered(sender: Sender) -> None:
    url = f"/payers/v1/{sender.credential.key_id}/events"
    assert {getattr(Client(), verb)(url).status_code for verb in ("get", "put", "delete")} == {405}


def test_a_key_of_one_practice_never_reaches_the_other(sender: Sender, lakeside: Practice) -> None:
    sender.post(FILE_277)
    assert InboundMessage.everywhere.get().practice != lakeside
