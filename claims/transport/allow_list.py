"""Where claims may go: hosts that the installation names, and no others (DESIGN 4)."""

from core.outbound import HostNotAllowed, check_host, check_url

__all__ = ["HostNotAllowed", "check_host", "check_url"]
