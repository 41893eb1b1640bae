"""Who gets an encounter that becomes ready: rules in their order, each with its coders."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from core.tenancy import PracticeModel
from patients.choices import VisitKind


class AssignmentRule(PracticeModel):
    """One rule. An empty condition holds for any visit; the first rule that fits decides."""

    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    provider = models.ForeignKey(
        "patients.Provider", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    visit_kind = models.CharField(max_length=12, choices=VisitKind.choices, blank=True)
    payer = models.ForeignKey(
        "patients.Payer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    open_cap = models.PositiveSmallIntegerField(
        "most open encounters",
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text="A coder with as many open encounters gets no more by this rule",
    )
    is_active = models.BooleanField(default=True)

    class Meta(PracticeModel.Meta):
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "position"],
                name="one_rule_per_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(open_cap__gt=0), name="rule_cap_is_positive"),
        ]

    def __str__(self) -> str:
        return self.name


class RuleCoder(PracticeModel):
    """One coder of a rule. `last_given_at` is when they last got an encounter by any rule."""

    rule = models.ForeignKey(AssignmentRule, on_delete=models.CASCADE, related_name="coders")
    coder = models.ForeignKey(
        "core.User", on_delete=models.PROTECT, related_name="assignment_rules"
    )
    last_given_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["rule", "coder"], name="one_coder_per_rule")]

    def __str__(self) -> str:
        return str(self.coder)
