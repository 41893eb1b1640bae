"""The kernel's own entries of the main menu."""

from core import navigation
from core.access import ADMINS

navigation.register("setup", "Set-up", "setup", "admin:index", ADMINS, order=90, foot=True)
