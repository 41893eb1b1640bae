"""``./run stop``: ask the running stack to end, and wait until it has."""

import os
import signal

from launcher.errors import LauncherError
from launcher.instance import STACK, Instance
from launcher.layout import Layout
from launcher.processes import wait_for

SECONDS = 60


def stop(layout: Layout, _words: list[str]) -> int:
    """End the stack on this data folder; nothing running is fine, too."""
    instance = Instance(layout.data)
    note = instance.holder()
    if note is None:
        print(f"Nothing is running on {layout.data}.")
        return 0
    if note.kind != STACK or not note.pid:
        raise LauncherError(f"A management command (pid {note.pid}) works on {layout.data}.")
    try:
        os.kill(note.pid, signal.SIGTERM)
    except PermissionError:
        raise LauncherError(
            f"The stack (pid {note.pid}) belongs to another user; stop it as that user."
        ) from None
    except ProcessLookupError:
        pass
    if not wait_for(lambda: instance.holder() is None, seconds=SECONDS):
        raise LauncherError(f"The stack (pid {note.pid}) has not ended within {SECONDS} s.")
    print("Stopped.")
    return 0
