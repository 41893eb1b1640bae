"""The contract of the insurers' door (reliability 2.2), row by row, as an outsider meets it.

Each row: what is sent, what is answered, what becomes of the bytes, and which work it makes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client

from claims.callbacks import answers, views
from claims.models import Claim, InboundMessage, PayerCredential, TradingPartner
from claims.services.credentials import create_credential, revoke_credential, rotate_secret
from claims.services.process_message import process_due
from claims.services.send_transmission import send_due
from core import clock
from core.models import AuditEvent, WorkItem
from core.services.documents import read_document
from core.standard_webhooks import new_secret
from tests.claims.callbacks.sender import JSON, Sender, event
from tests.claims.documents import document
from tests.factories.claims import World, batch_of, joan, make_claim, make_partner

pytestmark = pytest.mark.django_db
FILE = document("w32.277").encode()
BARE = {"webhook-id": "", "webhook-timestamp": "", "webhook-signature": ""}
Act = Callable[[Sender], HttpResponse]


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    case: str
    act: Act
    status: int
    word: str
    kept: tuple[str, ...] = ()
    work: tuple[str, ...] = ()


def twice(body: bytes, again: bytes) -> Act:
    def act(sender: Sender) -> HttpResponse:
        sender.post(body)
        return sender.post(again)

    return act


def twice_as(content_type: str, body: bytes) -> Act:
    def act(sender: Sender) -> HttpResponse:
        sender.post(body, content_type=content_type)
        return sender.post(body, content_type=content_type)

    return act


def changed(act: Act, **columns: object) -> Act:
    def changed_act(sender: Sender) -> HttpResponse:
        PayerCredential.objects.update(**columns)
        return act(sender)

    return changed_act


def post(body: object, **how: object) -> Act:
    return lambda sender: sender.post(body, **how)  # type: ignore[arg-type]


def revoked(sender: Sender) -> HttpResponse:
    revoke_credential(credential=sender.credential)
    return sender.post(FILE)


def with_the_new_secret(sender: Sender) -> HttpResponse:
    return Sender(sender.credential, rotate_secret(credential=sender.credential)).post(FILE)


def with_the_old_secret_in_the_overlap(sender: Sender) -> HttpResponse:
    rotate_secret(credential=sender.credential)
    return sender.post(FILE)


def with_the_old_secret_afterwards(sender: Sender) -> HttpResponse:
    rotate_secret(credential=sender.credential)
    with clock.travel(clock.now() + timedelta(days=8)):
        return sender.post(FILE)


def as_a_stranger(sender: Sender) -> HttpResponse:
    return Sender(PayerCredential(key_id="pkdoesnotexist"), new_secret()).post(FILE)


def with_another_secret(sender: Sender) -> HttpResponse:
    return Sender(sender.credential, new_secret()).post(FILE)


def with_another_body(sender: Sender) -> HttpResponse:
    return sender.post(FILE + b" ", **sender.headers(FILE))


def of_another_partners_claim(sender: Sender) -> HttpResponse:
    """Another partner of the practice speaks about a claim that went to this one."""
    partner = sender.credential.partner
    other = make_partner(partner.practice, "folder", name="Another", receiver_id="OTHER01")
    claim = sent_claim(sender.world)
    stranger = Sender(*create_credential(partner=other, name="Another"))
    return stranger.post(document("w32.277", SFM1002=claim).encode())


def sent_claim(world: World | None) -> Claim:
    """Joan's claim, on its way to the clearinghouse of the world."""
    assert world is not None
    claim = make_claim(world, joan(world), "99213", on=date(2026, 11, 14))
    batch_of(world, claim)
    send_due()
    return claim


def by(verb: str) -> Act:
    return lambda sender: Client().generic(verb, sender.address)


def gone(sender: Sender) -> HttpResponse:
    def away(_key_id: str) -> None:
        raise OperationalError("gone")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(views, "find_credential", away)
        return sender.post(FILE)


def one_too_many(sender: Sender) -> HttpResponse:
    PayerCredential.objects.update(events_per_minute=1)
    sender.post(FILE, event_id="evt_0")
    return sender.post(FILE)


NO_MATCH = (
    "No signature fits: compare the secret, and sign id.timestamp.body with the body byte for byte."
)
ASIDE, REFUSED = ("inbox.quarantined",), ("credential.refused",)
TABLE = [
    Row("good and new", post(FILE), 202, "accepted", ("received",)),
    Row("good and new, in a JSON event", post(event(FILE)), 202, "accepted", ("received",)),
    Row("signed with the new secret", with_the_new_secret, 202, "accepted", ("received",)),
    Row("signed with the old secret in the overlap", with_the_old_secret_in_the_overlap,
        202, "accepted", ("received",)),
    Row("seen before", twice(FILE, FILE), 200, "duplicate", ("received",)),
    Row("same id, different body", twice(FILE, FILE + b"\n"), 409, "id_used_with_other_content",
        ("received", "quarantined"), ("inbox.conflict",)),
    Row("signed with the old secret afterwards", with_the_old_secret_afterwards,
        401, "unauthorized"),
    Row("no signature", post(FILE, **BARE), 401, "unauthorized"),
    Row("signed with another secret", with_another_secret, 401, "unauthorized"),
    Row("another body than was signed", with_another_body, 401, "unauthorized"),
    Row("a key that nobody has", as_a_stranger, 401, "unauthorized"),
    Row("a revoked key", revoked, 401, "unauthorized"),
    Row("an expired key", changed(post(FILE), expires_at="2026-11-22T00:00Z"),
        401, "unauthorized"),
    Row("an id with a dot in it", post(FILE, event_id="evt.1"), 401, "unauthorized"),
    Row("301 seconds old", post(FILE, age=301), 401, "unauthorized"),
    Row("301 seconds early", post(FILE, age=-301), 401, "unauthorized"),
    Row("301 seconds old, and the key allows more",
        changed(post(FILE, age=301), tolerance_seconds=172_800), 202, "accepted", ("received",)),
    Row("a time that is none", post(FILE, **{"webhook-timestamp": "now"}), 401, "unauthorized"),
    Row("from outside the key's networks",
        changed(post(FILE), allowed_networks=["203.0.113.0/24"]), 401, "unauthorized"),
    Row("from within the key's networks",
        changed(post(FILE), allowed_networks=["203.0.113.0/24", "198.51.100.0/24"]),
        202, "accepted", ("received",)),
    Row("without the certificate that the key asks for",
        changed(post(FILE), allowed_fingerprint="ab" * 32), 401, "unauthorized"),
    Row("another payer's claim", of_another_partners_claim, 202, "accepted",
        ("quarantined",), ASIDE),
    Row("a claim that nobody knows", post(FILE), 202, "accepted", ("quarantined",), ASIDE),
    Row("an event type that nobody knows", post({"type": "claim.smiled", "data": {}}),
        202, "accepted", ("quarantined",), ASIDE),
    Row("a test call", post({"type": "ping"}), 202, "accepted", ("tested",)),
    Row("a test event", post(event(FILE, test=True)), 202, "accepted", ("tested",)),
    Row("a kind that the key may not deliver", changed(post(FILE), scopes=["remit"]),
        403, "out_of_scope", ("quarantined",), REFUSED),
    Row("a JSON event above its limit", changed(post(event(FILE)), max_event_bytes=500),
        413, "too_large"),
    Row("a file above its limit", changed(post(FILE), max_file_bytes=500), 413, "too_large"),
    Row("a wrong media type", post(FILE, content_type="text/plain"),
        415, "unsupported_media_type"),
    Row("a wrong charset", post(FILE, content_type=f"{JSON}; charset=utf-7"),
        415, "unsupported_media_type"),
    Row("a compressed body", post(FILE, **{"content-encoding": "gzip"}),
        415, "unsupported_content_encoding"),
    Row("broken JSON", post(b"{", content_type=JSON), 400, "malformed",
        ("quarantined",), REFUSED),
    Row("broken JSON, sent again as it is", twice_as(JSON, b"{"), 400, "malformed",
        ("quarantined",), REFUSED),
    Row("a kind that the key may not deliver, sent again",
        changed(twice(FILE, FILE), scopes=["remit"]), 403, "out_of_scope",
        ("quarantined",), REFUSED),
    Row("JSON with a key named twice", post(b'{"type":"ping","type":"ping"}', content_type=JSON),
        400, "malformed", ("quarantined",), REFUSED),
    Row("JSON 33 levels deep", post(b'{"a":' * 33 + b"1" + b"}" * 33, content_type=JSON),
        400, "malformed", ("quarantined",), REFUSED),
    Row("an event without a file", post({"type": "x12.received", "data": {}}),
        400, "malformed", ("quarantined",), REFUSED),
    Row("broken X12", post(b"ISA*nothing more"), 202, "accepted", ("quarantined",), ASIDE),
    Row("one more than the rate allows", one_too_many, 429, "rate_limited", ("received",)),
    Row("any method but POST", by("GET"), 405, "method_not_allowed"),
    Row("the database is away", gone, 503, "try_again"),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.case)
def test_what_is_answered_and_what_becomes_of_it(sender: Sender, row: Row) -> None:
    answer = row.act(sender)
    is_read = row.work == ASIDE or row.kept == ("tested",)
    if is_read:
        process_due()

    body = answer.json()
    assert (answer.status_code, body.get("code") or body["status"]) == (row.status, row.word)
    kept = InboundMessage.objects.order_by("pk")
    assert tuple(message.state for message in kept) == row.kept
    assert set(WorkItem.objects.values_list("kind", flat=True)) == set(row.work)
    if row.status >= 400:
        assert answer["Content-Type"] == answers.PROBLEM
        assert body["status"] == row.status
        assert body.keys() >= {"type", "title", "detail", "code"}
    if row.status in {429, 503}:
        assert 1 <= int(answer["Retry-After"]) <= 60
    if row.status in {202, 200, 400, 403, 409}:
        message = InboundMessage.objects.get(public_id=body["id"])
        assert read_document(message.document)


def test_the_table_shows_every_answer_that_there_is() -> None:
    shown = {(row.status, row.word) for row in TABLE}
    said = {(problem.status, problem.code) for problem in answers.PROBLEMS}
    # The line breaks while the body comes: shown in test_callbacks.py.
    assert said - shown == {(400, "unreadable")}
    assert shown - said == {(202, "accepted"), (200, "duplicate")}


def test_every_refusal_of_trust_is_the_same_to_the_byte_and_keeps_no_body(
    world: World, sender: Sender
) -> None:
    refused = [row for row in TABLE if row.status == 401]
    answers_ = []
    for row in refused:
        PayerCredential.objects.update(
            expires_at=None, revoked_at=None, allowed_networks=[], allowed_fingerprint=""
        )
        answer = row.act(Sender(*create_credential(partner=world.partner, name="Next"), world))
        answers_.append((answer.content, sorted(set(answer.headers) - {"X-Request-ID"})))
    assert len(refused) > 10
    assert len({content for content, _ in answers_}) == 1
    assert all(headers == answers_[0][1] for _, headers in answers_)
    rows = AuditEvent.objects.filter(action="callback.refused")
    assert rows.count() == len(refused)
    assert all(len(row.after["sha256"]) == 64 and row.note.startswith("key ") for row in rows)
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("no signature", "The header webhook-id is missing."),
        ("301 seconds old", "webhook-timestamp is 301 s behind our clock; 300 s are allowed."),
        ("301 seconds early", "webhook-timestamp is 301 s ahead of our clock; 300 s are allowed."),
        ("an expired key", "The key has expired."),
        ("a revoked key", "The key was revoked."),
        ("signed with another secret", NO_MATCH),
        ("from outside the key's networks",
         "The call came from 198.51.100.7, which is outside the networks of this key."),
        ("without the certificate that the key asks for",
         "No client certificate was shown, and the key is bound to one."),
    ],
)  # fmt: skip
def test_the_reason_of_a_401_is_kept_for_the_keys_own_page(
    sender: Sender, case: str, why: str
) -> None:
    next(row for row in TABLE if row.case == case).act(sender)
    assert AuditEvent.objects.get(action="callback.refused").after["why"] == why


def test_a_payers_own_key_cannot_pay_another_payers_claim(world: World) -> None:
    """A remittance of a payer that claims money for a claim of another payer is set aside whole."""
    other = make_partner(
        world.practice, "folder", name="Acme direct", kind="payer", receiver_id="PAYERID01"
    )
    stranger = Sender(*create_credential(partner=other, name="Acme direct"))
    claim = sent_claim(world)
    assert stranger.post(document("w10.835", SFM1001=claim).encode()).status_code == 202
    process_due()
    message = InboundMessage.objects.get()
    assert message.state == "quarantined"
    assert message.result.startswith("It pays claims that did not go to its sender.")
    assert not message.remittances.exists()
    assert TradingPartner.objects.count() == 2
