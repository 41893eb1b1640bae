"""Where on a claim a fault of its file is: the part of the snapshot, the field, and the words."""

from collections.abc import Iterable
from dataclasses import dataclass

import x12
from claims.edi.claim_to_837p import Snapshot
from claims.edi.words import ELEMENTS
from claims.edi.write_837p import write_alone
from core.errors import ApplicationError
from x12.errors import ERROR, Fault

# The part of the snapshot that each loop of the file is written from, and its name for people.
_PARTS: dict[str, tuple[str, str]] = {
    "1000A": ("submitter", "Submitter"),
    "2010AA": ("billing_provider", "Billing provider"),
    "2000A": ("billing_provider", "Billing provider"),
    "2010AB": ("billing_provider", "Pay-to address"),
    "2000B": ("coverage", "Coverage"),
    "2010BA": ("subscriber", "Subscriber"),
    "2010BB": ("payer", "Payer"),
    "2000C": ("coverage", "Coverage"),
    "2010CA": ("patient", "Patient"),
    "2300": ("claim", "Claim"),
    "2310A": ("referring_provider", "Referring provider"),
    "2310B": ("rendering_provider", "Rendering provider"),
    "2310C": ("facility", "Facility"),
}
# The snapshot's own name of what an element holds.
_NAMES: dict[str, str] = {
    "NM103": "last_name", "NM104": "first_name", "NM109": "npi", "N301": "address_line1",
    "N401": "city", "N402": "state_code", "N403": "zip_code", "DMG02": "birth_date",
    "DMG03": "sex", "SBR09": "claim_filing_code", "SBR03": "group_number",
    "CLM01": "control_number", "CLM02": "charge_amount", "CLM05-1": "place_of_service_code",
    "PRV03": "taxonomy_code", "SV101-2": "procedure_code", "SV102": "charge_amount",
    "SV104": "units", "SV105": "place_of_service_code", "DTP03": "service_date_from",
    "LIN03": "ndc_code",
}  # fmt: skip
_MEMBER = {"NM109": "member_id"}


@dataclass(frozen=True, slots=True)
class PlacedFault:
    """One fault: the path of the field in the snapshot, and what is wrong in words."""

    field: str
    words: str


def placed_faults(snapshot: Snapshot) -> list[PlacedFault]:
    """What is wrong with the file that holds only this claim, each at its field; [] when it may
    leave.
    """
    try:
        content = write_alone(snapshot, "CHECK")
    except ApplicationError as error:
        return [PlacedFault("claim", error.message)]
    faults = [one for one in x12.check_bytes(content) if one.severity == ERROR]
    lines = _line_of_segment(content.decode("utf-8", "replace").split("~")) if faults else []
    return [_placed(one, lines) for one in faults]


def _line_of_segment(segments: Iterable[str]) -> list[int]:
    """The service line that each segment of the set stands in, 0 before the first; ST is first."""
    found, line, has_begun = [0], 0, False
    for segment in (one.strip() for one in segments):
        has_begun = has_begun or segment.startswith("ST*")
        if has_begun:
            line += segment.startswith("LX*")
            found.append(line)
    return found


def _placed(fault: Fault, lines: list[int]) -> PlacedFault:
    line = lines[fault.segment_number] if fault.segment_number < len(lines) else 0
    if fault.loop_id.startswith("24") and line:
        part, who = f"lines.{line}", f"Line {line}"
    else:
        part, who = _PARTS.get(fault.loop_id, ("claim", "Claim"))
    names = _NAMES | _MEMBER if part == "subscriber" else _NAMES
    name = names.get(fault.element, fault.element or fault.segment_id)
    if name == "member_id":
        part = "coverage"
    ending = f" (expected: {fault.expected})" if fault.expected else ""
    place = " ".join(filter(None, [fault.loop_id, fault.element or fault.segment_id]))
    words = f"{who}{_what(fault)}: {fault.message}{ending} [{place}]"
    return PlacedFault(f"{part}.{name}", words)


def _what(fault: Fault) -> str:
    """The word of the element behind a comma, where it has one; "" else."""
    digits = fault.element.removeprefix(fault.segment_id).partition("-")[0]
    word = ELEMENTS.get((fault.segment_id, int(digits))) if digits.isdecimal() else None
    return f", {word}" if word else ""
