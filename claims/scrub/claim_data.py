"""Whether the rarer facts of a claim are there where they must be, and agree (domain B.4, B.6)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from claims.claim_facts import ROLES, case_in, row_of, rows_of
from claims.scrub.catalogue import finding
from claims.scrub.identity import MEDICARE_FILING_CODES
from core.findings import Finding
from core.identifiers import npi_is_valid

Snapshot = Mapping[str, Any]
_INPATIENT = "21"
_WORKERS_COMPENSATION = "WC"
_SPINE = frozenset({"98940", "98941", "98942"})
_MAMMOGRAPHY = frozenset({"77065", "77066", "77067"})
# Laboratory, radiology and equipment are given on somebody's order.
_ORDERED = ("7", "8", "E", "K", "L")
_NO_ORDER = ("77065", "77066", "77067")  # a screening needs none
_LINE_ROLES = (
    "rendering_provider", "referring_provider", "ordering_provider", "supervising_provider",
)  # fmt: skip
_ADDRESS = ("street", "city", "state", "zip")
_MINUTES = "MJ"


def check_claim_data(snapshot: dict[str, Any], _: Any) -> list[Finding]:
    """Everything of the claim as a whole, then of each line."""
    return [
        *_case(snapshot),
        *_dates(snapshot),
        *_roles(snapshot),
        *_ambulance(snapshot, "claim_data"),
        *_paid(snapshot),
        *(found for line in snapshot["lines"] for found in _line(snapshot, line)),
    ]


def _case(snapshot: Snapshot) -> Iterable[Finding]:
    case = case_in(snapshot)
    causes, filing = case.get("causes", ()), snapshot["coverage"]["claim_filing_code"]
    place = f"case.{case.get('public_id', '')}"
    if "EM" in causes and filing != _WORKERS_COMPENSATION:
        yield finding(
            "CLD-01",
            "The injury happened at work, and the payer is not a workers' compensation carrier.",
            f"{place}.coverage",
            "Add the carrier as a coverage that pays only for the case.",
        )
    if "AA" in causes and not (case["accident_date"] and case["accident_state"]):
        yield finding("CLD-02", "The auto accident has no day or state.", f"{place}.accident_on")
    if filing == _WORKERS_COMPENSATION and not case.get("claim_number"):
        where = f"{place}.claim_number" if case else "claim_data.case"
        yield finding(
            "CLD-03", "Workers' compensation knows an injury by the carrier's claim number.", where
        )
    served = snapshot["claim"]["service_date_to"]
    if case.get("accident_date", "") > served:  # ISO days sort as text
        yield finding("CLD-04", "The accident is later than the service.", f"{place}.accident_on")


def _dates(snapshot: Snapshot) -> Iterable[Finding]:
    dates, served = row_of(snapshot, "dates"), snapshot["claim"]["service_date_to"]
    for key, words in (("onset", "The illness began"), ("lmp", "The last period was")):
        if dates.get(key, "") > served:
            yield finding("CLD-04", f"{words} after the service.", f"claim_data.dates.{key}")
    admitted = row_of(snapshot, "hospital").get("admitted", "")
    places = {line["place_of_service_code"] for line in snapshot["lines"]}
    if _INPATIENT in places and not admitted:
        yield finding(
            "CLD-05",
            "The patient was an inpatient: say when they were admitted.",
            "claim_data.hospital.admitted",
        )
    elif admitted > served:
        yield finding(
            "CLD-04", "The admission is later than the service.", "claim_data.hospital.admitted"
        )
    codes = {line["procedure_code"] for line in snapshot["lines"]}
    if codes & _SPINE and not (dates.get("initial_treatment") or dates.get("acute")):
        yield finding(
            "CLD-06",
            "Spinal manipulation is paid with the day of the first treatment.",
            "claim_data.dates.initial_treatment",
        )
    if codes & _MAMMOGRAPHY and not row_of(snapshot, "numbers").get("mammography"):
        yield finding(
            "CLD-07",
            "A mammography names the certification number of its place.",
            "claim_data.numbers.mammography",
        )


def _roles(snapshot: Snapshot) -> Iterable[Finding]:
    for role in ROLES:
        provider = snapshot.get(role)
        if provider and not npi_is_valid(provider["npi"]):
            words = role.removesuffix("_provider").replace("_", " ")
            yield finding("CLD-08", f"The NPI of the {words} provider is not valid.", f"{role}.npi")
    if snapshot.get("primary_care_provider") and not snapshot.get("referring_provider"):
        yield finding(
            "CLD-09",
            "A primary care provider is named on a claim only beside who referred.",
            "claim_data.roles.referring_provider",
        )
    is_medicare = snapshot["coverage"]["claim_filing_code"] in MEDICARE_FILING_CODES
    if is_medicare and not any(
        snapshot.get(role) for role in ("referring_provider", "ordering_provider")
    ):
        ordered = [
            line["number"]
            for line in snapshot["lines"]
            if line["procedure_code"].startswith(_ORDERED)
            and line["procedure_code"] not in _NO_ORDER
            and not (line.get("ordering_provider") or line.get("referring_provider"))
        ]
        if ordered:
            yield finding(
                "CLD-10",
                f"Medicare asks who ordered line {', '.join(map(str, ordered))}.",
                "claim_data.roles.ordering_provider",
            )


def _ambulance(holder: Snapshot, path: str) -> Iterable[Finding]:
    row = row_of(holder, "ambulance")
    for before, words in (("from", "picked up"), ("to", "dropped off")):
        missing = [part for part in _ADDRESS if not row.get(f"{before}_{part}")]
        if row and missing:
            yield finding(
                "CLD-11",
                f"Ambulance: the address where the patient was {words} lacks {missing[0]}.",
                f"{path}.ambulance.{before}_{missing[0]}",
            )


def _paid(snapshot: Snapshot) -> Iterable[Finding]:
    filing = snapshot["coverage"]["claim_filing_code"]
    paid = Decimal(snapshot["claim"]["patient_paid_amount"])
    if paid and filing in MEDICARE_FILING_CODES:
        yield finding(
            "CLD-12",
            "Medicare may send its money to the patient because of the amount that they paid.",
            "claim_data.payment.patient",
            "Report it only for covered services.",
        )
    if paid > Decimal(snapshot["claim"]["charge_amount"]):
        yield finding(
            "CLD-13", "The patient paid more than the claim's total.", "claim_data.payment.patient"
        )


def _line(snapshot: Snapshot, line: Snapshot) -> Iterable[Finding]:
    path, name = f"lines.{line['number']}.claim_data", f"Line {line['number']}"
    if row_of(line, "drug") and not line["ndc_code"]:
        yield finding(
            "CLD-14", f"{name} has a prescription but no drug code.", f"{path}.drug.prescription",
            "Type the NDC on the line.",
        )  # fmt: skip
    yield from _ambulance(line, path)
    yield from _anesthesia(line, path, name)
    yield from _purchase(snapshot, line, path, name)
    for role in _LINE_ROLES:
        provider = line.get(role)
        if provider and not npi_is_valid(provider["npi"]):
            yield finding("CLD-08", f"{name}: an NPI is not valid.", f"{path}.roles.{role}")
    if bool(rows_of(line, "answers")) != bool(row_of(line, "form")):
        words, place = (
            ("names a form without answers", "answers.question")
            if row_of(line, "form")
            else ("answers questions of a form that is not named", "form.number")
        )
        yield finding("CLD-15", f"{name} {words}.", f"{path}.{place}")


def _anesthesia(line: Snapshot, path: str, name: str) -> Iterable[Finding]:
    row = row_of(line, "anesthesia")
    start, stop = row.get("start"), row.get("stop")
    if bool(start) != bool(stop):
        yield finding(
            "CLD-16", f"{name} has a start or a stop of anesthesia, but not both.",
            f"{path}.anesthesia.{'stop' if start else 'start'}",
        )  # fmt: skip
    elif start and line["unit_code"] == _MINUTES:
        minutes = _minutes(str(start), str(stop))
        if Decimal(line["units"]) != minutes:
            yield finding(
                "CLD-16",
                f"{name} bills {line['units']} minutes; from start to stop it is {minutes}.",
                f"{path}.anesthesia.stop",
            )


def _minutes(start: str, stop: str) -> int:
    """From start to stop, over midnight where it stops earlier than it started."""
    first, last = (datetime.strptime(text, "%H:%M") for text in (start, stop))  # noqa: DTZ007
    return int((last - first).total_seconds() // 60) % (24 * 60)


def _purchase(snapshot: Snapshot, line: Snapshot, path: str, name: str) -> Iterable[Finding]:
    seller, amount = line.get("purchased_from"), row_of(line, "purchased").get("amount")
    if bool(seller) != bool(amount):
        yield finding(
            "CLD-17", f"{name} was bought: say from whom, and for how much.",
            f"{path}.purchased.amount" if seller else f"{path}.roles.purchased_from",
        )  # fmt: skip
    elif seller and not npi_is_valid(seller["npi"]):
        yield finding(
            "CLD-08", f"{name}: who it was bought from has no valid NPI.",
            f"{path}.roles.purchased_from",
        )  # fmt: skip
    is_medicare = snapshot["coverage"]["claim_filing_code"] in MEDICARE_FILING_CODES
    if amount and is_medicare and Decimal(line["charge_amount"]) > Decimal(amount):
        yield finding(
            "CLD-18", f"{name} charges Medicare more than was paid for it.",
            f"{path}.purchased.amount",
        )  # fmt: skip
