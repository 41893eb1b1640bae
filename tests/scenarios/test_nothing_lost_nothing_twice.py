"""A worker killed mid-submission, and Valkey emptied: nothing lost, nothing twice."""

from datetime import timedelta
from decimal import Decimal

import pytest
import redis
from django.conf import settings

from billing.models import Journal
from billing.posting.post_remittance import SOURCE
from claims.choices import VersionState
from claims.models import Claim, InboundMessage, Remittance, TradingPartner, Transmission
from claims.services.queue_batch import queue_batch
from core import clock
from core.tenancy import practice_scope
from launcher.engines import Engines
from tests.factories.claims import joan, make_claim, nguyen
from tests.scenarios.slow_door import SlowDoor
from tests.scenarios.stack import Stack, wait_for

pytestmark = [pytest.mark.scenario, pytest.mark.django_db(transaction=True)]


def ready_claims(stack: Stack) -> list[Claim]:
    """Two claims that passed their checks."""
    day = clock.today(stack.practice) - timedelta(days=3)
    return [
        make_claim(stack.world, joan(stack.world), "99213", on=day),
        make_claim(stack.world, nguyen(stack.world), "99214", on=day),
    ]


def all_paid(count: int) -> bool:
    paid = Claim.objects.filter(current_version__state=VersionState.ADJUDICATED)
    return paid.count() == count


def proves_once(stack: Stack, claims: list[Claim]) -> None:
    """One submission, one answer of each kind, one payment a claim."""
    assert Transmission.objects.count() == 1
    assert Transmission.objects.get().state == "sent"
    answered = sorted(InboundMessage.objects.values_list("kind", flat=True))
    assert answered.count("999") == 1
    assert InboundMessage.objects.filter(state="duplicate").count() == 0
    paid = Remittance.objects.filter(state="posted")
    assert sum((one.payment_amount for one in paid), Decimal(0)) > 0
    journals = Journal.objects.filter(source_kind=SOURCE, reverses__isnull=True)
    assert journals.count() == len(claims)
    for claim in claims:
        claim.refresh_from_db()
        assert claim.insurance_balance_amount == 0
        assert claim.version.number == 1


def test_a_worker_killed_while_it_sends_leaves_a_doubt_that_is_cleared_and_no_second_claim(
    stack: Stack,
) -> None:
    with practice_scope(stack.practice):
        door = SlowDoor(stack.simulator_url)
        TradingPartner.objects.update(endpoint_url=door.url)
        stack.world.partner.refresh_from_db()
        claims = ready_claims(stack)
        worker = stack.start_worker()
        queue_batch(partner=stack.world.partner, versions=[claim.version for claim in claims])
        assert door.arrived.wait(timeout=60), "the payer was never called"
        assert Transmission.objects.get().state == "sending"
        stack.kill(worker)
        door.held.set()
        # The lease of the dead worker runs out; a new one takes the row over.
        Transmission.objects.update(lease_until=clock.now() - timedelta(seconds=1))
        stack.start_worker()
        wait_for("both claims are paid", lambda: all_paid(2))
        assert len(door.posts) == 1, "the claims were posted once"
        proves_once(stack, claims)


def test_an_emptied_valkey_loses_nothing(stack: Stack, engines: Engines) -> None:
    with practice_scope(stack.practice):
        claims = ready_claims(stack)
        queue_batch(partner=stack.world.partner, versions=[claim.version for claim in claims])
        empty(engines)  # every wake-up call is gone before any worker heard it
        stack.start_worker()
        wait_for("the file is sent", lambda: Transmission.objects.filter(state="sent").exists())
        empty(engines)  # and again, with answers on their way
        wait_for("both claims are paid", lambda: all_paid(2))
        proves_once(stack, claims)


def empty(engines: Engines) -> None:
    """FLUSHALL on the broker that web and workers use."""
    assert settings.CELERY_BROKER_URL
    broker = redis.Redis.from_url(engines.redis_url)
    broker.flushall()
    broker.close()
