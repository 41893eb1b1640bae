"""Whether the coverage holds on the date of service and fits the patient (domain B.10)."""

from typing import Any

from claims.scrub.catalogue import finding
from core.findings import Finding

RELATIONSHIPS = frozenset({"18", "01", "19", "20", "21", "39", "40", "53", "G8"})


def check_coverage(snapshot: dict[str, Any], _: Any) -> list[Finding]:
    """Active on the date, a relationship the claim can say, and a patient who was alive."""
    coverage, patient = snapshot["coverage"], snapshot["patient"]
    served = snapshot["claim"]["service_date_from"]
    found = []
    lines = [line for line in snapshot["lines"] if not _holds_for(coverage, line)]
    if not _holds(coverage, served):
        found.append(
            finding(
                "COV-01",
                "The coverage is not active on the service date.",
                "coverage.effective_from",
                "Correct the dates or choose another coverage.",
            )
        )
    elif lines:
        numbers = ", ".join(str(line["number"]) for line in lines)
        found.append(
            finding(
                "COV-01",
                f"The coverage is not active on the day of line {numbers}.",
                "coverage.effective_to",
                "Correct the dates, or return the visit to be coded apart.",
            )
        )
    if coverage["relationship_code"] not in RELATIONSHIPS:
        found.append(
            finding(
                "COV-02",
                "The relationship to the subscriber is missing.",
                "coverage.relationship_code",
            )
        )
    # ISO days sort as text.
    if patient["birth_date"] > served:
        found.append(
            finding("COV-03", "The patient was born after the service date.", "patient.birth_date")
        )
    if patient["deceased_on"] and patient["deceased_on"] < served:
        found.append(
            finding(
                "COV-04", "The service date is after the patient's death.", "patient.deceased_on"
            )
        )
    return found


def _holds_for(coverage: dict[str, Any], line: dict[str, Any]) -> bool:
    """Both ends of the line's dates: a coverage may end while a claim goes on."""
    first, last = line["service_date_from"], line["service_date_to"]
    return _holds(coverage, first) and _holds(coverage, last or first)


def _holds(coverage: dict[str, Any], served: str) -> bool:
    starts, ends = coverage["effective_from"], coverage["effective_to"]
    return (not starts or starts <= served) and (not ends or served <= ends)
