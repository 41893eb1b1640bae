"""The practice's own charge master and price lists, dated."""

from decimal import Decimal

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from core.money import MoneyField
from core.tenancy import PracticeModel

_CODE = RegexValidator(r"^[0-9A-Z]{5}$", "A procedure code has five capitals or digits.")
_MODIFIER = RegexValidator(r"^[0-9A-Z]{2}$", "A modifier has two capitals or digits.")
_IN_ORDER = Q(effective_to__isnull=True) | Q(effective_to__gte=models.F("effective_from"))


class ChargeItem(PracticeModel):
    """One service the practice offers, with a short name in its own words."""

    procedure_code = models.CharField(max_length=5, validators=[_CODE])
    short_name = models.CharField(max_length=60)
    nickname = models.CharField(
        max_length=12, blank=True, help_text="What coders may type instead of the code: ov4"
    )
    default_units = models.DecimalField(max_digits=9, decimal_places=3, default=Decimal(1))
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["procedure_code", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "procedure_code", "effective_from"],
                name="one_charge_item_per_start",
            ),
            models.CheckConstraint(condition=_IN_ORDER, name="charge_item_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(default_units__gt=0),
                name="default_units_positive",
                violation_error_message="A service has more than no units.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_code} {self.short_name}"


class FeeSchedule(PracticeModel):
    """A dated price list; the standard one is what the practice charges everybody."""

    name = models.CharField(max_length=60)
    is_standard = models.BooleanField(default=False)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["-is_standard", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "name", "effective_from"], name="one_schedule_per_start"
            ),
            models.CheckConstraint(condition=_IN_ORDER, name="schedule_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.name


class FeeScheduleItem(PracticeModel):
    """The price of one code, or of one code with one modifier, at one place."""

    schedule = models.ForeignKey(FeeSchedule, on_delete=models.CASCADE, related_name="items")
    procedure_code = models.CharField(max_length=5, validators=[_CODE])
    modifier = models.CharField(max_length=2, blank=True, validators=[_MODIFIER])
    place_of_service_code = models.CharField("place", max_length=2, blank=True)
    fee_amount = MoneyField()

    class Meta(PracticeModel.Meta):
        ordering = ["procedure_code", "modifier"]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "procedure_code", "modifier", "place_of_service_code"],
                name="one_fee_per_code",
            ),
            models.CheckConstraint(
                condition=Q(fee_amount__gte=0),
                name="fee_is_not_negative",
                violation_error_message="A fee is not below zero.",
            ),
        ]

    def __str__(self) -> str:
        name = "-".join(filter(None, [self.procedure_code, self.modifier]))
        return f"{name} @{self.place_of_service_code}" if self.place_of_service_code else name
