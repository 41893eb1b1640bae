"""Who may do what with money. Reading is for all who see patients; posting is the posters' work."""

from billing.selectors.statement_patients import in_document
from core import access
from core.access import BILLERS, COLLECTORS, FRONT, MANAGERS, POSTERS, READERS
from core.choices import Role

_MONEY_READERS = READERS - {Role.FRONT_DESK, Role.PROVIDER}
_CASHIERS = POSTERS | COLLECTORS | FRONT
_SETTERS = POSTERS | MANAGERS
_SENDERS = BILLERS | COLLECTORS | FRONT

ACCESS = {
    "billing:account": {"GET": READERS},
    "billing:payment-new": {"GET": _CASHIERS, "POST": _CASHIERS},
    "billing:payment-take-back": {"POST": POSTERS},
    "billing:statements": {"GET": READERS, "POST": READERS},
    "billing:statement-issue": {"GET": _SENDERS, "POST": _SENDERS},
    "billing:statement": {"GET": READERS},
    "billing:statement-pdf": {"GET": READERS},
    "billing:remittance": {"GET": _MONEY_READERS},
    "billing:eob-new": {"GET": POSTERS, "POST": POSTERS},
    "billing:remittances-post-ready": {"POST": POSTERS},
    "billing:remittance-undo": {"GET": POSTERS, "POST": POSTERS},
    "billing:recovery": {"GET": POSTERS, "POST": POSTERS},
    "billing:payer-posting": {"GET": _SETTERS, "POST": _SETTERS},
    "billing:remittance-match": {"POST": POSTERS},
    "billing:remittance-post": {"POST": POSTERS},
    "billing:remittance-held": {"POST": POSTERS},
    "billing:remittance-deposit": {"POST": POSTERS},
    "billing:journal": {"GET": _MONEY_READERS},
    "billing:ledger": {"GET": _MONEY_READERS},
    "billing:claim-ledger": {"GET": READERS},
}


def register() -> None:
    """The rows, and who may download statements."""
    access.register("billing", ACCESS)
    access.allow_documents("statement", READERS, in_document)
