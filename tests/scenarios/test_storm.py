"""A short storm over the outbox (the full one: `python -m tests.scenarios.storm 400`)."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from launcher.engines import Engines
from tests.database import Database
from tests.scenarios.storm import KEYS, NUMBERS, Crew, Storm
from tests.scenarios.storm_ground import queue
from tests.servers.https_partner import HttpsPartner, serving

pytestmark = [pytest.mark.scenario, pytest.mark.django_db(transaction=True)]
SUBMISSIONS = 12


@pytest.fixture
def far() -> Iterator[HttpsPartner]:
    with serving() as found:
        yield found


@pytest.fixture
def crew(process_environment: dict[str, str], tmp_path: Path, settings: object) -> Iterator[Crew]:
    settings.CLAIMLINE_OUTBOUND_HOSTS = ["127.0.0.1"]
    settings.CLAIMLINE_WAKE_WORKERS = True
    environment = process_environment | {"CLAIMLINE_OUTBOUND_HOSTS": "127.0.0.1"}
    found = Crew(environment, tmp_path, workers=2)
    yield found
    found.stop()


@pytest.fixture
def end_database(test_database: Database) -> Callable[[], None]:
    """Every line to the test database is cut, as when its server dies.

    Other tests use the server at the same time, so it is not killed itself.
    """

    def cut() -> None:
        with test_database.admin() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connection.close()

    return cut


@pytest.mark.parametrize("by", [KEYS, NUMBERS])
def test_through_a_storm_every_file_is_there_once_and_none_is_stuck(
    far: HttpsPartner, crew: Crew, engines: Engines, end_database: Callable[[], None], by: str
) -> None:
    numbers = queue(SUBMISSIONS, far, by=by)
    seed = random.SystemRandom().randrange(10**6)
    storm = Storm(far, crew, engines.redis_url, end_database, seed, flushes=1)
    figures = storm.play(numbers)
    assert figures.is_well, f"seed {seed}: {figures}"
    assert figures.restarts == 1
