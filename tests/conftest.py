"""The database the tests run on: real PostgreSQL, migrated by the owner, used as the app role.

Grants and append-only triggers are therefore as real in a test as in production. The only place
that goes round them is the flush between transactional tests, in `tests/database.py`.
"""

import os
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker

from config import celery_app, env
from launcher.engines import Engines, EngineSet
from launcher.system import browser as chromium
from tests.database import Database

pytest_plugins = ["tests.cast", "tests.written_claims"]
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]


@pytest.fixture(scope="session", autouse=True)
def engines() -> Iterator[Engines]:
    """PostgreSQL and Valkey: those of ``./run test``, else throw-away ones of this run's own."""
    ours = None if os.environ.get("DATABASE_URL") else EngineSet(data=None)
    if ours is not None:
        os.environ.update(ours.start().environment())
        _point_settings_at_engines()
    yield Engines(
        os.environ["DATABASE_URL"],
        os.environ.get("DATABASE_OWNER_URL", ""),
        os.environ["REDIS_URL"],
        os.environ.get("CLAIMLINE_TEST_ADMIN_URL", ""),
    )
    if ours is not None:
        ours.stop()


def _point_settings_at_engines() -> None:
    """Settings were read before any fixture ran; give them the addresses that exist only now."""
    connections["default"].settings_dict.update(env.database("DATABASE_URL"))
    broker, cache = env.redis("REDIS_URL")
    settings.CACHES["default"]["LOCATION"] = cache
    settings.CELERY_BROKER_URL = broker
    celery_app.conf.update(broker_url=broker)


@pytest.fixture(scope="session")
def test_database(engines: Engines, worker_id: str) -> Database:
    """Where the test database is and what may be done around the app role's rights."""
    if not engines.admin_url or not engines.owner_url:
        raise pytest.UsageError(
            "With a DATABASE_URL of your own, set DATABASE_OWNER_URL (the migrating role) and "
            "CLAIMLINE_TEST_ADMIN_URL (a superuser, to create and flush the test database)."
        )
    name = str(settings.DATABASES["default"]["TEST"]["NAME"])
    suffix = "" if worker_id == "master" else f"_{worker_id}"
    return Database(engines.admin_url, engines.owner_url, name + suffix)


@pytest.fixture(scope="session")
def django_db_setup(
    test_database: Database,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """Create the test database as its owner; the tests' connection is the app role's."""
    patch = pytest.MonkeyPatch()
    with django_db_blocker.unblock():
        test_database.create(keep=django_db_keepdb and not django_db_createdb)
    # Django's own flush needs rights that the app role rightly lacks.
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: test_database.flush())
    yield
    patch.undo()
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            test_database.drop()


@pytest.fixture
def process_environment(engines: Engines, test_database: Database) -> dict[str, str]:
    """What a child process (a worker, the web server) needs to work on the test database."""

    def on_test_database(url: str) -> str:
        return urlsplit(url)._replace(path=f"/{quote(test_database.name)}").geturl()

    return dict(os.environ) | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": on_test_database(engines.database_url),
        "DATABASE_OWNER_URL": on_test_database(engines.owner_url),
        "REDIS_URL": engines.redis_url,
        "CLAIMLINE_WAKE_WORKERS": "true",
        "CLAIMLINE_RAISE_IN_SWEEPS": "false",
    }


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; where there is none the tests are skipped, but in CI that is a failure.

    Its driver runs a loop in this thread: only one can be open at a time, and while it is Django
    has to be told that the thread is ours. So it ends with its module.
    """
    program = chromium()
    if program is None and os.environ.get("CI"):
        pytest.fail("CI needs Chromium for the browser tests")
    if program is None:
        pytest.skip("no Chromium on this machine: install Debian's package chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = driver.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield started
        started.close()
