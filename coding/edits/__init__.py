"""Coding edits: pure functions over a snapshot of the encounter, all findings at once."""

from coding.edits.run import run_edits
from coding.edits.snapshot import DiagnosisFacts, EncounterFacts, LineFacts

__all__ = ["DiagnosisFacts", "EncounterFacts", "LineFacts", "run_edits"]
