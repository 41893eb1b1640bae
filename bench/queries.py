"""The search queries written for this project, and what share of them finds its code.

`search_queries.txt` is our own, from general clinical knowledge. Every query belongs to one of two
halves by its checksum: the word lists and the ranking are tuned on the first and the second is only
counted, so that its figure says what other people's queries can expect.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "search_queries.txt"


@dataclass(frozen=True, slots=True)
class Query:
    """What is typed, and the codes (without dots) that are right."""

    kind: str
    text: str
    codes: frozenset[str]

    @property
    def is_held_out(self) -> bool:
        """Whether it belongs to the half that nobody tunes on."""
        return zlib.crc32(self.text.encode()) % 2 == 1


@dataclass(frozen=True, slots=True)
class Shares:
    """Of `count` queries: the share with a right code first, and among the first five."""

    count: int
    first: float
    among_five: float

    def __str__(self) -> str:
        return f"hit@1 {self.first:.1%}, hit@5 {self.among_five:.1%} of {self.count}"


def queries() -> Iterator[Query]:
    """Every query of the file."""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            kind, text, codes = (part.strip() for part in line.split("|"))
            right = frozenset(code.strip().replace(".", "") for code in codes.split(","))
            yield Query(kind, text, right)


def shares(some: Iterable[Query], search: Callable[[str, int], list[str]]) -> Shares:
    """Run the queries; `search` gives codes without dots, best first."""
    count = first = five = 0
    for query in some:
        found = search(query.text, 5)
        count += 1
        first += bool(found) and found[0] in query.codes
        five += not query.codes.isdisjoint(found)
    return Shares(count, first / max(1, count), five / max(1, count))
