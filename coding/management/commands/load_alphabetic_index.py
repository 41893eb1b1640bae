"""`manage.py load_alphabetic_index`: the Alphabetic Index of ICD-10-CM from its official files."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coding.services.load_alphabetic_index import load_alphabetic_index
from core.errors import ApplicationError


class Command(BaseCommand):
    """Load the index, the external cause index and the tables of neoplasms and drugs."""

    help = (
        "Load the ICD-10-CM Alphabetic Index for the search: the official ZIP or its XML files "
        "(index, eindex, neoplasm, drug), or the same flattened as CSV. A second time is a no-op."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("path", nargs="+", type=Path)
        parser.add_argument("--label", required=True, help="such as FY2027")
        parser.add_argument("--from", required=True, dest="first", type=date.fromisoformat,
                            help="first date of service, YYYY-MM-DD")  # fmt: skip
        parser.add_argument("--to", dest="last", type=date.fromisoformat)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            release, is_new = load_alphabetic_index(
                options["path"],
                label=options["label"],
                effective_from=options["first"],
                effective_to=options["last"],
            )
        except (ApplicationError, OSError) as error:
            raise CommandError(str(error)) from error
        counts = ", ".join(f"{name} {count:,}" for name, count in release.facts.items())
        word = "loaded" if is_new else "was there already"
        self.stdout.write(f"{release}: {release.row_count:,} entries ({counts}), {word}")
