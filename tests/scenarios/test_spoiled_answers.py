"""Acknowledgements that come spoiled, with every part real: browser, worker, and the simulator."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from claims.models import InboundMessage
from core import clock
from core.choices import Role
from core.tenancy import practice_scope
from tests.factories.claims import joan, make_claim
from tests.scenarios.stack import Stack, wait_for
from tests.scenarios.test_nothing_lost_nothing_twice import all_paid

pytestmark = [pytest.mark.scenario, pytest.mark.django_db(transaction=True)]


def test_spoiled_277cas_are_set_aside_and_the_payment_still_finds_its_claim(stack: Stack) -> None:
    with practice_scope(stack.practice):
        day = clock.today(stack.practice) - timedelta(days=3)
        claim = make_claim(stack.world, joan(stack.world), "99213", on=day)
        path = stack.folder / "simulator.json"
        settings = json.loads(path.read_text())
        path.write_text(
            json.dumps(settings | {"scenarios": {claim.control_number: "truncated_277ca"}})
        )
        stack.start_worker()
        biller = stack.signed_in(Role.BILLER)
        biller.post(reverse("claims:batch-build"), {"ids": str(claim.public_id), "act": "send"})
        wait_for("the claim is paid", lambda: all_paid(1))
        aside = InboundMessage.objects.filter(state="quarantined")
        assert aside.count() == len(["of the clearinghouse", "of the payer"])
        inbox = biller.get(reverse("claims:inbox")).content.decode()
        assert "ends before the IEA" in inbox
    call_command("verify")
