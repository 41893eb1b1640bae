"""Numbers that people read back: the medical record number and the encounter number."""

from core.ids import opaque_number


def new_mrn() -> str:
    """A medical record number: opaque, so that it tells nothing and cannot be guessed."""
    return opaque_number("M", 9)


def new_encounter_number() -> str:
    """An encounter number of at most 12 characters."""
    return opaque_number("E", 10)
