"""Sending as rows: the file, its way out, and each claim's part in it."""

from django.db import models
from django.db.models import Q

from claims.choices import AttemptState, ClockKind, TransmissionState
from claims.models._constraints import one_of
from core import clock
from core.leases import LeasedRow
from core.money import MoneyField
from core.tenancy import PracticeModel


class SubmissionBatch(PracticeModel):
    """One 837P interchange for one partner, or one PDF of paper forms, which has no control
    numbers. A dry run has `is_test` and is never sent.
    """

    partner = models.ForeignKey(
        "claims.TradingPartner", on_delete=models.PROTECT, related_name="batches"
    )
    reference = models.CharField(max_length=30, help_text="BHT03; comes back in the 277CA")
    interchange_control_number = models.CharField(max_length=9, blank=True)
    group_control_number = models.CharField(max_length=9, blank=True)
    set_count = models.PositiveSmallIntegerField(default=1)
    claim_count = models.PositiveIntegerField()
    charge_amount = MoneyField()
    document = models.ForeignKey("core.Document", on_delete=models.PROTECT, related_name="+")
    is_test = models.BooleanField(default=False)
    made_by = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    built_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        verbose_name_plural = "submission batches"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "interchange_control_number"],
                condition=~Q(interchange_control_number=""),
                name="interchange_number_once",
            ),
            models.UniqueConstraint(fields=["partner", "reference"], name="batch_reference_once"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_paper(self) -> bool:
        """Whether it is forms for the mail: only a file has an interchange number."""
        return not self.interchange_control_number


class Transmission(PracticeModel, LeasedRow):
    """The sending of one batch. The row is the job: state, due time, lease, attempts, key."""

    batch = models.OneToOneField(
        SubmissionBatch, on_delete=models.PROTECT, related_name="transmission"
    )
    state = models.CharField(
        max_length=10, choices=TransmissionState.choices, default=TransmissionState.QUEUED
    )
    idempotency_key = models.CharField(max_length=64, unique=True)
    remote_reference = models.CharField(max_length=100, blank=True)
    sending_count = models.PositiveSmallIntegerField(
        default=0, help_text="How often the file itself was handed to the line"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [one_of("state", TransmissionState, "transmission_state_is_known")]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="transmission_due",
                condition=Q(state__in=["queued", "throttled", "sending", "in_doubt"]),
            )
        ]

    def __str__(self) -> str:
        return f"transmission of batch {self.batch_id}"


class SubmissionAttempt(PracticeModel):
    """One sending of one version. It owns the evidence, the doubt and the next clock."""

    version = models.ForeignKey(
        "claims.ClaimVersion", on_delete=models.PROTECT, related_name="attempts"
    )
    number = models.PositiveSmallIntegerField()
    batch = models.ForeignKey(SubmissionBatch, on_delete=models.PROTECT, related_name="attempts")
    set_control_number = models.CharField(max_length=9)
    state = models.CharField(
        max_length=20, choices=AttemptState.choices, default=AttemptState.QUEUED
    )
    evidence_rank = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    clock_kind = models.CharField(max_length=12, choices=ClockKind.choices, blank=True)
    clock_due_at = models.DateTimeField(null=True, blank=True)
    silence_reported_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["version_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="attempts_are_numbered"),
            models.UniqueConstraint(fields=["version", "batch"], name="once_in_a_batch"),
            one_of("state", AttemptState, "attempt_state_is_known"),
            models.CheckConstraint(
                condition=Q(clock_kind="", clock_due_at__isnull=True)
                | (~Q(clock_kind="") & Q(clock_due_at__isnull=False)),
                name="clock_has_kind_and_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clock_due_at"],
                name="attempt_clock_due",
                condition=Q(clock_due_at__isnull=False),
            ),
            models.Index(
                fields=["practice"],
                name="attempt_silent",
                condition=Q(silence_reported_at__isnull=False),
            ),
            models.Index(fields=["batch", "set_control_number"], name="attempt_by_set"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of version {self.version_id}"
