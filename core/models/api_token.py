"""Credentials for the practice's own systems."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from core import clock
from core.tenancy import PracticeModel


class ApiToken(PracticeModel):
    """A scoped key. Only hashes are kept; the key itself is shown once.

    While a new key replaces an old one, both open the door until `previous_until`; it stays the
    same caller, with the same `Idempotency-Key`s.
    """

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, db_index=True)
    token_hash = models.CharField(max_length=64, unique=True)
    previous_hash = models.CharField(max_length=64, blank=True, editable=False)
    previous_until = models.DateTimeField(null=True, blank=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    calls_per_minute = models.PositiveIntegerField(
        default=600, validators=[MinValueValidator(1)], help_text="More are answered 429"
    )
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    end_reported_for = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The expiry that somebody was told about"
    )

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["previous_hash"],
                condition=~Q(previous_hash=""),
                name="one_token_per_previous_hash",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_live(self) -> bool:
        """Whether the key opens the door now."""
        instant = clock.now()
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > instant)


class ApiTokenMinute(models.Model):
    """How many calls a key made in one minute."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    minute = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "minute"], name="one_api_count_per_minute")
        ]

    def __str__(self) -> str:
        return f"{self.count} in minute {self.minute}"
