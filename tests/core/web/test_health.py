"""Health: alive is not ready; without Redis the site is degraded, without PostgreSQL it is down."""

import pytest
from django.test import Client

from core import health

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]


def test_alive_needs_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "database_takes_writes", lambda: False)
    assert Client().get("/livez").json() == {"status": "ok"}


def test_ready_when_database_and_queue_answer() -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "queue": "ok"}


def test_degraded_without_the_queue(settings: object) -> None:
    broken = health.current_app
    before = broken.conf.broker_url
    broken.conf.broker_url = "redis://127.0.0.1:1/0"
    try:
        assert not health.queue_answers()
        answer = Client().get("/readyz")
    finally:
        broken.conf.broker_url = before
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"


def test_down_without_a_database_that_takes_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "database_takes_writes", lambda: False)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "down"


def test_posting_to_it_does_nothing() -> None:
    assert Client().post("/livez").status_code == 405
