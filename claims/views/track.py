"""The track on the page of a batch: how far it came."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One step of the track: done, how many, what went wrong."""

    label: str
    is_done: bool
    words: str
    is_bad: bool = False
