"""`manage.py matching_quality`: how often the right claim stands first among the candidates."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from claims.matching_quality import Quality, chosen_by_people, try_on_sent_claims
from core.models import Practice
from core.tenancy import practice_scope


class Command(BaseCommand):
    """Prints counts only, never a name or number."""

    help = "How often the right claim stands first among the candidates of an unmatched answer"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, default=700, help="Sent claims to try, a practice")

    def handle(self, *args: Any, **options: Any) -> None:
        for practice in Practice.objects.order_by("pk"):
            with practice_scope(practice):
                self.stdout.write(practice.name)
                self._print("chosen by people", chosen_by_people())
                self._print("tried on sent claims", try_on_sent_claims(options["count"]))

    def _print(self, name: str, found: Quality) -> None:
        if not found.tried:
            self.stdout.write(f"  {name}: none")
            return
        self.stdout.write(
            f"  {name}: first {found.first} of {found.tried} ({found.percent:.1f} %),"
            f" offered {found.offered}"
        )
        for damage, (tried, first) in found.by_damage.items():
            if tried:
                self.stdout.write(f"    {damage}: {first} of {tried}")
