"""The claim as an account: one patient and the charge lines that travel together."""

from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models

from core import clock
from core.money import ZERO, MoneyField
from core.tenancy import PracticeModel

if TYPE_CHECKING:
    from claims.models.version import ClaimVersion


class Claim(PracticeModel):
    """One account with one number (CLM01), the same over ranks, versions and attempts."""

    control_number = models.CharField(
        max_length=17, validators=[RegexValidator(r"^[A-Z0-9]{1,17}$")]
    )
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="claims")
    billing_provider = models.ForeignKey(
        "patients.BillingProvider", on_delete=models.PROTECT, related_name="+"
    )
    facility = models.ForeignKey(
        "patients.ServiceFacility", on_delete=models.PROTECT, related_name="+"
    )
    rendering_provider = models.ForeignKey(
        "patients.Provider", on_delete=models.PROTECT, related_name="+"
    )
    charge_amount = MoneyField()
    service_date_from = models.DateField()
    service_date_to = models.DateField()
    current_version = models.ForeignKey(
        "claims.ClaimVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Projections of the ledger, written only by services.set_claim_balances.
    insurance_balance_amount = MoneyField(default=ZERO)
    patient_balance_amount = MoneyField(default=ZERO)
    # What payers allowed less than expected and nobody has settled; written only by
    # services.set_underpaid, as billing says.
    underpaid_amount = MoneyField(default=ZERO, db_default=ZERO)
    # Claims of one encounter that had to be apart (domain B.1) share a group; the reason says why.
    split_group = models.CharField(max_length=12, blank=True)
    split_reason = models.CharField(max_length=200, blank=True)
    hold_reason = models.CharField(max_length=200, blank=True)
    # A decided claim whose charges were taken back to change their codes: until its correction is
    # made of what the coder releases.
    recoded_since = models.DateTimeField(null=True, blank=True)
    # Kept by the database from the state of the current version (decision 0019): never written.
    is_open = models.BooleanField(default=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["-service_date_from", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "control_number"], name="one_claim_per_number"
            ),
            models.CheckConstraint(
                condition=models.Q(control_number__regex=r"^[A-Z0-9]{1,17}$"),
                name="claim_number_fits_clm01",
            ),
            models.CheckConstraint(
                condition=models.Q(charge_amount__gte=0), name="claim_charge_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(service_date_to__gte=models.F("service_date_from")),
                name="claim_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "-service_date_from", "-id"], name="claim_by_service"),
            models.Index(
                fields=["practice"],
                name="claim_open",
                condition=models.Q(is_open=True),
            ),
            models.Index(
                fields=["practice"],
                name="claim_being_recoded",
                condition=models.Q(recoded_since__isnull=False),
            ),
            models.Index(
                fields=["practice"],
                name="claim_owing",
                include=["insurance_balance_amount", "patient_balance_amount"],
                condition=~models.Q(insurance_balance_amount=0, patient_balance_amount=0),
            ),
            models.Index(
                fields=["practice"],
                name="claim_underpaid",
                include=["underpaid_amount"],
                condition=~models.Q(underpaid_amount=0),
            ),
        ]

    def __str__(self) -> str:
        return self.control_number

    @property
    def version(self) -> "ClaimVersion":
        """The current version. Only a claim that is still being built has none."""
        if self.current_version is None:
            raise ValueError(f"claim {self.pk} has no version yet")
        return self.current_version


class ClaimChargeLine(PracticeModel):
    """Which charge lines a claim holds. A charge line belongs to one claim for life."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="charge_lines")
    charge_line = models.OneToOneField(
        "coding.ChargeLine", on_delete=models.PROTECT, related_name="claim_link"
    )

    class Meta(PracticeModel.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return f"charge line {self.charge_line_id} of claim {self.claim_id}"
