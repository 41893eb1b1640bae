"""Registers the safety checks; this app has no models."""

from django.apps import AppConfig


class ClaimlineConfig(AppConfig):
    name = "config"
    label = "claimline_config"

    def ready(self) -> None:
        from config import checks
