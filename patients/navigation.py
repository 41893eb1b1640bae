"""Menu entries of this app."""

from core import navigation
from core.access import READERS


def register() -> None:
    """The patient list and the day list."""
    navigation.register(
        "patients",
        "Patients",
        "patients",
        "patients:list",
        READERS,
        order=10,
        go="p",
        also=(
            "patients:new",
            "patients:edit",
            "patients:coverage-new",
            "patients:coverage-edit",
            "patients:encounter-new",
            "patients:case-new",
            "patients:case-edit",
            "patients:authorization-new",
            "patients:authorization-edit",
            "desk:patient-chart",
        ),
    )
    navigation.register(
        "appointments",
        "Appointments",
        "clock",
        "patients:appointments",
        READERS,
        order=12,
        go="a",
        also=(
            "patients:appointment-new",
            "patients:appointment",
            "patients:appointment-import",
            "desk:check-in",
        ),
    )
