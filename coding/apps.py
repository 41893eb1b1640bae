"""Coding as a Django app."""

from django.apps import AppConfig


class CodingConfig(AppConfig):
    """What was done, why, and at what price."""

    name = "coding"
    verbose_name = "Coding"
