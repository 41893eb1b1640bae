"""What came in: messages as received, and what they said about our claims."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from claims.choices import AckKind, MessageKind, MessageSource, MessageState, PartnerKind
from claims.models._constraints import one_of
from core import clock
from core.leases import LeasedRow
from core.tenancy import PracticeModel


class InboundMessage(PracticeModel, LeasedRow):
    """One message or file. Its bytes were committed before anything else was done with it."""

    partner = models.ForeignKey(
        "claims.TradingPartner",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
    )
    credential = models.ForeignKey(
        "claims.PayerCredential",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
    )
    source = models.CharField(max_length=10, choices=MessageSource.choices)
    event_id = models.CharField(max_length=200, blank=True)
    event_type = models.CharField(max_length=60, blank=True)
    content_type = models.CharField(max_length=80)
    document = models.ForeignKey("core.Document", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=MessageKind.choices, default=MessageKind.UNKNOWN)
    state = models.CharField(
        max_length=12, choices=MessageState.choices, default=MessageState.RECEIVED
    )
    result = models.CharField(max_length=300, blank=True)
    faults: Any = models.JSONField(default=list, blank=True)
    related_message = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The earlier message that this one repeats or contradicts",
    )
    is_test = models.BooleanField(
        default=False, help_text="Sent to try the door: it is read, and nothing is done with it"
    )
    waits_for = ArrayField(
        models.CharField(max_length=38),
        default=list,
        blank=True,
        help_text="Claim numbers it names that nobody knows here yet",
    )
    repeat_count = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField(default=clock.now)
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "event_id"],
                condition=Q(credential__isnull=False) & ~Q(event_id=""),
                name="one_message_per_event",
            ),
            one_of("state", MessageState, "message_state_is_known"),
            one_of("kind", MessageKind, "message_kind_is_known"),
            one_of("source", MessageSource, "message_source_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="message_due", condition=Q(state=MessageState.RECEIVED)
            ),
            models.Index(fields=["practice", "sha256"], name="message_by_hash"),
            models.Index(fields=["id"], name="message_waits", condition=~Q(waits_for=[])),
            models.Index(fields=["practice", "state", "-id"], name="message_by_state"),
        ]

    def __str__(self) -> str:
        return f"message {self.public_id}"


class Acknowledgement(PracticeModel):
    """One TA1, one set of a 999 or one 277CA: what it said about which of our files."""

    message = models.ForeignKey(
        InboundMessage, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    kind = models.CharField(max_length=6, choices=AckKind.choices)
    sender_kind = models.CharField(max_length=15, choices=PartnerKind.choices)
    sender_name = models.CharField(max_length=60, blank=True)
    batch = models.ForeignKey(
        "claims.SubmissionBatch",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="acknowledgements",
    )
    set_control_number = models.CharField(max_length=9, blank=True)
    verdict = models.CharField(max_length=10, help_text="Their word: A, E, P, R ...")
    details: Any = models.JSONField(default=dict)
    received_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["id"]
        constraints = [one_of("kind", AckKind, "acknowledgement_kind_is_known")]

    def __str__(self) -> str:
        return f"{self.kind} {self.verdict}"


class AcknowledgedClaim(PracticeModel):
    """What one acknowledgement said about one claim. Late and repeated words are kept too."""

    acknowledgement = models.ForeignKey(
        Acknowledgement, on_delete=models.PROTECT, related_name="claims"
    )
    version = models.ForeignKey(
        "claims.ClaimVersion",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="acknowledged",
    )
    attempt = models.ForeignKey(
        "claims.SubmissionAttempt",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evidence",
    )
    control_number = models.CharField(max_length=38)
    category_code = models.CharField(max_length=3, blank=True)
    status_code = models.CharField(max_length=4, blank=True)
    entity_code = models.CharField(max_length=3, blank=True)
    payer_claim_number = models.CharField(max_length=50, blank=True)
    message = models.CharField(max_length=300, blank=True)
    effective_on = models.DateField(
        null=True, blank=True, help_text="The day that the status itself names"
    )
    lines: Any = models.JSONField(
        default=list, blank=True, help_text="Service lines that were named, with what was said"
    )
    moved_state = models.BooleanField(default=False)

    class Meta(PracticeModel.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.category_code} for {self.control_number}"
