"""What a claim's lines must have besides right codes (domain B.4); those are coding's edits."""

import re
from typing import Any

from claims.claim_facts import clia_of
from claims.scrub.catalogue import finding
from core.findings import Finding
from core.identifiers import clia_is_valid

MOST_LINES = 50
_PROCEDURE = re.compile(r"^[A-Z0-9]{5}$")
_PLACE = re.compile(r"^\d{2}$")


def check_lines(snapshot: dict[str, Any], facts: Any) -> list[Finding]:
    """The shape of code, place and dates of every line, and the number of a waived laboratory."""
    lines, found = snapshot["lines"], []
    if not 1 <= len(lines) <= MOST_LINES:
        found.append(finding("COD-09", f"The claim has {len(lines)} lines.", "lines"))
    if not _PLACE.match(snapshot["claim"]["place_of_service_code"]):
        found.append(
            finding("COD-07", "The claim has no place of service.", "claim.place_of_service_code")
        )
    is_waived = any("QW" in line["modifiers"] for line in lines)
    if is_waived and not clia_is_valid(clia_of(snapshot)):
        found.append(
            finding(
                "COD-10",
                "A waived test needs the site's CLIA number.",
                "facility.clia_number",
                "An admin adds it to the site.",
            )
        )
    for line in lines:
        found += _check_line(line, facts.today.isoformat())
    return found


def _check_line(line: dict[str, Any], today: str) -> list[Finding]:
    path, found = f"lines.{line['number']}", []
    name = f"Line {line['number']}"
    if not _PROCEDURE.match(line["procedure_code"]):
        found.append(finding("COD-06", f"{name} has no valid procedure code.", f"{path}.code"))
    # ISO days sort as text.
    if line["service_date_to"] > today:
        found.append(
            finding("COD-08", f"{name}: its date is in the future.", f"{path}.service_date_to")
        )
    return found
