"""The tenant, who belongs to it, and how it is set up."""

from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models

from core import clock
from core.choices import Role
from core.ids import uuid7
from core.tenancy import PracticeModel


def validate_time_zone(value: str) -> None:
    """Refuse a time zone that the tz database does not know."""
    if value not in available_timezones():
        raise ValidationError("Name a time zone such as America/Denver.")


class Practice(models.Model):
    """A medical practice: the tenant that every business row belongs to."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=60, unique=True)
    time_zone = models.CharField(
        max_length=40, default="America/New_York", validators=[validate_time_zone]
    )
    phone = models.CharField(max_length=10, blank=True, help_text="10 digits")
    is_demo = models.BooleanField(default=False, help_text="Everyone in it is fictional")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One user in one practice, in one role."""

    user = models.ForeignKey("core.User", on_delete=models.CASCADE, related_name="memberships")
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "practice"], name="one_role_per_practice"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_is_known"
            ),
        ]
        ordering = ["practice__name", "user__username"]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} at {self.practice}"


class PracticeSetting(PracticeModel):
    """One setting of one practice; what settings there are is declared in code."""

    key = models.CharField(max_length=60)
    value: Any = models.JSONField()
    changed_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "key"], name="one_value_per_setting")
        ]

    def __str__(self) -> str:
        return self.key
