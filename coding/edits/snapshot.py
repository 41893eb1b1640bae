"""What the edits look at: plain facts, gathered before, so that rules stay pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class DiagnosisFacts:
    """One diagnosis of the list; what a code means is said by the reference data."""

    key: int
    code: str


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line; `pointers` holds keys of diagnoses, the main one first. `minutes` are those of
    timed therapy or of anesthesia, None where nobody wrote them down.
    """

    key: int
    position: int
    procedure_code: str
    modifiers: tuple[str, ...]
    units: Decimal
    charge_amount: Decimal
    pointers: tuple[int, ...]
    service_date_from: date
    service_date_to: date
    is_in_charge_master: bool = True
    has_fee: bool = True
    place_of_service_code: str = ""
    minutes: int | None = None
    description: str = ""
    ndc_code: str = ""
    ndc_unit_code: str = ""
    ndc_quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """A line of another encounter of the same patient: what edits over time look back at.

    `diagnoses` are those it points to; they are read only where a rule asks for them.
    """

    encounter_number: str
    procedure_code: str
    modifiers: tuple[str, ...]
    units: Decimal
    service_date: date
    provider_key: int
    specialty_code: str
    charge_amount: Decimal = Decimal(0)
    diagnoses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorksheetFacts:
    """What the worksheet of a visit's level holds; `ticks` are problems, data and risk, 1 to 4."""

    family: str
    ticks: tuple[int, int, int] | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class EncounterFacts:
    """An encounter with its codes, its patient and what was done for the patient before.

    `specialty_code` is the rendering provider's taxonomy; `payer_kind` that of the primary payer
    on the day ("medicare", "medicaid", "commercial", "other"; empty for nobody insured);
    `uncertain_words` are words of doubt that stand in the note; `worksheet` is None where nobody
    made one.
    """

    service_date_from: date
    service_date_to: date
    place_of_service_code: str
    patient_birth_date: date
    has_note: bool
    diagnoses: tuple[DiagnosisFacts, ...]
    lines: tuple[LineFacts, ...]
    patient_sex: str = "U"
    provider_key: int = 0
    specialty_code: str = ""
    payer_kind: str = ""
    is_waiver_laboratory: bool = False
    uncertain_words: tuple[str, ...] = ()
    earlier: tuple[EarlierLine, ...] = ()
    worksheet: WorksheetFacts | None = None
