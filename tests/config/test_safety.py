"""Production refuses every unsafe value, each by its own finding, and nothing else."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from config.safety import is_loopback, unsafe_settings

ROOT = Path(__file__).resolve().parent.parent.parent
KEYS = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
RANDOM = "9fKq-2xWv_7LrTz0NcYbE4mUjHs8DgAaPiXo3QeRyCk5tVwZ1BnMlFu6"
SAFE: dict[str, Any] = {
    "DEBUG": False,
    "DEMO": False,
    "LOG_FULL_ERRORS": False,
    "SECRET_KEY": RANDOM,
    "ALLOWED_HOSTS": ["claims.example.org"],
    "CLAIMLINE_KEYS": {"k1": bytes(range(32))},
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "DATABASE_APP_USER": "claimline_app",
    "DATABASE_OWNER_USER": "claimline_owner",
    "DATABASE_ROLE": "app",
    "MANAGE_COMMAND": "",
    "SCHEMA_COMMANDS": frozenset({"migrate"}),
    "CELERY_BROKER_URL": "redis://:a-password@redis:6379/0",
    "SESSION_COOKIE_AGE": 900,
    "CSRF_TRUSTED_ORIGINS": ["https://claims.example.org"],
    "CLAIMLINE_OUTBOUND_HOSTS": ["edi.clearinghouse.example:443", "10.20.0.7"],
}


def codes(**changes: Any) -> list[str]:
    """The numbers of what is found when these values replace the safe ones."""
    return [problem.code[-4:] for problem in unsafe_settings(SAFE | changes)]


def test_safe_settings_pass() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"DEBUG": True}, "E001"),
        ({"LOG_FULL_ERRORS": True}, "E002"),
        ({"DEMO": True}, "E003"),
        ({"SECRET_KEY": ""}, "E004"),
        ({"SECRET_KEY": "short"}, "E004"),
        ({"SECRET_KEY": "a" * 80}, "E004"),
        ({"SECRET_KEY": "insecure-" + RANDOM}, "E004"),
        ({"ALLOWED_HOSTS": []}, "E005"),
        ({"ALLOWED_HOSTS": ["*"]}, "E005"),
        ({"CLAIMLINE_KEYS": {}}, "E006"),
        ({"CLAIMLINE_KEYS": {"k1": b"x" * 32}}, "E006"),
        ({"SESSION_COOKIE_SECURE": False}, "E007"),
        ({"CSRF_COOKIE_SECURE": False}, "E007"),
        ({"SECURE_SSL_REDIRECT": False}, "E008"),
        ({"SECURE_HSTS_SECONDS": 60}, "E009"),
        ({"DATABASE_OWNER_USER": "claimline_app"}, "E010"),
        ({"DATABASE_APP_USER": "postgres"}, "E015"),
        ({"CELERY_BROKER_URL": "redis://redis:6379/0"}, "E016"),
        ({"SESSION_COOKIE_AGE": 999_999}, "E017"),
        ({"CSRF_TRUSTED_ORIGINS": ["http://claims.example.org"]}, "E018"),
        ({"CLAIMLINE_OUTBOUND_HOSTS": ["127.0.0.1:8001"]}, "E011"),
        ({"CLAIMLINE_OUTBOUND_HOSTS": ["*"]}, "E012"),
        ({"DATABASE_ROLE": "owner"}, "E014"),
        ({"DATABASE_ROLE": "owner", "MANAGE_COMMAND": "shell"}, "E014"),
    ],
)
def test_each_unsafe_value_is_found(change: dict[str, Any], code: str) -> None:
    assert codes(**change) == [code]


def test_a_schema_command_may_run_as_the_owner() -> None:
    assert codes(DATABASE_ROLE="owner", MANAGE_COMMAND="migrate") == []


def test_all_problems_are_listed_at_once() -> None:
    assert codes(DEBUG=True, ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False) == [
        "E001", "E005", "E008",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "entry",
    ["localhost", "LOCALHOST:80", "127.0.0.1", "127.9.9.9:443", "[::1]:80", "::1", "0.0.0.0"],
)
def test_knows_the_names_of_this_machine(entry: str) -> None:
    assert is_loopback(entry)


@pytest.mark.parametrize("entry", ["payer.example", "10.0.0.1:443", "[2001:db8::1]:443", "local"])
def test_other_machines_are_not_this_one(entry: str) -> None:
    assert not is_loopback(entry)


def production(**changes: str) -> subprocess.CompletedProcess[str]:
    """Load the production settings in a process of their own."""
    environment = {
        "PATH": os.environ["PATH"],
        "CLAIMLINE_SECRET_KEY": RANDOM,
        "CLAIMLINE_KEYS": KEYS,
        "CLAIMLINE_ALLOWED_HOSTS": "claims.example.org",
        "DATABASE_URL": "postgresql://claimline_app@db.example/claimline",
        "REDIS_URL": "redis://:a-password@redis.example/0",
    } | changes
    return subprocess.run(
        [sys.executable, "-c", "import config.settings.production"],
        env={name: value for name, value in environment.items() if value},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_safe_values() -> None:
    done = production()
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"CLAIMLINE_DEBUG": "true", "CLAIMLINE_ALLOWED_HOSTS": "*"}, "DEBUG is on"),
        ({"CLAIMLINE_SECRET_KEY": ""}, "CLAIMLINE_SECRET_KEY is not set"),
        ({"CLAIMLINE_KEYS": ""}, "CLAIMLINE_KEYS is not set"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        ({"CLAIMLINE_DEMO": "true"}, "Demo mode is on"),
        ({"CLAIMLINE_DB_ROLE": "owner"}, "The owner role was asked for"),
    ],
)
def test_production_refuses_to_load_unsafe(changes: dict[str, str], complaint: str) -> None:
    done = production(**changes)
    assert done.returncode != 0
    assert complaint in done.stderr


def test_system_checks_repeat_the_refusal(settings: Settings) -> None:
    for name, value in SAFE.items():
        setattr(settings, name, value)
    settings.ENVIRONMENT = "production"
    settings.CLAIMLINE_OUTBOUND_HOSTS = ["localhost"]
    found = {message.id for message in run_checks(tags=["security"])}
    assert "claimline.E011" in found
    settings.ENVIRONMENT = "local"
    assert not {i for m in run_checks(tags=["security"]) if (i := str(m.id)).startswith("claiml")}


@pytest.mark.django_db
def test_the_tests_themselves_run_as_the_lesser_role() -> None:
    found = {message.id for message in run_checks(tags=["database"], databases=["default"])}
    assert "claimline.E013" not in found
