"""`manage.py generate_docs`: the pages of docs/ that are made from the code."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from desk.generated_docs import (
    api_openapi,
    callbacks_openapi,
    claim_data_page,
    news_page,
    rules_page,
)

PAGES = {
    "rules.md": rules_page,
    "news.md": news_page,
    "claim-data-fields.md": claim_data_page,
    "callbacks.openapi.json": callbacks_openapi,
    "api.openapi.json": api_openapi,
}


class Command(BaseCommand):
    """Write the pages of PAGES; with --check, say whether they are up to date."""

    help = "Write the generated pages of docs/ (or --check that they are up to date)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, exit 1 if stale")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.ROOT) / "docs"
        stale = [
            name
            for name, page in PAGES.items()
            if not (folder / name).exists() or (folder / name).read_text() != page()
        ]
        if options["check"]:
            self.stdout.write(f"stale: {', '.join(stale)}" if stale else "up to date")
            sys.exit(1 if stale else 0)
        for name in stale:
            (folder / name).write_text(PAGES[name]())
        self.stdout.write(f"written: {', '.join(stale) or 'nothing, all up to date'}")
