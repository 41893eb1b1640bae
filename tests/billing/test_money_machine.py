"""Whatever people and payers do, in whatever order: after every step all proofs hold.

A short run in the suite, the same each time. Ten thousand steps by

    CLAIMLINE_TEST_MACHINE_STEPS=10000 ./run test tests/billing/test_money_machine.py -s

which prints how often each rule was played and how often what it asked for was done. Other lives
are played from CLAIMLINE_TEST_MACHINE_SEED=<a number> on; each has the seed after that before it.
"""

import os
import sys
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from core.models import Practice
from tests.billing.money_machine import MoneyMachine

IN_THE_SUITE = 300
STEPS = int(os.environ.get("CLAIMLINE_TEST_MACHINE_STEPS", str(IN_THE_SUITE)))
ALL_ARE_PLAYED = 2000  # from so many steps on each act was played, and more than once
FIRST_SEED = int(os.environ.get("CLAIMLINE_TEST_MACHINE_SEED", "1"))
A_RUN = 60


@pytest.fixture(autouse=True)
def without_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing is tested elsewhere, and is what would take most of the time."""
    monkeypatch.setattr("billing.services.issue_statement.keep_pdf", lambda statement: None)


def test_after_every_step_all_proofs_of_the_books_hold(
    in_summit: Practice, capsys: pytest.CaptureFixture[str]
) -> None:
    class Machine(MoneyMachine):
        practice = in_summit

    for number in count(FIRST_SEED):
        if Machine.steps >= STEPS:
            break
        try:
            play(Machine, number)
        except BaseException as error:
            error.add_note(f"Played by CLAIMLINE_TEST_MACHINE_SEED={number}")
            raise
    if STEPS > IN_THE_SUITE:
        with capsys.disabled():
            sys.stdout.write(told(Machine))
    if STEPS >= ALL_ARE_PLAYED:
        assert {one.play.__name__ for one in Machine.acts} <= set(Machine.played)


def play(machine: type[MoneyMachine], number: int) -> None:
    """One life of the practice, that of the seed `number`.

    Each has a run of its own: Hypothesis makes most of a run's later examples out of earlier ones.
    Its first is the simplest that there is, the next one is new, and the others vary that.
    """
    seed(number)(machine)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=3,
            stateful_step_count=A_RUN,
            deadline=None,
            database=None,
            print_blob=True,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
        _min_steps=A_RUN - 1,
    )


def told(machine: type[MoneyMachine]) -> str:
    """How much was played, rule by rule: how often, and how often it was done, not refused."""
    rows = [
        f"  {name:<32}{times:>7}{machine.done[name]:>7}"
        for name, times in sorted(machine.played.items())
    ]
    head = f"{machine.steps} steps, all proofs after each; played and done:"
    return "\n".join(["", head, *rows, ""])
