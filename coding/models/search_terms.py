"""What leads to a code besides its title: inclusion terms, the Alphabetic Index, nicknames."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from coding.choices import IndexTable
from coding.models.release import CodeSetRelease
from core.tenancy import PracticeModel


class IcdTerm(models.Model):
    """An inclusion term of the Tabular List: words that the code of this row covers."""

    release = models.ForeignKey(CodeSetRelease, on_delete=models.PROTECT, related_name="icd_terms")
    code = models.CharField(max_length=7)
    text = models.CharField(max_length=400)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class IndexEntry(models.Model):
    """One entry of the Alphabetic Index or of the tables that belong to it.

    `path` is the entry under its main term, as it is shown. `codes` are what it leads to: its own
    code, or those of the entry that `see` names. A code that needs more characters ends in "-".
    In the tables of neoplasms and drugs `codes` are the six columns, "" where one is empty.
    """

    release = models.ForeignKey(
        CodeSetRelease, on_delete=models.PROTECT, related_name="index_entries"
    )
    table = models.CharField(max_length=10, choices=IndexTable.choices)
    position = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField()
    path = models.CharField(max_length=600)
    modifiers = models.CharField(max_length=600, blank=True)
    codes = ArrayField(models.CharField(max_length=9, blank=True), default=list)
    see = models.CharField(max_length=300, blank=True)
    see_also = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "index entries"
        ordering = ["table", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "table", "position"], name="one_index_entry_per_place"
            )
        ]

    def __str__(self) -> str:
        return self.path


class DiagnosisNickname(PracticeModel):
    """What the coders of a practice type for a diagnosis, in their own words."""

    nickname = models.CharField(max_length=40)
    code = models.CharField(max_length=7, help_text="Without the dot: E119")

    class Meta(PracticeModel.Meta):
        ordering = ["nickname"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "nickname"], name="one_diagnosis_per_nickname"
            )
        ]

    def __str__(self) -> str:
        return f"{self.nickname}: {self.code}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Kept in small letters and single spaces, the code without its dot."""
        self.nickname = " ".join(self.nickname.lower().split())
        self.code = self.code.strip().upper().replace(".", "")
        super().save(*args, **kwargs)  # type: ignore[arg-type]
