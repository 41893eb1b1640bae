"""Coding as a Django app."""

from django.apps import AppConfig


class CodingConfig(AppConfig):
    """What was done, why, and at what price."""

    name = "coding"
    verbose_name = "Coding"

    def ready(self) -> None:
        """Connect receivers, declare settings, and register pages, subjects and checks."""
        from coding import access, events, loading, navigation, receivers, subjects, sweeps, verify
        from coding.selectors import TAKE_UNASSIGNED
        from coding.services.finish_case import RELEASE_ON_FINISH
        from coding.team import DAYS_TO_CODE
        from core import practice_settings

        practice_settings.declare(
            RELEASE_ON_FINISH, bool, True, "Release charges as soon as coding is finished"
        )
        practice_settings.declare(
            TAKE_UNASSIGNED, bool, True, "Code next also opens encounters that are nobody's"
        )
        practice_settings.declare(
            DAYS_TO_CODE, int, 3, "Days from the service in which an encounter shall be coded"
        )
        access.register()
        events.register()
        navigation.register()
        subjects.register()
        sweeps.register()
        verify.register()
