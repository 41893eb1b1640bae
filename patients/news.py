"""What this app announces."""

from core import news

ENCOUNTER_RECORDED = news.topic("patients.encounter_recorded", "A visit was entered")
NOTE_ADDED = news.topic("patients.note_added", "A clinical note was added to a visit")
COVERAGE_CHANGED = news.topic("patients.coverage_changed", "A patient's coverage changed")
