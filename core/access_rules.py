"""Access rows of the kernel's own pages."""

from core.access import ADMINS, ALL, PUBLIC, READERS, Table

ACCESS: Table = {
    "core:sign-in": PUBLIC,
    "core:sign-out": {"POST": ALL},
    "core:switch-practice": {"POST": ALL},
    "core:appearance": {"POST": ALL},
    "core:shell": {"GET": ALL},
    "core:jobs": {"GET": READERS},
    "core:job": {"GET": READERS},
    "core:job-cancel": {"POST": READERS},
    "core:document": {"GET": READERS},
    "core:livez": PUBLIC,
    "core:readyz": PUBLIC,
    "admin:*": {"GET": ADMINS, "POST": ADMINS},
    "api-schema": PUBLIC,
}
