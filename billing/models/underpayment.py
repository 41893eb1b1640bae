"""What payers allowed other than expected: tolerances, lines, and what is disputed of them."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from billing.underpayment_choices import (
    UNSETTLED,
    AcceptReason,
    DisputeMethod,
    VarianceCause,
    VarianceState,
)
from core import clock
from core.money import ZERO, MoneyField
from core.tenancy import PracticeModel


class VarianceTolerance(PracticeModel):
    """What is let pass at one payer, or at all that have none of their own (domain I.6).

    Never changed: a new row takes the place of the one before, and the history stays.
    """

    payer = models.ForeignKey(
        "patients.Payer", null=True, blank=True, on_delete=models.PROTECT,
        related_name="variance_tolerances", help_text="Empty: every payer without its own",
    )  # fmt: skip
    percent = models.DecimalField(
        max_digits=5, decimal_places=2, default=Decimal(1),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Percent of the expected amount of a line",
    )  # fmt: skip
    least_amount = MoneyField(default=Decimal("0.02"), help_text="Dollars of a line")
    claim_amount = MoneyField(
        default=Decimal("5.00"), help_text="Dollars of a whole claim from which it is queued"
    )
    stop_amount = MoneyField(
        null=True, blank=True,
        help_text="Dollars of a claim from which a remittance is not posted by itself",
    )  # fmt: skip
    made_by_name = models.CharField(max_length=150, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100, least_amount__gte=0)
                & Q(claim_amount__gte=0),
                name="tolerance_is_no_less_than_nothing",
            ),
        ]
        indexes = [models.Index(fields=["practice", "payer", "-id"], name="tolerance_newest")]

    def __str__(self) -> str:
        return f"tolerance {self.percent} % or {self.least_amount}"


class UnderpaymentDispute(PracticeModel):
    """One packet to one payer about some lines: letter, table, evidence, and when it went."""

    number = models.CharField(max_length=12)
    payer = models.ForeignKey("patients.Payer", on_delete=models.PROTECT, related_name="+")
    recipient = models.TextField(max_length=300)
    letter = models.TextField(max_length=12_000)
    signed_by = models.CharField(max_length=120)
    line_count = models.PositiveIntegerField()
    claim_count = models.PositiveIntegerField()
    amount = MoneyField(help_text="What is asked for")
    packet = models.ForeignKey("core.Document", on_delete=models.PROTECT, related_name="+")
    packet_pages = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    method = models.CharField(max_length=10, choices=DisputeMethod.choices, blank=True)
    sent_on = models.DateField(null=True, blank=True)
    tracking_number = models.CharField(max_length=60, blank=True)
    follow_up_on = models.DateField(help_text="When the payer's answer is missed")

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="dispute_number_once"),
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True) | ~Q(method=""), name="sent_dispute_says_how"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class LineVariance(PracticeModel):
    """One charge line of which a payer allowed less or more than was expected, tolerance aside.

    One row a line, payer and rank, brought up to date with each answer that is posted, taken back
    or undone; lines within tolerance that never differed have none.
    """

    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("claims.ClaimVersion", on_delete=models.PROTECT, related_name="+")
    charge_line = models.ForeignKey(
        "coding.ChargeLine", on_delete=models.PROTECT, related_name="variances"
    )
    payer = models.ForeignKey("patients.Payer", on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(default=1)
    expected_line = models.ForeignKey(
        "claims.ExpectedLine", on_delete=models.PROTECT, related_name="+"
    )
    remittance_claim = models.ForeignKey(
        "claims.RemittanceClaim", on_delete=models.PROTECT, related_name="+",
        help_text="The newest answer that stands",
    )  # fmt: skip
    procedure_code = models.CharField(max_length=5, help_text="As it was billed")
    decided_code = models.CharField(max_length=60, help_text="As the payer decided it")
    service_date = models.DateField()
    decided_on = models.DateField()
    billed_amount = MoneyField()
    expected_amount = MoneyField()
    allowed_amount = MoneyField(help_text="Paid, patient's share, sequestration and withholds")
    paid_amount = MoneyField()
    refused_amount = MoneyField(default=ZERO, help_text="Of the difference, worked as a denial")
    variance_amount = MoneyField(help_text="Positive: underpaid")
    agreed_amount = MoneyField(default=ZERO, help_text="CO-45 of the answer")
    tolerance_amount = MoneyField(help_text="What was let pass on this line that day")
    cause = models.CharField(max_length=10, choices=VarianceCause.choices)
    cause_words = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=VarianceState.choices)
    state_changed_at = models.DateTimeField(default=clock.now)
    identified_on = models.DateField()
    identified_amount = MoneyField(default=ZERO, help_text="The most it was ever underpaid by")
    recovered_amount = MoneyField(default=ZERO, help_text="What came of it since")
    accept_reason = models.CharField(max_length=10, choices=AcceptReason.choices, blank=True)
    note = models.CharField(max_length=200, blank=True)
    settled_by_name = models.CharField(max_length=150, blank=True)
    dispute = models.ForeignKey(
        UnderpaymentDispute, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["charge_line", "payer", "rank"], name="one_variance_per_line"
            ),
            models.CheckConstraint(
                condition=Q(
                    variance_amount=F("expected_amount") - F("allowed_amount") - F("refused_amount")
                ),
                name="variance_is_the_difference",
            ),
            models.CheckConstraint(
                condition=Q(state__in=VarianceState.values), name="variance_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=VarianceState.ACCEPTED) | ~Q(accept_reason=""),
                name="accepted_variance_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=VarianceState.DISPUTED) | Q(dispute__isnull=False),
                name="disputed_variance_names_its_packet",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "state", "payer"], name="variance_queue"),
            models.Index(fields=["practice", "claim"], name="variance_by_claim"),
            models.Index(fields=["practice", "identified_on"], name="variance_by_day"),
        ]

    def __str__(self) -> str:
        return f"variance of line {self.charge_line_id}"

    @property
    def billed_code(self) -> str:
        """Code and modifiers as they were sent."""
        stated = self.expected_line.version_line
        return "-".join([stated.procedure_code, *stated.modifiers])

    @property
    def is_settled(self) -> bool:
        """Whether nobody has to do anything about it any more."""
        return self.state not in UNSETTLED
