"""Coding edits: pure functions over a snapshot of the encounter, all findings at once."""

from coding.edits.reference import EditSettings, Reference
from coding.edits.run import run_edits
from coding.edits.snapshot import DiagnosisFacts, EarlierLine, EncounterFacts, LineFacts

__all__ = [
    "DiagnosisFacts",
    "EarlierLine",
    "EditSettings",
    "EncounterFacts",
    "LineFacts",
    "Reference",
    "run_edits",
]
