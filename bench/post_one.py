"""Posts one remittance in a process of its own and says how long it took and how much memory.

`python -m bench.post_one <remittance id>` prints seconds, of them at work in Python, peak megabytes
above the start, and journals.
"""

import sys
import time
from pathlib import Path

import django

django.setup()

from django.db import connection, transaction  # noqa: E402  (models need the setup)

from billing.posting.post_remittance import journals_of, post_remittance  # noqa: E402
from claims.models import Remittance  # noqa: E402
from core.quiet_memory import collected_rarely  # noqa: E402
from core.tenancy import practice_scope  # noqa: E402


def main(remittance_id: int) -> None:
    """Post it; the commit, where the database checks every journal, is timed with it. As a worker's
    job does, it lets the collector look rarely.
    """
    remittance = Remittance.everywhere.select_related("practice").get(pk=remittance_id)
    with practice_scope(remittance.practice):
        list(Remittance.objects.values_list("pk")[:1])
        before = _peak()
        begin, worked = time.perf_counter(), time.process_time()
        with collected_rarely(), transaction.atomic():
            post_remittance(remittance=remittance)
        took, worked = time.perf_counter() - begin, time.process_time() - worked
        journals = journals_of(remittance).count()
    connection.close()
    print(f"{took:.2f} {worked:.2f} {_peak() - before:.0f} {journals}")


def _peak() -> float:
    """Most resident megabytes of this program so far; what its parent had does not count."""
    [line] = [row for row in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in row]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
