"""The one exception of the launcher: a sentence for the person at the terminal."""


class LauncherError(Exception):
    """Something the person can act on. Its text is printed as it is, without a traceback."""
