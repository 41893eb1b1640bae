"""While a remittance of many claims is posted, people go on working: pages and receipts wait for
nothing; only money on an account that is being posted to waits, and counts in full.

The posting is a job in a thread of its own, over its own connection, and is held where the test
says; what was answered meanwhile was answered before it was committed. The proof is the order, and
a bound on waiting for locks that no page may reach.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from bench import sent_claims
from bench.big_remittance import LINES, answers, deliver, first_answers, lay_out
from billing.jobs import MOST_AT_ONCE
from billing.models import Journal, Payment
from billing.posting import load_remittance, post_remittance
from claims.choices import RemittanceState
from claims.models import Claim, Remittance
from claims.services import apply_remittance
from core import clock
from core.choices import Role
from core.ids import uuid7
from core.jobs import run_due_jobs
from core.models import Job, Practice
from core.tenancy import practice_scope
from patients.models import Patient
from tests.billing.books_hold import what_is_wrong
from tests.billing.road import charged_visit, new_patient
from tests.cast import client_of
from tests.scenarios.stack import wait_for

pytestmark = [pytest.mark.scenario, pytest.mark.django_db(transaction=True)]
D = Decimal
CLAIMS, PART = 400, 100
SHARE = sum(D(share) for *_, share in LINES)
A_PAGE_WAITS_AT_MOST = "2s"


class Held:
    """Work that stops at a known point until it is let go."""

    def __init__(self) -> None:
        self.is_there, self.may_go_on = threading.Event(), threading.Event()
        self.failed: list[BaseException] = []

    def at(self, act: Callable[..., Any], *, call: int) -> Callable[..., Any]:
        """`act`, which stops before its `call`th time."""
        calls = 0

        def held(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == call:
                self.is_there.set()
                assert self.may_go_on.wait(timeout=120)
            return act(*args, **kwargs)

        return held

    @contextmanager
    def running(self, act: Callable[[], Any]) -> Iterator[None]:
        """`act` in a thread, held within the block, done after it."""
        thread = threading.Thread(target=self._run, args=[act], daemon=True)
        thread.start()
        try:
            assert self.is_there.wait(timeout=120), self.failed
            yield
        finally:
            self.may_go_on.set()
            thread.join(timeout=120)
        assert not self.failed, self.failed

    def _run(self, act: Callable[[], Any]) -> None:
        try:
            act()
        except BaseException as error:
            self.failed.append(error)
            self.is_there.set()
        finally:
            connections.close_all()


def work() -> None:
    """What is due, as a worker does it."""
    while run_due_jobs():
        pass


@pytest.fixture
def remittance(summit: Practice, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remittance]:
    """One 835 over 400 claims, in parts of 100, that waits to be posted."""
    for module in (load_remittance, post_remittance, apply_remittance):
        monkeypatch.setattr(module, "PART", PART)
    monkeypatch.setattr(post_remittance, "PART_SIZE", PART)
    monkeypatch.setattr(sent_claims, "settle", lambda tables: None)  # statistics are the bench's
    assert CLAIMS > MOST_AT_ONCE, "it is posted in the background"
    with practice_scope(summit):
        lay_out(summit, CLAIMS)

        post_remittance.post_remittance(remittance=deliver(summit, first_answers(CLAIMS), 1))
        yield deliver(summit, answers(CLAIMS), 2)


@pytest.fixture
def unrelated(summit: Practice) -> Patient:
    """Somebody without a claim in it, who owes 60.00."""
    with practice_scope(summit):
        patient = new_patient(summit)
        charged_visit(patient, ["60"])
    return patient


@pytest.fixture
def poster(remittance: Remittance) -> Client:
    """Who has pressed Post: the job waits for its worker."""
    client = client_of(remittance.practice, Role.POSTER)
    asked = client.post(url(remittance), {"reviewed": "on"})
    assert asked.status_code == 303
    return client


def url(remittance: Remittance, name: str = "remittance-post") -> str:
    return reverse(f"billing:{name}", args=[remittance.public_id])


def pay(client: Client, patient: Patient, amount: str) -> int:
    """Take a check at the front desk; how the page answered."""
    values = {
        "amount": amount, "method": "check", "received_on": f"{clock.today(patient.practice)}",
        "spread": "oldest", "keeps_credit": "on", "submission_key": f"{uuid7()}",
    }  # fmt: skip
    return client.post(reverse("billing:payment-new", args=[patient.public_id]), values).status_code


def is_uncommitted(remittance: Remittance) -> bool:
    """Whether nobody but the posting itself sees anything of it."""
    remittance.refresh_from_db()
    journals = Journal.everywhere.filter(source_kind="remittance", source_id=remittance.pk)
    return remittance.state == RemittanceState.MATCHED and not journals.exists()


HELD_AT = {"in the middle": ("write_plan", 3), "before it is committed": ("join_batch", 1)}


@pytest.mark.parametrize("point", HELD_AT)
def test_pages_and_receipts_of_others_are_answered_before_the_posting_is_committed(
    remittance: Remittance,
    unrelated: Patient,
    poster: Client,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
) -> None:
    practice, held = remittance.practice, Held()
    name, call = HELD_AT[point]
    monkeypatch.setattr(post_remittance, name, held.at(getattr(post_remittance, name), call=call))
    biller, desk = client_of(practice, Role.BILLER), client_of(practice, Role.FRONT_DESK)
    claim = Claim.everywhere.get(control_number="BIG000011")
    job = Job.everywhere.get()
    with held.running(work):
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{A_PAGE_WAITS_AT_MOST}'")
        assert biller.get(reverse("claims:worklist")).status_code == 200
        shown = biller.get(reverse("claims:detail", args=[claim.public_id]))
        assert shown.status_code == 200
        assert poster.get(url(remittance, "remittance")).status_code == 200
        progress = poster.get(reverse("core:job", args=[job.public_id])).content.decode()
        job.refresh_from_db()
        assert 0 < job.done < job.total == 3 * remittance.claims.count()
        assert f"{job.done:,}" in progress
        account = reverse("billing:account", args=[claim.patient.public_id])
        assert desk.get(account).status_code == 200
        assert pay(desk, unrelated, "45") == 303
        unrelated.refresh_from_db()
        assert unrelated.patient_balance_amount == D("15.00")
        assert is_uncommitted(remittance)
    assert not is_uncommitted(remittance)
    assert Payment.everywhere.get().amount == D("45")
    assert what_is_wrong() == []


def test_money_of_a_patient_in_it_waits_for_the_posting_and_settles_what_that_left(
    remittance: Remittance, poster: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice, held = remittance.practice, Held()
    monkeypatch.setattr(post_remittance, "join_batch", held.at(post_remittance.join_batch, call=1))
    patient = Claim.everywhere.get(control_number="BIG000011").patient
    desk, answered = client_of(practice, Role.FRONT_DESK), []
    paying = threading.Thread(target=in_thread(lambda: answered.append(pay(desk, patient, "50"))))
    with held.running(work):
        paying.start()
        wait_for("the receipt waits for the account", somebody_waits)
        assert is_uncommitted(remittance)
        assert not answered
        assert not Payment.everywhere.exists()
    paying.join(timeout=60)
    assert answered == [303]
    payment = Payment.everywhere.get()
    settled = sum(part.amount for part in payment.allocations.all())
    assert (payment.amount, settled) == (D("50.00"), SHARE), "what the payer left to the patient"
    patient.refresh_from_db()
    assert patient.patient_balance_amount == 0
    assert what_is_wrong() == []


def test_money_taken_just_before_is_used_by_the_posting(
    remittance: Remittance, poster: Client
) -> None:
    practice = remittance.practice
    patient = Claim.everywhere.get(control_number="BIG000011").patient
    assert pay(client_of(practice, Role.FRONT_DESK), patient, "50") == 303
    work()
    patient.refresh_from_db()
    assert patient.patient_balance_amount == 0
    used = Journal.everywhere.get(source_kind="credit_applied", source_id=patient.pk)
    assert used.amount == SHARE
    assert what_is_wrong() == []


def in_thread(act: Callable[[], Any]) -> Callable[[], None]:
    """`act`, with the connections closed that it opened."""

    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    return run


def somebody_waits() -> bool:
    """Whether a session stands behind another one's lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
        )
        return bool(cursor.fetchone()[0])
