"""``./run check``: lint, format, types, import contracts, Django's own checks, compose syntax."""

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from launcher.console import Console
from launcher.environment import ensure_environment
from launcher.layout import Layout
from launcher.stack import clean_environment

COMPOSE = "import sys, yaml; yaml.safe_load(open(sys.argv[1], encoding='utf-8'))['services']"
IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@dataclass(frozen=True)
class Check:
    name: str
    words: Sequence[str]


CHECKS = (
    Check("ruff check", ("-m", "ruff", "check", ".")),
    Check("ruff format", ("-m", "ruff", "format", "--check", ".")),
    Check("mypy", ("-m", "mypy", ".")),
    Check("import contracts", ("-c", IMPORTS)),
    Check("manage.py check", ("manage.py", "check", "--fail-level", "WARNING")),
    Check(
        "missing migrations",
        ("-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"),
    ),
    Check("docker-compose.yml", ("-c", COMPOSE, "docker-compose.yml")),
)


def check(layout: Layout, _words: list[str]) -> int:
    """Run every check, also after one failed; answers 1 when any did."""
    console = Console()
    ensure_environment(layout, console, dev=True)
    failed = [item.name for item in CHECKS if not _passes(layout, item, console)]
    if failed:
        console.say(f"\n{len(failed)} of {len(CHECKS)} checks failed: {', '.join(failed)}")
        return 1
    console.say(f"\nAll {len(CHECKS)} checks passed.")
    return 0


def _passes(layout: Layout, item: Check, console: Console) -> bool:
    begin = time.monotonic()
    done = subprocess.run(
        [str(layout.python), *item.words],
        cwd=layout.root,
        env=clean_environment() | {"DJANGO_SETTINGS_MODULE": "config.settings.local"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    passed = done.returncode == 0
    console.say(f"  {item.name}: {'ok' if passed else 'FAILED'} ({time.monotonic() - begin:.1f} s)")
    if not passed:
        console.say(done.stdout.rstrip())
    return passed
