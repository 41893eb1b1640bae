"""A machine that plays a practice and its payers in any order, for the tests of the whole posting.

Visits are charged, some taken back; payers write answers, reversals, corrections and takebacks,
which arrive in whatever order, some of them twice, some without our number; patients pay and take
back; people post, undo, match, bank and bill, write off, move, refund and use credits
(`money_desk`). After every step all proofs of the books are asked. What is refused changes nothing.
"""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from billing.models import Journal, Payment
from billing.posting.post_late import post_late
from billing.posting.post_remittance import post_remittance
from billing.posting.undo import undo_remittance
from billing.services.issue_statement import issue_statement
from billing.services.match_recovery import match_recovery
from billing.services.push_balances import push_claims
from billing.services.record_deposit import record_deposit, take_back_deposit
from billing.services.take_back_payment import take_back_payment
from billing.services.take_patient_payment import take_patient_payment
from claims.choices import RemittanceState
from claims.matching import BY_HAND
from claims.models import ClaimVersion, ProviderAdjustment, Remittance, RemittanceClaim
from claims.services.match_by_hand import match_by_hand, take_back_match
from claims.services.set_aside import set_aside_answer
from coding.choices import CaseState
from coding.models import CodingCase
from coding.services.void_charges import return_released_case
from core import clock
from tests.billing.books_hold import what_is_wrong
from tests.billing.inbox import deliver
from tests.billing.money_base import act, one_of
from tests.billing.money_desk import WHY, Desk
from tests.billing.money_payer import ACME, SUPPLEMENT, Answer, numbers, told, told_second
from tests.billing.road import Account, add_version, charged_visit, cover, new_patient, sent_claim

CHARGES = ("120.00", "80.00", "45.50")
MOST_CLAIMS, MOST_WALK_INS, MOST_WAITING = 4, 2, 6


class MoneyMachine(Desk):
    """The payers' and the posters' rules, and the proofs."""

    @initialize()
    def opens(self) -> None:
        """A practice that has seen one patient."""
        self.see(1, has_second=False)

    @act(
        3,
        when=lambda self: len(self.accounts) < MOST_CLAIMS,
        lines=st.integers(1, 3),
        has_second=st.booleans(),
        in_family=st.booleans(),
    )
    def visit(self, lines: int, has_second: bool, in_family: bool) -> None:
        self.see(lines, has_second=has_second, in_family=in_family)

    def see(self, lines: int, *, has_second: bool, in_family: bool = False) -> None:
        family = self.accounts[0].patient.guarantor if in_family else None
        patient = new_patient(self.practice, family)
        cover(patient, ACME)
        if has_second:
            cover(patient, SUPPLEMENT, 2)
        account = sent_claim(patient, f"SFM{next(numbers):06d}", CHARGES[:lines])
        push_claims(self.practice, [line.pk for line in account.lines])
        self.accounts.append(account)

    @act(
        when=lambda self: len(self.walk_ins) < MOST_WALK_INS,
        amount=st.sampled_from(CHARGES),
        in_family=st.booleans(),
    )
    def walks_in(self, amount: str, in_family: bool) -> None:
        """Somebody whom no payer covers: the patient owes it at once."""
        family = self.accounts[0].patient.guarantor if in_family else None
        patient = new_patient(self.practice, family)
        charged_visit(patient, [amount])
        CodingCase.objects.filter(patient=patient).update(state=CaseState.RELEASED)
        self.walk_ins.append(patient)

    @act(when=lambda self: self.walk_ins)
    def is_coded_again(self, data: Any) -> None:
        patient = one_of(data, self.walk_ins)
        case = CodingCase.objects.get(patient=patient)
        if self.may_refuse(lambda: return_released_case(case=case, reason=WHY)):
            self.walk_ins.remove(patient)

    # --- the payers ---------------------------------------------------------------------------

    @act(
        5,
        when=lambda self: len(self.mail.waiting) < MOST_WAITING,
        is_lost=st.sampled_from([False, False, True]),
        keeps=st.booleans(),
    )
    def decides(self, data: Any, is_lost: bool, keeps: bool) -> None:
        account = one_of(data, self.accounts)
        lines = tuple(told(data.draw, line.charge_amount) for line in account.lines)
        icn = f"ICN{next(numbers)}"
        self._write(Answer(account.claim.control_number, icn, lines, is_lost=is_lost), keeps)

    @act(
        4,
        when=lambda self: len(self.mail.waiting) < MOST_WAITING and self.with_second(),
        is_lost=st.sampled_from([False, False, True]),
        keeps=st.booleans(),
    )
    def second_payer_decides(self, data: Any, is_lost: bool, keeps: bool) -> None:
        """It may have the claim from the first payer, and answer before that."""
        account = one_of(data, self.with_second())
        second = account.patient.coverages.get(rank=2)
        if not account.claim.versions.filter(rank=2).exists():
            add_version(account.fresh().claim, second, account.lines)
        lines = tuple(told_second(data.draw, line.charge_amount) for line in account.lines)
        number, icn = account.claim.control_number, f"SUP{next(numbers)}"
        self._write(Answer(number, icn, lines, "2", SUPPLEMENT, is_lost), keeps)

    def _write(self, answer: Answer, keeps: bool) -> None:
        self.mail.standing.append(answer)
        if keeps and self.mail.may_keep_back(answer):
            self.playing = "keeps_back"
            type(self).played[self.playing] += 1
            self.mail.keep_back(answer)
        else:
            self.mail.write(answer)

    def with_second(self) -> list[Account]:
        return [one for one in self.accounts if one.patient.coverages.count() > 1]

    @act(
        3,
        when=lambda self: self.mail.standing and len(self.mail.waiting) < MOST_WAITING,
        together=st.booleans(),
    )
    def changes_its_mind(self, data: Any, together: bool) -> None:
        """Its correction stands before its reversal, or comes by itself, before or after it."""
        old = one_of(data, self.mail.standing)
        tell = told if old.payer == ACME else told_second
        lines = tuple(tell(data.draw, line.billed) for line in old.lines)
        new = Answer(old.number, f"ICN{next(numbers)}", lines, old.status, old.payer, old.is_lost)
        self.mail.standing.remove(old)
        self.mail.standing.append(new)
        if together:
            self.mail.write(new, old.taken_back())
        else:
            self.mail.write(old.taken_back())
            self.mail.write(new)

    @act(
        3,
        when=lambda self: self.mail.standing and len(self.mail.waiting) < MOST_WAITING,
        later=st.booleans(),
    )
    def takes_back(self, data: Any, later: bool) -> None:
        """Now, from this payment (FB where it is too small), or `later`, from another."""
        old = one_of(data, self.mail.standing)
        self.mail.standing.remove(old)
        if later:
            self.mail.announce(old)
        else:
            self.mail.write(old.taken_back())

    @act(
        when=lambda self: len(self.mail.waiting) < MOST_WAITING,
        code=st.sampled_from(["WO", "L6", "CS", "72"]),
        reference=st.sampled_from(["REF1", "REF2"]),
        sign=st.sampled_from([1, -1]),
    )
    def adjusts(self, code: str, reference: str, sign: int) -> None:
        self.mail.write(provider=((code, reference, sign * Decimal("7.77")),))

    # --- the posters --------------------------------------------------------------------------

    @act(7, when=lambda self: self.mail.waiting)
    def arrives(self, data: Any) -> None:
        text = data.draw(st.sampled_from(self.mail.waiting))
        self.mail.waiting.remove(text)
        self.mail.sent.append(text)
        remittance = deliver(self.practice, text, control=next(numbers))
        assert remittance.state in {RemittanceState.MATCHED, RemittanceState.EXCEPTIONS}, (
            remittance.state, remittance.faults, text,
        )  # fmt: skip
        self.may_refuse(lambda: post_remittance(remittance=remittance))

    @act(when=lambda self: self.mail.sent)
    def arrives_again(self, data: Any) -> None:
        text = data.draw(st.sampled_from(self.mail.sent))
        written = Journal.objects.count()
        again = deliver(self.practice, text, control=next(numbers))
        assert again.state == RemittanceState.DUPLICATE
        self.may_refuse(lambda: post_remittance(remittance=again))
        assert Journal.objects.count() == written

    @act(3, when=lambda self: self.there["posted"])
    def is_undone(self, data: Any) -> None:
        row = one_of(data, self._remittances(RemittanceState.POSTED))
        self.may_refuse(lambda: undo_remittance(remittance=row, reason=WHY))

    @act(2, when=lambda self: self.mail.sent)
    def is_posted_anew(self, data: Any) -> None:
        """What was undone is posted again; what is posted stays as it is."""
        rows = self._remittances(*(s for s in RemittanceState if s != RemittanceState.DUPLICATE))
        row, written = one_of(data, rows), Journal.objects.count()
        was_posted = row.state == RemittanceState.POSTED
        self.may_refuse(lambda: post_remittance(remittance=row))
        assert not was_posted or Journal.objects.count() == written

    @act(5, when=lambda self: self.there["lost"], right=st.sampled_from([True, True, False]))
    def is_found(self, data: Any, right: bool) -> None:
        """An answer's claim is found: before its posting, or late, out of unapplied cash."""
        lost = RemittanceClaim.objects.filter(version=None).order_by("pk")
        rows = list(
            lost.exclude(remittance__state=RemittanceState.DUPLICATE).select_related("remittance")
        )
        if not rows:
            return
        answer = one_of(data, rows)
        version = self._meant(answer) if right else None
        version = version or one_of(data, list(ClaimVersion.objects.order_by("pk")))
        is_posted = answer.remittance.state == RemittanceState.POSTED
        self.playing += ", late" if is_posted else ""
        act = post_late if is_posted else match_by_hand
        self.may_refuse(lambda: act(answer, version=version))

    def _meant(self, answer: RemittanceClaim) -> ClaimVersion | None:
        """The version that the payer has in mind."""
        number = self.mail.meant.get(answer.payer_claim_number)
        rank = 2 if answer.remittance.payer_name == SUPPLEMENT else 1
        versions = ClaimVersion.objects.filter(claim__control_number=number, rank=rank)
        return versions.first()

    @act(when=lambda self: self.there["by_hand"] or self.there["lost"], aside=st.booleans())
    def match_is_taken_back(self, data: Any, aside: bool) -> None:
        kept = {"version": None} if aside else {"match_reason": BY_HAND}
        rows = list(RemittanceClaim.objects.filter(**kept).order_by("pk"))
        if rows:
            answer = one_of(data, rows)
            self.may_refuse(
                lambda: set_aside_answer(answer, reason=WHY) if aside else take_back_match(answer)
            )

    @act(2, when=lambda self: self.there["posted"], arrived=st.sampled_from([True, True, False]))
    def bank_has_it(self, data: Any, arrived: bool) -> None:
        row = one_of(data, self._remittances(RemittanceState.POSTED))
        if arrived:
            self.may_refuse(lambda: record_deposit(remittance=row, on=row.paid_on))
        else:
            self.may_refuse(lambda: take_back_deposit(remittance=row, reason=WHY))

    @act(2, when=lambda self: self.there["takebacks"])
    def takeback_finds_its_claim(self, data: Any) -> None:
        taken = ProviderAdjustment.objects.filter(reason_code="WO", amount__gt=0).order_by("pk")
        rows = list(taken.exclude(remittance__state=RemittanceState.DUPLICATE))
        if rows:
            row, number = one_of(data, rows), one_of(data, self.accounts).claim.control_number
            self.may_refuse(lambda: match_recovery(adjustment=row, claim_number=number))

    def _remittances(self, *states: str) -> list[Remittance]:
        return list(Remittance.objects.filter(state__in=states).order_by("pk"))

    # --- the patients -------------------------------------------------------------------------

    @act(3, amount=st.sampled_from(["5.00", "25.01", "200.00"]))
    def pays(self, data: Any, amount: str) -> None:
        patient = self.any_patient(data)
        self.may_refuse(
            lambda: take_patient_payment(
                patient=patient, amount=Decimal(amount), method="check", reference="1",
                received_on=clock.today(self.practice),
            )
        )  # fmt: skip

    @act(2, when=lambda self: self.there["payments"])
    def bounces(self, data: Any) -> None:
        payment = one_of(data, list(Payment.objects.order_by("pk")))
        self.may_refuse(lambda: take_back_payment(payment=payment, reason="Bounced check"))

    @act(when=lambda self: self.there["owed"])
    def is_billed(self, data: Any) -> None:
        guarantor = self.any_patient(data).guarantor
        self.may_refuse(lambda: issue_statement(guarantor=guarantor))

    @invariant()
    def books_hold(self) -> None:
        type(self).steps += 1
        wrong = what_is_wrong()
        assert not wrong, wrong
        self.look_round()
