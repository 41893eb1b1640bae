"""What stands behind the answers of the insurers' door (the answers: test_answer_table.py)."""

from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from claims.callbacks.rate import REFUSALS_A_MINUTE, caller_of
from claims.models import AddressMinute, InboundMessage, PayerCredential
from claims.services.credentials import create_credential, rotate_secret
from claims.services.process_message import process_due, replay_message
from claims.services.send_transmission import send_due
from claims.services.tell_of_floods import tell_of_floods
from core import clock
from core.models import AuditEvent, Practice, WorkItem
from core.services.documents import read_document
from tests.claims.callbacks.sender import JSON, Sender, event
from tests.claims.documents import document, of_batch
from tests.factories.claims import World, batch_of, lily, make_claim, nguyen

pytestmark = pytest.mark.django_db
FILE_277 = document("w32.277").encode()
FILE = document("w31.999").encode()


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


def test_the_same_id_with_other_content_is_a_conflict_kept_aside(sender: Sender) -> None:
    sender.post(FILE_277)
    assert sender.post(FILE_277 + b"\n").status_code == 409
    aside = InboundMessage.objects.get(state="quarantined")
    assert aside.related_message is not None
    assert sender.post(FILE_277 + b"\n").status_code == 409
    aside.refresh_from_db()
    assert aside.repeat_count == 1
    assert WorkItem.objects.filter(kind="inbox.conflict").exists()


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


@pytest.mark.parametrize("body", [b"{", b'{"type": 1}', b'{"type":"x12.received","data":{}}'])
def test_broken_json_is_refused_and_its_bytes_are_kept(sender: Sender, body: bytes) -> None:
    assert sender.post(body, content_type=JSON).status_code == 400
    assert read_document(InboundMessage.objects.get(state="quarantined").document) == body


def test_too_many_a_minute_are_told_when_to_come_again(sender: Sender) -> None:
    PayerCredential.objects.update(events_per_minute=2)
    answers = [sender.post(FILE_277, event_id=f"evt_{n}") for n in range(3)]
    assert [a.status_code for a in answers] == [202, 202, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    with clock.travel(clock.now() + timedelta(minutes=1)):
        assert sender.post(FILE_277, event_id="evt_9").status_code == 202


@pytest.mark.parametrize(("behind_proxy", "status"), [(True, 202), (False, 401)])
def test_a_key_bound_to_a_certificate_is_good_only_with_it_and_behind_a_proxy(
    sender: Sender, settings: Settings, behind_proxy: bool, status: int
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    settings.CLAIMLINE_CLIENT_CERTIFICATE_HEADER = "X-Ssl-Fingerprint"
    PayerCredential.objects.update(allowed_fingerprint="ab" * 32)
    colons = "AB:" * 31 + "AB"
    assert sender.post(FILE_277).status_code == 401
    assert sender.post(FILE_277, **{"x-client-certificate-sha256": colons}).status_code == 401
    assert sender.post(FILE_277, **{"x-ssl-fingerprint": colons}).status_code == status


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(
    sender: Sender, settings: Settings
) -> None:
    PayerCredential.objects.update(allowed_networks=["203.0.113.0/24"])
    forged = {"x-forwarded-for": "203.0.113.9"}
    assert sender.post(FILE_277, **forged).status_code == 401
    settings.BEHIND_PROXY = True
    assert sender.post(FILE_277, **forged).status_code == 202
    told = {"x-forwarded-for": "203.0.113.9, 192.0.2.1"}
    assert sender.post(FILE_277, **told).status_code == 401


def test_a_body_that_breaks_off_is_refused_and_nothing_is_kept(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise OSError("the line broke")

    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest.read", broken)
    answer = sender.post(FILE_277)
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
    assert not InboundMessage.objects.exists()


def test_a_test_event_is_read_and_does_nothing(world: World, sender: Sender) -> None:
    claim = make_claim(world, nguyen(world), "20610 /a", on=date(2026, 11, 3))
    batch = batch_of(world, claim)
    send_due()
    file = of_batch(document("w32.277", SFM1019=claim), batch).encode()

    sender.post(event(file, test=True), event_id="evt_test")
    process_due()
    tested = InboundMessage.objects.get()
    assert (tested.state, tested.kind) == ("tested", "277ca")
    assert tested.result == (
        "A test: It was read without a fault (1 part), and would have been processed."
    )
    claim.current_version.refresh_from_db()
    assert claim.current_version.state == "sent"

    # The same file in earnest is not taken for a copy of the test.
    sender.post(event(file), event_id="evt_earnest")
    process_due()
    claim.current_version.refresh_from_db()
    assert claim.current_version.state == "payer_accepted"


def test_a_test_with_a_fault_says_where_and_makes_no_work(sender: Sender) -> None:
    sender.post(event(FILE_277.replace(b"SE*35", b"SE*34"), test=True))
    process_due()
    tested = InboundMessage.objects.get()
    assert tested.state == "tested"
    assert tested.faults[0]["segment"]
    assert not WorkItem.objects.exists()


def test_only_post_is_answered(sender: Sender) -> None:
    url = f"/payers/v1/{sender.credential.key_id}/events"
    assert {getattr(Client(), verb)(url).status_code for verb in ("get", "put", "delete")} == {405}


def test_a_key_of_one_practice_never_reaches_the_other(sender: Sender, lakeside: Practice) -> None:
    sender.post(FILE_277)
    assert InboundMessage.everywhere.get().practice != lakeside


def test_a_test_that_contradicts_an_earlier_event_stays_a_test_and_is_nobodys_work(
    sender: Sender,
) -> None:
    assert sender.post(event(FILE)).status_code == 202
    assert sender.post(event(FILE, test=True, note="try")).status_code == 409
    first, second = InboundMessage.objects.order_by("id")
    assert (second.is_test, second.state, second.related_message) == (True, "tested", first)
    assert not WorkItem.objects.filter(kind="inbox.conflict").exists()


def test_what_contradicts_a_test_is_kept_as_what_it_says_it_is(sender: Sender) -> None:
    sender.post(event(FILE, test=True))
    sender.post(event(FILE, kind="claim.updated"))
    second = InboundMessage.objects.latest("id")
    assert (second.is_test, second.event_type) == (False, "claim.updated")
    assert second.state == "quarantined"
    assert WorkItem.objects.filter(kind="inbox.conflict", state="open").count() == 1

    replay_message(second, reason="The sender says that this one is right.")
    assert not WorkItem.objects.filter(kind="inbox.conflict", state="open").exists()


def test_a_test_of_an_event_that_we_do_not_know_says_so_and_is_nobodys_work(
    sender: Sender,
) -> None:
    body = {"id": "evt_1", "type": "claim.updated", "test": True, "data": {}}
    assert sender.post(body).status_code == 202
    process_due()
    tested = InboundMessage.objects.get()
    assert tested.state == "tested"
    assert tested.result == "A test: We do not know events of type claim.updated."
    assert not WorkItem.objects.exists()


def test_a_flood_without_a_signature_is_refused_unread_and_told_once_with_its_number(
    sender: Sender,
) -> None:
    forged = {"webhook-signature": "v1,AAAA"}
    for number in range(REFUSALS_A_MINUTE):
        assert sender.post(FILE, event_id=f"evt_{number}", **forged).status_code == 401
    for number in range(5):
        answer = sender.post(FILE, event_id=f"evt_more_{number}", **forged)
        assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
        assert int(answer["Retry-After"]) <= 60
    refused = AuditEvent.objects.filter(action="callback.refused")
    assert refused.count() == REFUSALS_A_MINUTE

    assert tell_of_floods() == 0
    with clock.travel(clock.now() + timedelta(minutes=1)):
        assert (tell_of_floods(), tell_of_floods()) == (1, 0)
        assert sender.post(FILE, event_id="evt_good").status_code == 202
    flood = AuditEvent.objects.get(action="callback.flood")
    assert flood.after == {
        "address": "198.51.100.7", "calls": REFUSALS_A_MINUTE + 5, "unread": 5,
    }  # fmt: skip


def test_a_flood_from_one_address_keeps_no_other_one_out(sender: Sender) -> None:
    AddressMinute.objects.create(
        address="203.0.113.9", minute=int(clock.now().timestamp()) // 60, count=REFUSALS_A_MINUTE
    )
    assert sender.post(FILE).status_code == 202


def test_the_addresses_of_one_network_are_one_caller() -> None:
    assert caller_of("2001:db8:1:2:3::4") == caller_of("2001:db8:1:2:ffff::1")
    assert caller_of("2001:db8:1:2:3::4") != caller_of("2001:db8:1:3::1")
    assert (caller_of("203.0.113.9"), caller_of("unknown")) == ("203.0.113.9", "")
