"""One claim's own part of a file of many, for people who want to see what was sent."""

from claims.edi.claim_to_837p import Snapshot
from claims.edi.write_837p import write_alone
from core.errors import ApplicationError
from x12.envelope import interchanges
from x12.segment import Segment


def claim_segments(content: bytes, control_number: str) -> list[str]:
    """The segments from the subscriber level that holds CLM01 `control_number` to its end.

    Other patients' claims in the same file are left out. [] where the claim is not in it.
    """
    for interchange in interchanges(content):
        for transaction in interchange.transactions:
            found = _part(transaction.segments, control_number)
            if found:
                return ["*".join(segment.elements) for segment in found]
    return []


def remittance_segments(content: bytes, trace_number: str, most: int) -> list[str]:
    """The segments of the payment with this trace (TRN02), the first `most` of them."""
    for interchange in interchanges(content):
        for transaction in interchange.transactions:
            segments = transaction.segments
            if any(one.id == "TRN" and one[2] == trace_number for one in segments[:6]):
                return ["*".join(segment.elements) for segment in segments[:most]]
    return []


def preview_segments(snapshot: Snapshot) -> list[str]:
    """How the claim would be written now. [] where it cannot be written yet."""
    try:
        content = write_alone(snapshot, "PREVIEW")
    except ApplicationError:
        return []
    return claim_segments(content, snapshot["claim"]["control_number"])


def _part(segments: list[Segment], control_number: str) -> list[Segment]:
    start = 0
    for place, segment in enumerate(segments):
        if segment.id == "HL" and segment[3] in {"20", "22"}:
            start = place
        if segment.id == "CLM" and segment[1] == control_number:
            return segments[start : place + 1] + _rest(segments[place + 1 :])
    return []


def _rest(segments: list[Segment]) -> list[Segment]:
    """What belongs to the claim after its CLM: up to the next level, claim or end."""
    found = []
    for segment in segments:
        if segment.id in {"HL", "CLM", "SE"}:
            break
        found.append(segment)
    return found
