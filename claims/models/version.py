"""What one payer was told: frozen snapshots of a claim, their lines and findings."""

from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from claims.choices import Outcome, VersionState
from claims.models._constraints import one_of
from core import clock
from core.money import MoneyField
from core.tenancy import PracticeModel


class ClaimVersion(PracticeModel):
    """A snapshot of a claim for one payer, rank and frequency. It owns the state."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    payer = models.ForeignKey(
        "patients.Payer", on_delete=models.PROTECT, related_name="claim_versions"
    )
    plan = models.ForeignKey("patients.PayerPlan", on_delete=models.PROTECT, related_name="+")
    coverage = models.ForeignKey("patients.Coverage", on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(default=1)
    frequency_code = models.CharField(max_length=1, default="1")
    # The decided version that this one corrects or voids (domain B.7). A version that was sent
    # again after a rejection corrects nothing: the payer never had the first.
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    state = models.CharField(
        max_length=30, choices=VersionState.choices, default=VersionState.DRAFT
    )
    state_changed_at = models.DateTimeField(default=clock.now)
    snapshot: Any = models.JSONField()
    snapshot_hash = models.CharField(max_length=64)
    charge_amount = MoneyField()
    payer_claim_number = models.CharField(max_length=50, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    current_attempt = models.ForeignKey(
        "claims.SubmissionAttempt", null=True, on_delete=models.PROTECT, related_name="+"
    )
    filing_deadline_on = models.DateField(null=True)
    timely_proof_on = models.DateField(
        null=True, help_text="When the payer took the claim in: the proof of timely filing"
    )
    built_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["claim_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="version_numbers_differ"),
            one_of("state", VersionState, "version_state_is_known"),
            one_of("outcome", Outcome, "version_outcome_is_known"),
            models.CheckConstraint(
                condition=models.Q(rank__in=[1, 2, 3]), name="version_rank_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(frequency_code__in=["1", "7", "8"]),
                name="version_frequency_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "state"], name="version_by_state"),
            models.Index(
                fields=["practice", "state"],
                name="version_open",
                # What the counts of the worklist read, so that they stay out of the table.
                include=["id", "coverage", "filing_deadline_on", "timely_proof_on"],
                condition=~models.Q(state__in=["closed", "replaced", "voided"]),
            ),
            models.Index(
                fields=["practice", "payer_claim_number"],
                name="version_by_payer_number",
                condition=~models.Q(payer_claim_number=""),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of claim {self.claim_id}"


class ClaimVersionLine(PracticeModel):
    """One service line as a version states it; `control_number` is REF 6R, the same for life."""

    version = models.ForeignKey(ClaimVersion, on_delete=models.PROTECT, related_name="lines")
    charge_line = models.ForeignKey(
        "coding.ChargeLine", on_delete=models.PROTECT, related_name="claim_version_lines"
    )
    line_number = models.PositiveSmallIntegerField()
    control_number = models.CharField(max_length=30)
    procedure_code = models.CharField(max_length=5)
    modifiers = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    units = models.DecimalField(max_digits=9, decimal_places=3, default=Decimal(1))
    charge_amount = MoneyField()
    service_date = models.DateField()

    class Meta(PracticeModel.Meta):
        ordering = ["version_id", "line_number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "line_number"], name="lines_are_numbered"),
            models.UniqueConstraint(
                fields=["version", "control_number"], name="line_control_numbers_differ"
            ),
            models.CheckConstraint(
                condition=models.Q(charge_amount__gte=0), name="line_charge_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["practice", "control_number"], name="version_line_by_6r")]

    def __str__(self) -> str:
        return f"line {self.line_number} of version {self.version_id}"


class ScrubFinding(PracticeModel):
    """What the scrub found on a version. Kept when cleared, so that its history can be told."""

    version = models.ForeignKey(ClaimVersion, on_delete=models.PROTECT, related_name="findings")
    code = models.CharField(max_length=20)
    severity = models.CharField(max_length=1)
    message = models.CharField(max_length=300)
    field = models.CharField(max_length=80, blank=True)
    fix = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=120, blank=True)
    found_at = models.DateTimeField(default=clock.now)
    cleared_at = models.DateTimeField(null=True, blank=True)
    overridden_at = models.DateTimeField(null=True, blank=True)
    overridden_by = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    override_reason = models.CharField(max_length=300, blank=True)
    rule_version = models.ForeignKey(
        "claims.PayerRuleVersion", null=True, blank=True, on_delete=models.PROTECT,
        related_name="findings", help_text="The version of the payer rule that found it",
    )  # fmt: skip

    class Meta(PracticeModel.Meta):
        ordering = ["version_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code", "field"],
                condition=models.Q(cleared_at__isnull=True),
                name="one_open_finding_of_a_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(severity__in=["E", "O", "W", "I"]),
                name="finding_severity_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(overridden_at__isnull=True)
                | (models.Q(severity="O") & ~models.Q(override_reason="")),
                name="only_o_is_overridden_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "code"],
                name="finding_open_by_code",
                condition=models.Q(cleared_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} on version {self.version_id}"

    @property
    def stops(self) -> bool:
        """Whether this finding keeps the claim from being sent."""
        if self.cleared_at:
            return False
        return self.severity == "E" or (self.severity == "O" and self.overridden_at is None)
