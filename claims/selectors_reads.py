"""Whose data a batch, a remittance, a message or its file shows, for the audit log."""

from collections.abc import Iterable

from claims.models import AcknowledgedClaim, InboundMessage, RemittanceClaim, SubmissionAttempt
from core.models import Document

_PATIENT = "version__claim__patient_id"


def patients_in_remittances(**which: object) -> set[int]:
    """The patients of the claims that were found for remittances: `remittance=…`."""
    rows = RemittanceClaim.objects.filter(version__isnull=False, **which)
    return set(rows.values_list(_PATIENT, flat=True))


def patients_in_message(message: InboundMessage) -> set[int]:
    """The patients whose claims a message that came in speaks of, as far as they were found."""
    acknowledged = AcknowledgedClaim.objects.filter(
        acknowledgement__message=message, version__isnull=False
    )
    found = set(acknowledged.values_list(_PATIENT, flat=True))
    return found | patients_in_remittances(remittance__message=message)


def patients_in_document(document: Document) -> Iterable[int]:
    """The patients in a file that was sent or that came in."""
    sent = SubmissionAttempt.objects.filter(batch__document=document)
    found = set(sent.values_list(_PATIENT, flat=True))
    for message in InboundMessage.objects.filter(document=document):
        found |= patients_in_message(message)
    return found | patients_in_remittances(remittance__document=document)
