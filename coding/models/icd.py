"""ICD-10-CM: codes, what the tabular list says about them, and facts of age and sex."""

from django.db import models

from coding.choices import IcdFactKind, IcdNoteKind
from coding.models.release import CodeSetRelease, ReleasedRow


class IcdCode(models.Model):
    """One ICD-10-CM code of one release, without the dot. Headers are kept and not billable."""

    release = models.ForeignKey(CodeSetRelease, on_delete=models.PROTECT, related_name="icd_codes")
    code = models.CharField(max_length=7)
    title = models.CharField(max_length=300)
    is_billable = models.BooleanField()
    parent_code = models.CharField(max_length=7, blank=True)
    block = models.CharField(max_length=7, blank=True, help_text="First and last category: E08-E13")
    chapter = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "code"], name="one_icd_code_per_release")
        ]

    def __str__(self) -> str:
        return self.dotted

    @property
    def dotted(self) -> str:
        """As it is shown: a dot after the third character (ICD-01)."""
        return f"{self.code[:3]}.{self.code[3:]}" if len(self.code) > 3 else self.code


class IcdNote(ReleasedRow):
    """One line of a note in the tabular list (ICD-06, ICD-08, ICD-09).

    It belongs to `owner` and to everything below it: a code without the dot, a block ("E08-E13"),
    or a chapter ("CH04").
    """

    owner = models.CharField(max_length=7)
    kind = models.CharField(max_length=14, choices=IcdNoteKind.choices)
    position = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["owner", "kind", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "owner", "kind", "position"], name="one_icd_note_per_position"
            )
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.get_kind_display()}: {self.text}"


class IcdSeventhCharacter(ReleasedRow):
    """A seventh character that codes at and below `owner` may end in (ICD-04)."""

    owner = models.CharField(max_length=7)
    character = models.CharField(max_length=1)
    meaning = models.CharField(max_length=300)

    class Meta:
        ordering = ["owner", "character"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "owner", "character"], name="one_seventh_character_per_owner"
            )
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.character}: {self.meaning}"


class IcdFact(ReleasedRow):
    """Who a family of diagnoses fits, as a warning (ICD-11, ICD-12).

    `begins_with` is the beginning of a code without the dot. Ages are whole years, both included.
    """

    begins_with = models.CharField(max_length=7)
    kind = models.CharField(max_length=12, choices=IcdFactKind.choices)
    age_from = models.PositiveSmallIntegerField(null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(null=True, blank=True)
    sex = models.CharField(max_length=1, blank=True)

    class Meta:
        ordering = ["begins_with"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "begins_with", "kind"], name="one_icd_fact_per_family"
            )
        ]

    def __str__(self) -> str:
        return f"{self.begins_with}: {self.get_kind_display()}"
