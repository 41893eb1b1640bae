"""`manage.py search_codes`: the search of the coding screen, on the command line."""

import argparse
import json
import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coding.search.hit import Hit
from coding.selectors import icd_index
from core import clock


class Command(BaseCommand):
    """Find diagnosis codes for words, short forms, everyday words or the beginning of a code."""

    help = (
        "Find ICD-10-CM codes in the release for a date of service, best first. The words of one "
        "command are one query; with --stdin every line is one."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("query", nargs="*", help="what a coder would type")
        parser.add_argument(
            "--on", type=_day, help="date of service, YYYY-MM-DD; today if left out"
        )
        parser.add_argument("--limit", type=_limit, default=10, help="hits a query (10)")
        parser.add_argument("--json", action="store_true", help="one line of JSON a query")
        parser.add_argument("--stdin", action="store_true", help="read queries, one a line")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["query"]) == options["stdin"]:
            raise CommandError("Give a query, or --stdin and a query a line.")
        on = options["on"] or clock.now().date()
        index = icd_index(on)
        if index is None:
            raise CommandError("No ICD-10-CM release is loaded: run manage.py load_code_sets.")
        queries = sys.stdin if options["stdin"] else [" ".join(options["query"])]
        for line in queries:
            query = line.strip()
            if not query and options["stdin"]:
                continue
            hits = index.search(query, options["limit"])
            self.stdout.write(_as_json(query, hits) if options["json"] else _as_text(query, hits))


def _as_json(query: str, hits: list[Hit]) -> str:
    found = [{"code": hit.dotted, "title": hit.title} for hit in hits]
    return json.dumps({"query": query, "hits": found}, ensure_ascii=False)


def _as_text(query: str, hits: list[Hit]) -> str:
    lines = [query]
    for hit in hits:
        chips = f"  [{', '.join(hit.chips)}]" if hit.chips else ""
        path = f"  < {hit.path}" if hit.path else ""
        lines.append(f"  {hit.dotted:<9} {hit.title}{chips}{path}")
    return "\n".join(lines if hits else [query, "  nothing found"])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no date like 2026-09-30") from error


def _limit(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 200:
        raise argparse.ArgumentTypeError("a number from 1 to 200")
    return int(text)
