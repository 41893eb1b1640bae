"""What a payer has agreed to allow, dated: contracts and their rules (domain I.1)."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from coding.choices import PriceMethod
from core.tenancy import PracticeModel


def _percent(default: str, words: str) -> models.DecimalField:
    return models.DecimalField(words, max_digits=6, decimal_places=2, default=Decimal(default))


class Contract(PracticeModel):
    """One contract with a payer, for all of its plans or for one, over a period.

    Medicare's locality (`mac` and `locality`) says whose geographic indices its percentages of
    Medicare and its relative values take; empty for the national ones.
    """

    payer = models.ForeignKey("patients.Payer", on_delete=models.PROTECT, related_name="contracts")
    plan = models.ForeignKey(
        "patients.PayerPlan",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contracts",
        help_text="Empty: every plan of the payer that has no contract of its own",
    )
    name = models.CharField(max_length=60)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    is_lesser_of_charge = models.BooleanField("pays the lesser of charge and rate", default=True)
    reduces_multiples = models.BooleanField("reduces second and later procedures", default=True)
    bilateral_pct = _percent("150", "both sides, %")
    assistant_pct = _percent("16", "assistant surgeon, %")
    assistant_non_physician_pct = _percent("13.60", "assistant who is no physician (AS), %")
    cosurgeon_pct = _percent("62.50", "co-surgeon, %")
    non_physician_pct = _percent("100", "nurse practitioners and physician assistants, %")
    pays_physical_status = models.BooleanField(
        "pays units for the physical status (P3 to P5)", default=False
    )
    rounds_time_up = models.BooleanField(
        "anesthesia time: a begun quarter of an hour counts", default=False,
        help_text="Else to one decimal, as Medicare counts",
    )  # fmt: skip
    mac = models.CharField("Medicare contractor", max_length=5, blank=True)
    locality = models.CharField("Medicare locality", max_length=2, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["payer__name", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "payer", "plan", "effective_from"],
                nulls_distinct=False,
                name="one_contract_per_start",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True)
                | Q(effective_to__gte=models.F("effective_from")),
                name="contract_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The plan is one of the payer's."""
        if self.plan is not None and self.plan.payer_id != self.payer_id:
            raise ValidationError({"plan": "That plan is another payer's."})


class ContractRule(PracticeModel):
    """One rule: for a code, a range of codes or any code; with a modifier; at a place."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="rules")
    code_from = models.CharField("code", max_length=5, blank=True)
    code_to = models.CharField("to code", max_length=5, blank=True)
    modifier = models.CharField(max_length=2, blank=True)
    place_of_service_code = models.CharField("place", max_length=2, blank=True)
    method = models.CharField(max_length=12, choices=PriceMethod.choices)
    value = models.DecimalField(
        max_digits=12,
        decimal_places=4,
        default=Decimal(0),
        help_text="Dollars, a percentage, or dollars per relative value unit",
    )

    class Meta(PracticeModel.Meta):
        ordering = ["code_from", "code_to", "modifier", "place_of_service_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "code_from", "code_to", "modifier", "place_of_service_code"],
                name="one_contract_rule_per_service",
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="contract_value_not_negative"),
            models.CheckConstraint(
                condition=Q(code_to="") | Q(code_to__gte=models.F("code_from")),
                name="contract_range_is_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code_from or 'any code'}: {self.get_method_display()}"
