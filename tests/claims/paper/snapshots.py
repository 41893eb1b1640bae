"""Snapshots to be put on paper: W-01 as it is frozen, and others changed from it."""

from copy import deepcopy
from typing import Any

_HERE = {"address_line2": "", "city": "Anytown", "state_code": "CO"}
_STREET = {"address_line1": "100 Main St Ste 200", "zip_code": "800011234", **_HERE}


def line(number: int, **columns: Any) -> dict[str, Any]:
    """One service line; a visit unless `columns` say otherwise."""
    return {
        "number": number,
        "control_number": f"SFM1001L{number}",
        "procedure_code": "99213",
        "modifiers": [],
        "description": "",
        "units": "1",
        "unit_code": "UN",
        "charge_amount": "10.00",
        "pointers": [1],
        "place_of_service_code": "11",
        "service_date_from": "2026-11-02",
        "service_date_to": "2026-11-02",
        "ndc_code": "",
        "ndc_quantity": "",
        "ndc_unit_code": "",
        **columns,
    }


W01: dict[str, Any] = {
    "schema": 1,
    "claim": {
        "control_number": "SFM1001",
        "frequency_code": "1",
        "original_reference_number": "",
        "place_of_service_code": "11",
        "service_date_from": "2026-11-02",
        "service_date_to": "2026-11-02",
        "charge_amount": "390.00",
        "patient_paid_amount": "0.00",
    },
    "billing_provider": {
        "name": "Summit Family Medicine PLLC",
        "npi": "2000000010",
        "tax_id": "841234567",
        "tax_id_qualifier": "EI",
        "taxonomy_code": "207Q00000X",
        "phone": "3035550100",
        "pay_to": None,
        **_STREET,
    },
    "facility": {
        "name": "Summit Main Street",
        "npi": "",
        "clia_number": "",
        "is_separate": False,
        **_STREET,
    },
    "rendering_provider": {
        "first_name": "Ana",
        "last_name": "Reyes",
        "npi": "2000000028",
        "taxonomy_code": "207Q00000X",
    },
    "referring_provider": None,
    "patient": {
        "first_name": "Joan",
        "middle_name": "Q",
        "last_name": "Testpatient",
        "suffix": "",
        "birth_date": "1950-04-12",
        "sex": "F",
        "deceased_on": "",
        "phone": "",
        "address_line1": "12 Elm St",
        "zip_code": "800015678",
        **_HERE,
    },
    "subscriber": {
        "is_patient": True,
        "first_name": "Joan",
        "middle_name": "Q",
        "last_name": "Testpatient",
        "birth_date": "1950-04-12",
        "sex": "F",
    },
    "coverage": {
        "rank": 1,
        "member_id": "1EG4TE5MK73",
        "group_number": "",
        "relationship_code": "18",
        "claim_filing_code": "MB",
        "plan_name": "Part B",
        "effective_from": "2020-01-01",
        "effective_to": "",
    },
    "payer": {
        "name": "Medicare Part B",
        "payer_number": "MCRPB",
        "address_line1": "",
        "address_line2": "",
        "city": "",
        "state_code": "",
        "zip_code": "",
    },
    "diagnoses": [{"code": "M1711", "title": ""}, {"code": "I10", "title": ""}],
    "lines": [
        line(1, procedure_code="99214", modifiers=["25"], charge_amount="200.00", pointers=[1, 2]),
        line(2, procedure_code="20610", modifiers=["RT"], charge_amount="150.00"),
        line(
            3, procedure_code="J3301", modifiers=["JZ"], charge_amount="40.00", units="4",
            ndc_code="00003029305", ndc_quantity="1", ndc_unit_code="ML",
        ),
    ],
}  # fmt: skip


def changed(snapshot: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A copy in which the named parts are changed: some keys of a part, or a whole list."""
    copy = deepcopy(snapshot)
    for name, part in parts.items():
        both_are_parts = isinstance(part, dict) and isinstance(copy[name], dict)
        copy[name] = {**copy[name], **part} if both_are_parts else part
    return copy


def child() -> dict[str, Any]:
    """Lily on her father's plan (W-02)."""
    return changed(
        W01,
        patient={
            "first_name": "Lily", "middle_name": "", "last_name": "Carter", "phone": "3035550122",
            "birth_date": "2018-09-03",
        },
        subscriber={
            "is_patient": False, "first_name": "Mark", "middle_name": "", "last_name": "Carter",
            "birth_date": "1985-01-01", "sex": "M",
        },
        coverage={
            "member_id": "AHP123456789", "group_number": "55001", "relationship_code": "19",
            "claim_filing_code": "CI", "plan_name": "Acme PPO",
        },
    )  # fmt: skip


def many_lines(count: int) -> dict[str, Any]:
    """A claim of `count` lines of 10.00."""
    lines = [line(number) for number in range(1, count + 1)]
    return changed(W01, lines=lines, claim={"charge_amount": f"{count * 10}.00"})
