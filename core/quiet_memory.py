"""Long work that makes very many objects: the collector of cycles looks less often."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG, _OLDER, _OLDEST = 50_000, 20, 10


@contextmanager
def collected_rarely() -> Iterator[None]:
    """Within the block what exists already is not looked at again, and new objects rarely.

    Almost nothing in long work is a cycle; looking for some took a quarter of the time of posting a
    large remittance. What cycles there are go a little later.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_YOUNG, _OLDER, _OLDEST)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
