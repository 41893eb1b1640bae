"""What was done and why, as a payer reads it (domain A.3, A.4, B.4)."""

import re
from decimal import Decimal
from typing import Any

from claims.scrub.catalogue import finding
from core.findings import Finding
from core.identifiers import clia_is_valid

MOST_DIAGNOSES, MOST_LINES, MOST_POINTERS, MOST_MODIFIERS = 12, 50, 4, 4
_PROCEDURE = re.compile(r"^[A-Z0-9]{5}$")
_MODIFIER = re.compile(r"^[A-Z0-9]{2}$")
_PLACE = re.compile(r"^\d{2}$")


def check_diagnoses(snapshot: dict[str, Any], _: Any) -> list[Finding]:
    """One to twelve diagnoses, each billable on the date of service."""
    diagnoses, found = snapshot["diagnoses"], []
    if not 1 <= len(diagnoses) <= MOST_DIAGNOSES:
        found.append(
            finding(
                "COD-02",
                f"The claim has {len(diagnoses)} diagnoses.",
                "diagnoses",
                "A claim carries 1 to 12.",
            )
        )
    found += [
        finding(
            "COD-01",
            f"{diagnosis['code']} is not billable on the service date.",
            f"diagnoses.{diagnosis['code']}",
            "Choose a more specific code.",
        )
        for diagnosis in diagnoses
        if not diagnosis["is_billable"]
    ]
    return found


def check_lines(snapshot: dict[str, Any], facts: Any) -> list[Finding]:
    """Code, modifiers, units, pointers, place and dates of every line."""
    lines, found = snapshot["lines"], []
    if not 1 <= len(lines) <= MOST_LINES:
        found.append(finding("COD-09", f"The claim has {len(lines)} lines.", "lines"))
    if not _PLACE.match(snapshot["claim"]["place_of_service_code"]):
        found.append(
            finding("COD-07", "The claim has no place of service.", "claim.place_of_service_code")
        )
    clia = snapshot["facility"]["clia_number"]
    if any("QW" in line["modifiers"] for line in lines) and not clia_is_valid(clia):
        found.append(
            finding(
                "COD-10",
                "A waived test needs the site's CLIA number.",
                "facility.clia_number",
                "An admin adds it to the site.",
            )
        )
    for line in lines:
        found += _check_line(line, len(snapshot["diagnoses"]), facts.today.isoformat())
    return found


def _check_line(line: dict[str, Any], diagnosis_count: int, today: str) -> list[Finding]:
    path, found = f"lines.{line['number']}", []
    name = f"Line {line['number']}"
    if not _PROCEDURE.match(line["procedure_code"]):
        found.append(finding("COD-06", f"{name} has no valid procedure code.", f"{path}.code"))
    modifiers = line["modifiers"]
    if (
        len(modifiers) > MOST_MODIFIERS
        or len(set(modifiers)) != len(modifiers)
        or not all(_MODIFIER.match(modifier) for modifier in modifiers)
    ):
        found.append(finding("COD-05", f"{name}: check the modifiers.", f"{path}.modifiers"))
    if Decimal(line["units"]) <= 0:
        found.append(finding("COD-04", f"{name} has no units.", f"{path}.units"))
    pointers = line["pointers"]
    if not 1 <= len(pointers) <= MOST_POINTERS or not all(
        1 <= pointer <= diagnosis_count for pointer in pointers
    ):
        found.append(
            finding(
                "COD-03",
                f"{name} points to no diagnosis of this claim.",
                f"{path}.pointers",
                "Point it to 1 to 4 diagnoses.",
            )
        )
    if not line["service_date_from"] <= line["service_date_to"] <= today:
        found.append(
            finding(
                "COD-08",
                f"{name}: the dates are out of order or in the future.",
                f"{path}.service_date_from",
            )
        )
    return found
