"""Who may do what with claims, batches, the inbox and remittances."""

from claims.selectors_reads import patients_in_document
from core import access
from core.access import BILLERS, CODERS, FRONT, MANAGERS, POSTERS, PUBLIC, READERS, Roles
from core.choices import Role

Table = dict[str, dict[str, Roles] | str]
SENDERS: Roles = BILLERS
NOTE_WRITERS: Roles = BILLERS | POSTERS
RETURNERS: Roles = BILLERS | {Role.CODING_LEAD}
ASKERS: Roles = FRONT | BILLERS
REPLAYERS: Roles = POSTERS | MANAGERS
TRIERS: Roles = BILLERS | MANAGERS
CONFIRMERS: Roles = MANAGERS
# Billers write and test rules; what stops claims for all is switched on by a manager.
RULE_WRITERS: Roles = BILLERS
RULE_SWITCHERS: Roles = frozenset({Role.MANAGER})
# Adding a modifier to many claims is both billing and coding.
MODIFIER_ADDERS: Roles = BILLERS & CODERS
# What goes to payers in the practice's name is worded by those who lead its billing.
LETTER_WRITERS: Roles = MANAGERS | {Role.CODING_LEAD}
KEY_KEEPERS: Roles = MANAGERS  # of the keys that payers sign with
KEEPERS: Roles = BILLERS | MANAGERS
SETTERS: Roles = frozenset({Role.PRACTICE_ADMIN})
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
    "claims:send-again": {"POST": SENDERS},
    "claims:return": {"POST": RETURNERS},
    "claims:bill-next": {"POST": SENDERS},
    "claims:decline-next": {"POST": SENDERS},
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
    "claims:schedule": {"GET": KEEPERS, "POST": KEEPERS},
    "claims:payers": _MONEY_LIST,
    "claims:payer": {"GET": MONEY_READERS},
    "claims:payer-filing": {"GET": KEEPERS, "POST": KEEPERS},
    "claims:payer-schedule": {"GET": KEEPERS, "POST": KEEPERS},
    "claims:enrolments": _MONEY_LIST,
    "claims:enrolment-new": {"GET": KEEPERS, "POST": KEEPERS},
    "claims:enrolment-import": {"GET": KEEPERS, "POST": KEEPERS},
    "claims:enrolment": {"GET": MONEY_READERS, "POST": KEEPERS},
    "claims:enrolment-step": {"POST": KEEPERS},
    "claims:correct": {"POST": SENDERS},
    "claims:void": {"POST": SENDERS},
    "claims:drop-correction": {"POST": SENDERS},
    "claims:connection-https": {"GET": SETTERS, "POST": SETTERS},
    "claims:clocks": {"GET": MONEY_READERS, "POST": MANAGERS},
    "claims:payer-clocks": {"GET": MONEY_READERS, "POST": MANAGERS},
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
    "claims:upload": {"GET": MONEY_READERS},
    "claims:inbox": _MONEY_LIST,
    "claims:inbox-message": {"GET": MONEY_READERS},
    "claims:replay": {"POST": REPLAYERS},
    "claims:replay-many": {"POST": REPLAYERS},
    "claims:eligibility": _READ,
    "claims:eligibility-ask": {"POST": ASKERS},
    "claims:eligibility-check": _READ,
    "claims:eligibility-proof": _READ,
    "claims:ask-status": {"POST": SENDERS},
    "claims:rules": {"GET": MONEY_READERS},
    "claims:rule-new": {"GET": RULE_WRITERS, "POST": RULE_WRITERS},
    "claims:rule": {"GET": MONEY_READERS},
    "claims:rule-change": {"GET": RULE_WRITERS, "POST": RULE_WRITERS},
    "claims:rule-test": {"POST": RULE_WRITERS},
    "claims:rule-switch": {"POST": RULE_SWITCHERS},
    "claims:back-test": _MONEY_LIST,
    "claims:findings": {"GET": MONEY_READERS},
    "claims:findings-by-claim": _MONEY_LIST,
    "claims:alike": {"GET": MONEY_READERS, "POST": SENDERS},
    "claims:fix-run": {"GET": MONEY_READERS},
    "claims:callback-keys": _MONEY_LIST,
    "claims:callback-key": {"GET": MONEY_READERS},
    "claims:callback-key-try": {"POST": KEY_KEEPERS},
    "claims:callback-key-rotate": {"POST": KEY_KEEPERS},
    "claims:callback-key-revoke": {"POST": KEY_KEEPERS},
    "claims:callback-key-link": {"POST": KEY_KEEPERS},
    "claims:callback-key-link-end": {"POST": KEY_KEEPERS},
    "claims:filing-proof": {"POST": SENDERS},
    "claims:denials": _MONEY_LIST,
    "claims:denials-bulk": {"POST": SENDERS},
    "claims:denial-report": {"GET": MONEY_READERS},
    "claims:denial": {"GET": MONEY_READERS},
    "claims:denial-act": {"POST": SENDERS},
    "claims:appeal": {"GET": MONEY_READERS, "POST": SENDERS},
    "claims:letters": {"GET": MONEY_READERS},
    "claims:letter-new": {"GET": LETTER_WRITERS, "POST": LETTER_WRITERS},
    "claims:letter": {"GET": LETTER_WRITERS, "POST": LETTER_WRITERS},
    "claims:payer-appeals": {"GET": MONEY_READERS, "POST": KEEPERS},
    "api-claims": PUBLIC,
    "api-claim": PUBLIC,
    "api-remittances": PUBLIC,
    "api-remittance": PUBLIC,
    "api-remittance-claims": PUBLIC,
    "api-denials": PUBLIC,
    "api-denial": PUBLIC,
    "payer-events": PUBLIC,
    "payer-openapi": PUBLIC,
    "payer-page": PUBLIC,
    "payer-page-try": PUBLIC,
}


def register() -> None:
    """The rows, and who may download the files that came and went."""
    access.register("claims", ACCESS)
    access.allow_documents("x12.", MONEY_READERS, patients_in_document)
    access.allow_documents("claim.", MONEY_READERS, patients_in_document)
    access.allow_documents("paper.", MONEY_READERS, patients_in_document)
