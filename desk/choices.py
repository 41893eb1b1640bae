"""What a person can choose about the look of pages."""

from django.db import models


class Theme(models.TextChoices):
    """Light or dark; the system's own choice by default."""

    SYSTEM = "", "As the system"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class Density(models.TextChoices):
    """How high the rows of tables are."""

    COMPACT = "compact", "Compact"
    DEFAULT = "", "Default"
    ROOMY = "roomy", "Roomy"


TONES: dict[str, str] = {}
