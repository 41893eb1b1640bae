"""Whose data stands at a place of a file of ours that somebody complained about."""

from x12.envelope import interchanges

_NAMES = "NM1"


def entity_at(content: bytes, set_control_number: str, position: int) -> str:
    """The entity code of the last NM1 at or before segment `position` (ST is 1) of that set.

    "" where the set or the place is not in the file, or nobody was named yet.
    """
    for interchange in interchanges(content):
        for transaction in interchange.transactions:
            if transaction.control_number != set_control_number:
                continue
            named = ""
            for segment in transaction.segments[:position]:
                if segment.id == _NAMES:
                    named = segment[1]
                elif segment.id in {"HL", "CLM", "LX"}:
                    named = ""
            return named
    return ""
