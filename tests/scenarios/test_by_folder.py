"""Claims out and answers in by shared folders, with a real worker and a payer behind them."""

import json
from datetime import timedelta

import pytest

from claims.models import InboundMessage, PartnerLine
from claims.services.queue_batch import queue_batch
from claims.transport.folders import folder_path
from core import clock
from core.tenancy import practice_scope
from tests.factories.claims import joan, make_claim
from tests.scenarios.stack import Stack, wait_for
from tests.scenarios.test_nothing_lost_nothing_twice import all_paid, proves_once

pytestmark = [pytest.mark.scenario, pytest.mark.django_db(transaction=True)]


def by_folder(stack: Stack) -> None:
    """The partner's folders, and the simulator told where they are."""
    partner = stack.world.partner
    partner.transport = "folder"
    partner.outbound_folder, partner.inbound_folder = "payer/in", "payer/out"
    partner.look_every_seconds = 10
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


def look_soon() -> bool:
    """The next look for answers is due now; the test need not wait for the minute."""
    PartnerLine.objects.update(due_at=clock.now())
    return all_paid(1)


def test_a_claim_goes_out_and_its_payment_comes_back(stack: Stack) -> None:
    with practice_scope(stack.practice):
        by_folder(stack)
        day = clock.today(stack.practice) - timedelta(days=3)
        claim = make_claim(stack.world, joan(stack.world), "99213", on=day)
        queue_batch(partner=stack.world.partner, versions=[claim.version])
        stack.start_worker()
        wait_for("the claim is paid", look_soon)
        proves_once(stack, [claim])
        assert set(InboundMessage.objects.values_list("source", flat=True)) == {"folder"}
