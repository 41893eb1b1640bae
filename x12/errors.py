"""What is wrong with a file, said so that a person finds the place."""

from dataclasses import dataclass

ERROR, WARNING = "E", "W"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one place of a file.

    `segment_number` counts the segments of the transaction with ST as 1 (as a 999 does), or of
    the interchange with ISA as 1 outside a transaction. `element` is like "SV102", "SV101-2" or
    "". `loop_id` and `claim_number` (CLM01 or CLP01) are there where they are known.

    Codes say where a fault comes from: `X-` envelope and framing; `S` with the IK304 code of a 999
    and `E` with its IK403 code for structure; `C-` content of an 837P; `BAL-` balances and `R-`
    content of answers.
    """

    code: str
    severity: str
    message: str
    segment_number: int = 0
    segment_id: str = ""
    element: str = ""
    expected: str = ""
    loop_id: str = ""
    claim_number: str = ""

    def __str__(self) -> str:
        place = f"segment {self.segment_number} {self.element or self.segment_id}".rstrip()
        ending = f" (expected: {self.expected})" if self.expected else ""
        return f"{self.severity} {self.code} at {place}: {self.message}{ending}"


class X12Error(Exception):
    """Records that cannot be written. Carries every fault that was found."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults
