"""Whose data a batch, a remittance, a message or its file shows, for the audit log."""

from collections.abc import Iterable

from django.db.models import Q

from claims.models import (
    AcknowledgedClaim,
    Claim,
    EligibilityCheck,
    InboundMessage,
    RemittanceClaim,
    StatusInquiry,
    SubmissionAttempt,
)
from core.models import Document, TimelineEntry

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
    found |= _asked_for(message.document)
    return found | patients_in_remittances(remittance__message=message)


def _asked_for(document: Document) -> set[int]:
    """The patients of the questions that a file is, or answers."""
    is_it = Q(question=document) | Q(answer=document)
    checks = EligibilityCheck.objects.filter(is_it)
    found = set(checks.values_list("coverage__patient_id", flat=True))
    return found | set(StatusInquiry.objects.filter(is_it).values_list(_PATIENT, flat=True))


def patients_in_document(document: Document) -> Iterable[int]:
    """The patients in a file that was sent or that came in."""
    sent = SubmissionAttempt.objects.filter(batch__document=document)
    found = set(sent.values_list(_PATIENT, flat=True))
    for message in InboundMessage.objects.filter(document=document):
        found |= patients_in_message(message)
    found |= _asked_for(document)
    subject = document.subject_id
    if document.subject_kind == Claim._meta.label_lower and subject is not None:
        of_claim = Claim.objects.filter(pk=subject)
        found |= set(of_claim.values_list("patient_id", flat=True))
    found |= _printed_together(document)
    return found | patients_in_remittances(remittance__document=document)


def _printed_together(document: Document) -> set[int]:
    """The patients whose packets stand in one file: each claim's timeline names it."""
    if document.subject_id is not None or not document.kind.startswith("claim."):
        return set()
    entries = TimelineEntry.objects.filter(document=document, subject_kind=Claim._meta.label_lower)
    claims = Claim.objects.filter(pk__in=entries.values("subject_id"))
    return set(claims.values_list("patient_id", flat=True))
