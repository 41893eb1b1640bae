"""The claims app: what payers are told, and what they answer."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Connects receivers, sweeps, subjects, access rows, navigation and checks."""

    name = "claims"
    verbose_name = "Claims"

    def ready(self) -> None:
        """Register what the kernel runs and shows for this app."""
        from claims import (
            access,
            clocks,
            eligibility,
            events,
            navigation,
            receivers,
            subjects,
            sweeps,
            verify,
        )

        clocks.declare_settings()
        access.register()
        events.register()
        eligibility.tell_coverages()
        navigation.register()
        subjects.register()
        sweeps.register()
        verify.register()
