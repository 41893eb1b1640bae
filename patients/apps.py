"""Patients as a Django app."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """Who was seen, where, and who insures them."""

    name = "patients"
    verbose_name = "Patients and payers"

    def ready(self) -> None:
        """Register what the kernel runs and shows for this app."""
        from core.api.scopes import register_scope
        from patients import access, importing, navigation, subjects, verify

        access.register()
        navigation.register()
        subjects.register()
        verify.register()
        register_scope("patients:read", "Read patients")
        register_scope("encounters:read", "Read encounters")
        register_scope("encounters:write", "Send encounters")
        register_scope("appointments:read", "Read appointments")
        register_scope("appointments:write", "Send appointments")
