"""A machine that plays a practice's till, bank and closes in any order (domain F.5).

Batches are opened, filled, recounted and closed; receipts are taken and taken back; slips are made
out and taken apart; the bank tells of them, sometimes twice; lines are matched, unmatched and
explained; days pass and are closed. After every step all proofs are asked, the chain of closed
days included, and no closed day has other figures than when it was closed.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from billing.batch_choices import BankLineState, BatchState, SlipState
from billing.ledger.day_chain import check_chain
from billing.models import (
    BankAccount,
    BankLine,
    ClosedDay,
    DepositSlip,
    Payment,
    PostingBatch,
)
from billing.selectors.bank_candidates import candidates_of
from billing.selectors.day_close import day_to_close, next_day
from billing.selectors.day_totals import day_totals
from billing.selectors.deposit_items import free_items
from billing.services.close_batch import close_batch, correct_control
from billing.services.close_day import close_day
from billing.services.make_deposit_slip import make_deposit_slip, take_slip_apart
from billing.services.match_bank_line import (
    explain_bank_line,
    match_bank_line,
    unmatch_bank_line,
)
from billing.services.open_batch import open_batch
from billing.services.save_bank_account import save_bank_account
from billing.services.take_back_payment import take_back_payment
from billing.services.take_bank_file import take_bank_file
from billing.services.take_patient_payment import take_patient_payment
from billing.verify_bank import check_bank_lines, check_batches, check_slips, check_undeposited
from core import clock
from core.errors import ApplicationError
from core.models import Practice
from patients.models import Patient
from tests.billing.bank.files import ACCOUNT, bai2
from tests.billing.books_hold import what_is_wrong
from tests.billing.road import charged_visit, new_patient

METHODS = st.sampled_from(["cash", "check", "card"])
AMOUNTS = st.sampled_from([Decimal("5.00"), Decimal("12.50"), Decimal("20.00")])
_marks = count(1)


class DayMachine(RuleBasedStateMachine):
    """`practice` is set by the test, whose database every example leaves as it found it."""

    practice: Practice
    closed_days = 0

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.today = date(2026, 11, 16)
        self.told: list[str] = []

    def teardown(self) -> None:
        """Roll the example back."""
        type(self).closed_days += ClosedDay.objects.count()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def may_refuse(self, act: Any) -> None:
        """Do it on today's afternoon, or have it refused and rolled back."""
        at = datetime(self.today.year, self.today.month, self.today.day, 22, 0, tzinfo=UTC)
        with clock.travel(at):
            try:
                with transaction.atomic():
                    act()
            except ApplicationError:
                pass

    @initialize()
    def opens(self) -> None:
        save_bank_account(
            practice=self.practice, name="Operating", bank_name="", account_number=ACCOUNT
        )
        self.patients = [new_patient(self.practice) for _ in range(2)]

        def charge() -> None:
            for patient in self.patients:
                charged_visit(patient, ["30"])

        self.may_refuse(charge)

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(method=METHODS, amount=AMOUNTS, who=st.integers(0, 1))
    def pays(self, method: str, amount: Decimal, who: int) -> None:
        patient = Patient.objects.get(pk=self.patients[who].pk)
        self.may_refuse(
            lambda: take_patient_payment(
                patient=patient, amount=amount, method=method, received_on=self.today
            )
        )

    @rule(data=st.data())
    def takes_back(self, data: Any) -> None:
        payment = self._any(data, Payment.objects.all())
        if payment:
            self.may_refuse(lambda: take_back_payment(payment=payment, reason="Typed wrong"))

    @rule(kind=st.sampled_from(["cash", "checks", "cards"]), amount=AMOUNTS)
    def counts(self, kind: str, amount: Decimal) -> None:
        self.may_refuse(
            lambda: open_batch(
                practice=self.practice, kind=kind, control_count=1, control_amount=amount
            )
        )

    @rule(data=st.data(), again=st.booleans())
    def closes_a_batch(self, data: Any, again: bool) -> None:
        batch = self._any(data, PostingBatch.objects.filter(state=BatchState.OPEN))
        if batch and again:
            self.may_refuse(
                lambda: correct_control(
                    batch=batch, control_count=batch.entered_count,
                    control_amount=batch.entered_amount, reason="Counted again",
                )
            )  # fmt: skip
        if batch:
            self.may_refuse(lambda: close_batch(batch=batch))

    @rule(kind=st.sampled_from(["paper", "cards"]), most=st.integers(1, 3))
    def makes_a_slip(self, kind: str, most: int) -> None:
        keys = [item.key for item in free_items(self.practice, kind)][:most]
        self.may_refuse(
            lambda: make_deposit_slip(
                practice=self.practice, kind=kind, account=BankAccount.objects.get(),
                day=self.today, keys=keys,
            )
        )  # fmt: skip

    @rule(data=st.data())
    def takes_a_slip_apart(self, data: Any) -> None:
        slip = self._any(data, DepositSlip.objects.filter(state=SlipState.OPEN))
        if slip:
            self.may_refuse(lambda: take_slip_apart(slip=slip, reason="Not brought"))

    @rule(data=st.data())
    def the_bank_tells(self, data: Any) -> None:
        slip = self._any(data, DepositSlip.objects.all())
        cents = int(slip.amount * 100) if slip else 777
        records = [f"16,301,{cents},Z,B{next(_marks)},,DEPOSIT"]
        self.told.append(bai2(self.today, records))
        self._bring(self.told[-1])

    @rule(data=st.data())
    def the_bank_sends_back(self, data: Any) -> None:
        payment = self._any(data, Payment.objects.filter(method="check"))
        if payment:
            records = [f"16,555,{int(payment.amount * 100)},,R{next(_marks)},,RETURNED ITEM"]
            self._bring(bai2(self.today, records))

    @rule(data=st.data())
    def the_bank_tells_again(self, data: Any) -> None:
        if self.told:
            lines = BankLine.objects.count()
            self._bring(data.draw(st.sampled_from(self.told)))
            assert BankLine.objects.count() == lines

    def _bring(self, text: str) -> None:
        self.may_refuse(
            lambda: take_bank_file(practice=self.practice, account=None, content=text.encode())
        )

    @rule(data=st.data(), act=st.sampled_from(["match", "unmatch", "explain"]))
    def says_what_it_is(self, data: Any, act: str) -> None:
        line = self._any(data, BankLine.objects.all())
        if line is None:
            return
        if act == "match":
            things = [one.thing for one in candidates_of(line)][:2]
            self.may_refuse(
                lambda: match_bank_line(line=line, things=things, how="hand", reason="Looks so")
            )
        elif act == "unmatch":
            self.may_refuse(lambda: unmatch_bank_line(line=line, reason="It was another"))
        elif line.state == BankLineState.OPEN:
            self.may_refuse(lambda: explain_bank_line(line=line, reason="The owner's own"))

    @rule()
    def closes_the_day(self) -> None:
        def act() -> None:
            day = next_day(self.practice)
            if day is not None:
                asked = day_to_close(self.practice, day).differences
                said = {one.key: "Known to the manager" for one in asked}
                close_day(practice=self.practice, day=day, reasons=said)

        self.may_refuse(act)

    def _any(self, data: Any, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        return found[data.draw(st.integers(0, len(found) - 1))] if found else None

    @invariant()
    def everything_holds(self) -> None:
        """The books, the chain, batches, slips and lines; and closed days are as they were."""
        proofs = (check_chain, check_batches, check_undeposited, check_slips, check_bank_lines)
        wrong = what_is_wrong() + [said for proof in proofs for said in proof().problems]
        assert not wrong, wrong
        for closed in ClosedDay.objects.all():
            again = day_totals(self.practice, closed.from_on, closed.day).as_text()
            assert again == closed.totals
            if closed.previous_hash:
                before = ClosedDay.objects.get(hash=closed.previous_hash)
                assert before.totals["tape"]["closing"] == closed.totals["tape"]["opening"]
