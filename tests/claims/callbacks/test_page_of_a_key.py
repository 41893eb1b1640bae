"""The page of a key: the practice's own, and the one behind a link for the payer's engineers."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from claims.callbacks.samples import KINDS, sample
from claims.callbacks.try_it import CHOICES
from claims.edi.reader import read_file
from claims.models import Acknowledgement, InboundMessage, PayerPageLink, Remittance
from claims.services.credentials import create_credential, live_secrets
from claims.services.page_links import make_link
from claims.services.process_message import process_due
from core import clock
from core.choices import Role
from core.models import AuditEvent, Practice, TimelineEntry, WorkItem
from tests.cast import client_of
from tests.claims.callbacks.sender import Sender, event
from tests.claims.documents import document
from tests.factories.claims import World

pytestmark = pytest.mark.django_db
FILE = document("w32.277").encode()


@pytest.fixture
def boss(world: World) -> Client:
    return client_of(world.practice, Role.PRACTICE_ADMIN)


def door(name: str, sender: Sender) -> str:
    return reverse(f"claims:{name}", args=[sender.credential.public_id])


def text(answer: HttpResponse) -> str:
    """What is read on the page, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.content.decode())).split())


@pytest.fixture
def theirs(sender: Sender) -> str:
    """The address of the page for the payer's engineers."""
    return reverse("payer-page", args=[make_link(credential=sender.credential, given_to="Ops")[1]])


def test_the_list_says_how_each_key_is_doing(world: World, sender: Sender, boss: Client) -> None:
    ends = clock.now() + timedelta(days=3)
    create_credential(partner=world.partner, name="Ending", expires_at=ends)
    sender.post(FILE)
    process_due()
    shown = text(boss.get(reverse("claims:callback-keys")))
    assert "Ends soon" in shown
    assert "Live" in shown
    assert boss.get(reverse("claims:callback-keys"), {"bucket": "waiting"}).status_code == 200


def test_the_last_calls_stand_there_with_answer_and_reason(sender: Sender, boss: Client) -> None:
    sender.post(FILE, event_id="evt_taken")
    sender.post(FILE, event_id="evt_taken")
    sender.post(FILE, event_id="evt_old", age=900)
    process_due()
    shown = text(boss.get(door("callback-key", sender)))
    assert "evt_taken" in shown
    assert "202 Accepted Set aside" in shown
    assert "200 Duplicate" in shown
    assert "webhook-timestamp is 900 s behind our clock; 300 s are allowed." in shown


def test_a_link_shows_the_payers_engineers_the_same_without_any_patient(
    world: World, sender: Sender, theirs: str
) -> None:
    sender.post(FILE, event_id="evt_taken")
    sender.post(event(FILE.replace(b"SE*35", b"SE*34"), test=True), event_id="evt_test")
    process_due()
    answer = Client().get(theirs)
    shown = text(answer)
    assert "evt_taken" in shown
    assert "evt_test" in shown
    assert "segment" in shown  # where the test's fault is
    assert "import base64" in shown
    assert f"/payers/v1/{sender.credential.key_id}/events" in shown
    page = answer.content.decode()
    for secret in (*live_secrets(sender.credential), "CARTER", "NGUYEN", "SFM1002", "AHP"):
        assert secret not in page
    # Kept from other sites; with no-referrer a browser could not send the form (Origin: null).
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    assert "/claims/" not in page


@pytest.mark.parametrize("kind", [kind for kind, _ in CHOICES])
def test_a_test_event_goes_through_the_door_and_has_no_effect(
    sender: Sender, theirs: str, kind: str
) -> None:
    answer = Client().post(f"{theirs}try", {"kind": kind}, follow=True)
    assert "Answered 202" in text(answer)
    process_due()
    message = InboundMessage.objects.get()
    assert (message.state, message.faults) == ("tested", [])
    assert "No fault found." in text(Client().get(theirs))
    assert not Acknowledgement.objects.exists()
    assert not Remittance.objects.exists()
    assert not WorkItem.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_reads_without_a_fault(world: World, kind: str) -> None:
    file = read_file(sample(kind, world.partner, clock.now()).encode(), clock.now().date())
    assert (file.faults, file.kinds) == ((), (kind,))


def test_a_test_event_is_sent_even_where_the_key_is_bound_to_network_and_certificate(
    sender: Sender, boss: Client
) -> None:
    sender.credential.allowed_networks = ["203.0.113.0/24"]
    sender.credential.allowed_fingerprint = "ab" * 32
    sender.credential.save()
    boss.post(door("callback-key-try", sender), {"kind": "ping"})
    assert InboundMessage.objects.get().event_type == "ping"


def test_an_unknown_test_event_is_refused_at_its_field(
    sender: Sender, boss: Client, theirs: str
) -> None:
    for answer in (
        boss.post(door("callback-key-try", sender), {"kind": "nonsense"}),
        Client().post(f"{theirs}try", {"kind": "nonsense"}),
    ):
        assert answer.status_code == 422
        assert "nonsense is not one of the available choices" in text(answer)


def test_an_expired_link_an_ended_one_and_a_guess_open_nothing(
    sender: Sender, boss: Client, theirs: str
) -> None:
    guess = reverse("payer-page", args=["x" * 43])
    assert Client().get(guess).status_code == 404
    with clock.travel(clock.now() + timedelta(days=31)):
        assert Client().get(theirs).status_code == 404
    assert Client().get(theirs).status_code == 200
    link = PayerPageLink.objects.get()
    boss.post(door("callback-key-link-end", sender), {"link": str(link.public_id)})
    assert Client().get(theirs).status_code == 404
    assert Client().post(f"{theirs}try", {"kind": "ping"}).status_code == 404


def test_a_link_is_made_and_shown_once_and_its_opening_is_audited(
    sender: Sender, boss: Client
) -> None:
    url = door("callback-key-link", sender)
    assert "Say whom you give it to." in text(boss.post(url, {"given_to": " "}))
    made = boss.post(url, {"given_to": "EDI desk"})
    path = re.search(r"/payers/v1/page/[\w-]{43}/", made.content.decode())
    assert path
    assert path[0] not in boss.get(door("callback-key", sender)).content.decode()
    assert Client().get(path[0]).status_code == 200
    assert AuditEvent.objects.filter(action="credential.page_opened").count() == 1
    assert TimelineEntry.objects.filter(kind="credential.page_given").exists()


def test_a_new_secret_is_shown_once_and_both_are_good(sender: Sender, boss: Client) -> None:
    shown = boss.post(door("callback-key-rotate", sender))
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", shown.content.decode())
    assert secret
    assert "no-store" in shown["Cache-Control"]
    assert secret[0] not in boss.get(door("callback-key", sender)).content.decode()
    assert Sender(sender.credential, secret[0]).post(FILE, event_id="evt_a").status_code == 202
    assert sender.post(FILE, event_id="evt_b").status_code == 202


def test_a_third_secret_is_made_only_by_who_knows_that_it_ends_the_first(
    sender: Sender, boss: Client
) -> None:
    rotate = door("callback-key-rotate", sender)
    boss.post(rotate)
    refused = boss.post(rotate, follow=True)
    assert "another one would end it at once" in text(refused)
    assert "Make it, and end the oldest" in text(refused)
    assert sender.post(FILE, event_id="evt_a").status_code == 202

    assert "whsec_" in boss.post(rotate, {"drops_oldest": "yes"}).content.decode()
    assert sender.post(FILE, event_id="evt_b").status_code == 401


def test_after_the_change_is_over_nobody_is_asked(
    world: World, sender: Sender, boss: Client
) -> None:
    boss.post(door("callback-key-rotate", sender))
    with clock.travel(clock.now() + timedelta(days=8)):
        boss = client_of(world.practice, Role.PRACTICE_ADMIN)
        assert "whsec_" in boss.post(door("callback-key-rotate", sender)).content.decode()


def test_a_revoked_key_is_refused_at_the_next_call(sender: Sender, boss: Client) -> None:
    boss.post(door("callback-key-revoke", sender))
    assert sender.post(FILE).status_code == 401
    assert "Revoked" in text(boss.get(door("callback-key", sender)))
    assert "revoked the key" in text(boss.get(door("callback-key", sender)))


def test_a_biller_sees_a_key_and_may_not_change_it(world: World, sender: Sender) -> None:
    biller = client_of(world.practice, Role.BILLER)
    assert "Make a new secret" not in text(biller.get(door("callback-key", sender)))
    for name in ("try", "rotate", "revoke", "link"):
        assert biller.post(door(f"callback-key-{name}", sender)).status_code == 403


def test_the_other_practice_sees_neither_the_key_nor_its_calls(
    sender: Sender, lakeside: Practice
) -> None:
    sender.post(FILE)
    outsider = client_of(lakeside, Role.PRACTICE_ADMIN)
    assert outsider.get(door("callback-key", sender)).status_code == 404
    assert sender.credential.name not in text(outsider.get(reverse("claims:callback-keys")))


def test_many_messages_are_processed_again_for_one_reason(
    world: World, sender: Sender, boss: Client
) -> None:
    for number in range(3):
        sender.post(b"ISA*nothing more", event_id=f"evt_{number}")
        sender.post(b"ISA*nothing else", event_id=f"other_{number}")
    process_due()
    InboundMessage.objects.filter(event_id="other_0").update(state="applied")
    ids: dict[str, Any] = {
        "ids": [str(row.public_id) for row in InboundMessage.objects.all()],
    }
    url = reverse("claims:replay-many")
    asked = text(boss.post(url, ids))
    assert "Process 5 messages again" in asked
    assert "Left alone, because applied or being processed: 1" in asked
    assert boss.post(url, ids | {"reason": " "}).status_code == 422
    boss.post(url, ids | {"reason": "The sender's fault is mended."})
    assert InboundMessage.objects.filter(state="received").count() == 5
    told = TimelineEntry.objects.filter(kind="message.replayed")
    assert {entry.details["note"] for entry in told} == {"The sender's fault is mended."}
    assert AuditEvent.objects.filter(action="message.replayed").count() == 5
