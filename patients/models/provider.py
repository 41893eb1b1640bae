"""Who is paid, where care happens, and who gives it."""

from django.db import models

from core.identifiers import validate_npi, validate_tax_id, validate_taxonomy, validate_zip9
from core.tenancy import PracticeModel
from patients.choices import State, TaxIdQualifier
from patients.models.address import Address


class BillingProvider(Address, PracticeModel):
    """The organisation that is paid: 2010AA, box 33. A practice may have several."""

    name = models.CharField(max_length=60)
    npi = models.CharField("NPI", max_length=10, validators=[validate_npi])
    tax_id = models.CharField("tax id", max_length=9, validators=[validate_tax_id])
    tax_id_qualifier = models.CharField(
        max_length=2, choices=TaxIdQualifier.choices, default=TaxIdQualifier.EIN
    )
    taxonomy_code = models.CharField(max_length=10, validators=[validate_taxonomy])
    phone = models.CharField(max_length=10)
    zip_code = models.CharField("ZIP code", max_length=9, validators=[validate_zip9])
    pay_to_line1 = models.CharField("pay-to address", max_length=55, blank=True)
    pay_to_city = models.CharField(max_length=30, blank=True)
    pay_to_state_code = models.CharField(max_length=2, choices=State.choices, blank=True)
    pay_to_zip_code = models.CharField(max_length=9, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta(PracticeModel.Meta):
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "npi", "tax_id", "taxonomy_code"],
                name="one_billing_provider_per_identity",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ServiceFacility(Address, PracticeModel):
    """A place of care: 2310C, box 32."""

    name = models.CharField(max_length=60)
    npi = models.CharField("NPI", max_length=10, validators=[validate_npi], blank=True)
    place_of_service_code = models.CharField(max_length=2, default="11")
    zip_code = models.CharField("ZIP code", max_length=9, validators=[validate_zip9])
    clia_number = models.CharField("CLIA number", max_length=10, blank=True)
    clia_is_waiver = models.BooleanField(
        "CLIA certificate of waiver",
        default=False,
        help_text="The laboratory here may do waived tests only, so claims need modifier QW",
    )
    is_active = models.BooleanField(default=True)

    class Meta(PracticeModel.Meta):
        ordering = ["name"]
        verbose_name_plural = "service facilities"
        constraints = [
            models.UniqueConstraint(fields=["practice", "name"], name="one_facility_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class Provider(PracticeModel):
    """A clinician. What role they play is said by the encounter, never stored here."""

    first_name = models.CharField(max_length=35)
    last_name = models.CharField(max_length=60)
    npi = models.CharField("NPI", max_length=10, validators=[validate_npi])
    taxonomy_code = models.CharField(max_length=10, validators=[validate_taxonomy])
    user = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="providers"
    )
    is_active = models.BooleanField(default=True)

    class Meta(PracticeModel.Meta):
        ordering = ["last_name", "first_name"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "npi"], name="one_provider_per_npi")
        ]

    def __str__(self) -> str:
        return f"Dr. {self.first_name} {self.last_name}"
