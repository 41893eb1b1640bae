"""What timelines and work items of this app are about, and where their pages are."""

from django.urls import reverse

from coding.models import CodingCase
from core import subjects


def register() -> None:
    """The label names no patient: it may stand in a log."""
    subjects.register(
        CodingCase,
        lambda case: f"Encounter {case.encounter.number}",
        lambda case: reverse("coding:case", args=[case.public_id]),
        related=("encounter",),
    )
