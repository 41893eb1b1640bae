"""Who may open the desk's pages: a row for each URL name and method."""

from core.access import ALL, COLLECTORS, POSTERS, READERS
from core.choices import Role
from patients.access import SCHEDULERS

# Who acts on a work item: everybody with patient data but the auditor, who only reads.
WORKERS = READERS - {Role.AUDITOR}
# Who sees who looked at a patient's record.
AUDIT_READERS = frozenset({Role.AUDITOR, Role.MANAGER, Role.PRACTICE_ADMIN})

# Who speaks with payers and patients about money.
CALLERS = POSTERS | COLLECTORS

ACCESS: dict[str, dict[str, frozenset[str]]] = {
    "desk:home": {"GET": ALL},
    "desk:palette": {"GET": ALL, "POST": ALL},
    "desk:preferences": {"GET": ALL, "POST": ALL},
    "desk:saved-view-remove": {"POST": ALL},
    "desk:follow-up": {"GET": READERS, "POST": READERS},
    "desk:work-item": {"GET": READERS, "POST": WORKERS},
    "desk:calls": {"GET": CALLERS},
    "desk:payer-calls": {"GET": CALLERS, "POST": CALLERS},
    "desk:patient-calls": {"GET": CALLERS, "POST": CALLERS},
    "desk:patient-chart": {"GET": READERS},
    "desk:patient-audit": {"GET": AUDIT_READERS},
    "desk:patient-note": {"POST": WORKERS},
    "desk:check-in": {"GET": SCHEDULERS, "POST": SCHEDULERS},
    "desk:patient-contact": {"POST": WORKERS},
}
