"""Drawing the sample: stratified by coder, random, and the same again from the same seed. Pure."""

from collections.abc import Mapping, Sequence
from random import Random


def draw(by_coder: Mapping[int, Sequence[int]], size: int, seed: int) -> list[int]:
    """At most `size` cases, as many of each coder as of the others while they have any.

    The cases of one coder are shuffled by seed and coder, so that what is drawn of one does not
    depend on who else there is.
    """
    decks = {}
    for coder in sorted(by_coder):
        cards = sorted(by_coder[coder])
        Random(f"{seed}:{coder}").shuffle(cards)  # noqa: S311 - repeatable on purpose
        decks[coder] = cards
    drawn: list[int] = []
    turn = 0
    while len(drawn) < size and any(len(cards) > turn for cards in decks.values()):
        drawn += [cards[turn] for cards in decks.values() if len(cards) > turn]
        turn += 1
    return drawn[:size]
