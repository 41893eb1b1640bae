"""Who may open the pages of this app: a row for each URL name and method."""

from core import access
from core.access import ALL, BILLERS, CODERS, FRONT, MANAGERS, PUBLIC, READERS, Table
from core.choices import Role

NOTE_WRITERS = CODERS | FRONT | {Role.PROVIDER}
LOADERS = frozenset({Role.CODING_LEAD, Role.PRACTICE_ADMIN, Role.SYSTEM_ADMIN})
# Who leads the coding team: assigns, releases, audits.
LEADS = frozenset({Role.CODING_LEAD, Role.MANAGER})
RELEASERS = LEADS
# What a claim must say beside its codes prices nothing: whoever meets it may add it.
CLAIM_DATA_WRITERS = CODERS | BILLERS | FRONT

ACCESS: Table = {
    "coding:queue": {"GET": READERS, "POST": READERS},
    "coding:next": {"GET": CODERS},
    "coding:assign": {"POST": LEADS},
    "coding:team": {"GET": LEADS},
    "coding:team-settings": {"POST": LEADS},
    "coding:rules": {"GET": LEADS},
    "coding:rule-new": {"GET": LEADS, "POST": LEADS},
    "coding:rule": {"GET": LEADS, "POST": LEADS},
    "coding:rule-move": {"POST": LEADS},
    "coding:rule-switch": {"POST": LEADS},
    "coding:rules-assign": {"POST": LEADS},
    "coding:audits": {"GET": LEADS},
    "coding:audit-new": {"GET": LEADS, "POST": LEADS},
    "coding:audit": {"GET": LEADS},
    # A coder opens their own, once it is closed.
    "coding:audit-item": {"GET": CODERS, "POST": LEADS},
    "coding:audit-difference": {"POST": LEADS},
    # A coder sees their own row.
    "coding:productivity": {"GET": CODERS},
    "coding:search": {"GET": READERS},
    "coding:look-up": {"GET": READERS},
    "coding:look-up-tree": {"GET": READERS},
    "coding:look-up-index": {"GET": READERS},
    "coding:look-up-compare": {"GET": READERS},
    "coding:look-up-code": {"GET": READERS},
    "coding:look-up-add": {"POST": CODERS},
    "coding:fees": {"GET": READERS},
    "coding:contract-import": {"GET": MANAGERS, "POST": MANAGERS},
    "coding:code-sets": {"GET": ALL},
    "coding:code-set": {"GET": ALL},
    "coding:code-set-load": {"GET": LOADERS, "POST": LOADERS},
    "coding:code-set-activate": {"POST": LOADERS},
    "coding:code-set-roll-back": {"POST": LOADERS},
    "coding:code-set-discard": {"POST": LOADERS},
    "coding:code-set-stop": {"POST": LOADERS},
    "coding:queries": {"GET": CODERS | {Role.PROVIDER}},
    "coding:query": {"GET": CODERS | {Role.PROVIDER}, "POST": {Role.PROVIDER}},
    "coding:query-withdraw": {"POST": CODERS},
    "coding:query-ask": {"GET": CODERS, "POST": CODERS},
    "coding:case": {"GET": READERS},
    "coding:claim-data": {"GET": READERS, "POST": CLAIM_DATA_WRITERS},
    "coding:claim-data-line": {"GET": READERS, "POST": CLAIM_DATA_WRITERS},
    "coding:case-summary": {"GET": READERS},
    "coding:diagnosis-add": {"POST": CODERS},
    "coding:diagnosis-move": {"POST": CODERS},
    "coding:diagnosis-remove": {"POST": CODERS},
    "coding:line-add": {"POST": CODERS},
    "coding:line-edit": {"POST": CODERS},
    "coding:line-remove": {"POST": CODERS},
    "coding:fix": {"POST": CODERS},
    "coding:override": {"POST": CODERS},
    "coding:line-move": {"POST": CODERS},
    "coding:suggestions-take": {"POST": CODERS},
    "coding:copy": {"POST": CODERS},
    "coding:undo": {"POST": CODERS},
    "coding:em": {"POST": CODERS},
    "coding:em-level": {"POST": CODERS},
    "coding:em-look": {"POST": CODERS},
    "coding:note": {"POST": NOTE_WRITERS},
    "coding:note-sign": {"POST": {Role.PROVIDER}},
    "coding:note-page": {"GET": READERS},
    "coding:quote": {"POST": CODERS},
    "coding:quote-drop": {"POST": CODERS},
    "coding:suggest": {"POST": {Role.PROVIDER}},
    "coding:reopen": {"POST": CODERS},
    "coding:finish": {"POST": CODERS},
    "coding:release": {"POST": RELEASERS},
    "coding:hold": {"POST": CODERS},
    # The API signs its callers in by key and refuses by scope.
    "api-charges": PUBLIC,
    "api-charge": PUBLIC,
}


def register() -> None:
    """Hand the rows to the kernel."""
    access.register("coding", ACCESS)
