"""An encounter as coders see it: its state, and the diagnoses in their order."""

from django.db import models

from coding.choices import CaseState
from core import clock
from core.tenancy import PracticeModel


class CodingCase(PracticeModel):
    """The coding of one encounter. `version` counts changes, so that two people do not collide.

    `coder` is the one person whose work it is: given by a rule or a lead, or taken up by changing
    its codes; afterwards, whose codes they are. Empty while it is anybody's.
    """

    encounter = models.OneToOneField(
        "patients.Encounter", on_delete=models.PROTECT, related_name="coding_case"
    )
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="coding_cases"
    )
    state = models.CharField(
        max_length=14, choices=CaseState.choices, default=CaseState.WAITING_NOTE
    )
    state_changed_at = models.DateTimeField(default=clock.now)
    coder = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="coding_cases"
    )
    version = models.PositiveIntegerField(default=1)
    hold_reason = models.CharField(max_length=300, blank=True)
    hold_until = models.DateField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["opened_at"]
        indexes = [
            models.Index(fields=["practice", "state"], name="case_by_state"),
            models.Index(fields=["practice", "coder", "state"], name="case_by_coder"),
        ]

    def __str__(self) -> str:
        return f"coding of {self.encounter}"


class CaseDiagnosis(PracticeModel):
    """One diagnosis of a case, in its place: 1 is A. Lines point to the row, not to the letter."""

    case = models.ForeignKey(CodingCase, on_delete=models.CASCADE, related_name="diagnoses")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=7)
    title = models.CharField(max_length=300)

    class Meta(PracticeModel.Meta):
        verbose_name_plural = "case diagnoses"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "position"],
                name="one_diagnosis_per_place",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.dotted}"

    @property
    def letter(self) -> str:
        """The pointer letter, A to L."""
        return chr(ord("A") + self.position - 1)

    @property
    def dotted(self) -> str:
        """As it is shown: a dot after the third character."""
        return f"{self.code[:3]}.{self.code[3:]}" if len(self.code) > 3 else self.code


class FindingOverride(PracticeModel):
    """Somebody's reason for going on in spite of one finding (severity O).

    `facts` is what the finding said; when the coding changes so that it says something else, the
    override no longer covers it.
    """

    case = models.ForeignKey(CodingCase, on_delete=models.CASCADE, related_name="overrides")
    finding_code = models.CharField(max_length=12)
    facts = models.CharField(max_length=300)
    reason = models.CharField(max_length=300)
    user = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "finding_code", "facts"], name="one_override_per_finding"
            )
        ]

    def __str__(self) -> str:
        return f"{self.finding_code}: {self.reason}"
