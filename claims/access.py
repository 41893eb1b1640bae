"""Who may do what with claims, batches, the inbox and remittances."""

from claims.selectors_reads import patients_in_document
from core import access
from core.access import BILLERS, FRONT, MANAGERS, POSTERS, PUBLIC, READERS, Roles
from core.choices import Role

Table = dict[str, dict[str, Roles] | str]
SENDERS: Roles = BILLERS
NOTE_WRITERS: Roles = BILLERS | POSTERS
RETURNERS: Roles = BILLERS | {Role.CODING_LEAD}
ASKERS: Roles = FRONT | BILLERS
REPLAYERS: Roles = POSTERS | MANAGERS
TRIERS: Roles = BILLERS | MANAGERS
CONFIRMERS: Roles = MANAGERS
# Anyone who sees patients may read a claim; sending and correcting is the billers' work.
MONEY_READERS: Roles = READERS - {Role.FRONT_DESK, Role.PROVIDER}
_READ: dict[str, Roles] = {"GET": READERS}
_LIST: dict[str, Roles] = {"GET": READERS, "POST": READERS}
_MONEY_LIST: dict[str, Roles] = {"GET": MONEY_READERS, "POST": MONEY_READERS}

ACCESS: Table = {
    "claims:worklist": _LIST,
    "claims:detail": _READ,
    "claims:peek": _READ,
    "claims:recheck": {"POST": SENDERS},
    "claims:bulk": {"POST": SENDERS},
    "claims:hold": {"POST": SENDERS},
    "claims:let-go": {"POST": SENDERS},
    "claims:return": {"POST": RETURNERS},
    "claims:note": {"POST": NOTE_WRITERS},
    "claims:override": {"POST": SENDERS},
    "claims:batches": _MONEY_LIST,
    "claims:batch-build": {"GET": SENDERS, "POST": SENDERS},
    "claims:batch": {"GET": MONEY_READERS},
    "claims:batch-doubt": {"POST": SENDERS},
    "claims:connections": _MONEY_LIST,
    "claims:connection": {"GET": MONEY_READERS},
    "claims:connection-try": {"POST": TRIERS},
    "claims:connection-confirm": {"POST": CONFIRMERS},
    "claims:batch-forms": {"GET": SENDERS},
    "claims:batch-printed": {"POST": SENDERS},
    "claims:batch-spoiled": {"POST": SENDERS},
    "claims:batch-mailed": {"POST": SENDERS},
    "claims:batch-unmailed": {"POST": SENDERS},
    "claims:batch-apart": {"POST": SENDERS},
    "claims:printer": {"GET": SENDERS, "POST": SENDERS},
    "claims:printer-test": {"GET": SENDERS},
    "claims:remittances": _MONEY_LIST,
    "claims:remittance-upload": {"GET": POSTERS, "POST": POSTERS},
    "claims:inbox": _MONEY_LIST,
    "claims:inbox-message": {"GET": MONEY_READERS},
    "claims:replay": {"POST": REPLAYERS},
    "claims:eligibility": _READ,
    "claims:eligibility-ask": {"POST": ASKERS},
    "claims:eligibility-check": _READ,
    "claims:eligibility-proof": _READ,
    "claims:ask-status": {"POST": SENDERS},
    "payer-events": PUBLIC,
}


def register() -> None:
    """The rows, and who may download the files that came and went."""
    access.register("claims", ACCESS)
    access.allow_documents("x12.", MONEY_READERS, patients_in_document)
    access.allow_documents("paper.", MONEY_READERS, patients_in_document)
