"""One priced service: the unit of accounts receivable, known by its control number for life."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from coding.choices import LineState
from coding.models.case import CodingCase
from core.ids import opaque_number
from core.money import ZERO, MoneyField
from core.tenancy import PracticeModel


def new_control_number() -> str:
    """A line control number (REF 6R): opaque, at most 17 of A-Z and 0-9."""
    return opaque_number("L", 13)


def priced_units(unit_code: str, units: Decimal) -> Decimal:
    """How many times a line's fee is charged: its units; once for anesthesia, whose units are the
    minutes (SV103 MJ) and whose fee is for the whole of it.
    """
    return Decimal(1) if unit_code == "MJ" else Decimal(units)


class ChargeLine(PracticeModel):
    """One procedure line. `pointers` holds ids of the case's diagnoses, the main reason first."""

    case = models.ForeignKey(CodingCase, on_delete=models.PROTECT, related_name="lines")
    encounter = models.ForeignKey(
        "patients.Encounter", on_delete=models.PROTECT, related_name="charge_lines"
    )
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="charge_lines"
    )
    position = models.PositiveSmallIntegerField()
    control_number = models.CharField(max_length=17, default=new_control_number, editable=False)
    procedure_code = models.CharField(max_length=5)
    modifiers = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    units = models.DecimalField(max_digits=9, decimal_places=3, default=Decimal(1))
    unit_code = models.CharField(max_length=2, default="UN")
    minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Of timed therapy, or of anesthesia"
    )
    unit_fee_amount = MoneyField(default=ZERO)
    fee_source = models.CharField(max_length=80, blank=True)
    charge_amount = MoneyField(default=ZERO)
    pointers = ArrayField(models.BigIntegerField(), default=list, blank=True)
    place_of_service_code = models.CharField(max_length=2, blank=True)
    service_date_from = models.DateField()
    service_date_to = models.DateField()
    description = models.CharField(max_length=80, blank=True)
    ndc_code = models.CharField("drug code", max_length=11, blank=True)
    ndc_unit_code = models.CharField(max_length=2, blank=True)
    ndc_quantity = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)
    state = models.CharField(max_length=8, choices=LineState.choices, default=LineState.DRAFT)

    class Meta(PracticeModel.Meta):
        ordering = ["case", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "control_number"], name="one_line_per_control_number"
            ),
            models.CheckConstraint(condition=Q(units__gt=0), name="line_units_are_positive"),
            models.CheckConstraint(
                condition=Q(unit_fee_amount__gte=0), name="line_fee_is_not_negative"
            ),
            # SV101 has room for four modifiers, SV107 for four pointers.
            models.CheckConstraint(
                condition=Q(modifiers__len__lte=4) & Q(pointers__len__lte=4),
                name="line_has_four_modifiers_and_pointers",
            ),
            models.CheckConstraint(
                condition=Q(charge_amount__gte=0), name="line_charge_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(service_date_to__gte=models.F("service_date_from")),
                name="line_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(
                fields=["patient", "procedure_code", "service_date_from"], name="line_by_service"
            )
        ]

    def __str__(self) -> str:
        return self.code_with_modifiers

    @property
    def code_with_modifiers(self) -> str:
        """As coders write it: 99214-25."""
        return "-".join([self.procedure_code, *self.modifiers])
