"""What one payer wants coded otherwise than others (domain A.2, A.5)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from coding.choices import TherapyRule
from core.tenancy import PracticeModel


class PayerCodingRules(PracticeModel):
    """The coding rules of one payer. Without a row the usual ones hold."""

    payer = models.OneToOneField(
        "patients.Payer", on_delete=models.PROTECT, related_name="coding_rules"
    )
    therapy_rule = models.CharField(
        "minutes of therapy",
        max_length=3,
        choices=TherapyRule.choices,
        default=TherapyRule.CMS,
    )
    mue_mod50_counts_as = models.PositiveSmallIntegerField(
        "a bilateral line counts as",
        default=1,
        choices=[(1, "1 unit"), (2, "2 units")],
        help_text="When units are held against the medically unlikely edits",
    )
    specific_codes = ArrayField(
        models.CharField(max_length=7),
        default=list,
        blank=True,
        help_text="Beginnings of diagnoses, no dot: an unspecified one then needs a reason",
    )

    has_sides_apart = models.BooleanField(
        "wants both sides on two lines, RT and LT",
        default=False,
        help_text="Else one line with modifier 50",
    )
    takes_51 = models.BooleanField("takes modifier 51", default=True)
    takes_any_order = models.BooleanField("takes modifiers in any order", default=False)

    class Meta(PracticeModel.Meta):
        ordering = ["payer__name"]
        verbose_name_plural = "payer coding rules"

    def __str__(self) -> str:
        return f"coding rules of {self.payer}"
