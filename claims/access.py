"""Who may do what with claims, batches, the inbox and remittances."""

from core import access
from core.access import BILLERS, MANAGERS, POSTERS, PUBLIC, READERS
from core.choices import Role

# Anyone who sees patients may read a claim; sending and correcting is the billers' work.
_MONEY_READERS = READERS - {Role.FRONT_DESK, Role.PROVIDER}
_READ = {"GET": READERS}
_LIST = {"GET": READERS, "POST": READERS}
_MONEY_LIST = {"GET": _MONEY_READERS, "POST": _MONEY_READERS}

ACCESS = {
    "claims:worklist": _LIST,
    "claims:detail": _READ,
    "claims:peek": _READ,
    "claims:recheck": {"POST": BILLERS},
    "claims:recheck-many": {"POST": BILLERS},
    "claims:hold": {"POST": BILLERS},
    "claims:let-go": {"POST": BILLERS},
    "claims:note": {"POST": BILLERS | POSTERS},
    "claims:override": {"POST": BILLERS},
    "claims:batches": _MONEY_LIST,
    "claims:batch-build": {"GET": BILLERS, "POST": BILLERS},
    "claims:batch": {"GET": _MONEY_READERS},
    "claims:batch-doubt": {"POST": BILLERS},
    "claims:remittances": _MONEY_LIST,
    "claims:remittance-upload": {"GET": POSTERS, "POST": POSTERS},
    "claims:inbox": _MONEY_LIST,
    "claims:inbox-message": {"GET": _MONEY_READERS},
    "claims:replay": {"POST": POSTERS | MANAGERS},
    "payer-events": PUBLIC,
}


def register() -> None:
    """The rows, and who may download the files that came and went."""
    access.register("claims", ACCESS)
    access.allow_documents("x12.", _MONEY_READERS)
