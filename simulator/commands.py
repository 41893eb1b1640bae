"""The commands that serve nobody: scenarios, generate, adjudicate, truth."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from simulator import config as configuration
from simulator.config import Config
from simulator.drawing import draw_files
from simulator.scenarios.catalogue import listed
from simulator.store import Store
from simulator.truth import lines_of
from simulator.volume import SAMPLE, Figures, adjudicate_all, files_in

PER_FILE = 500
NAMES = ("scenarios", "generate", "adjudicate", "truth")


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words that each command takes."""
    scenarios = commands.add_parser("scenarios", help="what it can do with a claim")
    scenarios.add_argument("--config", type=Path, help="shows what this file declares, too")
    generate = commands.add_parser("generate", help="draws claims and writes 837P files")
    adjudicate = commands.add_parser(
        "adjudicate", help="answers a folder of 837P files, or claims that it draws"
    )
    for parser in (generate, adjudicate):
        parser.add_argument("--config", type=Path, default=SAMPLE, help="JSON or TOML")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--per-file", type=int, default=PER_FILE)
        parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    generate.add_argument("--claims", type=int, required=True, help="how many to draw")
    source = adjudicate.add_mutually_exclusive_group(required=True)
    source.add_argument("--claims", type=int, help="how many to draw")
    source.add_argument("--in", dest="source", type=Path, help="folder of 837P files")
    truth = commands.add_parser("truth", help="what a served simulator decided, as JSON lines")
    truth.add_argument("--data", type=Path, required=True)


def run(options: argparse.Namespace) -> None:
    """Run the named command. Raises ConfigError and OSError."""
    if options.command == "scenarios":
        config = _config(options) if options.config else Config()
        _print(listed(config.every_scenario))
    elif options.command == "generate":
        _generate(options)
    elif options.command == "adjudicate":
        _adjudicate(options)
    else:
        store = Store(options.data / "simulator.sqlite3")
        _print(lines_of(store))
        store.close()


def _config(options: argparse.Namespace) -> Config:
    return configuration.load(options.config)


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _generate(options: argparse.Namespace) -> None:
    options.out.mkdir(parents=True, exist_ok=True)
    drawn = draw_files(
        _config(options), options.claims, seed=options.seed, per_file=options.per_file
    )
    for place, content in enumerate(drawn, 1):
        (options.out / f"claims_{place:06d}.837").write_bytes(content)
    _print([f"{options.claims:,} claims in {place:,} files"])


def _adjudicate(options: argparse.Namespace) -> None:
    config = _config(options)
    files = (
        files_in(options.source)
        if options.source
        else draw_files(config, options.claims, seed=options.seed, per_file=options.per_file)
    )
    figures = adjudicate_all(config, files, options.out, tell=_tell)
    sys.stderr.write("\n" if sys.stderr.isatty() else "")
    _print([figures.said()])


def _tell(figures: Figures) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{figures.claims:,} claims, {figures.seconds:.0f} s")
