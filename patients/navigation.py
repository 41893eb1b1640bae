"""Menu entries of this app."""

from core import navigation
from core.access import READERS


def register() -> None:
    """The patient list."""
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
