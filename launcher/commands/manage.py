"""``./run manage``: one Django command, on the running stack or on engines started for it."""

import dataclasses
import sys
import time

from launcher.console import Console
from launcher.engines import EngineSet
from launcher.environment import ensure_environment
from launcher.instance import COMMAND, STACK, Instance
from launcher.layout import Layout
from launcher.stack import Manage, is_prepared, prepare, stack_environment
from launcher.supervisor import StopRequested, finish_undisturbed, stop_on_signals

PATIENCE_SECONDS = 600
INTERRUPTED = 130


def manage(layout: Layout, words: list[str]) -> int:
    """Run ``manage.py``; prints only what the command prints and answers its exit code."""
    # A fresh clone takes a while: say so, but never on standard output.
    console = Console(sys.stderr, quiet=is_prepared(layout))
    ensure_environment(layout, console)
    instance = Instance(layout.data)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not instance.take(COMMAND):
        note = instance.holder()
        if note is not None and note.kind == STACK:
            running = instance.wait_for_engines(PATIENCE_SECONDS)
            if running is not None:
                port, engines = running
                layout = dataclasses.replace(layout, port=port)
                return Manage(layout, stack_environment(layout, engines)).run(*words)
        elif time.monotonic() > deadline:
            print("Another management command still works on this data.", file=sys.stderr)
            return 1
        time.sleep(0.2)
    return _alone(layout, instance, console, words)


def _alone(layout: Layout, instance: Instance, console: Console, words: list[str]) -> int:
    engine_set = EngineSet(data=layout.data, environment=layout.virtual_environment)
    stop_on_signals()
    try:
        engines = engine_set.start()
        command = Manage(layout, stack_environment(layout, engines))
        if not is_prepared(layout):
            prepare(layout, command, console)
        return command.run(*words)
    except StopRequested:
        return INTERRUPTED
    finally:
        finish_undisturbed()
        engine_set.stop()
        instance.release()
