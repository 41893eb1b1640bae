"""`manage.py load_code_sets`: the code sets that come with Claimline."""

from typing import Any

from django.core.management.base import BaseCommand

from coding.services.load_code_sets import load_icd10cm, load_places, load_starters


class Command(BaseCommand):
    """Load ICD-10-CM, the places and the starter tables; a second run changes nothing."""

    help = "Load ICD-10-CM (from the simple-icd-10-cm wheel), places of service, starter tables."

    def handle(self, *args: Any, **options: Any) -> None:
        for release, is_new in (load_icd10cm(), load_places(), *load_starters()):
            word = "loaded" if is_new else "was there already"
            self.stdout.write(f"{release}: {release.row_count:,} rows, {word}")
