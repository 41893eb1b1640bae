"""Whose data a statement shows: everybody the guarantor pays for."""

from collections.abc import Iterable

from core.models import Document
from patients.models import Patient


def in_document(document: Document) -> Iterable[int]:
    """The patients of the family that a statement's file is about."""
    statements = Patient.objects.filter(guarantor__statements__document=document)
    return statements.values_list("pk", flat=True).distinct()
