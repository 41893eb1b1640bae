"""Keys are renewed without a gap, changed, watched for their end, and held to their rate."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core import clock
from core.api.scopes import register_scope
from core.errors import ApplicationError, Conflict
from core.models import ApiToken, ApiTokenMinute, IdempotencyRecord, Practice, WorkItem
from core.services.api_tokens import change_api_token, renew_api_token, revoke_api_token
from core.services.watch_keys import API_KEY_ENDS, report_ending_api_keys
from tests.core.api.conftest import bearer
from tests.core.api.test_tokens import NOTES, TokenOf

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.api.site")]


def status(secret: str) -> int:
    return Client(headers=bearer(secret)).get(NOTES).status_code


def send(secret: str, key: str) -> Any:
    headers = {**bearer(secret), "Idempotency-Key": key}
    return Client(headers=headers).post(NOTES, {"text": "Hello"}, "application/json")


def test_a_renewed_key_and_the_one_before_both_open_for_a_week(
    summit: Practice, token_of: TokenOf
) -> None:
    row, old = token_of(summit)
    now = clock.now()
    with clock.travel(now):
        new = renew_api_token(row)
        assert (status(old), status(new)) == (200, 200)
    with clock.travel(now + timedelta(days=8)):
        assert (status(old), status(new)) == (401, 200)


def test_it_stays_the_same_caller(summit: Practice, token_of: TokenOf) -> None:
    row, old = token_of(summit)
    first = send(old, "k1")
    second = send(renew_api_token(row), "k1")
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert IdempotencyRecord.everywhere.count() == 1


def test_a_third_key_within_the_week_is_asked_about(summit: Practice, token_of: TokenOf) -> None:
    row, old = token_of(summit)
    renew_api_token(row)
    with pytest.raises(Conflict):
        renew_api_token(row)
    renew_api_token(row, drops_oldest=True)
    assert status(old) == 401


def test_a_revoked_key_ends_with_its_elder(summit: Practice, token_of: TokenOf) -> None:
    row, old = token_of(summit)
    new = renew_api_token(row)
    revoke_api_token(row)
    assert (status(old), status(new)) == (401, 401)
    with pytest.raises(ApplicationError):
        renew_api_token(row)


def test_what_a_key_may_is_changed_from_the_next_call_on(
    summit: Practice, token_of: TokenOf
) -> None:
    for name in ("notes:read", "notes:write"):
        register_scope(name, "Notes of a test")
    row, secret = token_of(summit)
    change_api_token(row, scopes=["notes:read"], expires_at=None, calls_per_minute=5)
    assert status(secret) == 200
    assert send(secret, "k1").status_code == 403
    with pytest.raises(ApplicationError):
        change_api_token(row, scopes=["notes:burn"], expires_at=None, calls_per_minute=5)


def test_a_key_that_ends_soon_becomes_work(summit: Practice, token_of: TokenOf) -> None:
    row, _ = token_of(summit, expires_at=clock.now() + timedelta(days=9))
    assert report_ending_api_keys() == 1
    assert report_ending_api_keys() == 0
    assert WorkItem.everywhere.filter(practice=summit, kind=API_KEY_ENDS, state="open").count() == 1
    ApiToken.everywhere.filter(pk=row.pk).update(expires_at=None)
    report_ending_api_keys()
    assert WorkItem.everywhere.filter(practice=summit, kind=API_KEY_ENDS, state="open").count() == 0


def test_every_answer_says_how_many_calls_are_left_and_too_many_are_refused(
    summit: Practice, token_of: TokenOf
) -> None:
    row, secret = token_of(summit, calls_per_minute=2)
    client = Client(headers=bearer(secret))
    now = clock.now().replace(second=20, microsecond=0)
    with clock.travel(now):
        first, second, third = (client.get("/api/v1/limited") for _ in range(3))
    assert [first["RateLimit-Remaining"], second["RateLimit-Remaining"]] == ["1", "0"]
    assert (first["RateLimit-Limit"], first["RateLimit-Reset"]) == ("2", "40")
    assert (third.status_code, third["Retry-After"]) == (429, "40")
    assert third["Content-Type"] == "application/problem+json"
    with clock.travel(now + timedelta(minutes=1)):
        assert client.get("/api/v1/limited").status_code == 200
    assert ApiTokenMinute.objects.filter(token=row).count() == 2


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        ("[" * 100_000, "application/json", 400),
        ('{"text": "a", "text": "b"}', "application/json", 400),
        ('{"text": "a\\u0000"}', "application/json", 400),
        ('{"text": "\\ud800"}', "application/json", 400),
        ('["text"]', "application/json", 400),
        ('{"text": NaN}', "application/json", 400),
        ("\ufeff{}", "application/json", 400),
        ('{"text": "a"}', "application/json; charset=utf-7", 415),
        ("text=a", "application/x-www-form-urlencoded", 415),
        ('{"text": "' + "x" * 1_100_000 + '"}', "application/json", 413),
    ],
    ids=["deep", "twice", "nul", "half", "list", "nan", "bom", "charset", "form", "long"],
)
def test_a_body_with_two_meanings_or_none_is_refused(
    summit: Practice, token_of: TokenOf, body: str, content_type: str, code: int
) -> None:
    _, secret = token_of(summit)
    client = Client(headers={**bearer(secret), "Idempotency-Key": "k1"})
    answer = client.post("/api/v1/limited", body.encode(), content_type=content_type)
    assert answer.status_code == code, answer.content
    assert json.loads(answer.content)["status"] == code
