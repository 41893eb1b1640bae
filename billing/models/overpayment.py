"""An overpayment by a federal payer, and the clock on returning it (42 CFR 401.305)."""

from django.db import models
from django.db.models import Q

from billing.adjusting_choices import OverpaymentState
from core import clock
from core.money import MoneyField
from core.tenancy import PracticeModel


class Overpayment(PracticeModel):
    """Identified on a day, due 60 days later; a timely investigation of related overpayments
    stops the clock, 180 days at most. `due_on` is worked out by `credits/due.py` and kept here.
    """

    number = models.CharField(max_length=12)
    credit = models.ForeignKey(
        "billing.CreditBalance", on_delete=models.PROTECT, related_name="overpayments"
    )
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    payer = models.ForeignKey("patients.Payer", on_delete=models.PROTECT, related_name="+")
    amount = MoneyField()
    reason = models.CharField(max_length=300)
    identified_on = models.DateField()
    investigation_started_on = models.DateField(null=True)
    investigation_ended_on = models.DateField(null=True)
    due_on = models.DateField()
    next_look_on = models.DateField(help_text="When the clock next has something to say")
    state = models.CharField(
        max_length=13, choices=OverpaymentState.choices, default=OverpaymentState.IDENTIFIED
    )
    returned_on = models.DateField(null=True)
    outcome = models.CharField(max_length=300, blank=True)
    identified_by_name = models.CharField(max_length=150)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="overpayment_number_once"),
            models.UniqueConstraint(
                fields=["credit"],
                condition=Q(state__in=["identified", "investigating"]),
                name="one_clock_per_credit",
            ),
            models.CheckConstraint(
                condition=Q(investigation_ended_on__isnull=True)
                | Q(investigation_ended_on__gte=models.F("investigation_started_on")),
                name="investigation_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(returned_on__isnull=False),
                name="overpayment_returned_on_a_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_look_on"],
                name="overpayment_clock",
                condition=Q(state__in=["identified", "investigating"]),
            )
        ]

    def __str__(self) -> str:
        return f"overpayment {self.number}"
