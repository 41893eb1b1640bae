"""Recording a visit with its clinical note, whatever door it came through."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from core import clock, timeline
from core.errors import ApplicationError, Conflict
from core.news import announce
from patients.choices import EncounterSource, VisitKind
from patients.models import (
    BillingProvider,
    Encounter,
    EncounterNote,
    Patient,
    Provider,
    ServiceFacility,
)
from patients.news import ENCOUNTER_RECORDED, NOTE_ADDED
from patients.services.numbers import new_encounter_number


@transaction.atomic
def record_encounter(
    *,
    practice: Any,
    patient: Patient,
    rendering_provider: Provider,
    facility: ServiceFacility,
    billing_provider: BillingProvider,
    service_date_from: date,
    service_date_to: date | None = None,
    place_of_service_code: str | None = None,
    visit_kind: str = VisitKind.OFFICE,
    note_text: str = "",
    note_author: str = "",
    referring_provider: Provider | None = None,
    external_number: str | None = None,
    source: str = EncounterSource.SCREEN,
) -> Encounter:
    """Record one visit; with `note_text`, its signed note too.

    Raises ApplicationError at the field for dates that cannot be or a patient of another
    practice, Conflict when `external_number` is taken.
    """
    service_date_to = service_date_to or service_date_from
    _check(practice, patient, service_date_from, service_date_to)
    encounter = _create(
        practice=practice,
        number=new_encounter_number(),
        patient=patient,
        billing_provider=billing_provider,
        facility=facility,
        rendering_provider=rendering_provider,
        referring_provider=referring_provider,
        service_date_from=service_date_from,
        service_date_to=service_date_to,
        place_of_service_code=place_of_service_code or facility.place_of_service_code,
        visit_kind=visit_kind,
        external_number=external_number or None,
        source=source,
    )
    timeline.record(encounter, kind="encounter.recorded", sentence=f"recorded the visit ({source})")
    announce(ENCOUNTER_RECORDED, subject=encounter, ids={"patient_id": patient.pk})
    if note_text.strip():
        add_encounter_note(
            encounter=encounter,
            text=note_text,
            author_name=note_author or str(rendering_provider),
            signed_at=clock.now(),
        )
    return encounter


@transaction.atomic
def add_encounter_note(
    *, encounter: Encounter, text: str, author_name: str, signed_at: datetime | None
) -> EncounterNote:
    """Add a clinical note. Notes are kept as they are; a second one is an addendum."""
    if not text.strip():
        raise ApplicationError("The note is empty.", field="note_text")
    note = EncounterNote.everywhere.create(
        practice_id=encounter.practice_id,
        encounter=encounter,
        text=text.strip(),
        author_name=author_name,
        signed_at=signed_at,
    )
    timeline.record(encounter, kind="note.added", sentence="added the clinical note")
    announce(NOTE_ADDED, subject=encounter, ids={"note_id": note.pk})
    return note


def _create(**columns: Any) -> Encounter:
    try:
        with transaction.atomic():
            return Encounter.everywhere.create(**columns)
    except IntegrityError as error:
        if "one_encounter_per_external_number" not in str(error):
            raise
        raise Conflict(
            "An encounter with this number was recorded before.", field="external_number"
        ) from None


def _check(practice: Any, patient: Patient, day: date, last_day: date) -> None:
    if patient.practice_id != practice.pk:
        raise ApplicationError("There is no such patient in this practice.", field="patient")
    if day > clock.today(practice):
        raise ApplicationError(
            "The service date cannot be in the future.", field="service_date_from"
        )
    if last_day < day:
        raise ApplicationError("It ends before it begins.", field="service_date_to")
    if day < patient.birth_date:
        raise ApplicationError(
            "The service date is before the patient's birth.", field="service_date_from"
        )
    if patient.deceased_on and day > patient.deceased_on:
        raise ApplicationError(
            "The service date is after the patient's death.", field="service_date_from"
        )
