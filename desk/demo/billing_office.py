"""The office of a demo practice: sends, fixes, posts, calls, bills and takes money."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from billing.choices import PaymentMethod
from billing.models import Statement
from billing.posting.post_remittance import NotPostable, post_remittance
from billing.services.issue_statement import NothingToBill, issue_statement
from billing.services.take_patient_payment import take_patient_payment
from claims import states
from claims.choices import DenialState, PostingLevel, RemittanceState
from claims.models import Claim, Denial, PayerFilingSettings, Remittance
from claims.selectors import sendable
from claims.services.queue_batch import queue_batch
from claims.services.recheck_claim import recheck_claim
from core import clock
from core.choices import ContactMethod
from core.money import ZERO, dollars
from core.services.work import add_note, log_contact
from desk.demo.set_up import Stage
from patients.models import Guarantor, Patient

FIX_AFTER = timedelta(days=5)
CALL_AFTER = timedelta(days=6)
_STATEMENTS_A_RUN = 3
_LEAST_STATEMENT, _WALK_IN_SHARE = Decimal("10.00"), 0.7


class BillingOffice:
    """What the office does on a day. Chances are drawn with a fixed seed."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.draw = Random(f"office of {stage.cast.key}")  # noqa: S311 - the same every time
        self.promises: dict[date, list[tuple[int, Decimal]]] = {}

    def send(self) -> int:
        """Put everything that is ready into batches; returns how many claims."""
        count = 0
        for partner in self.stage.partners.values():
            versions = list(sendable(partner.pk))
            if versions:
                queue_batch(partner=partner, versions=versions, user=self.stage.users["biller"])
                count += len(versions)
        return count

    def fix_rejections(self) -> None:
        """Check rejected claims again after some days; a third waits for somebody, and so does the
        newest of each kind, so that every kind is there to be seen.
        """
        rejected = Claim.objects.filter(current_version__state__in=states.REJECTED).select_related(
            "current_version"
        )
        by_state: dict[str, list[Claim]] = defaultdict(list)
        for claim in rejected.order_by("-current_version__state_changed_at", "pk"):
            by_state[claim.version.state].append(claim)
        for _newest, *others in by_state.values():
            for claim in others:
                is_old = claim.version.state_changed_at < clock.now() - FIX_AFTER
                if is_old and claim.service_date_from.toordinal() % 3:
                    recheck_claim(claim)

    def call_about_denials(self) -> None:
        """Call the payer about a denial that is some days old, once."""
        start = clock.now() - CALL_AFTER
        denials = Denial.objects.filter(
            state=DenialState.OPEN, opened_at__lt=start, opened_at__gte=start - timedelta(days=1)
        ).select_related("version__claim", "version__payer")
        for denial in denials:
            claim = denial.version.claim
            if self.draw.random() < 0.5:
                log_contact(
                    claim,
                    method=ContactMethod.CALL,
                    with_whom=f"{denial.version.payer.name}, claims desk",
                    reference=f"CALL{denial.pk:06d}",
                    outcome="The record is asked for. They look at it again when it is there.",
                    next_on=clock.today(self.stage.practice) + timedelta(days=14),
                )
            else:
                add_note(claim, "Asked the provider for the missing part of the record.")

    def post_by_hand(self) -> None:
        """Post what ties out for payers whose remittances somebody looks at first."""
        one_click = PayerFilingSettings.objects.filter(posts=PostingLevel.ONE_CLICK)
        waiting = Remittance.objects.filter(
            state=RemittanceState.MATCHED,
            payer_id__in=one_click.values("payer_id"),
            received_at__lt=clock.now() - timedelta(days=1),
        )
        for remittance in waiting:
            try:
                post_remittance(remittance=remittance)
            except NotPostable:
                continue  # it stays in the list with its reason

    def run_statements(self) -> list[Statement]:
        """Bill the patients who owe most; a run is kept short because each draws a PDF."""
        owing = (
            Patient.objects.filter(patient_balance_amount__gte=_LEAST_STATEMENT)
            .order_by("-patient_balance_amount")
            .values_list("guarantor_id", flat=True)
        )
        issued: list[Statement] = []
        for guarantor in Guarantor.objects.filter(pk__in=dict.fromkeys(owing)):
            if len(issued) >= _STATEMENTS_A_RUN:
                break
            try:
                statement = issue_statement(guarantor=guarantor)
            except NothingToBill:
                continue
            issued.append(statement)
            self._promise(statement)
        return issued

    def take_payments(self, today: date) -> None:
        """Take what was promised for today, and what somebody at the desk pays unasked."""
        due = self.promises.pop(today, [])
        owing = Patient.objects.filter(patient_balance_amount__gt=0).order_by("pk")
        if self.draw.random() < _WALK_IN_SHARE:
            owing_ids = list(owing.values_list("pk", "patient_balance_amount"))
            due += [self.draw.choice(owing_ids)] if owing_ids else []
        for patient_id, amount in due:
            patient = Patient.objects.select_related("practice").get(pk=patient_id)
            owed = min(amount, max(patient.patient_balance_amount, ZERO))
            if owed > 0:
                self._take(patient, owed, today)

    def _take(self, patient: Patient, amount: Decimal, today: date) -> None:
        take_patient_payment(
            patient=patient,
            amount=amount,
            method=self.draw.choice((PaymentMethod.CARD, PaymentMethod.CHECK)),
            received_on=today,
            reference=f"{self.draw.randint(1000, 9999)}",
        )

    def _promise(self, statement: Statement) -> None:
        """Most pay in full, some pay half, some do not pay."""
        share = self.draw.choices((Decimal(1), Decimal("0.5"), Decimal(0)), (60, 15, 25))[0]
        if not share:
            return
        day = clock.today(self.stage.practice) + timedelta(days=self.draw.randint(5, 20))
        patient = Patient.objects.filter(
            guarantor=statement.guarantor, patient_balance_amount__gt=0
        ).first()
        if patient:
            amount = dollars(patient.patient_balance_amount * share)
            self.promises.setdefault(day, []).append((patient.pk, amount))
