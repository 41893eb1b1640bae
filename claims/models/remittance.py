"""Remittances as the payer sent them: one row for each ST, CLP, SVC, CAS trio and PLB pair."""

from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from claims.choices import DenialState, Outcome, RemittanceState
from claims.denial_choices import CaseOutcome, DenialOutcome
from claims.models._constraints import one_of
from core import clock
from core.money import MoneyField
from core.tenancy import PracticeModel


def _codes() -> "ArrayField[Any, Any]":
    return ArrayField(models.CharField(max_length=10), default=list, blank=True)


class Remittance(PracticeModel):
    """One payment and its explanation (one ST of an 835)."""

    message = models.ForeignKey(
        "claims.InboundMessage", on_delete=models.PROTECT, related_name="remittances"
    )
    document = models.ForeignKey("core.Document", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=1, help_text="Which ST of the file")
    payer = models.ForeignKey(
        "patients.Payer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    payer_name = models.CharField(max_length=60, blank=True)
    payer_identifier = models.CharField(max_length=80, blank=True)
    payee_npi = models.CharField(max_length=10, blank=True)
    trace_number = models.CharField(max_length=50)
    trace_originator = models.CharField(max_length=10, blank=True)
    payment_amount = MoneyField()
    method_code = models.CharField(max_length=3)
    paid_on = models.DateField()
    produced_on = models.DateField(null=True, blank=True)
    content_hash = models.CharField(max_length=64)
    state = models.CharField(
        max_length=15, choices=RemittanceState.choices, default=RemittanceState.RECEIVED
    )
    faults: Any = models.JSONField(default=list, blank=True)
    duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces"
    )
    control_numbers = models.CharField(
        max_length=60, blank=True, help_text="Sender, ISA13, GS06 and ST02; payers reset them"
    )
    received_at = models.DateTimeField(default=clock.now)
    posted_at = models.DateTimeField(null=True, blank=True)
    # A projection of the ledger, written only by services.mark_reconciled.
    reconciled_on = models.DateField(
        null=True, blank=True, help_text="When its money was found at the bank"
    )
    times_undone = models.PositiveSmallIntegerField(
        default=0, help_text="How often its posting was undone: each round has journals of its own"
    )

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            # The same payment is kept as real once, however often and however it arrives (E.8).
            models.UniqueConstraint(
                fields=[
                    "practice",
                    "trace_originator",
                    "trace_number",
                    "payment_amount",
                    "paid_on",
                    "content_hash",
                ],
                condition=~Q(state=RemittanceState.DUPLICATE),
                name="one_remittance_per_payment",
            ),
            one_of("state", RemittanceState, "remittance_state_is_known"),
        ]
        indexes = [
            models.Index(fields=["practice", "trace_number"], name="remittance_by_trace"),
            models.Index(fields=["practice", "state", "-id"], name="remittance_by_state"),
            models.Index(
                fields=["practice", "control_numbers"],
                name="remittance_by_control",
                condition=~Q(control_numbers=""),
            ),
        ]

    def __str__(self) -> str:
        return f"remittance {self.trace_number}"


class RemittanceClaim(PracticeModel):
    """One CLP, and which version it answers. Unmatched ones keep the reason."""

    remittance = models.ForeignKey(Remittance, on_delete=models.PROTECT, related_name="claims")
    position = models.PositiveIntegerField()
    patient_control_number = models.CharField(max_length=38)
    status_code = models.CharField(max_length=2)
    charge_amount = MoneyField()
    paid_amount = MoneyField()
    patient_responsibility_amount = MoneyField(null=True, blank=True)
    filing_code = models.CharField(max_length=2, blank=True)
    payer_claim_number = models.CharField(max_length=50, blank=True)
    frequency_code = models.CharField(max_length=1, blank=True)
    patient_name = models.CharField(max_length=120, blank=True)
    member_number = models.CharField(max_length=80, blank=True)
    rendering_npi = models.CharField(max_length=10, blank=True)
    service_date = models.DateField(null=True, blank=True)
    is_forwarded = models.BooleanField(default=False)
    forwarded_to = models.CharField(max_length=60, blank=True)
    forwarded_to_number = models.CharField(max_length=80, blank=True)
    # MOA01 and MOA02: told to the next payer as they came.
    reimbursement_rate = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    payable_amount = MoneyField(null=True, blank=True)
    remark_codes = _codes()
    version = models.ForeignKey(
        "claims.ClaimVersion",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="remittance_claims",
    )
    match_reason = models.CharField(max_length=30, blank=True)
    matched_by = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    chosen_candidate = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Which candidate a person chose; 0 is one that was sought"
    )
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_reason = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    corrected_name = models.CharField(
        max_length=120, blank=True, help_text="NM1*74: how the payer spells the patient"
    )
    corrected_member_number = models.CharField(max_length=80, blank=True)
    # What posting found, so that undoing it can put it back.
    version_state_before = models.CharField(max_length=30, blank=True)
    version_outcome_before = models.CharField(max_length=10, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["remittance_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["remittance", "position"], name="remittance_claims_are_numbered"
            ),
            models.CheckConstraint(
                condition=Q(set_aside_at__isnull=True) | ~Q(set_aside_reason=""),
                name="set_aside_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "payer_claim_number"],
                name="answer_by_payer_number",
                condition=~Q(payer_claim_number=""),
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.position} of remittance {self.remittance_id}"


class RemittanceLine(PracticeModel):
    """One SVC, and which charge line it decides on."""

    remittance_claim = models.ForeignKey(
        RemittanceClaim, on_delete=models.PROTECT, related_name="lines"
    )
    position = models.PositiveIntegerField()
    procedure_code = models.CharField(max_length=48)
    modifiers = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    submitted_procedure_code = models.CharField(max_length=48, blank=True)
    submitted_modifiers = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    charge_amount = MoneyField()
    paid_amount = MoneyField()
    allowed_amount = MoneyField(null=True, blank=True)
    units = models.DecimalField(max_digits=9, decimal_places=3, default=Decimal(1))
    service_date = models.DateField(null=True, blank=True)
    line_control_number = models.CharField(max_length=50, blank=True)
    remark_codes = _codes()
    charge_line = models.ForeignKey(
        "coding.ChargeLine",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="remittance_lines",
    )
    match_reason = models.CharField(max_length=30, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["remittance_claim_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["remittance_claim", "position"], name="remittance_lines_are_numbered"
            )
        ]

    def __str__(self) -> str:
        return f"line {self.position} of answer {self.remittance_claim_id}"


class RemittanceAdjustment(PracticeModel):
    """One group, reason and amount of a CAS, at the claim or at one of its lines."""

    remittance_claim = models.ForeignKey(
        RemittanceClaim, on_delete=models.PROTECT, related_name="adjustments"
    )
    remittance_line = models.ForeignKey(
        RemittanceLine,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="adjustments",
    )
    group_code = models.CharField(max_length=2)
    reason_code = models.CharField(max_length=5)
    amount = MoneyField()
    quantity = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.group_code}-{self.reason_code}"


class ProviderAdjustment(PracticeModel):
    """One pair of a PLB: money of the payment that belongs to no claim of this remittance."""

    remittance = models.ForeignKey(
        Remittance, on_delete=models.PROTECT, related_name="provider_adjustments"
    )
    position = models.PositiveIntegerField()
    reason_code = models.CharField(max_length=2)
    reference = models.CharField(max_length=50, blank=True)
    amount = MoneyField(help_text="Positive lowers the payment")

    class Meta(PracticeModel.Meta):
        ordering = ["remittance_id", "position"]

    def __str__(self) -> str:
        return f"PLB {self.reason_code}"


class Denial(PracticeModel):
    """Money that the payer refused and that somebody must decide on."""

    remittance_claim = models.ForeignKey(
        RemittanceClaim, on_delete=models.PROTECT, related_name="denials"
    )
    remittance_line = models.ForeignKey(
        RemittanceLine, null=True, blank=True, on_delete=models.PROTECT, related_name="denials"
    )
    version = models.ForeignKey(
        "claims.ClaimVersion", on_delete=models.PROTECT, related_name="denials"
    )
    charge_line = models.ForeignKey(
        "coding.ChargeLine",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="denials",
    )
    group_code = models.CharField(max_length=2)
    reason_code = models.CharField(max_length=5)
    remark_codes = _codes()
    amount = MoneyField()
    case = models.ForeignKey(
        "claims.DenialCase",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="denials",
        help_text="The work it is part of",
    )
    state = models.CharField(max_length=10, choices=DenialState.choices, default=DenialState.OPEN)
    # What a later decision of the payer made of it; empty while there is none.
    outcome = models.CharField(
        max_length=12, choices=CaseOutcome.choices, blank=True, default="", db_default=""
    )
    recovered_amount = MoneyField(null=True, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    settled_as = models.CharField(max_length=12, choices=DenialOutcome.choices, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            one_of("state", DenialState, "denial_state_is_known"),
            models.CheckConstraint(
                condition=Q(settled_as="")
                | Q(state=DenialState.RESOLVED, settled_as__in=DenialOutcome.values),
                name="only_a_settled_denial_has_an_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "version"],
                name="denial_open",
                condition=Q(state=DenialState.OPEN),
            )
        ]

    def __str__(self) -> str:
        return f"denial {self.group_code}-{self.reason_code}"
