"""Questions to payers: is this patient covered (270), and where is this claim (276)?"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from claims.choices import AskedBecause, CoverageVerdict, InquiryState
from claims.models._constraints import one_of
from core import clock
from core.leases import LeasedRow
from core.money import MoneyField
from core.tenancy import PracticeModel
from patients.models import Patient

_OPEN = [InquiryState.QUEUED, InquiryState.ASKING]


class Inquiry(PracticeModel, LeasedRow):
    """One question to one payer. The row is the job: state, due time, lease, attempts, key.

    The file is written when the question is asked, so that each try sends the same bytes.
    """

    partner = models.ForeignKey("claims.TradingPartner", on_delete=models.PROTECT, related_name="+")
    payer = models.ForeignKey("patients.Payer", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=InquiryState.choices, default=InquiryState.QUEUED
    )
    reference = models.CharField(max_length=30, help_text="BHT03 and TRN02; the answer repeats it")
    idempotency_key = models.CharField(max_length=64, unique=True)
    question = models.ForeignKey("core.Document", on_delete=models.PROTECT, related_name="+")
    answer = models.ForeignKey(
        "core.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_by = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_by_name = models.CharField(max_length=150)
    asked_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        """Whether an answer is still awaited."""
        return self.state in _OPEN


class EligibilityCheck(Inquiry):
    """One 270 about one coverage on one day, and what the 271 said. Kept for good: it is proof."""

    coverage = models.ForeignKey(
        "patients.Coverage", on_delete=models.PROTECT, related_name="eligibility_checks"
    )
    service_on = models.DateField()
    service_types: Any = ArrayField(models.CharField(max_length=2), default=list)
    verdict = models.CharField(max_length=10, choices=CoverageVerdict.choices, blank=True)
    plan_name = models.CharField(max_length=60, blank=True)
    sheet: Any = models.JSONField(default=dict, blank=True)
    proof = models.ForeignKey(
        "core.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "reference"], name="eligibility_reference_once"
            ),
            models.UniqueConstraint(
                fields=["coverage"], condition=Q(state__in=_OPEN), name="one_open_check_a_coverage"
            ),
            one_of("state", InquiryState, "eligibility_state_is_known"),
            one_of("verdict", CoverageVerdict, "eligibility_verdict_is_known"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="eligibility_due", condition=Q(state__in=_OPEN)),
            models.Index(fields=["coverage", "-id"], name="eligibility_by_coverage"),
        ]

    def __str__(self) -> str:
        return f"eligibility check {self.reference}"

    @property
    def patient(self) -> Patient:
        """Whose coverage it is about."""
        return self.coverage.patient


class StatusInquiry(Inquiry):
    """One 276 about one version of a claim, and what the 277 said. It posts nothing."""

    version = models.ForeignKey(
        "claims.ClaimVersion", on_delete=models.PROTECT, related_name="status_inquiries"
    )
    attempt = models.ForeignKey(
        "claims.SubmissionAttempt", on_delete=models.PROTECT, related_name="status_inquiries"
    )
    because = models.CharField(max_length=10, choices=AskedBecause.choices)
    category_code = models.CharField(max_length=3, blank=True)
    status_code = models.CharField(max_length=4, blank=True)
    entity_code = models.CharField(max_length=3, blank=True)
    words = models.CharField(max_length=300, blank=True)
    paid_amount = MoneyField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    check_number = models.CharField(max_length=50, blank=True)
    lines: Any = models.JSONField(default=list, blank=True)
    ask_again_at = models.DateTimeField(help_text="The worker asks no sooner for this claim")

    class Meta(PracticeModel.Meta):
        verbose_name_plural = "status inquiries"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "reference"], name="status_reference_once"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(state__in=_OPEN), name="one_open_query_a_version"
            ),
            one_of("state", InquiryState, "status_state_is_known"),
            one_of("because", AskedBecause, "status_because_is_known"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="status_due", condition=Q(state__in=_OPEN)),
            models.Index(fields=["version", "-id"], name="status_by_version"),
            models.Index(fields=["payer", "sent_at"], name="status_by_payer"),
        ]

    def __str__(self) -> str:
        return f"status inquiry {self.reference}"

    @property
    def patient(self) -> Patient:
        """Whose claim it is about."""
        return self.version.claim.patient
