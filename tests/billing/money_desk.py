"""What people of the practice do with balances and credits, for the money machine: write-offs and
moves with a second person, refunds from the asking to the voided check, credits put to use.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st

from billing.adjusting.plan import Part
from billing.adjusting.reasons import TREATMENTS
from billing.adjusting_choices import (
    CreditCause,
    CreditState,
    RefundState,
    RequestState,
    TransferReason,
    WriteOffReason,
)
from billing.models import BalanceRequest, CreditBalance, Refund
from billing.posting.facts import Party
from billing.selectors.credit_page import free_amount
from billing.selectors.open_parts import open_parts
from billing.services.decide_request import (
    approve_request,
    refuse_request,
    undo_request,
    withdraw_request,
)
from billing.services.record_recovery import record_recovery
from billing.services.refund_credit import request_refund
from billing.services.review_credit import review_credit
from billing.services.settle_refund import (
    approve_refund,
    clear_refund,
    issue_refund,
    refuse_refund,
    void_refund,
    withdraw_refund,
)
from billing.services.transfer_balance import transfer_balance
from billing.services.use_credit import use_credit
from billing.services.write_off import request_write_off
from coding.models import ChargeLine
from core import clock
from core.choices import Role
from core.models import Practice
from patients.models import Patient
from tests.billing.money_base import MoneyBase, act, one_of
from tests.billing.money_payer import ACME, SUPPLEMENT
from tests.billing.road import payer_named

CENT = Decimal("0.01")
WHY = "Played by a test"
SHARES = st.sampled_from([Decimal("1"), Decimal("1"), Decimal("0.5")])
ROLES = st.sampled_from([Role.BILLER, Role.MANAGER])
_Steps = Mapping[str, tuple[tuple[str, Callable[..., Any]], ...]]
_TO_A_PAYER = (TransferReason.NEXT_PAYER, TransferReason.WRONG_PAYER)
_TO_THE_PATIENT = (TransferReason.PATIENT_SHARE, TransferReason.NO_COVERAGE, TransferReason.AGENCY)

_REQUEST_STEPS: _Steps = {
    RequestState.WAITING: (
        ("approves", lambda row: approve_request(request=row)),
        ("refuses", lambda row: refuse_request(request=row, reason=WHY)),
        ("withdraws", lambda row: withdraw_request(request=row)),
    ),
    RequestState.POSTED: (("undoes", lambda row: undo_request(request=row, reason=WHY)),),
}
_REFUND_STEPS: _Steps = {
    RefundState.WAITING: (
        ("approves", lambda row: approve_refund(refund=row)),
        ("approves", lambda row: approve_refund(refund=row)),
        ("refuses", lambda row: refuse_refund(refund=row, reason=WHY)),
        ("withdraws", lambda row: withdraw_refund(refund=row, reason=WHY)),
    ),
    RefundState.APPROVED: (
        ("pays", lambda row: issue_refund(refund=row, check_number=f"C{row.pk}", on=_today(row))),
        ("pays", lambda row: issue_refund(refund=row, check_number=f"C{row.pk}", on=_today(row))),
        ("withdraws", lambda row: withdraw_refund(refund=row, reason=WHY)),
    ),
    RefundState.ISSUED: (
        ("clears", lambda row: clear_refund(refund=row, on=_today(row))),
        ("voids", lambda row: void_refund(refund=row, reason=WHY, on=_today(row))),
    ),
}


class Desk(MoneyBase):
    """The rules of people at the practice's desks."""

    # --- write-offs and moves -----------------------------------------------------------------

    @act(2, share=SHARES, role=ROLES)
    def asks_to_write_off(self, data: Any, share: Decimal, role: Role) -> None:
        patient, parts = self._open_parts(data)
        if parts:
            part = one_of(data, parts)
            fitting = [
                r for r in WriteOffReason.values if part.account in TREATMENTS[r].receivables
            ]
            self.may_refuse(
                lambda: request_write_off(
                    patient=patient, amounts={part.key: _share(part.open_amount, share)},
                    reason_code=one_of(data, fitting), note=WHY,
                ),
                by=role,
            )  # fmt: skip

    @act(2, share=SHARES, to=st.sampled_from([ACME, SUPPLEMENT, ""]))
    def moves(self, data: Any, share: Decimal, to: str) -> None:
        patient, parts = self._open_parts(data)
        if parts:
            part = one_of(data, parts)
            party = _party(self.practice, to)
            self.may_refuse(
                lambda: transfer_balance(
                    patient=patient, amounts={part.key: _share(part.open_amount, share)},
                    reason_code=one_of(data, _TO_A_PAYER if to else _TO_THE_PATIENT),
                    to=party, note=WHY,
                )
            )  # fmt: skip

    @act(3, when=lambda self: self.there["requests"], role=ROLES)
    def request_goes_on(self, data: Any, role: Role) -> None:
        rows = list(BalanceRequest.objects.filter(state__in=_REQUEST_STEPS).order_by("pk"))
        self._goes_on(data, rows, _REQUEST_STEPS, role)

    @act(when=lambda self: self.there["bad_debts"], amount=st.sampled_from(["5.00", "45.50"]))
    def bad_debt_comes_back(self, data: Any, amount: str) -> None:
        patient = self.any_patient(data)
        self.may_refuse(
            lambda: record_recovery(
                patient=patient, amount=Decimal(amount), fee_amount=Decimal("1.25"),
                received_on=clock.today(self.practice), reference="A1", submission_key=uuid4(),
            )
        )  # fmt: skip

    # --- credits and refunds ------------------------------------------------------------------

    @act(3, when=lambda self: self.there["credits"], share=SHARES, role=ROLES)
    def asks_for_a_refund(self, data: Any, share: Decimal, role: Role) -> None:
        credit = self._credit(data)
        amount = _share(free_amount(credit), share)
        self.may_refuse(lambda: request_refund(credit=credit, amount=amount, note=WHY), by=role)

    @act(5, when=lambda self: self.there["refunds"], role=ROLES)
    def refund_goes_on(self, data: Any, role: Role) -> None:
        rows = list(Refund.objects.filter(state__in=_REFUND_STEPS).order_by("pk"))
        self._goes_on(data, rows, _REFUND_STEPS, role)

    @act(
        3,
        when=lambda self: self.there["credits"] and self.there["owed"],
        share=SHARES,
        for_family=st.booleans(),
    )
    def uses_a_credit(self, data: Any, share: Decimal, for_family: bool) -> None:
        credit = self._credit(data)
        amount = _share(credit.amount, share)
        self.may_refuse(lambda: use_credit(credit=credit, amount=amount, for_family=for_family))

    @act(when=lambda self: self.there["credits"], cause=st.sampled_from(CreditCause.values))
    def says_what_a_credit_is(self, data: Any, cause: str) -> None:
        credit = self._credit(data)
        self.may_refuse(lambda: review_credit(credit=credit, cause=cause, note=WHY))

    # --- what they have before them -----------------------------------------------------------

    def _open_parts(self, data: Any) -> tuple[Patient, list[Part]]:
        patient = self.any_patient(data)
        lines = ChargeLine.objects.filter(patient=patient).values_list("pk", flat=True)
        return patient, open_parts(self.practice, list(lines))

    def _credit(self, data: Any) -> CreditBalance:
        return one_of(data, list(CreditBalance.objects.filter(state=CreditState.OPEN)))

    def _goes_on(self, data: Any, rows: list[Any], steps: _Steps, role: Role) -> None:
        """One of `rows` takes one of the steps that its state has, counted by that step."""
        if rows:
            row = one_of(data, rows)
            name, act = one_of(data, steps[row.state])
            self.playing += f": {name}"
            type(self).played[self.playing] += 1
            self.may_refuse(lambda: act(row), by=role)


def _party(practice: Practice, name: str) -> Party | None:
    """A payer by its name, at its rank; None is the patient."""
    return Party(payer_named(practice, name).pk, 2 if name == SUPPLEMENT else 1) if name else None


def _share(amount: Decimal, share: Decimal) -> Decimal:
    return (amount * share).quantize(CENT)


def _today(row: Any) -> Any:
    return clock.today(row.practice)
