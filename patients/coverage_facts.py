"""What apps to the right know of a coverage, for the banners and pages that show one (DESIGN 2).

Whether a payer says that a coverage is active is known in claims; patients and coding show it
without knowing who says so.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from patients.models import Coverage


@dataclass(frozen=True, slots=True)
class CoverageFact:
    """One fact as a chip, with the page that says more. Banners show only what `is_known`."""

    label: str
    tone: str
    url: str = ""
    is_known: bool = True


Reader = Callable[[Collection[Coverage]], Mapping[int, CoverageFact]]
_readers: list[Reader] = []


def register(reader: Reader) -> None:
    """Let `reader` say one fact about each of the coverages that are shown together."""
    _readers.append(reader)


def with_facts(coverages: Iterable[Coverage]) -> list[Coverage]:
    """The same coverages, each with its `facts`; each reader is asked once for all of them."""
    shown = list(coverages)
    by_reader = [reader(shown) for reader in _readers] if shown else []
    for coverage in shown:
        facts = [found[coverage.pk] for found in by_reader if coverage.pk in found]
        coverage.facts = facts  # type: ignore[attr-defined]
    return shown
