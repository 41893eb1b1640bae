"""When ready claims leave for a partner by themselves. The row is the job."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.leases import LeasedRow
from core.tenancy import PracticeModel

EVERY_WEEKDAY = (0, 1, 2, 3, 4)


def weekdays() -> list[int]:
    """Monday to Friday, counted from 0."""
    return list(EVERY_WEEKDAY)


class SendSchedule(PracticeModel, LeasedRow):
    """A partner's sending times, in the partner's own time zone.

    `due_at` is the next sending. What the sending made is on the partner's timeline.
    """

    partner = models.OneToOneField(
        "claims.TradingPartner", on_delete=models.CASCADE, related_name="schedule"
    )
    is_on = models.BooleanField("ready claims leave by themselves", default=False)
    days = ArrayField(models.PositiveSmallIntegerField(), default=weekdays)
    times = ArrayField(models.TimeField(), default=list)
    cut_off_at = models.TimeField(
        "cut-off", null=True, blank=True,
        help_text="What arrives later counts as the next day's at the partner",
    )  # fmt: skip
    time_zone = models.CharField(max_length=40, default="America/New_York")
    last_ran_at = models.DateTimeField(null=True, blank=True)
    last_words = models.CharField(max_length=200, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_on=False)
                | (models.Q(days__len__gt=0) & models.Q(times__len__gt=0)),
                name="schedule_that_is_on_has_times",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="schedule_due", condition=models.Q(is_on=True))
        ]

    def __str__(self) -> str:
        return f"sending times of partner {self.partner_id}"
