"""Claims out and answers in by SFTP, with a real worker, a real server and a payer behind it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from claims.models import Claim, InboundMessage, PartnerLine, Transmission
from claims.services.credentials import seal_sftp
from claims.services.queue_batch import queue_batch
from core import clock
from core.tenancy import practice_scope
from tests.factories.claims import joan, make_claim
from tests.scenarios.stack import KEY, Stack, wait_for
from tests.scenarios.test_nothing_lost_nothing_twice import all_paid, proves_once
from tests.servers.sftp import PASSWORD, USER, FarSide, serving

pytestmark = [pytest.mark.scenario, pytest.mark.django_db(transaction=True)]


def by_sftp(stack: Stack, *, port: int, user: str, password: str, host_key: str) -> None:
    partner = stack.world.partner
    partner.transport, partner.sftp_host, partner.sftp_port = "sftp", "127.0.0.1", port
    partner.sftp_user, partner.host_key = user, host_key
    partner.outbound_folder, partner.inbound_folder = "/inbound", "/outbound"
    partner.look_every_seconds = 10
    seal_sftp(partner, password=password)
    partner.save()


def queue_one(stack: Stack) -> Claim:
    day = clock.today(stack.practice) - timedelta(days=3)
    claim = make_claim(stack.world, joan(stack.world), "99213", on=day)
    queue_batch(partner=stack.world.partner, versions=[claim.version])
    return claim


def look_soon() -> bool:
    """The next look for answers is due now; the test need not wait for the minute."""
    PartnerLine.objects.update(due_at=clock.now())
    return all_paid(1)


def test_a_claim_goes_out_and_its_payment_comes_back(stack: Stack) -> None:
    host_key = (stack.folder / "simulator" / "sftp_host_key.pub").read_text().strip()
    with practice_scope(stack.practice):
        by_sftp(stack, port=stack.sftp_port, user="summit", password=KEY, host_key=host_key)
        claim = queue_one(stack)
        stack.start_worker()
        wait_for("the claim is paid", look_soon)
        proves_once(stack, [claim])
        assert set(InboundMessage.objects.values_list("source", flat=True)) == {"sftp"}
    home = stack.folder / "sftp-home"
    assert [list((home / name).iterdir()) for name in ("inbound", "outbound")] == [[], []]


@pytest.fixture
def far(tmp_path: Path) -> Iterator[FarSide]:
    with serving(tmp_path / "far") as found:
        yield found


def test_a_worker_killed_between_rename_and_record_leaves_one_file(
    stack: Stack, far: FarSide
) -> None:
    with practice_scope(stack.practice):
        by_sftp(stack, port=far.port, user=USER, password=PASSWORD, host_key=far.host_key_line)
        far.faults.holds_after_rename = True
        queue_one(stack)
        worker = stack.start_worker()
        wait_for("the file is there", far.claims)
        assert Transmission.objects.get().state == "sending"
        stack.kill(worker)
        far.faults.holds_after_rename = False
        # The lease of the dead worker runs out; a new one takes the row over.
        Transmission.objects.update(lease_until=clock.now() - timedelta(seconds=1))
        stack.start_worker()
        wait_for("it is sent", lambda: Transmission.objects.filter(state="sent").exists())
    assert (len(far.renames), far.claims()) == (1, ["SUMMIT01-000000001.837"])
