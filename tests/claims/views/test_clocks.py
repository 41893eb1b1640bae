"""The clock table on its screen: where a length comes from, changed for all and for one payer."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.clocks import WAITS, Clocks
from claims.models import PayerClock, SubmissionAttempt
from claims.payer_choices import WaitKind
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.send_transmission import send_due
from claims.services.watch_clocks import report_silence
from core import clock
from core.choices import Role
from core.models import AuditEvent, Practice, WorkItem
from core.tenancy import practice_scope
from patients.models import Payer
from tests.cast import client_of
from tests.factories.claims import World, batch_of, joan, make_claim, nguyen

pytestmark = pytest.mark.django_db
ALL = "/claims/connections/clocks/"


@pytest.fixture
def manager(world: World) -> Client:
    return client_of(world.practice, Role.MANAGER)


def of_payer(payer: Payer) -> str:
    return reverse("claims:payer-clocks", args=[payer.public_id])


def typed(**changes: object) -> dict[str, str]:
    """The form as it stands, with changes by kind: `payer_277ca=5`."""
    lengths = {kind: wait.default for kind, wait in WAITS.items()}
    return {f"wait_{kind}": str(length) for kind, length in {**lengths, **changes}.items()}


def nothing(**changes: object) -> dict[str, str]:
    """A payer's form with every field empty but these."""
    return {f"wait_{kind}": str(changes.get(kind, "")) for kind in WAITS}


def row_of(answer: Any, kind: str) -> Any:
    return next(row for row, _ in answer.context["rows"] if row.wait.kind == kind)


def test_the_table_has_the_lengths_of_the_trade_as_shipped(world: World, manager: Client) -> None:
    rows = [(row.words, row.origin) for row, _ in manager.get(ALL).context["rows"]]
    assert rows == [
        (words, "Default")
        for words in (
            "4 hours", "1 business day", "2 business days", "21 days", "30 days", "30 days",
            "45 days",
        )
    ]  # fmt: skip


def test_a_practice_changes_a_length_for_all_its_payers(world: World, manager: Client) -> None:
    answer = manager.post(ALL, typed(payer_277ca=5), follow=True)
    row = row_of(answer, WaitKind.PAYER_277CA)
    assert (row.words, row.origin, row.otherwise) == ("5 business days", "Practice", 2)
    assert row_of(answer, WaitKind.REMITTANCE).origin == "Default"
    assert AuditEvent.objects.get(action="setting.changed").after == {
        "claims.payer_answer_business_days": 5
    }
    assert row_of(manager.get(of_payer(world.acme)), WaitKind.PAYER_277CA).length == 5


def test_one_payer_gets_lengths_of_its_own_and_gives_them_back(
    world: World, manager: Client
) -> None:
    manager.post(of_payer(world.acme), nothing(**{"835": 45}))
    row = row_of(manager.get(of_payer(world.acme)), WaitKind.REMITTANCE)
    assert (row.words, row.origin, row.otherwise) == ("45 days", "This payer", 30)
    page = manager.get(ALL).content.decode()
    assert "Remittance (835): 45 days" in page
    assert row_of(manager.get(of_payer(world.medicare)), WaitKind.REMITTANCE).length == 30

    manager.post(of_payer(world.acme), nothing())
    assert not PayerClock.objects.exists()
    event = AuditEvent.objects.filter(action="payer.clocks_set").latest("id")
    assert (event.before, event.after) == ({"835": 45}, {})


def test_each_payer_in_one_batch_has_its_own_patience(world: World, manager: Client) -> None:
    manager.post(of_payer(world.acme), nothing(**{"999": 8}))
    batch_of(
        world,
        make_claim(world, joan(world), "99213", on=date(2026, 11, 2)),
        make_claim(world, nguyen(world), "99213", on=date(2026, 11, 2)),
    )
    send_due()
    hours = {
        attempt.version.payer.name: (attempt.clock_due_at - attempt.sent_at) / timedelta(hours=1)
        for attempt in SubmissionAttempt.objects.select_related("version__payer")
        if attempt.clock_due_at and attempt.sent_at
    }
    assert hours == {"Medicare Part B": 4, "Acme Health Plan": 8}
    running = row_of(manager.get(ALL), WaitKind.ACK_999).running
    assert (running.count, running.late) == (2, 0)

    with clock.travel(clock.now() + timedelta(hours=5)):
        assert report_silence() == 1
        item = WorkItem.objects.get(kind="claim.no_acknowledgement")
        assert "Sent to Open Clearinghouse on 11/23/2026, interchange 000000001." in item.reason
        assert "whether they have the file" in item.reason
        table = client_of(world.practice, Role.MANAGER).get(ALL)
        assert row_of(table, WaitKind.ACK_999).running.count == 1
        assert row_of(table, WaitKind.REMITTANCE).running.late == 1


def test_the_next_clock_is_the_payers_own_too(world: World, manager: Client) -> None:
    manager.post(of_payer(world.medicare), nothing(**{"835": 60, "status": 40}))
    batch_of(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))
    send_due()
    attempt = SubmissionAttempt.objects.get()
    apply_evidence(world.practice, [Evidence(attempt.pk, "payer_accepted", "accepted it")])
    attempt.refresh_from_db()
    assert attempt.clock_due_at == clock.now() + timedelta(days=60)
    assert Clocks(world.practice).length(WaitKind.STATUS_QUERY, world.medicare.pk) == 40


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"999": 0}, "wait_999", "Between 1 and 240 hours."),
        ({"999": 1000}, "wait_999", "Between 1 and 240 hours."),
        ({"835": "soon"}, "wait_835", "Enter a whole number."),
        ({"835": ""}, "wait_835", "Enter how many days."),
        ({"status": 30}, "wait_status", "fewer days than for the remittance"),
        ({"by_mail": 45}, "wait_by_mail", "asked about before"),
    ],
)
def test_a_length_that_makes_no_sense_is_refused_at_its_field(
    world: World, manager: Client, changes: dict[str, object], field: str, words: str
) -> None:
    answer = manager.post(ALL, typed(**changes))
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert not AuditEvent.objects.filter(action="setting.changed").exists()


def test_a_payers_own_length_is_measured_against_the_practices(
    world: World, manager: Client
) -> None:
    answer = manager.post(of_payer(world.acme), nothing(status=30))
    assert "fewer days than for the remittance" in str(answer.context["form"].errors["wait_status"])
    assert not PayerClock.objects.exists()


def test_a_biller_reads_and_a_manager_changes(world: World) -> None:
    biller = client_of(world.practice, Role.BILLER)
    page = biller.get(ALL)
    assert page.status_code == 200
    assert "Keep" not in page.content.decode()
    assert biller.post(ALL, typed(**{"999": 9})).status_code == 403


def test_another_practices_payers_and_clocks_stay_unseen(
    world: World, manager: Client, lakeside: Practice
) -> None:
    with practice_scope(lakeside):
        other = Payer.objects.create(practice=lakeside, name="Their Payer", payer_number="99")
        PayerClock.objects.create(practice=lakeside, payer=other, kind="835", length=90)
    assert "Their Payer" not in manager.get(ALL).content.decode()
    assert manager.get(of_payer(other)).status_code == 404
