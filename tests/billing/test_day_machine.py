"""Whatever till, bank and closes do, in any order: sums stay right, closed days stay closed."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from core.models import Practice
from tests.billing.day_machine import DayMachine


def test_after_every_step_batches_bank_and_closed_days_hold(in_summit: Practice) -> None:
    class Machine(DayMachine):
        practice = in_summit

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=4,
            stateful_step_count=30,
            deadline=None,
            print_blob=True,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Machine.closed_days > 0
