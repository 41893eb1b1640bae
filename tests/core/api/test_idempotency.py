"""Idempotency-Key: one effect and one answer, however often a request is sent."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from rest_framework.response import Response

from core.models import ApiToken, IdempotencyRecord, Note, Practice
from tests.core.api.conftest import bearer

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.api.site")]
TokenOf = Callable[..., tuple[ApiToken, str]]


def send(client: Client, key: str | None = "k1", text: str = "Hello") -> Response:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return client.post("/api/v1/notes", {"text": text}, "application/json", headers=headers)


def notes() -> int:
    return Note.everywhere.count()


def test_the_same_request_twice_has_one_effect_and_one_answer(api: Client) -> None:
    first, second = send(api), send(api)
    assert notes() == 1
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first["Location"] == second["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert second["Idempotency-Replayed"] == "true"


def test_another_request_under_the_same_key_is_refused(api: Client) -> None:
    send(api)
    answer = send(api, text="Other")
    assert answer.status_code == 422
    assert "used for another request" in answer.json()["detail"]
    assert notes() == 1


@pytest.mark.parametrize("key", [None, "", "x" * 201])
def test_a_key_is_required(api: Client, key: str | None) -> None:
    assert send(api, key).status_code == 400
    assert notes() == 0


def test_a_refused_request_leaves_its_key_free(api: Client) -> None:
    assert send(api, text="refused").status_code == 422
    assert IdempotencyRecord.everywhere.count() == 0
    assert send(api, text="Better").status_code == 201


def test_keys_of_two_callers_do_not_meet(
    api: Client, summit: Practice, lakeside: Practice, token_of: TokenOf
) -> None:
    send(api)
    for practice in (summit, lakeside):
        _row, secret = token_of(practice)
        assert send(Client(headers=bearer(secret)), text="Mine").status_code == 201
    assert notes() == 3


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_have_one_effect(api: Client) -> None:
    together, answers = Barrier(2), []

    def go() -> None:
        together.wait()
        try:
            answers.append(send(api))
        finally:
            connection.close()

    threads = [Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert notes() == 1
