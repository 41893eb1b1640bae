"""Access rows of the kernel's own pages."""

from core.access import ADMINS, ALL, MANAGERS, PUBLIC, READERS, Roles, Table
from core.choices import Role

# Whoever may start long work may stop it; which jobs, the view decides.
_STEERERS = READERS - {Role.AUDITOR, Role.PROVIDER}

# Who lets another system in: it then reads what every member may read.
INTEGRATORS: Roles = frozenset({Role.PRACTICE_ADMIN})

ACCESS: Table = {
    "core:sign-in": PUBLIC,
    "core:sign-out": {"POST": ALL},
    "core:switch-practice": {"POST": ALL},
    "core:appearance": {"POST": ALL},
    "core:shell": {"GET": ALL},
    "core:jobs": {"GET": READERS, "POST": READERS},
    "core:job": {"GET": READERS},
    "core:job-cancel": {"POST": _STEERERS},
    "core:document": {"GET": READERS},
    "core:livez": PUBLIC,
    "core:readyz": PUBLIC,
    "core:api-keys": {"GET": MANAGERS, "POST": MANAGERS},
    "core:api-key-new": {"GET": INTEGRATORS, "POST": INTEGRATORS},
    "core:api-key": {"GET": MANAGERS},
    "core:api-key-change": {"POST": INTEGRATORS},
    "core:api-key-renew": {"POST": INTEGRATORS},
    "core:api-key-revoke": {"POST": MANAGERS},
    "core:webhooks": {"GET": MANAGERS, "POST": MANAGERS},
    "core:webhook-new": {"GET": INTEGRATORS, "POST": INTEGRATORS},
    "core:webhook": {"GET": MANAGERS},
    "core:webhook-change": {"POST": INTEGRATORS},
    "core:webhook-switch": {"POST": MANAGERS},
    "core:webhook-renew": {"POST": INTEGRATORS},
    "core:webhook-test": {"POST": MANAGERS},
    "core:webhook-replay": {"POST": MANAGERS},
    "admin:*": {"GET": ADMINS, "POST": ADMINS},
    "api-schema": PUBLIC,
    "api-openapi": PUBLIC,
    "core:api-docs": PUBLIC,
}
