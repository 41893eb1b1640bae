"""Who has signed what for a claim: boxes 12 and 13, CLM08 to CLM10 (domain B.4).

The visit's own word (More claim data) goes before what is on file for the patient. A snapshot from
before the signatures were kept says what was said then: on file, without a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from claims.claim_facts import row_of
from patients.models import Patient
from patients.signatures import BY_LAW, FIELDS, NOT_ASSIGNED, SIGNED

Snapshot = Mapping[str, Any]
NOT_APPLICABLE = "W"  # CLM08: the patient refuses to assign; only said for a visit
_BEFORE = {"release_code": SIGNED, "benefits_code": SIGNED}


@dataclass(frozen=True, slots=True)
class Signed:
    """What the claim says. `release_on` and `benefits_on` are ISO days, "" where none is known."""

    release_code: str
    benefits_code: str
    signed_by: str
    release_on: str
    benefits_on: str


def on_file(patient: Patient) -> dict[str, str]:
    """The part of a snapshot: codes and ISO days, "" for what is not there."""
    values = {name: getattr(patient, name) for name in FIELDS}
    return {name: str(value) if value else "" for name, value in values.items()}


def signed_in(snapshot: Snapshot) -> Signed:
    """What the claim says of its signatures. What is missing is never said to be there: the scrub
    stops such a claim (IDN-20), or has somebody say why it may go (IDN-21).
    """
    visit, file = row_of(snapshot, "signatures"), snapshot.get("signatures", _BEFORE)
    release = visit.get("release") or file["release_code"] or BY_LAW
    benefits = visit.get("benefits") or file["benefits_code"] or NOT_ASSIGNED
    return Signed(
        release_code=release,
        benefits_code=benefits,
        signed_by=visit.get("signed_by", ""),
        release_on=file.get("release_signed_on", "") if release == SIGNED else "",
        benefits_on=file.get("benefits_signed_on", "") if benefits == SIGNED else "",
    )
