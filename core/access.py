"""Who may open what: one hand-written row per URL name and method, denied by default.

Each app writes its rows in access.py and registers them in ready(). A URL name without a row
is refused for everybody, and a test fails on it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.choices import Role

PUBLIC = "PUBLIC"  # authenticates by itself or needs nobody: sign-in, health, callbacks, the API

Roles = frozenset[str]
# A table names each "app:url-name" with the roles of GET and POST, or says PUBLIC.
Table = Mapping[str, Mapping[str, Collection[str]] | str]

FRONT: Roles = frozenset({Role.FRONT_DESK, Role.MANAGER, Role.PRACTICE_ADMIN})
CODERS: Roles = frozenset({Role.CODER, Role.CODING_LEAD, Role.MANAGER})
BILLERS: Roles = frozenset({Role.BILLER, Role.MANAGER})
POSTERS: Roles = frozenset({Role.POSTER, Role.BILLER, Role.MANAGER})
COLLECTORS: Roles = frozenset({Role.COLLECTIONS, Role.BILLER, Role.MANAGER})
MANAGERS: Roles = frozenset({Role.MANAGER, Role.PRACTICE_ADMIN})
ADMINS: Roles = frozenset({Role.PRACTICE_ADMIN, Role.SYSTEM_ADMIN})
ALL: Roles = frozenset(Role.values)
READERS: Roles = ALL - {Role.SYSTEM_ADMIN}  # a system admin sees no patient data


@dataclass(frozen=True)
class Row:
    """The rule for one URL name: per method, the roles; or PUBLIC."""

    url_name: str
    methods: Mapping[str, Collection[str] | str]

    def allows(self, method: str, role: str | None) -> bool:
        """Whether `role` may use `method` here. HEAD and OPTIONS follow GET."""
        roles = self.roles_for(method)
        if roles is None:
            return False
        return roles == PUBLIC or (role is not None and role in roles)

    def roles_for(self, method: str) -> Collection[str] | str | None:
        """The roles of a method, PUBLIC, or None where the method has no row."""
        same_as_get = {"HEAD": "GET", "OPTIONS": "GET"}
        if "*" in self.methods:
            return self.methods["*"]
        found = self.methods.get(method)
        return found if found is not None else self.methods.get(same_as_get.get(method, ""))


_rows: dict[str, Row] = {}


def register(app: str, table: Table) -> None:
    """Add an app's ACCESS table. A name registered twice is a mistake, unless it is the same."""
    for url_name, methods in table.items():
        by_method = {"*": PUBLIC} if isinstance(methods, str) else dict(methods)
        row = Row(url_name, by_method)
        if _rows.get(url_name, row) != row:
            raise ValueError(f"{app}: {url_name} has two different access rows")
        _rows[url_name] = row


def row_for(url_name: str) -> Row | None:
    """The row of a URL name; "admin:*" stands for every name of a namespace."""
    exact = _rows.get(url_name)
    if exact is not None:
        return exact
    namespace = url_name.split(":", 1)[0]
    return _rows.get(f"{namespace}:*") if ":" in url_name else None


def all_rows() -> dict[str, Row]:
    """Every row, for the test that walks them."""
    return dict(_rows)


def role_names(roles: Collection[str]) -> str:
    """Roles in words: "Biller, Manager"."""
    return ", ".join(Role(role).label for role in Role.values if role in roles)


# -- documents -----------------------------------------------------------------------------


@dataclass(frozen=True)
class DocumentRule:
    """Who may download documents whose kind starts with `prefix`."""

    prefix: str
    roles: Roles
    patient_ids: Callable[[Any], Iterable[int | None]] | None


_document_rules: list[DocumentRule] = []


def allow_documents(
    prefix: str,
    roles: Collection[str],
    patient_ids: Callable[[Any], Iterable[int | None]] | None = None,
) -> None:
    """Let `roles` download documents of a kind; `patient_ids` says whose data one holds."""
    _document_rules.append(DocumentRule(prefix, frozenset(roles), patient_ids))


def document_rule(kind: str) -> DocumentRule | None:
    """The rule with the longest prefix of `kind`; None means nobody may download it."""
    fits = [rule for rule in _document_rules if kind.startswith(rule.prefix)]
    return max(fits, key=lambda rule: len(rule.prefix), default=None)
