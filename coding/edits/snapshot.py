"""What the edits look at: plain facts, gathered before, so that rules stay pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class DiagnosisFacts:
    """One diagnosis and what the code set in force says of it."""

    key: int
    code: str
    is_known: bool
    is_billable: bool
    title: str = ""
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line; `pointers` holds keys of diagnoses, the main one first."""

    key: int
    position: int
    procedure_code: str
    modifiers: tuple[str, ...]
    units: Decimal
    charge_amount: Decimal
    pointers: tuple[int, ...]
    service_date_from: date
    service_date_to: date
    is_in_charge_master: bool
    has_fee: bool = True
    place_of_service_code: str = ""


@dataclass(frozen=True, slots=True)
class EncounterFacts:
    """An encounter with its codes, its patient's dates and the names of the code releases."""

    service_date_from: date
    service_date_to: date
    place_of_service_code: str
    patient_birth_date: date
    has_note: bool
    diagnoses: tuple[DiagnosisFacts, ...]
    lines: tuple[LineFacts, ...]
    icd_release: str = "no ICD-10-CM loaded"
    known_places: frozenset[str] = frozenset()
    is_waiver_laboratory: bool = False
