"""Patients as a Django app."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """Who was seen, where, and who insures them."""

    name = "patients"
    verbose_name = "Patients and payers"
