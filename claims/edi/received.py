"""A received file as the rest of claims knows it."""

from dataclasses import dataclass

from claims.edi.inquiry_records import CoverageAnswer, StatusAnswer
from claims.edi.records import BatchAnswer, Fault, GroupAnswer, InterchangeAnswer, Remit

Content = InterchangeAnswer | GroupAnswer | BatchAnswer | Remit | CoverageAnswer | StatusAnswer


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """Everything in one received file, in its order; or the faults that make it unreadable.

    `envelopes` are receiver id and usage (P or T) of each of its interchanges.
    """

    kinds: tuple[str, ...] = ()
    contents: tuple[Content, ...] = ()
    faults: tuple[Fault, ...] = ()
    envelopes: tuple[tuple[str, str], ...] = ()
