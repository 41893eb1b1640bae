"""The person treated, and the person who pays what insurance does not."""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models

from core import clock
from core.money import ZERO, MoneyField
from core.tenancy import PracticeModel
from patients.choices import Sex
from patients.models.address import Address
from patients.signatures import PAIRS, Benefits, Release, signed_with_its_day

ten_digits = RegexValidator(r"^\d{10}$", "A phone number has 10 digits.")


class Guarantor(Address, PracticeModel):
    """Who is billed for the patient's share; often the patient."""

    first_name = models.CharField(max_length=35)
    last_name = models.CharField(max_length=60)
    phone = models.CharField(max_length=10, blank=True, validators=[ten_digits])

    class Meta(PracticeModel.Meta):
        ordering = ["last_name", "first_name"]

    def __str__(self) -> str:
        return f"{self.last_name}, {self.first_name}"


class Patient(Address, PracticeModel):
    """A person treated. The two balances are projections: only billing's postings move them."""

    mrn = models.CharField("MRN", max_length=12)
    first_name = models.CharField(max_length=35)
    middle_name = models.CharField(max_length=25, blank=True)
    last_name = models.CharField(max_length=60)
    suffix = models.CharField(max_length=10, blank=True)
    birth_date = models.DateField()
    sex = models.CharField(max_length=1, choices=Sex.choices)
    phone = models.CharField(max_length=10, blank=True, validators=[ten_digits])
    email = models.EmailField(blank=True)
    guarantor = models.ForeignKey(Guarantor, on_delete=models.PROTECT, related_name="patients")
    deceased_on = models.DateField(null=True, blank=True)
    release_code = models.CharField(
        "release of information", max_length=1, choices=Release.choices, blank=True
    )
    release_signed_on = models.DateField("signed on", null=True, blank=True)
    benefits_code = models.CharField(
        "assignment of benefits", max_length=1, choices=Benefits.choices, blank=True
    )
    benefits_signed_on = models.DateField("signed on", null=True, blank=True)
    insurance_balance_amount = MoneyField(default=ZERO)
    patient_balance_amount = MoneyField(default=ZERO)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["last_name", "first_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "mrn"], name="one_patient_per_mrn"),
            models.CheckConstraint(
                condition=models.Q(deceased_on__isnull=True)
                | models.Q(deceased_on__gte=models.F("birth_date")),
                name="patient_dies_after_birth",
            ),
            *(signed_with_its_day(code, day) for code, day in PAIRS),
        ]
        indexes = [
            models.Index(fields=["practice", "last_name", "first_name"], name="patient_by_name"),
            models.Index(fields=["practice", "birth_date"], name="patient_by_birth_date"),
        ]

    def __str__(self) -> str:
        return f"MRN {self.mrn}"

    @property
    def full_name(self) -> str:
        """As on a statement: first, middle initial, last, suffix."""
        middle = f"{self.middle_name[0]}." if self.middle_name else ""
        return " ".join(filter(None, [self.first_name, middle, self.last_name, self.suffix]))

    @property
    def list_name(self) -> str:
        """As in a list: last, first."""
        return f"{self.last_name}, {self.first_name}"

    def age_on(self, day: date) -> int:
        """Whole years on `day`."""
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had_birthday else 1)
