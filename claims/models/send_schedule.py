"""When ready claims leave for a partner by themselves. The row is the job."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.leases import LeasedRow
from core.tenancy import PracticeModel

if TYPE_CHECKING:
    from claims.models.trading_partner import TradingPartner
    from patients.models import Payer

EVERY_WEEKDAY = (0, 1, 2, 3, 4)


def weekdays() -> list[int]:
    """Monday to Friday, counted from 0."""
    return list(EVERY_WEEKDAY)


class SendSchedule(PracticeModel, LeasedRow):
    """A partner's sending times, in the partner's own time zone; or those of one payer, whose
    claims then go at these and at no other time, by whatever route the payer has.

    `due_at` is the next sending. What it made is on the timeline of the partner or payer. A payer's
    row that is off keeps its claims for people to send.
    """

    partner = models.OneToOneField(
        "claims.TradingPartner", on_delete=models.CASCADE, null=True, blank=True,
        related_name="schedule",
    )  # fmt: skip
    payer = models.OneToOneField(
        "patients.Payer", on_delete=models.CASCADE, null=True, blank=True,
        related_name="send_schedule",
    )  # fmt: skip
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
            ),
            models.CheckConstraint(
                condition=models.Q(partner__isnull=False, payer__isnull=True)
                | models.Q(partner__isnull=True, payer__isnull=False),
                name="schedule_of_a_partner_or_a_payer",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="schedule_due", condition=models.Q(is_on=True))
        ]

    def __str__(self) -> str:
        return f"sending times of {self.owner.name}"

    @property
    def owner(self) -> "TradingPartner | Payer":
        """Whose times they are."""
        return self.partner or self._payer

    @property
    def road(self) -> "TradingPartner":
        """The partner whom its claims go to: of a payer's times, the payer's route today."""
        return self.partner or self._payer.filing_settings.partner

    @property
    def _payer(self) -> "Payer":
        """The payer, where it is no partner's (schedule_of_a_partner_or_a_payer)."""
        if self.payer is None:
            raise ValueError(f"sending times {self.pk} are nobody's")
        return self.payer
