"""Schema commands run as the owner, everything else as the app role, which has row rights only."""

import sys

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from config.settings import base


@pytest.mark.parametrize(
    ("command", "role"),
    [("migrate", "owner"), ("verify", "app"), ("makemigrations", "app"), ("shell", "app")],
)
def test_the_command_decides_the_role(
    monkeypatch: pytest.MonkeyPatch, command: str, role: str
) -> None:
    monkeypatch.delenv("CLAIMLINE_DB_ROLE", raising=False)
    monkeypatch.setattr(sys, "argv", ["/somewhere/manage.py", command])
    assert base._role_of_this_process() == role


def test_a_word_of_another_program_does_not_make_it_owner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CLAIMLINE_DB_ROLE", raising=False)
    monkeypatch.setattr(sys, "argv", ["/usr/bin/gunicorn", "migrate"])
    assert base._role_of_this_process() == "app"


def test_the_environment_may_ask_for_the_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMLINE_DB_ROLE", "owner")
    assert base._role_of_this_process() == "owner"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE django_session",
        "DROP TABLE django_session",
        "CREATE TABLE own (id int)",
        "ALTER TABLE core_user DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
    ],
)
def test_the_app_role_may_not_touch_the_schema(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
def test_tests_connect_as_the_role_that_migrations_grant_to() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (settings.DATABASE_APP_ROLE,)
