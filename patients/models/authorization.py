"""What a payer has allowed beforehand, and what of it is used."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core import clock
from core.tenancy import PracticeModel
from patients.choices import AuthorizationKind, AuthorizationUnit
from patients.models.patient import Patient
from patients.models.payer import Payer
from patients.models.provider import Provider


class PriorAuthorization(PracticeModel):
    """A payer's authorization or referral (REF*G1, REF*9F, box 23).

    No `codes` means any service; no `allowed_quantity`, as many as it takes. What is used is
    never a column: it is the sum of its uses.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="authorizations")
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="authorizations")
    kind = models.CharField(
        max_length=13, choices=AuthorizationKind.choices, default=AuthorizationKind.AUTHORIZATION
    )
    number = models.CharField(max_length=50)
    effective_from = models.DateField("valid from")
    effective_to = models.DateField("valid until", null=True, blank=True)
    codes = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    unit = models.CharField(
        "counts", max_length=6, choices=AuthorizationUnit.choices, default=AuthorizationUnit.VISITS
    )
    allowed_quantity = models.DecimalField(
        "allowed", max_digits=9, decimal_places=3, null=True, blank=True
    )
    provider = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="authorizations",
        help_text="Only for this provider's services",
    )  # fmt: skip
    cancelled_on = models.DateField("cancelled", null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["-effective_from", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "payer", "kind", "number"], name="one_authorization_per_number"
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True)
                | Q(effective_to__gte=models.F("effective_from")),
                name="authorization_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(allowed_quantity__isnull=True) | Q(allowed_quantity__gt=0),
                name="authorization_allows_something",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AuthorizationKind.values), name="authorization_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(unit__in=AuthorizationUnit.values), name="authorization_unit_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AuthorizationUse(PracticeModel):
    """What one charge takes from an authorization; `line_number` is its control number for life.

    Several lines of one day share the visit: the count of visits is that of their days.
    """

    authorization = models.ForeignKey(
        PriorAuthorization, on_delete=models.CASCADE, related_name="uses"
    )
    line_number = models.CharField(max_length=17)
    used_on = models.DateField()
    quantity = models.DecimalField(max_digits=9, decimal_places=3, default=Decimal(1))

    class Meta(PracticeModel.Meta):
        ordering = ["used_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authorization", "line_number"], name="a_charge_uses_it_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="authorization_use_is_positive"
            ),
        ]
        indexes = [models.Index(fields=["practice", "line_number"], name="use_by_line")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.authorization_id}"
