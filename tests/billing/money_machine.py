"""A machine that plays a practice and its payer in any order, for the tests of the whole posting.

Visits are charged; the payer writes answers, reversals, corrections and takebacks, which arrive in
whatever order, some of them twice; patients pay and take back; people post, undo, bank and bill.
After every step all proofs of the books are asked. What is refused changes nothing.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from billing.models import Journal, Payment
from billing.posting.post_remittance import post_remittance
from billing.posting.undo import undo_remittance
from billing.services.issue_statement import issue_statement
from billing.services.match_recovery import match_recovery
from billing.services.push_balances import push_claims
from billing.services.record_deposit import record_deposit
from billing.services.take_back_payment import take_back_payment
from billing.services.take_patient_payment import take_patient_payment
from claims.choices import RemittanceState
from claims.models import ProviderAdjustment, Remittance
from core import clock
from core.errors import ApplicationError
from core.models import Practice
from patients.models import Patient
from tests.billing.books_hold import what_is_wrong
from tests.billing.inbox import deliver
from tests.billing.road import Account, cover, new_patient, sent_claim
from tests.billing.worked import text_of

ACME = "ACME HEALTH PLAN"
CHARGES = ("120.00", "80.00", "45.50")
MOST_CLAIMS, MOST_WAITING = 4, 6
_numbers = count(1)


@dataclass(frozen=True)
class Told:
    """What the payer says about one line: billed, paid, and the trios between them."""

    billed: Decimal
    paid: Decimal
    trios: tuple[tuple[str, str, Decimal], ...]

    def taken_back(self) -> "Told":
        """The same with every sign turned."""
        trios = tuple((group, reason, -amount) for group, reason, amount in self.trios)
        return Told(-self.billed, -self.paid, trios)


@dataclass(frozen=True)
class Answer:
    """One CLP of the payer."""

    number: str
    icn: str
    lines: tuple[Told, ...]
    status: str = "1"

    @property
    def paid(self) -> Decimal:
        return sum((line.paid for line in self.lines), Decimal(0))

    def taken_back(self) -> "Answer":
        lines = tuple(line.taken_back() for line in self.lines)
        return replace(self, status="22", lines=lines)

    def text(self) -> str:
        """Its loop."""
        billed = sum((line.billed for line in self.lines), Decimal(0))
        loops = [
            f"CLP*{self.number}*{self.status}*{billed}*{self.paid}**12*{self.icn}*11*1~",
            "NM1*QC*1*TESTPATIENT*JOAN****MI*M1~",
        ]
        for place, line in enumerate(self.lines, start=1):
            loops.append(f"SVC*HC:99213*{line.billed}*{line.paid}~DTM*472*20261012~")
            loops += [f"CAS*{g}*{r}*{a}~" for g, r, a in line.trios if a]
            loops.append(f"REF*6R*{self.number}L{place}~")
        return "".join(loops)


@dataclass
class Payer:
    """What the payer has decided and what it has written that has not arrived."""

    standing: list[Answer] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def write(self, *answers: Answer, provider: tuple[tuple[str, str, Decimal], ...] = ()) -> None:
        """One payment; where it would be negative, the rest is carried forward (FB)."""
        number = next(_numbers)
        total = sum((a.paid for a in answers), Decimal(0)) - sum(p[2] for p in provider)
        if total < 0:
            provider = (*provider, ("FB", f"FB{number}", total))
            total = Decimal(0)
        head = text_of("w13_partial_pay").partition("CLP*")[0].replace("EFT0013", f"T{number:07d}")
        paid_by = f"BPR*I*{total}*" if total else "BPR*H*0*"
        head = head.replace("BPR*I*126*", paid_by)
        if not total:
            start, end = head.index("BPR*"), head.index("TRN*")
            head = head[:start] + "BPR*H*0*C*NON************20261118~\n" + head[end:]
        plb = "".join(f"PLB*2000000010*20261231*{c}:{ref}*{a}~" for c, ref, a in provider)
        body = head + "".join(a.text() for a in answers) + plb
        self.waiting.append(body + f"SE*{body.count('~') + 1}*0013~\n")


def told(draw: Any, billed: Decimal) -> Told:
    """One line's decision, balanced: paid in full or in part, refused, all the patient's."""
    kind = draw(st.sampled_from(["pays", "pays", "denies", "patient", "capitated", "pays all"]))
    if kind == "denies":
        return Told(billed, Decimal(0), (("CO", "197", billed),))
    if kind == "patient":
        return Told(billed, Decimal(0), (("PR", "1", billed),))
    if kind == "capitated":
        return Told(billed, Decimal(0), (("CO", "24", billed),))
    if kind == "pays all":
        return Told(billed, billed, ())
    share = draw(st.sampled_from([Decimal("0.00"), Decimal("10.00"), Decimal("25.01")]))
    paid = draw(st.sampled_from([Decimal("0.01"), Decimal("12.34"), Decimal("19.00")]))
    trios = (("CO", "45", billed - share - paid), ("PR", "2", share))
    return Told(billed, paid, trios)


class MoneyMachine(RuleBasedStateMachine):
    """`practice` is set by the test, whose database every example leaves as it found it."""

    practice: Practice
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.accounts: list[Account] = []
        self.payer = Payer()

    def teardown(self) -> None:
        """Roll the example back."""
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def may_refuse(self, act: Any) -> None:
        """Do it, or have it refused and rolled back."""
        try:
            with transaction.atomic():
                act()
        except ApplicationError:
            pass

    @initialize()
    def opens(self) -> None:
        """A practice that has seen one patient."""
        self.see(1, has_second=False)

    @rule(lines=st.integers(1, 3), has_second=st.booleans())
    @precondition(lambda self: len(self.accounts) < MOST_CLAIMS)
    def visit(self, lines: int, has_second: bool) -> None:
        self.see(lines, has_second=has_second)

    def see(self, lines: int, *, has_second: bool) -> None:
        patient = new_patient(self.practice)
        cover(patient, ACME)
        if has_second:
            cover(patient, "ACME SUPPLEMENT", 2)
        number = f"SFM{next(_numbers):06d}"
        account = sent_claim(patient, number, CHARGES[:lines])
        push_claims(self.practice, [line.pk for line in account.lines])
        self.accounts.append(account)

    # --- the payer ----------------------------------------------------------------------------

    @rule(data=st.data())
    @precondition(lambda self: self.accounts and len(self.payer.waiting) < MOST_WAITING)
    def decides(self, data: Any) -> None:
        account = data.draw(st.sampled_from(self.accounts))
        lines = tuple(told(data.draw, line.charge_amount) for line in account.lines)
        answer = Answer(account.claim.control_number, f"ICN{next(_numbers)}", lines)
        self.payer.standing.append(answer)
        self.payer.write(answer)

    @rule(data=st.data(), together=st.booleans())
    @precondition(lambda self: self.payer.standing and len(self.payer.waiting) < MOST_WAITING)
    def changes_its_mind(self, data: Any, together: bool) -> None:
        old = data.draw(st.sampled_from(self.payer.standing))
        lines = tuple(told(data.draw, line.billed) for line in old.lines)
        new = Answer(old.number, f"ICN{next(_numbers)}", lines)
        self.payer.standing.remove(old)
        self.payer.standing.append(new)
        if together:
            self.payer.write(new, old.taken_back())
        else:
            self.payer.write(old.taken_back())
            self.payer.write(new)

    @rule(data=st.data())
    @precondition(lambda self: self.payer.standing and len(self.payer.waiting) < MOST_WAITING)
    def takes_back(self, data: Any) -> None:
        old = data.draw(st.sampled_from(self.payer.standing))
        self.payer.standing.remove(old)
        self.payer.write(old.taken_back())

    @rule(code=st.sampled_from(["WO", "L6", "CS", "72"]), sign=st.sampled_from([1, -1]))
    @precondition(lambda self: len(self.payer.waiting) < MOST_WAITING)
    def adjusts(self, code: str, sign: int) -> None:
        self.payer.write(provider=((code, "REF1", sign * Decimal("7.77")),))

    # --- the practice -------------------------------------------------------------------------

    @rule(data=st.data())
    @precondition(lambda self: self.payer.waiting)
    def arrives(self, data: Any) -> None:
        text = data.draw(st.sampled_from(self.payer.waiting))
        self.payer.waiting.remove(text)
        self.payer.sent.append(text)
        remittance = deliver(self.practice, text, control=next(_numbers))
        assert remittance.state in {RemittanceState.MATCHED, RemittanceState.EXCEPTIONS}, (
            remittance.state, remittance.faults, text,
        )  # fmt: skip
        self.may_refuse(lambda: post_remittance(remittance=remittance))

    @rule(data=st.data())
    @precondition(lambda self: self.payer.sent)
    def arrives_again(self, data: Any) -> None:
        text = data.draw(st.sampled_from(self.payer.sent))
        written = Journal.objects.count()
        again = deliver(self.practice, text, control=next(_numbers))
        assert again.state == RemittanceState.DUPLICATE
        self.may_refuse(lambda: post_remittance(remittance=again))
        assert Journal.objects.count() == written

    @rule(data=st.data())
    @precondition(lambda self: self.payer.sent)
    def is_posted_or_undone(self, data: Any) -> None:
        rows = list(Remittance.objects.exclude(state=RemittanceState.DUPLICATE).order_by("pk"))
        remittance = data.draw(st.sampled_from(range(len(rows))))
        row = rows[remittance]
        if row.state == RemittanceState.POSTED:
            self.may_refuse(lambda: undo_remittance(remittance=row, reason="Played by a test"))
        else:
            self.may_refuse(lambda: post_remittance(remittance=row))

    @rule(data=st.data())
    @precondition(lambda self: self.payer.sent)
    def bank_has_it(self, data: Any) -> None:
        rows = list(Remittance.objects.filter(state=RemittanceState.POSTED).order_by("pk"))
        if rows:
            row = rows[data.draw(st.integers(0, len(rows) - 1))]
            self.may_refuse(lambda: record_deposit(remittance=row, on=row.paid_on))

    @rule(data=st.data())
    @precondition(lambda self: self.accounts)
    def takeback_finds_its_claim(self, data: Any) -> None:
        rows = list(ProviderAdjustment.objects.filter(reason_code="WO", amount__gt=0)
                    .exclude(remittance__state=RemittanceState.DUPLICATE))  # fmt: skip
        if rows:
            account = data.draw(st.sampled_from(self.accounts))
            number = account.claim.control_number
            self.may_refuse(lambda: match_recovery(adjustment=rows[0], claim_number=number))

    @rule(data=st.data(), amount=st.sampled_from(["5.00", "25.01", "200.00"]))
    @precondition(lambda self: self.accounts)
    def pays(self, data: Any, amount: str) -> None:
        patient = self._patient(data)
        self.may_refuse(
            lambda: take_patient_payment(
                patient=patient, amount=Decimal(amount), method="check", reference="1",
                received_on=clock.today(self.practice),
            )
        )  # fmt: skip

    @rule(data=st.data())
    def bounces(self, data: Any) -> None:
        rows = list(Payment.objects.order_by("pk"))
        if rows:
            payment = rows[data.draw(st.integers(0, len(rows) - 1))]
            self.may_refuse(lambda: take_back_payment(payment=payment, reason="Bounced check"))

    @rule(data=st.data())
    @precondition(lambda self: self.accounts)
    def is_billed(self, data: Any) -> None:
        guarantor = self._patient(data).guarantor
        self.may_refuse(lambda: issue_statement(guarantor=guarantor))

    def _patient(self, data: Any) -> Patient:
        return data.draw(st.sampled_from(self.accounts)).patient

    @invariant()
    def books_hold(self) -> None:
        type(self).steps += 1
        wrong = what_is_wrong()
        assert not wrong, wrong
