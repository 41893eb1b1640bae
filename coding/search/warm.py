"""Building the diagnosis index before the first coder asks: as the web server starts."""

import gc
import logging

from django.db import DatabaseError, connections

from coding.selectors import icd_index
from core import clock

log = logging.getLogger(__name__)


def warm_up() -> None:
    """Build today's index now. Without a database, or without codes in it, nothing happens.

    A server that loads the program once and then forks shares the index between its processes; what
    is there by now is kept out of the collector's sight, so that it stays shared.
    """
    try:
        icd_index(clock.now().date())
    except DatabaseError as error:  # not migrated yet, or not there: the first search will build it
        log.info("The search index is not built ahead: %s", type(error).__name__)
    finally:
        connections.close_all()  # no process may inherit an open one
    gc.collect()
    gc.freeze()
