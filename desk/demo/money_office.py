"""What the demo's office decides about money: write-offs, moves, credits, refunds, the clock."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal

from billing.adjusting.plan import Part
from billing.adjusting_choices import CreditCause, TransferReason, WriteOffReason
from billing.ledger.accounts import Account
from billing.models import BalanceRequest, CreditBalance, Refund
from billing.selectors.corrections_out import awaiting_correction, patient_awaits_correction
from billing.selectors.open_parts import open_parts
from billing.services.decide_request import approve_request, refuse_request, undo_request
from billing.services.identify_overpayment import start_investigation
from billing.services.refund_credit import request_refund
from billing.services.review_credit import review_credit
from billing.services.settle_refund import (
    approve_refund,
    clear_refund,
    issue_refund,
    void_refund,
)
from billing.services.take_patient_payment import take_patient_payment
from billing.services.transfer_balance import transfer_balance
from billing.services.write_off import request_write_off
from claims.choices import DenialState
from claims.models import Denial
from core import clock
from core.actors import acting_as, person
from core.money import ZERO
from desk.demo.set_up import Stage
from patients.choices import PayerKind
from patients.models import Patient

_NOTES = (
    "The payer upheld it twice; nothing more is to be had.",
    "No authorization was asked for, and the plan takes none afterwards.",
    "Filed after the limit; no proof of an earlier filing.",
)


class MoneyOffice:
    """One of each state, made by the services that the screens use."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.practice = stage.practice

    def decide(self) -> None:
        """The biller asks, the manager decides; then credits and refunds."""
        self._write_off_denials()
        self._help_patients()
        self._return_money()

    def _write_off_denials(self) -> None:
        """Old denials: one posted, one undone, one refused, one that waits."""
        requests = [
            request
            for (patient, part), note in zip(self._denied(), _NOTES * 2, strict=False)
            if (request := self._ask(patient, part, WriteOffReason.DENIED_APPEAL, note))
        ]
        waiting = [request for request in requests if request.needs_approval]
        with self._as("manager"):
            for request in waiting[2:]:
                approve_request(request=request, note="Agreed")
            for request in waiting[1:2]:
                refuse_request(request=request, reason="Send the second-level appeal first")
        for request in [one for one in requests if not one.needs_approval][:1]:
            undo_request(request=request, reason="The payer reopened the claim")

    def _help_patients(self) -> None:
        """Patients who owe: assistance for one, an agency for another, a discount for a third."""
        owed = self._owed()
        for reason, share in ((WriteOffReason.CHARITY, 2), (WriteOffReason.PROMPT_PAY, 10)):
            found = next(owed, None)
            if found is not None:
                patient, part = found
                amount = (part.open_amount / share).quantize(Decimal("0.01"))
                self._ask(patient, part, reason, "Application of this month, approved", amount)
        found = next(owed, None)
        if found is not None:
            patient, part = found
            transfer_balance(
                patient=patient, amounts={part.key: part.open_amount},
                reason_code=TransferReason.AGENCY, to=None,
            )  # fmt: skip

    def _return_money(self) -> None:
        """Credits of patients and payers in each state; Medicare's on their clocks."""
        self._overpay()
        refunds: list[Refund] = []
        for credit in CreditBalance.objects.filter(
            state="open", payer__isnull=True, amount__gt=ZERO
        ).exclude(cause=CreditCause.PREPAID).select_related("patient", "practice")[:6]:  # fmt: skip
            if patient_awaits_correction(credit.patient_id):
                continue  # it stays on the list
            review_credit(
                credit=credit, cause=CreditCause.PATIENT,
                note="Paid the copay at the desk and again by check",
            )  # fmt: skip
            refunds.append(request_refund(credit=credit, amount=credit.amount, note="Paid twice"))
        self._send(refunds)
        self._start_clocks()

    def _overpay(self) -> None:
        """Patients who pay by check what was paid at the desk: their own money, paid too much."""
        patients = Patient.objects.filter(patient_balance_amount=0, claims__isnull=False)
        for place, patient in enumerate(patients.order_by("pk").distinct()[:5]):
            take_patient_payment(
                patient=patient, amount=Decimal("15.00") + 25 * place, method="check",
                received_on=clock.today(self.practice), reference=f"{4400 + place}",
            )  # fmt: skip
            CreditBalance.objects.filter(patient=patient, state="open").update(
                cause=CreditCause.PATIENT
            )

    def _send(self, refunds: list[Refund]) -> None:
        today = clock.today(self.practice)
        number = 2201
        for place, refund in enumerate(refunds):
            if refund.needs_approval:
                if place % 2:
                    continue  # it waits for the manager
                with self._as("manager"):
                    approve_refund(refund=refund, note="Agreed")
            if place == 0:
                continue  # the check is still to be written
            issue_refund(refund=refund, check_number=str(number), on=today)
            number += 1
            if place == 1:
                clear_refund(refund=refund, on=today)
            elif place == 2:
                void_refund(refund=refund, reason="Came back: moved away", on=today)

    def _start_clocks(self) -> None:
        federal = CreditBalance.objects.filter(
            state="open", payer__kind__in=[PayerKind.MEDICARE, PayerKind.MEDICAID]
        ).select_related("patient", "practice", "payer")
        for place, credit in enumerate(federal.order_by("-amount")[:3]):
            known_since = max(credit.arose_on, clock.today(self.practice) - timedelta(days=50))
            row = review_credit(
                credit=credit, cause=CreditCause.PAYER, identified_on=known_since,
                note="Paid again after the corrected claim",
            )  # fmt: skip
            if place == 1:
                start_investigation(
                    overpayment=row.overpayments.get(), on=clock.today(self.practice),
                    reason="Other claims of the same week may be concerned",
                )  # fmt: skip

    def _ask(
        self, patient: Patient, part: Part, reason: str, note: str, amount: Decimal | None = None
    ) -> BalanceRequest | None:
        if awaiting_correction([part.charge_line_id]):
            return None
        return request_write_off(
            patient=patient, claim=None, amounts={part.key: amount or part.open_amount},
            reason_code=reason, note=note,
        )  # fmt: skip

    def _denied(self) -> Iterator[tuple[Patient, Part]]:
        """The oldest denied lines with their open amount at the insurer."""
        denials = Denial.objects.filter(state=DenialState.OPEN, charge_line__isnull=False)
        for denial in denials.select_related("charge_line__patient").order_by("pk")[:8]:
            line = denial.charge_line
            for part in open_parts(self.practice, [line.pk] if line else []):
                if line and part.account == Account.INSURANCE_AR and part.open_amount > 0:
                    yield line.patient, part

    def _owed(self) -> Iterator[tuple[Patient, Part]]:
        """Patients who owe most, with one open line each."""
        patients = Patient.objects.filter(patient_balance_amount__gt=20)
        for patient in patients.order_by("-patient_balance_amount", "pk")[:8]:
            lines = list(patient.charge_lines.values_list("pk", flat=True))
            held = awaiting_correction(lines)
            for part in open_parts(self.practice, lines):
                is_free = part.charge_line_id not in held
                if is_free and part.account == Account.PATIENT_AR and part.open_amount > 0:
                    yield patient, part
                    break

    def _as(self, who: str) -> AbstractContextManager[None]:
        return acting_as(person(self.stage.users[who]))
