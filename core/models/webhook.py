"""Events told to the practice's own systems: where to, what, how often tried, what was answered.

The delivery is the job (decision 0003). An event carries ids, states and amounts, never a person.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core import clock
from core.choices import EndpointState, WebhookState
from core.leases import LeasedRow
from core.tenancy import PracticeModel


class WebhookEndpoint(PracticeModel):
    """One address of the practice's own system, the events it wants, and the secret they are
    signed with. Two secrets are good while one replaces the other.
    """

    name = models.CharField(max_length=60)
    url = models.CharField(max_length=300)
    events: Any = ArrayField(models.CharField(max_length=40), default=list)
    state = models.CharField(max_length=10, choices=EndpointState.choices, default=EndpointState.ON)
    secret_sealed = models.TextField(editable=False)
    previous_secret_sealed = models.TextField(blank=True, editable=False)
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    delivered_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Failures since the last good answer: how many, since when, and until when nothing is tried.
    failures = models.PositiveIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    paused_until = models.DateTimeField(null=True, blank=True, editable=False)
    last_problem = models.CharField(max_length=200, blank=True, editable=False)
    # One worker at a time sends to one address, so that events keep their order.
    busy_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="endpoint_names_differ"),
            models.CheckConstraint(
                condition=Q(state__in=EndpointState.values), name="endpoint_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice"], name="endpoint_on", condition=Q(state=EndpointState.ON)
            )
        ]

    def __str__(self) -> str:
        return self.name


class WebhookEvent(PracticeModel):
    """Something that happened, as it is told: the same bytes to everybody and at every try."""

    kind = models.CharField(max_length=40)
    body = models.TextField()
    happened_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def name(self) -> str:
        """Its `webhook-id`, the same at every try."""
        return f"evt_{self.public_id.hex}"


class WebhookDelivery(PracticeModel, LeasedRow):
    """One event for one address: waits, is tried, and stays with what was answered."""

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.ForeignKey(WebhookEvent, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(
        max_length=10, choices=WebhookState.choices, default=WebhookState.WAITING
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        verbose_name_plural = "webhook deliveries"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="event_once_per_endpoint"),
            models.CheckConstraint(
                condition=Q(state__in=WebhookState.values), name="webhook_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "due_at"],
                name="webhook_due",
                condition=Q(state=WebhookState.WAITING),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.endpoint}"


class WebhookAttempt(models.Model):
    """One try of one delivery: when, how long, and what was answered."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField(default=clock.now)
    milliseconds = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(default=0, help_text="0: there was no answer")
    problem = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=300, blank=True, help_text="How its answer began")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"try of {self.delivery_id}: {self.status}"

    @property
    def is_good(self) -> bool:
        """Whether the other side took the event."""
        return 200 <= self.status < 300
