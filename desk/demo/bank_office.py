"""The demo's till and bank: batches, deposits, the bank's file, and two days that are closed."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from billing.batch_choices import BatchKind, Fee, MatchHow, SlipKind
from billing.models import BankAccount, BankLine, DepositSlip, Journal, PostingBatch
from billing.selectors.bank_candidates import unbanked_remittances
from billing.selectors.day_close import day_to_close
from billing.selectors.deposit_items import Item, free_items
from billing.services.close_batch import close_batch
from billing.services.close_day import close_day
from billing.services.make_deposit_slip import make_deposit_slip
from billing.services.match_bank_line import explain_bank_line, match_bank_line
from billing.services.open_batch import open_batch
from billing.services.post_match import Kept
from billing.services.save_bank_account import save_bank_account
from billing.services.take_bank_file import take_bank_file
from billing.services.take_patient_payment import take_patient_payment
from billing.services.watch_deposits import ask_about_late
from claims.choices import RemittanceState
from claims.models import Remittance
from core import clock
from core.actors import acting_as, person
from core.calendar import is_business_day, next_business_day
from core.money import ZERO, dollars
from desk.demo.set_up import Stage
from patients.models import Patient

ACCOUNT = "000482915530"
FEE_SHARE = Decimal("0.029")
# How far the bank's file goes back, and how much of the newest it does not know yet.
REACH, FRESH = timedelta(days=400), timedelta(days=2)
# Every so many a payment of an insurer does not arrive.
_MISSING_EVERY = 17
_LOOSE_SLIPS = 2


class BankOffice:
    """The last day at the desks of the poster, the front desk and the manager."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.practice = stage.practice
        self.today = clock.today(stage.practice)

    def work(self) -> None:
        """What is at the bank is matched, what is late is asked about, two days are closed."""
        with self._as("poster"):
            account = save_bank_account(
                practice=self.practice, name="Operating account", bank_name="Fictional Savings",
                account_number=ACCOUNT,
            )  # fmt: skip
            self._deposit(account)
            self._bring_the_file()
            self._match_by_hand()
            ask_about_late(self.practice)
        with self._as("frontdesk"):
            self._count_the_till()
        with self._as("biller"):
            self._close_days()

    def count_checks(self) -> PostingBatch:
        """The poster counts the checks of the mail before typing them in; two are still to come."""
        return open_batch(
            practice=self.practice, kind=BatchKind.CHECKS, control_count=3,
            control_amount=Decimal("412.60"), note="Mail of today",
        )  # fmt: skip

    def _deposit(self, account: BankAccount) -> None:
        """Everything old as one slip of each kind, the last days a slip a day; today's is loose."""
        for kind in (SlipKind.PAPER, SlipKind.CARDS):
            items = [item for item in free_items(self.practice, kind) if item.day < self.today]
            days = [list(group) for _, group in groupby(self._by_day(items), lambda x: x.day)]
            old = [item for group in days[:-_LOOSE_SLIPS] for item in group]
            for group in [old, *days[-_LOOSE_SLIPS:]]:
                if group:
                    make_deposit_slip(
                        practice=self.practice, kind=kind, account=account,
                        day=max(item.day for item in group), keys=[item.key for item in group],
                    )  # fmt: skip

    def _by_day(self, items: list[Item]) -> list[Item]:
        return sorted(items, key=lambda item: (item.day, item.key))

    def _bring_the_file(self) -> None:
        take_bank_file(
            practice=self.practice, account=None, content=self._file().encode()
        )  # fmt: skip

    def _file(self) -> str:
        """What the bank tells, as BAI2 with a group a day."""
        by_day: dict[date, list[str]] = {}
        for on, record in self._records():
            by_day.setdefault(on, []).append(record)
        rows = [f"01,FICTBANK,{ACCOUNT[-6:]},{self.today:%y%m%d},0600,1,,,2/"]
        total = 0
        for on in sorted(by_day):
            records = by_day[on]
            amount = sum(int(record.split(",")[2]) for record in records)
            total += amount
            rows += [
                f"02,{ACCOUNT[-6:]},FICTBANK,1,{on:%y%m%d},,USD,2/",
                f"03,{ACCOUNT},USD,,,,/",
                *records,
                f"49,{amount},{len(records) + 2}/",
                f"98,{amount},1,{len(records) + 4}/",
            ]
        return "\n".join([*rows, f"99,{total},{len(by_day)},{len(rows) + 1}/", ""])

    def _records(self) -> Iterator[tuple[date, str]]:
        yield from self._of_insurers()
        yield from self._of_deposits()
        lately = [
            day
            for back in range(3, 20)
            if is_business_day(day := self.today - timedelta(days=back))
        ]
        yield lately[8], "16,115,50525,,LB0071,4411,LOCKBOX 4411 THREE CHECKS"
        yield lately[0], "16,142,8840,,A90155,,BLUEBIRD MUTUAL HCCLAIMPMT TRN*1*BB88120*1990001112"
        yield lately[5], "16,475,120000,,C1002,1002,CHECK PAID"
        yield lately[1], "16,698,1850,,F0001,,ACCOUNT ANALYSIS FEE"

    def _of_insurers(self) -> Iterator[tuple[date, str]]:
        rows = unbanked_remittances(self.practice).filter(
            state=RemittanceState.POSTED,
            slip_item__isnull=True,
            paid_on__range=(self.today - REACH, self.today - FRESH),
        )
        for place, row in enumerate(rows.order_by("paid_on", "pk"), start=1):
            if place % _MISSING_EVERY:
                yield self._at_the_bank(row.paid_on), self._of_insurer(row, place)

    def _of_insurer(self, row: Remittance, place: int) -> str:
        cents = int(row.payment_amount * 100)
        name = (row.payer.name if row.payer else row.payer_name).upper().replace(",", " ")
        trace = f" TRN*1*{row.trace_number}*{row.trace_originator}"
        # Some banks cut the addenda off: such a line is matched by a person.
        return f"16,142,{cents},,A{place:05d},,{name} HCCLAIMPMT{trace if place % 9 else ''}"

    def _of_deposits(self) -> Iterator[tuple[date, str]]:
        """The newest slip of each kind is still on its way."""
        for kind in (SlipKind.PAPER, SlipKind.CARDS):
            slips = list(DepositSlip.objects.filter(kind=kind).order_by("day", "pk"))
            for slip in slips[:-1]:
                on = self._at_the_bank(slip.day)
                if kind == SlipKind.PAPER:
                    yield on, f"16,301,{int(slip.amount * 100)},,D{slip.pk:05d},,DEPOSIT"
                else:
                    kept = int((slip.amount - dollars(slip.amount * FEE_SHARE)) * 100)
                    yield on, f"16,165,{kept},,M{slip.pk:05d},,MERCHANT SETTLEMENT"

    def _at_the_bank(self, day: date) -> date:
        return min(next_business_day(day), self.today)

    def _match_by_hand(self) -> None:
        """Cards come less the processor's fee; rent and the bank's fee are nobody's payment."""
        lines = BankLine.objects.filter(description="MERCHANT SETTLEMENT", state="open")
        for line in lines.select_related("practice"):
            slips = DepositSlip.objects.filter(kind=SlipKind.CARDS, state="open")
            for slip in slips:
                fee = dollars(slip.amount * FEE_SHARE)
                if slip.amount - fee == line.amount and fee > ZERO:
                    match_bank_line(
                        line=line, things=[slip], how=MatchHow.HAND,
                        reason="The processor's report of the day", kept=Kept(Fee.CARD, fee),
                    )  # fmt: skip
                    break
        for line in BankLine.objects.filter(description="CHECK PAID").select_related("practice"):
            explain_bank_line(line=line, reason="Rent of the office")

    def _count_the_till(self) -> None:
        """A batch of the front desk, in balance and closed."""
        patient = Patient.objects.filter(patient_balance_amount__gte=20).order_by("pk").first()
        if patient is None:
            return
        batch = open_batch(
            practice=self.practice, kind=BatchKind.CASH, control_count=1,
            control_amount=Decimal(20), note="Till of today",
        )  # fmt: skip
        take_patient_payment(
            patient=patient, amount=Decimal(20), method="cash", received_on=self.today
        )
        close_batch(batch=batch)

    def _close_days(self) -> None:
        """The last two days that are over; the first close takes in what lies before."""
        days = (
            Journal.objects.filter(posted_on__lt=self.today)
            .order_by("-posted_on")
            .values_list("posted_on", flat=True)
            .distinct()[:2]
        )
        for day in sorted(days):
            found = day_to_close(self.practice, day)
            if found.may_close:
                said = {
                    one.key: "Known; it goes with the next deposit" for one in found.differences
                }
                close_day(practice=self.practice, day=day, reasons=said)

    def _as(self, who: str) -> AbstractContextManager[None]:
        return acting_as(person(self.stage.users[who]))
