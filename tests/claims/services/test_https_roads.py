"""A partner by HTTPS that signs us in by OAuth2: the whole road, from the form to the receipt."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import (
    AccessToken,
    HttpsRoad,
    PartnerLine,
    SubmissionBatch,
    TradingPartner,
    Transmission,
)
from claims.services.access_tokens import token_for
from claims.services.send_transmission import send_due
from claims.transport.sign_in import Grant, TokenBusy
from core import clock
from core.choices import Role
from core.models import AuditEvent, TimelineEntry, WorkItem
from core.services.documents import read_document
from tests.cast import client_of
from tests.factories.claims import World, batch_of, joan, make_claim
from tests.servers.https_partner import CLIENT, SECRET, HttpsPartner, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def far(settings: object) -> Iterator[HttpsPartner]:
    settings.CLAIMLINE_OUTBOUND_HOSTS = ["127.0.0.1"]
    with serving() as found:
        yield found


@pytest.fixture
def boss(world: World) -> Client:
    TradingPartner.objects.update(transport="https", endpoint_url="https://old.example")
    return client_of(world.practice, Role.PRACTICE_ADMIN)


def form_of(far: HttpsPartner, **changes: str) -> dict[str, str]:
    """The road as an admin types it from the partner's papers."""
    typed = {
        "endpoint_url": far.url, "sign_in": "oauth", "key_header": "Authorization",
        "key_prefix": "Bearer", "token_url": f"{far.url}/oauth/token", "client_id": CLIENT,
        "client_secret": SECRET, "token_scope": "claims", "body": "x12", "body_member": "x12",
        "claims_path": "/v1/claims", "status_path": "/v1/submissions/{key}",
        "questions_path": "/v1/inquiries", "idempotency": "key",
        "idempotency_header": "Idempotency-Key", "key_hours": "24", "receipt_member": "receipt",
    }  # fmt: skip
    return {**typed, **changes}


def set_up(boss: Client, far: HttpsPartner, **changes: str) -> Any:
    partner = TradingPartner.objects.get()
    page = reverse("claims:connection-https", args=[partner.public_id])
    return boss.post(page, form_of(far, **changes), follow=True)


def one_batch(world: World) -> SubmissionBatch:
    world.partner.refresh_from_db()
    batch = batch_of(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))
    assert isinstance(batch, SubmissionBatch)
    return batch


def state() -> str:
    return Transmission.objects.get().state


def later(**delta: int) -> Any:
    return clock.travel(clock.now() + timedelta(**delta))


def test_a_road_is_set_up_tried_and_takes_a_file_with_one_token(
    world: World, boss: Client, far: HttpsPartner
) -> None:
    page = set_up(boss, far)
    assert "set up the HTTPS road with a new secret" in page.content.decode()
    manager = client_of(world.practice, Role.MANAGER)
    trial = reverse("claims:connection-try", args=[world.partner.public_id])
    assert "It answered and took our key." in manager.post(trial, follow=True).content.decode()
    batch = one_batch(world)
    assert send_due() == 1

    assert state() == "sent"
    assert far.taken == [read_document(batch.document)]
    assert far.posts[0]["Authorization"] == "Bearer token-1"
    assert far.posts[0]["Idempotency-Key"] == Transmission.objects.get().idempotency_key
    assert Transmission.objects.get().remote_reference == "R1"


def test_secret_and_token_are_sealed_and_stand_nowhere_else(
    world: World, boss: Client, far: HttpsPartner, caplog: pytest.LogCaptureFixture
) -> None:
    set_up(boss, far)
    one_batch(world)
    send_due()

    road, token = HttpsRoad.objects.get(), AccessToken.objects.get()
    for sealed in (road.client_secret_sealed, token.token_sealed):
        assert sealed
        assert SECRET not in sealed
        assert "token-1" not in sealed
    pages = [
        boss.get(reverse(f"claims:connection{verb}", args=[world.partner.public_id]))
        for verb in ("", "-https")
    ]
    told = " ".join(
        [page.content.decode() for page in pages]
        + [f"{event.before} {event.after} {event.note}" for event in AuditEvent.objects.all()]
        + [entry.sentence for entry in TimelineEntry.objects.all()]
        + [caplog.text]
    )
    for secret in (SECRET, "token-1", road.client_secret_sealed, token.token_sealed):
        assert secret not in told
    assert "good until" in told

    set_up(boss, far, client_secret="")
    assert HttpsRoad.objects.get().client_secret_sealed == road.client_secret_sealed


def test_the_token_is_kept_and_renewed_before_it_expires(
    world: World, boss: Client, far: HttpsPartner
) -> None:
    set_up(boss, far)
    for _ in range(3):
        one_batch(world)
        send_due()
    assert far.tokens == ["token-1"]
    with later(seconds=245):  # of 300: the last minute has begun
        one_batch(world)
        send_due()
    assert far.tokens == ["token-1", "token-2"]
    assert {post["Authorization"] for post in far.posts[-1:]} == {"Bearer token-2"}


def test_a_token_refused_before_its_time_is_renewed_once(
    world: World, boss: Client, far: HttpsPartner
) -> None:
    set_up(boss, far)
    far.ways.refuses_next_tokens = 1
    one_batch(world)
    send_due()
    assert (state(), far.tokens, len(far.taken)) == ("sent", ["token-1", "token-2"], 1)


def test_a_token_refused_again_stops_the_line_and_the_file_waits(
    world: World, boss: Client, far: HttpsPartner
) -> None:
    set_up(boss, far)
    far.ways.refuses_next_tokens = 2
    one_batch(world)
    send_due()

    assert (state(), far.tokens, far.taken) == ("queued", ["token-1", "token-2"], [])
    assert PartnerLine.objects.get().stop == "sign_in"
    assert WorkItem.objects.get(state="open").kind == "partner.stopped"
    assert send_due() == 0, "nobody tries again, so that no account gets locked"

    manager = client_of(world.practice, Role.MANAGER)
    manager.post(reverse("claims:connection-try", args=[world.partner.public_id]))
    assert PartnerLine.objects.get().stop == ""
    assert send_due() == 1
    assert (state(), len(far.taken)) == ("sent", 1)


def test_a_wrong_secret_stops_the_line_without_a_call_for_claims(
    world: World, boss: Client, far: HttpsPartner
) -> None:
    set_up(boss, far, client_secret="wrong")
    one_batch(world)
    send_due()
    assert (state(), far.posts) == ("queued", [])
    words = PartnerLine.objects.get().stop_reason
    assert words == "the sign-in server refused us (HTTP 401, invalid_client)"


def test_a_sign_in_server_out_of_order_is_a_line_that_failed_and_no_doubt(
    world: World, boss: Client, far: HttpsPartner
) -> None:
    set_up(boss, far)
    far.ways.token_status = 503
    one_batch(world)
    send_due()
    assert (state(), far.posts, PartnerLine.objects.get().failures) == ("queued", [], 1)
    far.ways.token_status = 200
    with later(seconds=60):
        send_due()
    assert state() == "sent"


def test_one_renews_while_the_others_go_on_with_the_old_token_or_wait(
    world: World, far: HttpsPartner
) -> None:
    calls = []

    def twice() -> Grant:
        calls.append("twice")
        return Grant("t", 300)

    def fetch() -> Grant:
        calls.append("renewed")
        with pytest.raises(TokenBusy):  # another worker, at this very moment
            token_for(world.partner, twice)
        return Grant("first", 300)

    assert token_for(world.partner, fetch) == "first"
    assert calls == ["renewed"]

    def renew() -> Grant:
        assert token_for(world.partner, twice) == "first"
        return Grant("second", 300)

    with later(seconds=245):
        assert token_for(world.partner, renew) == "second"
        assert token_for(world.partner, renew, refused="other") == "second"
    assert calls == ["renewed"]


def test_a_worker_that_died_while_it_renewed_is_followed_by_another(world: World) -> None:
    def dies() -> Grant:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        token_for(world.partner, dies)
    AccessToken.objects.update(lease_until=clock.now() + timedelta(seconds=30))  # killed: no end
    with pytest.raises(TokenBusy):
        token_for(world.partner, lambda: Grant("late", 300))
    with later(seconds=31):
        assert token_for(world.partner, lambda: Grant("late", 300)) == "late"


def test_json_carries_the_same_bytes(world: World, boss: Client, far: HttpsPartner) -> None:
    far.ways.is_json = True
    set_up(boss, far, body="json")
    batch = one_batch(world)
    send_due()
    assert far.taken == [read_document(batch.document)]
    assert far.posts[0]["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("way", "then", "posts"),
    [
        ("429", "throttled", 2),
        ("500", "in_doubt", 2),
        ("500-taken", "in_doubt", 1),
        ("reset", "in_doubt", 2),
        ("reset-taken", "in_doubt", 1),
        ("html", "in_doubt", 1),
    ],
)
@pytest.mark.parametrize("by", ["key", "isa13"])
def test_whatever_goes_wrong_the_file_is_there_once(  # noqa: PLR0917
    world: World, boss: Client, far: HttpsPartner, way: str, then: str, posts: int, by: str
) -> None:
    path = "/v1/submissions/{key}" if by == "key" else "/v1/files/{number}"
    header = "Idempotency-Key" if by == "key" else ""
    set_up(boss, far, idempotency=by, status_path=path, idempotency_header=header, key_hours="")
    far.ways.keeps_keys = by == "key"
    far.ways.next_answers = [way]
    batch = one_batch(world)
    send_due()
    assert state() == then
    for minutes in (5, 10, 15):
        with later(minutes=minutes):
            send_due()
    assert (state(), len(far.posts)) == ("sent", posts)
    assert far.numbers() == [batch.interchange_control_number]


def test_an_old_key_is_not_trusted_and_a_person_is_asked(
    world: World, boss: Client, far: HttpsPartner
) -> None:
    set_up(boss, far, key_hours="24")
    far.ways.next_answers = ["500"]
    one_batch(world)
    send_due()
    with later(hours=25):
        send_due()
    assert (state(), len(far.posts)) == ("in_doubt", 1)
    assert WorkItem.objects.filter(kind="batch.in_doubt", state="open").exists()


def test_nobody_there_is_no_doubt(world: World, boss: Client, far: HttpsPartner) -> None:
    set_up(boss, far, sign_in="key", api_key="k", endpoint_url="http://127.0.0.1:9")
    one_batch(world)
    send_due()
    assert state() == "queued"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("endpoint_url", "https://elsewhere.example", "not on the list"),
        ("token_url", "https://elsewhere.example", "not on the list"),
        ("token_url", "", "Enter where tokens"),
        ("client_id", "", "Enter the client id"),
        ("client_secret", "", "Enter the client secret"),
        ("key_header", "Host", "another meaning"),
        ("idempotency_header", "bad header", "Letters, digits"),
        ("idempotency_header", "", "Say in which header"),
        ("claims_path", "//elsewhere.example/x", "A path below"),
        ("claims_path", "http://elsewhere.example", "A path below"),
        ("status_path", "/v1/{secret}", "A path below"),
        ("key_hours", "0", "greater than or equal to 1"),
        ("receipt_member", "a b", "A name like"),
    ],
)
def test_a_wrong_set_up_is_refused_at_its_field_and_kept_as_typed(
    boss: Client, far: HttpsPartner, field: str, typed: str, words: str
) -> None:
    answer = set_up(boss, far, **{field: typed})
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert not HttpsRoad.objects.exists()
    assert f'value="{CLIENT}"' in answer.content.decode() or field == "client_id"
    assert SECRET not in answer.content.decode()


def test_knowing_by_number_needs_a_path_with_it(boss: Client, far: HttpsPartner) -> None:
    answer = set_up(boss, far, idempotency="isa13")
    assert "with {number} in the path" in str(answer.context["form"].errors["status_path"])


def test_only_an_admin_sets_a_road_up_and_only_an_https_road_has_the_form(
    world: World, boss: Client, far: HttpsPartner
) -> None:
    page = reverse("claims:connection-https", args=[world.partner.public_id])
    assert client_of(world.practice, Role.BILLER).get(page).status_code == 403
    assert boss.get(page).status_code == 200
    TradingPartner.objects.update(transport="folder")
    assert boss.get(page).status_code == 404
