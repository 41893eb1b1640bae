"""How long one payer is given for one kind of answer, where it differs from the practice's rule."""

from django.core.validators import MinValueValidator
from django.db import models

from claims.models._constraints import one_of
from claims.payer_choices import WaitKind
from core import clock
from core.tenancy import PracticeModel


class PayerClock(PracticeModel):
    """One wait for one payer; its unit is that of its kind (`claims.clocks.WAITS`)."""

    payer = models.ForeignKey("patients.Payer", on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=12, choices=WaitKind.choices)
    length = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    changed_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["payer_id", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["payer", "kind"], name="one_clock_per_payer_and_kind"),
            models.CheckConstraint(condition=models.Q(length__gte=1), name="clock_has_a_length"),
            one_of("kind", WaitKind, "clock_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of payer {self.payer_id}"
