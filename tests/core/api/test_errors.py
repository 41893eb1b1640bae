"""Errors: one shape (RFC 9457), the field at fault named, nothing from the inside."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.api.site")]


@pytest.mark.parametrize(
    ("kind", "status"), [("no", 403), ("gone", 404), ("both", 409), ("bad", 422)]
)
def test_a_refusal_of_a_service_is_a_problem(api: Client, kind: str, status: int) -> None:
    answer = api.get(f"/api/v1/broken?kind={kind}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["detail"]) == (status, "In words")
    assert body["errors"] == [{"field": "date", "message": "In words"}]


def test_every_wrong_field_is_named(api: Client) -> None:
    answer = api.post(
        "/api/v1/notes", {"text": "x" * 21}, "application/json", headers={"Idempotency-Key": "1"}
    )
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["text"]


def test_broken_json_is_a_problem(api: Client) -> None:
    answer = api.post("/api/v1/notes", "{", "application/json", headers={"Idempotency-Key": "1"})
    assert answer.status_code == 400
    assert answer.json()["title"] == "Bad request"


def test_a_wrong_media_type_or_method_is_a_problem(api: Client) -> None:
    answer = api.post("/api/v1/notes", "<x/>", "application/xml", headers={"Idempotency-Key": "1"})
    assert answer.status_code == 415
    assert api.delete("/api/v1/notes").status_code in {403, 405}


def test_what_broke_inside_is_not_told(api: Client) -> None:
    api.raise_request_exception = False
    answer = api.get("/api/v1/broken?kind=crash")
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert "Testpatient" not in answer.content.decode()
