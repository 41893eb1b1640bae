"""Putting an 835 into the inbox as text, by the same door as a payer's file."""

from claims.models import InboundMessage, Remittance
from claims.services.process_message import process_message
from claims.services.receive_message import receive_message
from core.models import Practice
from tests.billing.worked import text_of

ISA = (
    "ISA*00*          *00*          *ZZ*PAYERID01      *ZZ*SUMMIT01       *261116*0200*^*00501"
    "*{control:09d}*0*P*:~\nGS*HP*PAYERID01*SUMMIT01*20261116*0200*{control}*X*005010X221A1~\n"
)
TRAILER = "GE*1*{control}~\nIEA*1*{control:09d}~\n"


def interchange(text: str, control: int = 1) -> str:
    """ST…SE `text` in an envelope with this control number."""
    return ISA.format(control=control) + text + TRAILER.format(control=control)


def deliver(practice: Practice, text: str, *, control: int = 1) -> Remittance:
    """Receive and process ST…SE `text`; returns the remittance that was stored last."""
    message = receive_message(
        practice=practice,
        partner=None,
        source="upload",
        content=interchange(text, control).encode(),
        content_type="application/edi-x12",
    )
    process_message(message)
    message = InboundMessage.objects.get(pk=message.pk)
    remittance = Remittance.objects.order_by("pk").last()
    assert remittance is not None, message.result
    return remittance


def example(practice: Practice, name: str, *, control: int = 1) -> Remittance:
    """The worked example called `name`, received."""
    return deliver(practice, text_of(name), control=control)
