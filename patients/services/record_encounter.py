"""Recording a visit with its clinical note, whatever door it came through."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from core import clock, timeline
from core.errors import ApplicationError, Conflict
from core.news import announce
from core.services.documents import store_document
from patients.choices import EncounterSource, SuggestionKind, VisitKind
from patients.models import (
    BillingProvider,
    Encounter,
    EncounterNote,
    EncounterOrder,
    Patient,
    Provider,
    ServiceFacility,
    SuggestedCode,
)
from patients.news import ENCOUNTER_RECORDED, NOTE_SIGNED
from patients.note_files import read_note_file
from patients.services.numbers import new_encounter_number
from patients.services.record_case import case_named, set_encounter_case
from patients.services.save_claim_data import save_claim_data

NOTE_FILE = "encounter-note"


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
    note_file: bytes = b"",
    note_is_signed: bool = True,
    suggestions: Sequence[tuple[str, str, str]] = (),
    orders: Sequence[tuple[str, str, str]] = (),
    referring_provider: Provider | None = None,
    claim: Mapping[str, Any] | None = None,
    external_number: str | None = None,
    source: str = EncounterSource.SCREEN,
) -> Encounter:
    """Record one visit; with `note_text` or `note_file`, its note too.

    `suggestions`: see suggest_codes. `orders`: text, code, result. `claim`: see _say_of_the_claim.
    Raises ApplicationError at the
    field for wrong dates, an unreadable file or another practice's patient, Conflict when
    `external_number` is taken.
    """
    _check(practice, patient, service_date_from, service_date_to or service_date_from)
    encounter = _create(
        practice=practice,
        number=new_encounter_number(),
        patient=patient, billing_provider=billing_provider, facility=facility,
        rendering_provider=rendering_provider, referring_provider=referring_provider,
        service_date_from=service_date_from,
        service_date_to=service_date_to or service_date_from,
        place_of_service_code=place_of_service_code or facility.place_of_service_code,
        visit_kind=visit_kind,
        external_number=external_number or None,
        source=source,
    )  # fmt: skip
    timeline.record(encounter, kind="encounter.recorded", sentence=f"recorded the visit ({source})")
    announce(ENCOUNTER_RECORDED, subject=encounter, ids={"patient_id": patient.pk})
    _say_of_the_claim(encounter, claim or {})
    _add_orders(encounter, orders)
    suggest_codes(encounter=encounter, suggestions=suggestions)
    author = note_author or str(rendering_provider)
    add_documentation(encounter, note_text, note_file, author, is_signed=note_is_signed)
    return encounter


def _say_of_the_claim(encounter: Encounter, claim: Mapping[str, Any]) -> None:
    """What the claim must say: `case` has the facts of record_case, `claim_data` and `providers`
    are those of save_claim_data.
    """
    if claim.get("case"):
        case = case_named(encounter.patient, claim["case"])
        set_encounter_case(encounter=encounter, case=case)
    values, providers = claim.get("claim_data"), claim.get("providers")
    if values or providers:
        save_claim_data(encounter=encounter, values=values or {}, providers=providers)


@transaction.atomic
def add_documentation(
    encounter: Encounter, text: str, file: bytes, author_name: str, *, is_signed: bool
) -> None:
    """Add what was written and what came as a file, where there is any, as a note each."""
    signed_at = clock.now() if is_signed else None
    about: dict[str, Any] = {
        "encounter": encounter, "author_name": author_name, "signed_at": signed_at,
    }  # fmt: skip
    if text.strip():
        add_encounter_note(text=text, **about)
    if file:
        add_note_file(content=file, **about)


@transaction.atomic
def add_encounter_note(
    *, encounter: Encounter, text: str, author_name: str, signed_at: datetime | None
) -> EncounterNote:
    """Add a clinical note. Notes are kept as they are; a second one is an addendum."""
    if not text.strip():
        raise ApplicationError("The note is empty.", field="note_text")
    return _keep_note(
        encounter=encounter, text=text.strip(), author_name=author_name, signed_at=signed_at
    )


@transaction.atomic
def add_note_file(
    *, encounter: Encounter, content: bytes, author_name: str, signed_at: datetime | None
) -> EncounterNote:
    """Add a note that came as PDF or picture; its bytes are kept as they came, encrypted.

    Raises ApplicationError at the field `file` for a file that cannot be read.
    """
    read = read_note_file(content)
    document = store_document(
        practice=encounter.practice,
        kind=NOTE_FILE,
        content=content,
        content_type=read.content_type,
        label=f"Clinical note of encounter {encounter.number}",
        subject=encounter,
    )
    return _keep_note(
        encounter=encounter,
        text=read.text,
        document=document,
        page_count=read.page_count,
        author_name=author_name,
        signed_at=signed_at,
    )


@transaction.atomic
def sign_note(*, note: EncounterNote) -> None:
    """The provider's word that the note stands as it is. Signed twice, the first moment stays."""
    locked = EncounterNote.everywhere.select_for_update(of=("self",)).get(pk=note.pk)
    if locked.signed_at is not None:
        return
    EncounterNote.everywhere.filter(pk=note.pk).update(signed_at=clock.now())
    timeline.record(note.encounter, kind="note.signed", sentence="signed the clinical note")
    announce(NOTE_SIGNED, subject=note.encounter, ids={"note_id": note.pk})


@transaction.atomic
def suggest_codes(*, encounter: Encounter, suggestions: Sequence[tuple[str, str, str]]) -> None:
    """Keep codes that the provider thinks fit: kind, as typed, the note's words for it.

    They are kept as they came, known codes or not: what to make of them is the coder's to say.
    Raises ApplicationError at the field `suggestions` for one that is empty or of no kind.
    """
    if not suggestions:
        return
    for kind, text, words in suggestions:
        if kind not in SuggestionKind.values or not text.strip():
            raise ApplicationError("Suggest a diagnosis or a line.", field="suggestions")
        if len(text) > 120 or len(words) > 300:
            raise ApplicationError("A suggestion is too long.", field="suggestions")
    SuggestedCode.everywhere.bulk_create(
        SuggestedCode(
            practice_id=encounter.practice_id,
            encounter=encounter,
            kind=kind,
            text=text.strip(),
            words=words.strip(),
        )
        for kind, text, words in suggestions
    )
    timeline.record(
        encounter,
        kind="codes.suggested",
        sentence=f"suggested {', '.join(text.strip() for _, text, _ in suggestions)}",
    )


def _keep_note(
    *, encounter: Encounter, signed_at: datetime | None, **columns: Any
) -> EncounterNote:
    note = EncounterNote.everywhere.create(
        practice_id=encounter.practice_id, encounter=encounter, signed_at=signed_at, **columns
    )
    unsigned = "" if signed_at else ", not signed yet"
    timeline.record(encounter, kind="note.added", sentence=f"added the clinical note{unsigned}")
    if signed_at:
        announce(NOTE_SIGNED, subject=encounter, ids={"note_id": note.pk})
    return note


def _add_orders(encounter: Encounter, orders: Sequence[tuple[str, str, str]]) -> None:
    EncounterOrder.everywhere.bulk_create(
        EncounterOrder(
            practice_id=encounter.practice_id,
            encounter=encounter,
            text=text.strip()[:200],
            code=code.strip()[:20],
            result=result.strip()[:300],
        )
        for text, code, result in orders
        if text.strip()
    )


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
