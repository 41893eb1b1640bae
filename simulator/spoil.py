"""Answers that went wrong on their way: cut off, with a false end, or for nobody."""

import re
from dataclasses import replace
from typing import Any

from simulator.scenarios.parts import CutOff, Part, Stranger, WrongEnd
from x12.transactions.ack_277ca.model import ClaimAcknowledgement277
from x12.transactions.ack_999.model import Acknowledgement999

_ENDS = {
    "SE01": re.compile(rb"(\nSE\*0*)(\d+)(\*)"),
    "SE02": re.compile(rb"(\nSE\*\d+\*0*)(\d+)(~)"),
    "GE02": re.compile(rb"(\nGE\*\d+\*0*)(\d+)(~)"),
    "IEA02": re.compile(rb"(\nIEA\*\d+\*0*)(\d+)(~)"),
}
_NOBODYS_GROUP = 500_000_000  # no practice has counted so far
_NOBODYS_BATCH, _NOBODYS_CLAIM = "B999999999", "ZZ"


def false_end(content: bytes, element: str) -> bytes:
    """One more than is right at this element of the end: a count, or a control number."""
    return _ENDS[element].sub(
        lambda found: found[1] + str(int(found[2]) + 1).encode().zfill(len(found[2])) + found[3],
        content,
    )


def misdirected(record: Any, part: Part | None) -> Any:
    """The acknowledgement, or the same of a batch that nobody sent."""
    if not isinstance(part, Stranger):
        return record
    if isinstance(record, Acknowledgement999):
        number = int(record.group_control_number) + _NOBODYS_GROUP
        return replace(record, group_control_number=number)
    if not isinstance(record, ClaimAcknowledgement277):
        return record
    providers = tuple(
        replace(provider, claims=tuple(
            replace(one, patient_control_number=f"{_NOBODYS_CLAIM}{one.patient_control_number}")
            for one in provider.claims
        ))
        for provider in record.providers
    )  # fmt: skip
    return replace(record, batch_reference=_NOBODYS_BATCH, providers=providers)


def spoiled(content: bytes, part: Part | None) -> bytes:
    """The bytes of an acknowledgement as they leave."""
    if isinstance(part, CutOff):
        return content[: len(content) * 2 // 3]
    if isinstance(part, WrongEnd):
        return false_end(content, part.element)
    return content


def flaw_of(part: Part | None) -> str:
    """What is wrong with the file that left, for the truth."""
    if isinstance(part, CutOff):
        return "cut off"
    if isinstance(part, WrongEnd):
        return f"{part.element} wrong"
    return "of a batch that nobody sent" if isinstance(part, Stranger) else ""
