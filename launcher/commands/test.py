"""``./run test`` and ``./run bench``: engines of their own, thrown away at the end."""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from launcher.console import Console
from launcher.engines import Engines, EngineSet
from launcher.environment import ensure_environment, ensure_judge
from launcher.layout import Layout
from launcher.processes import die_with_parent
from launcher.stack import Manage, clean_environment, exit_code, stack_environment, wait_out
from launcher.supervisor import StopRequested, finish_undisturbed, stop_on_signals
from launcher.system import ensure_browser, ensure_pdf

INTERRUPTED = 130
# The whole suite in two halves: what starts servers, browsers and workers of its own and waits for
# them goes alone; all else shares the machine, one database for each process.
_ALONE = ("tests/scenarios", "tests/browser", "tests/launcher")
_TOGETHER = ("-n", "auto", "--dist", "loadfile", "tests",
             *(f"--ignore={folder}" for folder in _ALONE))  # fmt: skip
Command = Callable[[Engines, Path], int]


def test(layout: Layout, words: list[str]) -> int:
    """Run the whole test suite, in as many processes as there are processors, or what pytest's own
    arguments choose.
    """
    console = Console()
    ensure_environment(layout, console, dev=True)
    ensure_pdf(layout, console)
    browser = ensure_browser(layout, console)
    judge = ensure_judge(layout, console)

    def command(engines: Engines, scratch: Path) -> int:
        environment = clean_environment() | engines.environment()
        # A stack's own settings, exported in the shell, must not leak into the tests.
        kept = {k: v for k, v in environment.items() if not k.startswith("CLAIMLINE_")}
        kept |= {k: v for k, v in environment.items() if k.startswith("CLAIMLINE_TEST_")}
        kept |= {"CLAIMLINE_VAR_DIR": str(scratch), "CLAIMLINE_BROWSER": browser or ""}
        kept["CLAIMLINE_X12_JUDGE"] = judge
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        parts = [words] if words else [_TOGETHER, _ALONE]
        codes = [_run(layout, ["-m", "pytest", *part], kept) for part in parts]
        return next((code for code in codes if code), 0)

    return _on_throw_away_engines(layout, console, command)


def bench(layout: Layout, words: list[str]) -> int:
    """Print the performance budgets as a table, on a database of its own."""
    console = Console(sys.stderr)
    ensure_environment(layout, console, dev=True)

    def command(engines: Engines, scratch: Path) -> int:
        own = Layout(scratch, layout.port, root=layout.root)
        environment = stack_environment(own, engines)
        with console.step("Preparing the database"):
            Manage(own, environment).read("migrate", "--no-input", "--verbosity", "0")
        return _run(layout, ["-m", "bench", *words], environment)

    return _on_throw_away_engines(layout, console, command)


def _run(layout: Layout, words: Sequence[str], environment: dict[str, str]) -> int:
    process = subprocess.Popen(
        [str(layout.python), *words],
        env=environment,
        cwd=layout.root,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    return exit_code(wait_out(process))


def _on_throw_away_engines(layout: Layout, console: Console, command: Command) -> int:
    engine_set = EngineSet(data=None, environment=layout.virtual_environment, report=console.step)
    scratch = Path(tempfile.mkdtemp(prefix="claimline-scratch-"))
    stop_on_signals()
    try:
        return command(engine_set.start(), scratch)
    except StopRequested:
        return INTERRUPTED
    finally:
        finish_undisturbed()
        engine_set.stop()
        shutil.rmtree(scratch, ignore_errors=True)
