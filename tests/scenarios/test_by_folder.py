"""Claims out and answers in by shared folders, with a real worker and a payer behind them."""

import json
from datetime import timedelta

import pytest

from claims.models import InboundMessage
from claims.services.queue_batch import queue_batch
from claims.transport.folders import folder_path
from core import clock
from core.tenancy import practice_scope
from tests.factories.claims import joan, make_claim
from tests.scenarios.stack import PATIENCE, Stack, wait_for
from tests.scenarios.test_nothing_lost_nothing_twice import all_paid, proves_once

pytestmark = [pytest.mark.scenario, pytest.mark.django_db(transaction=True)]


def by_folder(stack: Stack) -> None:
    """The partner's folders, and the simulator told where they are."""
    partner = stack.world.partner
    partner.transport = "folder"
    partner.outbound_folder, partner.inbound_folder = "payer/in", "payer/out"
    partner.save()
    path = stack.folder / "simulator.json"
    config = json.loads(path.read_text())
    config["callbacks"], config["sftp"] = [], []
    config["folders"] = [
        {
            "sender_id": "SUMMIT01",
            "inbound": str(folder_path("payer/in")),
            "outbound": str(folder_path("payer/out")),
        }
    ]
    path.write_text(json.dumps(config))


def test_a_claim_goes_out_and_its_payment_comes_back(stack: Stack) -> None:
    with practice_scope(stack.practice):
        by_folder(stack)
        day = clock.today(stack.practice) - timedelta(days=3)
        claim = make_claim(stack.world, joan(stack.world), "99213", on=day)
        queue_batch(partner=stack.world.partner, versions=[claim.version])
        stack.start_worker()
        # Nothing wakes the worker up for a file: it is found by a round of the sweeper.
        wait_for("the claim is paid", lambda: all_paid(1), seconds=3 * PATIENCE)
        proves_once(stack, [claim])
        assert set(InboundMessage.objects.values_list("source", flat=True)) == {"folder"}
