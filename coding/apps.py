"""Coding as a Django app."""

from django.apps import AppConfig


class CodingConfig(AppConfig):
    """What was done, why, and at what price."""

    name = "coding"
    verbose_name = "Coding"

    def ready(self) -> None:
        """Connect receivers and declare settings."""
        from coding import receivers
        from coding.services.finish_case import RELEASE_ON_FINISH
        from core import practice_settings

        practice_settings.declare(
            RELEASE_ON_FINISH, bool, True, "Release charges as soon as coding is finished"
        )
