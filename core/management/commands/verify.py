"""`manage.py verify`: prove the books, the claims, the inbox and the audit log."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from core import verification


class Command(BaseCommand):
    """Run every registered check. Exit 0: proven; 1: problems; 2: nothing to check."""

    help = "Prove the invariants; names the row at fault. Exits 1 on problems, 2 on no data."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was counted and what is wrong."""
        results = verification.run_all()
        for name, checked in results.items():
            note = f" ({checked.note})" if checked.note else ""
            verdict = "ok" if not checked.problems else f"{len(checked.problems)} problems"
            self.stdout.write(f"{checked.counted:>9,} {name}: {verdict}{note}")
            for problem in checked.problems[:50]:
                self.stdout.write(f"          {problem}")
        if any(checked.problems for checked in results.values()):
            sys.exit(1)
        if not any(checked.counted for checked in results.values()):
            self.stdout.write("Nothing to check: the database is empty.")
            sys.exit(2)
