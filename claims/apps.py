"""The claims app: what payers are told, and what they answer."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Connects receivers, sweeps, subjects, access rows, navigation and checks."""

    name = "claims"
    verbose_name = "Claims"
