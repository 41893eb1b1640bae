"""The app `billing`: what is owed, by whom, and how it was settled."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from billing import (
            access,
            contested,
            denial_actions,
            events,
            jobs,
            navigation,
            receivers,
            settings,
            subjects,
            sweeps,
            verify,
            verify_bank,
            verify_deposits,
        )

        access.register()
        contested.register()
        events.register()
        denial_actions.register()
        navigation.register()
        subjects.register()
        sweeps.register()
        verify.register()
        verify_deposits.register()
        verify_bank.register()
