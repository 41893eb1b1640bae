"""Who may open the pages of this app: a row for each URL name and method."""

from core import access
from core.access import BILLERS, CODERS, FRONT, PUBLIC, READERS, Roles
from core.choices import Role
from patients.selectors import patients_of_note
from patients.services.record_encounter import NOTE_FILE

REGISTRARS = FRONT | BILLERS
ENTERERS = FRONT | CODERS | {Role.PROVIDER, Role.BILLER}
IMPORTERS = FRONT | CODERS | BILLERS
# Who books, moves and cancels visits, and checks patients in.
SCHEDULERS = FRONT | {Role.BILLER, Role.MANAGER}

ACCESS: dict[str, dict[str, Roles] | str] = {
    "patients:list": {"GET": READERS, "POST": READERS},
    "patients:new": {"GET": REGISTRARS, "POST": REGISTRARS},
    "patients:edit": {"GET": REGISTRARS, "POST": REGISTRARS},
    "patients:coverage-new": {"GET": REGISTRARS, "POST": REGISTRARS},
    "patients:coverage-edit": {"GET": REGISTRARS, "POST": REGISTRARS},
    "patients:encounter-new": {"GET": ENTERERS, "POST": ENTERERS},
    "patients:case-new": {"GET": ENTERERS, "POST": ENTERERS},
    "patients:case-edit": {"GET": ENTERERS, "POST": ENTERERS},
    "patients:authorization-new": {"GET": ENTERERS, "POST": ENTERERS},
    "patients:authorization-edit": {"GET": ENTERERS, "POST": ENTERERS},
    "patients:encounter-import": {"GET": IMPORTERS, "POST": IMPORTERS},
    "patients:appointments": {"GET": READERS, "POST": READERS},
    "patients:appointment-new": {"GET": SCHEDULERS, "POST": SCHEDULERS},
    "patients:appointment": {"GET": READERS, "POST": SCHEDULERS},
    "patients:appointment-close": {"POST": SCHEDULERS},
    "patients:appointment-import": {"GET": SCHEDULERS, "POST": SCHEDULERS},
    # The API signs its callers in by token and refuses by scope.
    "api-patients": PUBLIC,
    "api-encounters": PUBLIC,
    "api-encounter": PUBLIC,
    "api-appointments": PUBLIC,
    "api-appointment": PUBLIC,
}


def register() -> None:
    """Hand the rows to the kernel."""
    access.register("patients", ACCESS)
    access.allow_documents("patients.encounter_csv", IMPORTERS)
    access.allow_documents("patients.appointment_csv", SCHEDULERS)
    access.allow_documents(NOTE_FILE, access.READERS, patients_of_note)
