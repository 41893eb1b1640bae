"""Coding as a Django app."""

from django.apps import AppConfig


class CodingConfig(AppConfig):
    """What was done, why, and at what price."""

    name = "coding"
    verbose_name = "Coding"

    def ready(self) -> None:
        """Connect receivers, declare settings, and register pages, subjects and checks."""
        from coding import access, loading, navigation, receivers, subjects, verify
        from coding.services.finish_case import RELEASE_ON_FINISH
        from core import practice_settings

        practice_settings.declare(
            RELEASE_ON_FINISH, bool, True, "Release charges as soon as coding is finished"
        )
        access.register()
        navigation.register()
        subjects.register()
        verify.register()
