"""Documents of the tests: bytes in, with the numbers of our own claims put in."""

from pathlib import Path

from claims.models import Claim, InboundMessage, SubmissionBatch
from claims.services.process_message import process_due
from claims.services.receive_message import receive_message
from tests.factories.claims import World

DATA = Path(__file__).parent / "data"
_HEAD_835 = (
    "ISA*00*          *00*          *ZZ*OPENCH01       *ZZ*SUMMIT01       "
    "*261116*0200*^*00501*{number:09d}*0*P*:~\nGS*HP*OPENCH01*SUMMIT01*20261116*0200*{number}"
    "*X*005010X221A1~\n"
)


def document(name: str, **claims: Claim) -> str:
    """The file `name`; `SFM1001=claim` puts the claim's numbers in place of those of the file."""
    text = (DATA / name).read_text()
    for number, claim in claims.items():
        for line in claim.current_version.lines.all():
            text = text.replace(f"{number}L{line.line_number}", line.control_number)
        text = text.replace(number, claim.control_number)
    return text


def enveloped(st_to_se: str, number: int = 211) -> str:
    """An 835's ST to SE in an interchange addressed to Summit."""
    if st_to_se.startswith("ISA"):
        return st_to_se.replace("PAYERID01      ", "OPENCH01       ")
    return f"{_HEAD_835.format(number=number)}{st_to_se}GE*1*{number}~\nIEA*1*{number:09d}~\n"


def recount(text: str) -> str:
    """The file with SE01 set right after segments were added or taken away."""
    lines, start = text.splitlines(), 0
    for place, line in enumerate(lines):
        if line.startswith("ST*"):
            start = place
        if line.startswith("SE*"):
            lines[place] = f"SE*{place - start + 1}*{line.split('*')[2]}"
    return "\n".join(lines) + "\n"


def receive(world: World, text: str | bytes, *, source: str = "folder") -> InboundMessage:
    """Take a file in and process what is due; returns the message as it is then."""
    message = receive_message(
        practice=world.practice,
        partner=world.partner,
        source=source,
        content=text if isinstance(text, bytes) else text.encode(),
        content_type="application/edi-x12",
    )
    process_due()
    message.refresh_from_db()
    return message


def of_batch(text: str, batch: SubmissionBatch, *, old: str = "000000101") -> str:
    """An acknowledgement with the control numbers of `batch` in place of the file's."""
    text = text.replace("AK1*HC*1*", f"AK1*HC*{batch.group_control_number}*")
    text = text.replace("B000000102", batch.reference)
    return text.replace(old, batch.interchange_control_number)
