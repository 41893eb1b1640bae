"""Error pages: plain words, a reference, and nothing about people or the inside."""

import pytest
from django.test import Client

from core.choices import Role
from core.models import Practice
from tests.cast import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]


def test_a_missing_page_says_so(summit: Practice) -> None:
    answer = client_of(summit, Role.BILLER).get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_a_broken_page_shows_a_reference_and_not_what_broke(summit: Practice) -> None:
    client = client_of(summit, Role.BILLER)
    client.raise_request_exception = False
    answer = client.get("/broken/")
    text = answer.content.decode()
    assert answer.status_code == 500
    assert "Testpatient" not in text
    assert "RuntimeError" not in text
    assert answer["X-Request-ID"][-12:] in text


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/payers/v1/nowhere"])
def test_programs_get_errors_as_problems(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404
