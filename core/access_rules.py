"""Access rows of the kernel's own pages."""

from core.access import ADMINS, ALL, PUBLIC, READERS, Table
from core.choices import Role

# Whoever may start long work may stop it; which jobs, the view decides.
_STEERERS = READERS - {Role.AUDITOR, Role.PROVIDER}

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
    "admin:*": {"GET": ADMINS, "POST": ADMINS},
    "api-schema": PUBLIC,
}
