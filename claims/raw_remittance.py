"""One payment as the payer wrote it, segment by segment, for people who want to see it."""

from claims.edi.extract import remittance_segments
from claims.edi.reader import payload_of
from claims.models import Remittance
from core.services.documents import read_document


def raw_segments(remittance: Remittance, most: int) -> list[str]:
    """The first `most` segments of its ST, other payments of the file left out."""
    content = read_document(remittance.document)
    if remittance.message.event_type:
        content = payload_of(content)
    return remittance_segments(content, remittance.trace_number, most)
