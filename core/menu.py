"""The kernel's own entries of the main menu."""

from core import navigation
from core.access import ADMINS, MANAGERS

navigation.register(
    "integrations",
    "Integrations",
    "key",
    "core:api-keys",
    MANAGERS,
    order=85,
    foot=True,
    also=("core:api-key", "core:api-key-new", "core:webhooks", "core:webhook", "core:webhook-new"),
)
navigation.register("setup", "Set-up", "setup", "admin:index", ADMINS, order=90, foot=True)
