"""An act on a request, refund or overpayment stands on its own timeline and on the patient's."""

from django.db import models

from core import timeline
from patients.models import Patient


def tell_both(row: models.Model, *, kind: str, sentence: str, note: str = "") -> None:
    """One entry on `row` and one on the patient whose money it is about."""
    details = {"note": note} if note else {}
    patient: Patient = row.patient  # type: ignore[attr-defined]
    for subject in (row, patient):
        timeline.record(subject, kind=kind, sentence=sentence, details=details)
