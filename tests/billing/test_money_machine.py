"""Whatever people and payers do, in whatever order: after every step all proofs hold.

A short run in the suite. Ten thousand steps by

    CLAIMLINE_MACHINE_STEPS=10000 ./run test tests/billing/test_money_machine.py -s
"""

import os
import sys

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from core.models import Practice
from tests.billing.money_machine import MoneyMachine

A_RUN = 40
STEPS = int(os.environ.get("CLAIMLINE_MACHINE_STEPS", "300"))


@pytest.fixture(autouse=True)
def without_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing is tested elsewhere, and is what would take most of the time."""
    monkeypatch.setattr("billing.services.issue_statement.keep_pdf", lambda statement: None)


def test_after_every_step_all_proofs_of_the_books_hold(
    in_summit: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    class Machine(MoneyMachine):
        practice = in_summit

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=max(STEPS // A_RUN, 1),
            stateful_step_count=A_RUN,
            deadline=None,
            print_blob=True,
            derandomize=STEPS <= 300,
            suppress_health_check=list(HealthCheck),
        ),
    )
    with capsys.disabled():
        if STEPS > 300:
            sys.stdout.write(f"\n{Machine.steps} steps, all proofs after each\n")
    assert Machine.steps > 0
