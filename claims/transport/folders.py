"""Where a partner's folders are: always below this installation's own data folder."""

from pathlib import Path

from django.conf import settings

from core.errors import ApplicationError


def folder_path(text: str) -> Path:
    """The folder named in a partner's settings, relative to the data folder or inside it.

    Raises ApplicationError for a path that leads outside: set-up data must not reach the system.
    """
    root = Path(settings.CLAIMLINE_VAR_DIR).resolve()
    path = (root / text).resolve()
    if not text or not path.is_relative_to(root) or path == root:
        raise ApplicationError("A folder lies below this installation's data folder.")
    return path
