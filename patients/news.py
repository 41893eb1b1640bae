"""What this app announces."""

from core import news

ENCOUNTER_RECORDED = news.topic("patients.encounter_recorded", "A visit was entered")
NOTE_SIGNED = news.topic("patients.note_signed", "A clinical note of a visit is signed")
PATIENT_CHANGED = news.topic("patients.patient_changed", "What is registered of a patient changed")
COVERAGE_CHANGED = news.topic("patients.coverage_changed", "A patient's coverage changed")
CLAIM_DATA_CHANGED = news.topic(
    "patients.claim_data_changed", "What a patient's claims must say beside the codes changed"
)
