"""`manage.py load_code_set KIND PATH|URL…`: one release of one code set from its official files."""

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coding.code_sets.files import SourceFile
from coding.code_sets.kinds import SPECS
from coding.code_sets.reading import Options
from coding.models import CodeSetRelease
from coding.services.activate_release import activate_release
from coding.services.fetch_code_file import check_sha256, fetch_code_file
from coding.services.import_code_set import Import, import_code_set
from core.errors import ApplicationError


class Command(BaseCommand):
    """Stage a release, whole or not at all; with --activate-on, put it into use from that day."""

    help = "Load official files as one release of a code set. The same files again change nothing."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("kind", choices=list(SPECS))
        parser.add_argument("files", nargs="+", metavar="PATH|URL")
        parser.add_argument(
            "--sha256", action="append", default=[],
            help="what the file must hash to; once for each file, in their order",
        )  # fmt: skip
        parser.add_argument("--activate-on", type=_day, metavar="DATE", help="use it from this day")
        parser.add_argument("--label", default="", help="where the file names do not tell it")
        parser.add_argument("--variant", default="", help="hospital, dme, qpp, medicaid")
        parser.add_argument("--effective-from", type=_day, metavar="DATE")
        parser.add_argument("--effective-to", type=_day, metavar="DATE")
        parser.add_argument(
            "--i-hold-the-licence", action="store_true",
            help="you hold the licence that the set needs (AMA, X12, NUCC)",
        )  # fmt: skip
        parser.add_argument(
            "--keep-texts", action="store_true",
            help="keep the licensor's descriptions too; left out, they are dropped",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        hashes = options["sha256"]
        if hashes and len(hashes) != len(options["files"]):
            raise CommandError("Give --sha256 once for each file, in their order.")
        begin = time.monotonic()
        try:
            with ExitStack() as stack:
                files = [
                    _source(stack, named, hashes[place] if hashes else "")
                    for place, named in enumerate(options["files"])
                ]
                release, is_new = import_code_set(_wanted(files, options), **_progress())
            self._say(release, is_new, time.monotonic() - begin)
            if options["activate_on"] and not release.active_from:
                activate_release(release, options["activate_on"])
                self.stdout.write(f"in use from {options['activate_on']}")
        except ApplicationError as error:
            raise CommandError(error.message) from error

    def _say(self, release: CodeSetRelease, is_new: bool, seconds: float) -> None:
        word = f"staged in {seconds:.1f} s" if is_new else "was there already, nothing changed"
        self.stdout.write(f"{release}: {release.row_count:,} rows, {word}")
        if not is_new:
            return
        for name, count in release.facts["tables"].items():
            self.stdout.write(f"  {name}: {count:,}")
        for warning in release.facts["warnings"]:
            self.stdout.write(f"  note: {warning}")
        if found := release.facts["comparison"]:
            self.stdout.write(
                f"  against {found['against']}: {found['added']:,} added, "
                f"{found['changed']:,} changed, {found['retired']:,} retired"
            )


def _wanted(files: list[SourceFile], options: dict[str, Any]) -> Import:
    return Import(
        kind=options["kind"],
        files=files,
        options=Options(
            label=options["label"],
            variant=options["variant"],
            effective_from=options["effective_from"],
            effective_to=options["effective_to"],
            keep_texts=options["keep_texts"],
        ),
        licence_attested=options["i_hold_the_licence"],
    )


def _source(stack: ExitStack, named: str, sha256: str) -> SourceFile:
    if named.startswith(("http://", "https://")):
        kept = stack.enter_context(tempfile.NamedTemporaryFile())  # noqa: SIM115 - the stack closes it
        name = fetch_code_file(named, kept)
        kept.flush()
        path = Path(kept.name)
    else:
        path, name = Path(named), Path(named).name
        if not path.is_file():
            raise CommandError(f"There is no file {named}.")
    if sha256:
        with path.open("rb") as file:
            check_sha256(file, sha256)
    return SourceFile(name, path=path)


def _progress() -> dict[str, Any]:
    """A line of progress for people at a terminal; nothing in a log."""
    if not sys.stderr.isatty():
        return {}
    state = {"total": 0, "done": 0}

    def on_total(size: int) -> None:
        state["total"] = size

    def on_bytes(size: int) -> None:
        state["done"] += size
        sys.stderr.write(f"\r{state['done'] * 100 // max(1, state['total']):3d} %")
        sys.stderr.flush()

    return {"on_total": on_total, "on_bytes": on_bytes}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no date like 2026-09-30") from error
