"""How one person likes pages to look and to listen to keys."""

from django.db import models

from core.tenancy import PracticeModel
from desk.choices import Density, Theme


class Preference(PracticeModel):
    """Theme, density and single-letter keys of one person in one practice."""

    user = models.ForeignKey("core.User", on_delete=models.CASCADE, related_name="preferences")
    theme = models.CharField(max_length=5, choices=Theme.choices, blank=True)
    density = models.CharField(max_length=7, choices=Density.choices, blank=True)
    single_keys = models.BooleanField(default=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["practice", "user"], name="one_preference_per_person")
        ]

    def __str__(self) -> str:
        return f"preferences of user {self.user_id}"
