"""Reads the command line of ``./run`` and hands over to one subcommand."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from launcher.commands.check import check
from launcher.commands.manage import manage
from launcher.commands.stop import stop
from launcher.commands.test import bench, test
from launcher.commands.up import up
from launcher.errors import LauncherError
from launcher.layout import DEFAULT_PORT, Layout, default_data

HELP = """\
Claimline: practice management and billing.

  ./run                 set up what is missing, start everything, print the address
  ./run stop            stop the running stack
  ./run manage ...      a Django management command, for example: ./run manage verify
  ./run test [...]      the whole test suite, on engines of its own; arguments go to pytest
  ./run check           lint, types, import contracts, Django's checks
  ./run bench           the performance budgets, printed as a table
  ./run help            this text

Before the command:
  --data DIR            work on another data folder (default: var)
  --port N              web server port (default: 8000, or the next free one); the payer
                        simulator takes the port after it

DATABASE_URL (with DATABASE_OWNER_URL) and REDIS_URL replace the embedded engines.
"""
HIGHEST_PORT = 65_534
COMMANDS: dict[str, Callable[[Layout, list[str]], int]] = {
    "up": up,
    "stop": stop,
    "manage": manage,
    "test": test,
    "check": check,
    "bench": bench,
}
# These hand every further word to the program they start; the others take our options anywhere.
PASSES_WORDS_ON = frozenset({"manage", "test", "bench"})

WRITES_DATA = frozenset({"up", "manage", "bench"})


def main(words: Sequence[str]) -> int:
    """Run one subcommand; a LauncherError becomes its sentence and exit code 1."""
    try:
        layout, command, rest = parse(list(words))
        if command == "help":
            print(HELP, end="")
            return 0
        if command in WRITES_DATA:
            os.umask(0o077)  # logs, drop-offs and the rest are for their owner only
        return COMMANDS[command](layout, rest)
    except LauncherError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except PermissionError as error:
        print(f"\nNo permission for {error.filename}: {error.strerror}.", file=sys.stderr)
        return 1


def parse(words: list[str]) -> tuple[Layout, str, list[str]]:
    """Split the command line into the stack it speaks of, the subcommand, and its own words."""
    options: dict[str, str] = {}
    command = ""
    while words and command not in PASSES_WORDS_ON:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if name in {"--data", "--port"}:
            if not equals and not words:
                raise LauncherError(f"{name} needs a value.")
            options[name] = value if equals else words.pop(0)
        elif word in {"help", "-h", "--help"}:
            command = "help"
            words = []
        elif command or word not in COMMANDS:
            raise LauncherError(f"There is no {word!r} here; ./run help lists what there is.")
        else:
            command = word
    data = Path(options["--data"]).absolute() if "--data" in options else default_data()
    port = _port(options.get("--port", str(DEFAULT_PORT)))
    return Layout(data, port, "--port" in options), command or "up", words


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= HIGHEST_PORT:
        raise LauncherError(f"--port must be a number from 1 to {HIGHEST_PORT}, not {text!r}.")
    return int(text)
