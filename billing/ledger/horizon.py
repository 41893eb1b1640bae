"""Up to which number the books are settled, so that somebody who follows them misses nothing.

Numbers are drawn while postings run side by side: a long one may draw 10 and commit after a short
one that drew 11. Whoever reads "all after 9" in between would see 11 and never 10. So each posting
holds a shared lock that names a number below all that it will draw, until it ends; below the lowest
of these locks nothing can come any more. Readers wait for nobody, and nobody waits for them.
"""

from django.db import connection

_SPACE = 0x4A4C  # the top 16 bits of the lock's key: these locks and no others
# Locks of one transaction that posts very often fall together: a lock each would fill the table.
_ROUND = 6

_LAST = (
    "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM billing_journal_number"
)
_ANNOUNCE = (
    f"SELECT pg_advisory_xact_lock_shared(({_SPACE}::bigint << 48)"  # noqa: S608 - numbers of ours
    f" | ((last.number >> {_ROUND}) << {_ROUND})) FROM ({_LAST}) AS last(number)"
)
_RUNNING = (
    "SELECT min(((classid::bigint & 65535) << 32) | objid::bigint) FROM pg_locks"  # noqa: S608
    f" WHERE locktype = 'advisory' AND objsubid = 1 AND (classid::bigint >> 16) = {_SPACE}"
    " AND pid <> pg_backend_pid()"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def announce_numbers() -> None:
    """Say, before any number is drawn, that this transaction will draw some."""
    with connection.cursor() as cursor:
        cursor.execute(_ANNOUNCE)


def settled_through() -> int:
    """The number up to which every journal that will ever be there is there.

    The last number is read before the locks: a posting that announces itself after the look draws
    numbers above it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        last = int(cursor.fetchone()[0])
        cursor.execute(_RUNNING)
        running = cursor.fetchone()[0]
    return last if running is None else min(last, int(running))
