"""What one payer wants of a claim besides the road it takes (domain B.1, B.4, B.7, B.8)."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models

from claims.payer_choices import Assignment, CorrectionMode, EnrolmentCheck


class FilingRules(models.Model):
    """Columns of `PayerFilingSettings`: each of them acts in building, checking or sending.

    What coders are held to (minutes of therapy, order of modifiers) is `PayerCodingRules`, and the
    claim filing indicator belongs to the plan.
    """

    correction_mode = models.CharField(
        "corrections",
        max_length=7,
        choices=CorrectionMode.choices,
        default=CorrectionMode.REPLACE,
        help_text="How the payer takes the correction of a claim that it has decided",
    )
    corrected_limit_days = models.PositiveSmallIntegerField(
        "limit for corrected claims, days",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="From the day of the remittance; empty where the limit of a first claim holds",
    )
    appeal_limit_days = models.PositiveSmallIntegerField(
        "limit for appeals, days",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="From the day of the remittance; shown on a denied claim",
    )
    requires_referring = models.BooleanField(
        "wants a referring provider on every claim", default=False
    )
    assignment_code = models.CharField(
        "assignment (box 27, CLM07)",
        max_length=1,
        choices=Assignment.choices,
        default=Assignment.ACCEPTED,
    )
    splits_months = models.BooleanField("takes one month of service a claim", default=False)
    splits_years = models.BooleanField("takes one year of service a claim", default=False)
    splits_rendering = models.BooleanField(
        "takes one rendering provider a claim",
        default=False,
        help_text="For a payer that does not read the provider of a line (2420A)",
    )
    splits_authorizations = models.BooleanField(
        "takes one prior authorization a claim", default=False
    )
    enrolment_check = models.CharField(
        "enrolment",
        max_length=4,
        choices=EnrolmentCheck.choices,
        default=EnrolmentCheck.OFF,
        help_text="What happens to a claim of a provider who is not enrolled on the service date",
    )
    wants_provider_number = models.BooleanField(
        "wants its own provider numbers (REF G2)",
        default=False,
        help_text="Written from the enrolments beside the NPI",
    )

    limit_from_discharge = models.BooleanField(
        "the limit counts from the discharge",
        default=False,
        help_text="For a stay; other claims count from the first service",
    )
    requires_taxonomy = models.BooleanField(
        "wants the billing provider's taxonomy",
        default=False,
        help_text="For a payer that pays by it, such as most Medicaid programmes",
    )
    attachment_codes = ArrayField(
        models.CharField(max_length=5),
        default=list,
        blank=True,
        help_text="A beginning, such as 737, stands for all that begin with it",
        verbose_name="codes that need an attachment",
    )

    class Meta:
        abstract = True
