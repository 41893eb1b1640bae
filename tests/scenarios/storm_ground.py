"""What a storm is played on: a practice with queued batches, a far side, and how to end a database.

Two grounds: the engines of a test run, and engines of one's own that may really be killed.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from launcher.engines import Engines, EngineSet
from tests.architecture.tree import ROOT
from tests.scenarios.storm import KEYS, Crew, Storm
from tests.servers.https_partner import CLIENT, SECRET, HttpsPartner, serving

Ground = tuple[Callable[[int], list[str]], Callable[[int], Storm]]


@contextmanager
def ground(by: str, data: Path | None = None) -> Iterator[Ground]:
    """Engines of one's own, kept on disk as in production, with Django on them; once a process.

    With `data` they lie there and stay; else in a folder that is removed.
    """
    folder = data or Path(tempfile.mkdtemp(prefix="claimline-storm-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # as root, PostgreSQL's account must get in
    engines = EngineSet(data=folder)
    try:
        environment = _django_on(engines.start())
        with serving() as far:
            crew = Crew(environment, folder)

            def storm(seed: int) -> Storm:
                url = environment["REDIS_URL"]
                return Storm(
                    far, crew, url, lambda: _crash(engines), seed, between=(2, 8), restarts=3
                )

            try:
                yield lambda count: queue(count, far, by=by), storm
            finally:
                crew.stop()
    finally:
        engines.stop()
        if data is None:
            shutil.rmtree(folder, ignore_errors=True)


def _crash(engines: EngineSet) -> None:
    """PostgreSQL killed outright and started again; it recovers from its log."""
    postgres = engines.postgres
    if postgres is None or postgres.child is None:
        raise RuntimeError("this ground has no PostgreSQL of its own")
    os.killpg(postgres.child.process.pid, signal.SIGKILL)
    postgres.child.process.wait()
    postgres.start()


def _django_on(engines: Engines) -> dict[str, str]:
    """Set Django up on these engines, with a migrated database; the environment of the workers."""
    os.environ.update(
        engines.environment()
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "CLAIMLINE_OUTBOUND_HOSTS": "127.0.0.1",
            "CLAIMLINE_WAKE_WORKERS": "true",
            "CLAIMLINE_RAISE_IN_SWEEPS": "false",
        }
    )
    subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"], cwd=ROOT,
        env=dict(os.environ), check=True,
    )  # fmt: skip
    import django

    django.setup()
    return dict(os.environ)


def queue(count: int, far: HttpsPartner, *, by: str) -> list[str]:
    """`count` batches of one claim each for that far side; their interchange numbers."""
    from claims.services.queue_batch import queue_batch
    from core import clock
    from core.tenancy import practice_scope
    from tests.cast import make_practice
    from tests.factories.claims import joan, make_claim, make_world

    practice = make_practice(f"Storm {by} {clock.now():%d%H%M%S}")
    with practice_scope(practice):
        world = make_world(practice, transport="https")
        point_at(world.partner, far, by=by)
        world.partner.refresh_from_db()
        yesterday = clock.today(practice) - timedelta(days=1)
        first = make_claim(world, joan(world), "99213", on=yesterday)
        versions = [first.version, *(copied(first) for _ in range(count - 1))]
        numbers = []
        for version in versions:
            batch = queue_batch(partner=world.partner, versions=[version])
            numbers.append(batch.interchange_control_number)
    return numbers


def copied(claim: Any) -> Any:
    """Another claim like it, ready to go: rows laid out past the services, because only their
    sending is what a storm is about.
    """
    from claims.models import Claim, ClaimVersion
    from core.ids import opaque_number, uuid7

    version = ClaimVersion.objects.get(pk=claim.current_version_id)
    number = opaque_number("C", 12)
    other = Claim.objects.get(pk=claim.pk)
    other.pk, other.public_id, other.control_number = None, uuid7(), number
    other.current_version = None
    other.save(force_insert=True)
    version.pk, version.public_id, version.claim = None, uuid7(), other
    version.snapshot["claim"]["control_number"] = number
    version.save(force_insert=True)
    other.current_version = version
    other.save(update_fields=["current_version"])
    return version


def point_at(partner: object, far: HttpsPartner, *, by: str) -> None:
    """Set the road up as that far side declares itself."""
    from claims.models import HttpsRoad
    from claims.services.set_up_https import set_up_https

    usual = {
        field.name: field.get_default()
        for field in HttpsRoad._meta.concrete_fields
        if field.has_default() and field.name != "public_id"
    }
    set_up_https(
        partner,  # type: ignore[arg-type]
        usual | {
            "endpoint_url": far.url, "idempotency": by, "sign_in": "oauth", "key_hours": None,
            "status_path": "/v1/submissions/{key}" if by == KEYS else "/v1/files/{number}",
            "idempotency_header": "Idempotency-Key" if by == KEYS else "",
            "token_url": f"{far.url}/oauth/token", "client_id": CLIENT, "client_secret": SECRET,
        },
    )  # fmt: skip
    far.ways.keeps_keys = by == KEYS
