"""What the parts of the money machine share: the practice, what there is, and how it is counted."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from inspect import signature
from typing import Any, TypeVar

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from billing.ledger.invariants import fetch
from core.actors import acting_as, person
from core.choices import Role
from core.errors import ApplicationError
from core.models import Practice
from patients.models import Patient
from tests.billing.money_payer import Mail
from tests.billing.road import Account
from tests.cast import user_of

_There = TypeVar("_There")
# What rules need to find: asked for once after a step, so that none is played in vain.
_THERE = """
    SELECT (SELECT count(*) FROM billing_creditbalance WHERE state = 'open') AS credits,
           (SELECT count(*) FROM billing_refund) AS refunds,
           (SELECT count(*) FROM billing_balancerequest) AS requests,
           (SELECT count(*) FROM billing_payment) AS payments,
           (SELECT count(*) FROM claims_remittance WHERE state = 'posted') AS posted,
           (SELECT count(*) FROM claims_remittanceclaim answer
              JOIN claims_remittance remittance ON remittance.id = answer.remittance_id
             WHERE version_id IS NULL AND remittance.state <> 'duplicate') AS lost,
           (SELECT count(*) FROM claims_remittanceclaim
             WHERE match_reason = 'by_hand') AS by_hand,
           (SELECT count(*) FROM claims_provideradjustment
             WHERE reason_code = 'WO' AND amount > 0) AS takebacks,
           (SELECT count(*) FROM patients_patient WHERE patient_balance_amount > 0) AS owed,
           (SELECT count(*) FROM billing_journalline WHERE debit_account_id = 5000) AS bad_debts
"""
_NAMES = (
    "credits", "refunds", "requests", "payments", "posted", "lost", "by_hand", "takebacks", "owed",
    "bad_debts",
)  # fmt: skip


@dataclass(frozen=True)
class Act:
    """One thing that somebody may do: how often, when, and what is drawn for it."""

    play: Callable[..., None]
    weight: int
    when: Callable[[Any], Any]
    drawn: Mapping[str, st.SearchStrategy[Any]]


def act(
    weight: int = 1, *, when: Callable[[Any], Any] = lambda _: True, **drawn: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a method one of the acts that `next_step` chooses from.

    Not a rule of its own: Hypothesis leaves rules out of a run by chance, so that most runs would
    lack a part of the road from a visit to its money.
    """

    def marked(play: Callable[..., None]) -> Callable[..., None]:
        play.act = Act(play, weight, when, drawn)  # type: ignore[attr-defined]
        return play

    return marked


class MoneyBase(RuleBasedStateMachine):
    """`practice` is set by the test, whose database every example leaves as it found it."""

    practice: Practice
    steps = 0
    acts: list[Act] = []
    played: Counter[str] = Counter()
    done: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.accounts: list[Account] = []
        self.walk_ins: list[Patient] = []
        self.mail = Mail()
        self.there: Counter[str] = Counter()
        self.playing = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        found = (getattr(getattr(cls, name), "act", None) for name in dir(cls))
        cls.acts = sorted((one for one in found if one), key=lambda one: -one.weight)

    @rule(data=st.data())
    def next_step(self, data: Any) -> None:
        """Any of the acts that are possible now, each as often as it weighs."""
        possible = {one.play.__name__: one for one in self.acts if one.when(self)}
        names = [name for name, one in possible.items() for _ in range(one.weight)]
        self.playing = data.draw(st.sampled_from(names), label="act")
        chosen = possible[self.playing]
        type(self).played[self.playing] += 1
        given = {name: data.draw(drawn, label=name) for name, drawn in chosen.drawn.items()}
        if "data" in signature(chosen.play).parameters:
            given["data"] = data
        chosen.play(self, **given)

    def teardown(self) -> None:
        """Roll the example back."""
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def may_refuse(self, act: Callable[[], Any], *, by: Role = Role.BILLER) -> bool:
        """Do it as somebody in the role `by`, or have it refused and rolled back; whether it was
        done.
        """
        try:
            with transaction.atomic(), self.acting(by):
                act()
        except ApplicationError:
            return False
        type(self).done[self.playing] += 1
        return True

    def acting(self, role: Role) -> AbstractContextManager[None]:
        return acting_as(person(user_of(self.practice, role), source="test"))

    def look_round(self) -> None:
        """See what there is for the rules."""
        self.there = Counter(dict(zip(_NAMES, fetch(_THERE)[0], strict=True)))

    def any_patient(self, data: Any) -> Patient:
        """One of all patients, as the database has them now."""
        ids = [account.claim.patient_id for account in self.accounts]
        ids += [patient.pk for patient in self.walk_ins]
        return Patient.objects.get(pk=one_of(data, ids))


def one_of(data: Any, rows: Sequence[_There]) -> _There:
    """Any of `rows`, by its place: examples shrink towards the first."""
    return rows[data.draw(st.integers(0, len(rows) - 1))]
