"""Tokens: scoped, of one practice, refused at once when revoked; a guess learns nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from core.choices import Role
from core.models import ApiToken, Note, Practice
from core.services.api_tokens import revoke_api_token
from core.tenancy import UnscopedQuery
from tests.cast import client_of
from tests.core.api.conftest import bearer

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.api.site")]
TokenOf = Callable[..., tuple[ApiToken, str]]
NOTES = "/api/v1/notes"


def note_of(practice: Practice, text: str = "A note") -> Note:
    return Note.everywhere.create(
        practice=practice, subject_kind="core.practice", subject_id=1, text=text
    )


def test_a_token_reads_its_own_practice_only(
    summit: Practice, lakeside: Practice, api: Client
) -> None:
    note_of(summit, "Ours")
    note_of(lakeside, "Theirs")
    assert [row["text"] for row in api.get(NOTES).json()["data"]] == ["Ours"]


def test_without_a_token_the_answer_says_how_to_ask() -> None:
    answer = Client().get(NOTES)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="claimline"'
    assert answer["Content-Type"] == "application/problem+json"


def test_unknown_revoked_and_expired_look_alike(summit: Practice, token_of: TokenOf) -> None:
    revoked, revoked_secret = token_of(summit)
    revoke_api_token(revoked)
    _old, old_secret = token_of(summit, expires_at=clock.now() - timedelta(seconds=1))
    answers = [
        Client(headers=bearer(secret)).get(NOTES)
        for secret in ("clk_guess", revoked_secret, old_secret, "two words", "")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.json()["detail"] for answer in answers[:3]}) == 1


def test_a_closed_practices_token_is_refused(summit: Practice, api: Client) -> None:
    Practice.objects.filter(pk=summit.pk).update(is_active=False)
    assert api.get(NOTES).status_code == 401


def test_a_scope_that_is_missing_is_named(summit: Practice, token_of: TokenOf) -> None:
    _row, secret = token_of(summit, "notes:read")
    client = Client(headers=bearer(secret))
    assert client.get(NOTES).status_code == 200
    answer = client.post(NOTES, {"text": "x"}, "application/json")
    assert answer.status_code == 403
    assert "notes:write" in answer.json()["detail"]


def test_a_method_that_a_view_does_not_have_is_said_to_be_none(api: Client) -> None:
    answer = api.delete(NOTES)
    assert answer.status_code == 405
    assert "POST" in answer["Allow"]


def test_a_view_that_names_no_scope_is_closed(api: Client) -> None:
    assert api.get("/api/v1/closed").status_code == 403


def test_a_browser_session_is_no_token(summit: Practice) -> None:
    assert client_of(summit, Role.MANAGER).get(NOTES).status_code == 401


def test_the_last_use_is_kept_to_the_minute(summit: Practice, token_of: TokenOf) -> None:
    row, secret = token_of(summit)
    client = Client(headers=bearer(secret))
    start = clock.now()
    with clock.travel(start):
        client.get(NOTES)
    with clock.travel(start + timedelta(seconds=30)):
        client.get(NOTES)
    row.refresh_from_db()
    assert row.last_used_at == start
    with clock.travel(start + timedelta(seconds=90)):
        client.get(NOTES)
    row.refresh_from_db()
    assert row.last_used_at == start + timedelta(seconds=90)


def test_the_practice_is_in_scope_for_the_request_only(api: Client) -> None:
    api.get(NOTES)
    with pytest.raises(UnscopedQuery):
        Note.objects.count()


def test_the_description_of_the_api_is_open_and_names_the_token(client: Client) -> None:
    answer = client.get("/api/v1/schema?format=json")
    assert answer.status_code == 200
    described = answer.json()
    assert described["openapi"].startswith("3.1")
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert "/api/v1/notes" in described["paths"]
