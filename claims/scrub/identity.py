"""Who is named on the claim, and whether a payer can recognise them (domain B.5)."""

import re
from typing import Any

from claims.scrub.catalogue import finding
from core.findings import Finding
from core.identifiers import (
    ein_is_valid,
    mbi_is_valid,
    npi_is_valid,
    ssn_is_valid,
    taxonomy_is_valid,
    zip_is_valid,
)

_PO_BOX = re.compile(r"^\s*P\.?\s*O\.?\s*BOX\b", re.IGNORECASE)
_MEMBER_ID = re.compile(r"^[A-Z0-9]{2,80}$")
_CLAIM_NUMBER = re.compile(r"^[A-Z0-9]{1,17}$")
_ZIP9, _ADDRESS = 9, ("address_line1", "city", "state_code")
MEDICARE_FILING_CODES = frozenset({"MB", "MA"})


def check_providers(snapshot: dict[str, Any], _: Any) -> list[Finding]:
    """NPI, tax id, taxonomy and address of everyone who gives or bills the service."""
    return [
        *_billing(snapshot["billing_provider"]),
        *_rendering(snapshot["rendering_provider"]),
        *_referring(snapshot.get("referring_provider")),
        *_facility(snapshot["facility"]),
    ]


def check_people(snapshot: dict[str, Any], _: Any) -> list[Finding]:
    """Names, birth date, sex and address of the patient, and the subscriber's name."""
    patient, found = snapshot["patient"], []
    if not patient["last_name"] or not patient["first_name"]:
        found.append(finding("IDN-10", "The patient's name is not complete.", "patient.last_name"))
    if not patient["birth_date"] or patient["sex"] not in {"M", "F", "U"}:
        found.append(
            finding("IDN-11", "The patient's birth date or sex is missing.", "patient.birth_date")
        )
    missing = _missing_address(patient)
    if missing or not zip_is_valid(patient["zip_code"]):
        what = ", ".join(missing) or "ZIP code"
        found.append(
            finding("IDN-12", f"The patient's address lacks: {what}.", "patient.address_line1")
        )
    subscriber = snapshot["subscriber"]
    if not subscriber["is_patient"] and not (subscriber["last_name"] and subscriber["first_name"]):
        found.append(
            finding("IDN-14", "The subscriber has no name.", "coverage.subscriber_last_name")
        )
    return found


def check_payer(snapshot: dict[str, Any], facts: Any) -> list[Finding]:
    """The ids by which the payer finds the member, and we find the claim again."""
    coverage, found = snapshot["coverage"], []
    member = coverage["member_id"]
    if not _MEMBER_ID.match(member):
        text = "The member id has spaces or signs in it." if member else "There is no member id."
        found.append(finding("IDN-13", text, "coverage.member_id"))
    elif coverage["claim_filing_code"] in MEDICARE_FILING_CODES and not mbi_is_valid(member):
        found.append(
            finding(
                "IDN-19",
                "The Medicare number does not have the form of an MBI.",
                "coverage.member_id",
                "Copy it again from the card.",
            )
        )
    if not snapshot["payer"]["payer_number"] and not facts.on_paper:
        found.append(finding("IDN-15", "The payer has no electronic id.", "payer.payer_number"))
    if not _CLAIM_NUMBER.match(snapshot["claim"]["control_number"]):
        found.append(finding("IDN-16", "The claim number does not fit.", "claim.control_number"))
    return found


def _billing(billing: dict[str, Any]) -> list[Finding]:
    found = []
    name = billing["name"]
    if not npi_is_valid(billing["npi"]):
        found.append(finding("IDN-01", f"The NPI of {name} is not valid.", "billing_provider.npi"))
    is_tax_id = ssn_is_valid if billing["tax_id_qualifier"] == "SY" else ein_is_valid
    if not is_tax_id(billing["tax_id"]):
        found.append(
            finding("IDN-02", f"The tax id of {name} is not valid.", "billing_provider.tax_id")
        )
    found += _zip9(billing, "billing_provider", name)
    missing = _missing_address(billing)
    if missing or _PO_BOX.match(billing["address_line1"]):
        text = f"lacks: {', '.join(missing)}" if missing else "is a PO box"
        found.append(
            finding(
                "IDN-05",
                f"The billing address of {name} {text}.",
                "billing_provider.address_line1",
                "Put a PO box into the pay-to address.",
            )
        )
    if billing["taxonomy_code"] and not taxonomy_is_valid(billing["taxonomy_code"]):
        found.append(
            finding(
                "IDN-06", f"The taxonomy of {name} is malformed.", "billing_provider.taxonomy_code"
            )
        )
    if not billing["phone"]:
        found.append(finding("IDN-18", f"{name} has no phone number.", "billing_provider.phone"))
    return found


def _rendering(provider: dict[str, Any]) -> list[Finding]:
    found, name = [], f"{provider['first_name']} {provider['last_name']}"
    if not npi_is_valid(provider["npi"]):
        found.append(
            finding(
                "IDN-07",
                f"The NPI of {name} is not valid.",
                "rendering_provider.npi",
                "Correct the NPI on the provider's page.",
            )
        )
    if not provider["taxonomy_code"]:
        found.append(
            finding("IDN-08", f"Taxonomy missing for {name}.", "rendering_provider.taxonomy_code")
        )
    elif not taxonomy_is_valid(provider["taxonomy_code"]):
        found.append(
            finding(
                "IDN-06",
                f"The taxonomy of {name} is malformed.",
                "rendering_provider.taxonomy_code",
            )
        )
    return found


def _referring(provider: dict[str, Any] | None) -> list[Finding]:
    if provider is None or npi_is_valid(provider["npi"]):
        return []
    return [
        finding("IDN-17", "The referring provider's NPI is not valid.", "referring_provider.npi")
    ]


def _facility(facility: dict[str, Any]) -> list[Finding]:
    if not facility["is_separate"]:
        return []
    found = _zip9(facility, "facility", facility["name"])
    if not npi_is_valid(facility["npi"]) or _missing_address(facility):
        found.append(
            finding(
                "IDN-09",
                f"The NPI or address of {facility['name']} is not complete.",
                "facility.npi",
            )
        )
    return found


def _zip9(place: dict[str, Any], path: str, name: str) -> list[Finding]:
    code, field = place["zip_code"], f"{path}.zip_code"
    if len(code) != _ZIP9 or not zip_is_valid(code):
        return [finding("IDN-03", f"The ZIP code of {name} needs nine digits.", field)]
    if code.endswith(("0000", "9999")):
        return [finding("IDN-04", f"The ZIP+4 of {name} looks made up.", field)]
    return []


def _missing_address(place: dict[str, Any]) -> list[str]:
    words = {"address_line1": "street", "city": "city", "state_code": "state"}
    return [words[key] for key in _ADDRESS if not place[key]]
