"""What the payer should allow for each line of a version, as it was known when the claim left."""

from typing import Any

from django.db import models
from django.db.models import Q

from claims.expected_choices import Basis
from claims.models._constraints import one_of
from core import clock
from core.money import MoneyField
from core.tenancy import PracticeModel


class ExpectedLine(PracticeModel):
    """One line's expected allowed amount with the steps that led to it; or why there is none.

    Frozen: the database refuses to change or delete it. A contract that is loaded or corrected
    later speaks for what is sent later (screens S17, domain I.6).
    """

    version = models.ForeignKey(
        "claims.ClaimVersion", on_delete=models.PROTECT, related_name="expected_lines"
    )
    version_line = models.OneToOneField(
        "claims.ClaimVersionLine", on_delete=models.PROTECT, related_name="expected"
    )
    charge_line = models.ForeignKey("coding.ChargeLine", on_delete=models.PROTECT, related_name="+")
    amount = MoneyField(null=True, help_text="Allowed for the whole line; empty: not priced")
    basis = models.CharField(max_length=12, choices=Basis.choices, blank=True)
    # Copied, so that a renamed or deleted contract changes nothing here.
    contract_name = models.CharField(max_length=60, blank=True)
    contract_from = models.DateField(null=True, help_text="Which version of the contract")
    source_name = models.CharField(
        max_length=120, blank=True, help_text="The fee schedule whose values were taken"
    )
    trace: Any = models.JSONField(
        default=list, help_text="Steps in their order: words, and the amount after each"
    )
    why_not = models.CharField(max_length=200, blank=True, help_text="Why it has no amount")
    frozen_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["version_line_id"]
        constraints = [
            one_of("basis", Basis, "expected_basis_is_known"),
            models.CheckConstraint(
                condition=Q(amount__isnull=False, amount__gte=0, why_not="") & ~Q(basis="")
                | Q(amount__isnull=True) & ~Q(why_not=""),
                name="expected_amount_or_why_not",
            ),
        ]
        indexes = [
            models.Index(fields=["version", "charge_line"], name="expected_by_line"),
        ]

    def __str__(self) -> str:
        return f"expected of line {self.version_line_id}"

    @property
    def by(self) -> str:
        """Contract, its version and the values it took, in words."""
        if not self.contract_name:
            return ""
        since = f" of {self.contract_from:%m/%d/%Y}" if self.contract_from else ""
        source = f", {self.source_name}" if self.source_name else ""
        return f"{self.contract_name}{since}{source}"
