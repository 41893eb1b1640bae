"""A list's filters under an opaque key, so that what names a person never stands in a URL."""

from typing import Any

from django.db import models

from core import clock
from core.ids import opaque_number
from core.tenancy import PracticeModel


def new_key() -> str:
    """An unguessable key for the URL."""
    return opaque_number("V", 16)


class SavedView(PracticeModel):
    """One state of one list, kept by one person. Only titled views are listed."""

    user = models.ForeignKey("core.User", on_delete=models.CASCADE, related_name="saved_views")
    list_name = models.CharField(max_length=60)
    key = models.CharField(max_length=20, default=new_key, editable=False)
    title = models.CharField(max_length=60, blank=True)
    query = models.CharField(max_length=2000, blank=True)
    terms: Any = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["practice", "key"], name="one_view_per_key")]
        indexes = [models.Index(fields=["user", "list_name"], name="views_of_a_person")]

    def __str__(self) -> str:
        return self.title or self.key
