"""Taking appointments from a CSV file of the practice's scheduling system."""

from typing import Any

from core.errors import ApplicationError
from patients.appointment_input import OUTSIDE_NAMES, AppointmentInput, as_arguments
from patients.choices import EncounterSource
from patients.csv_rows import CsvRow, Layout
from patients.services.take_appointment import take_appointment

_REQUIRED = ("patient_mrn", "starts_at", "provider_npi")
APPOINTMENTS = Layout(
    _REQUIRED,
    (*_REQUIRED, "facility", "minutes", "visit_kind", "reason", "state", "external_number"),
)


def take_row(practice: Any, row: CsvRow) -> list[str]:
    """Book the row, or bring its appointment up to it; returns what is wrong with it."""
    given = AppointmentInput(data=row.cells, practice=practice)
    if not given.is_valid():
        return [f"{name}: {' '.join(map(str, texts))}" for name, texts in given.errors.items()]
    try:
        take_appointment(source=EncounterSource.CSV, values=as_arguments(given.validated_data))
    except ApplicationError as error:
        name = OUTSIDE_NAMES.get(error.field or "", error.field or "row")
        return [f"{name}: {error.message}"]
    return []
