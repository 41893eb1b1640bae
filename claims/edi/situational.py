"""Claim data to the segments of loops 2000 to 2310 that most claims do not have (domain B.4).

Pure: a snapshot gives segments in the order of the guide. Those of a line are in
`situational_line.py`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from claims.claim_facts import case_in, row_of, rows_of

Snapshot = Mapping[str, Any]
Row = Mapping[str, Any]
Segment = tuple[str, ...]

_DATES = (  # in the guide's order; the disability dates stand between 471 and 297
    ("431", "dates", "onset"), ("454", "dates", "initial_treatment"), ("304", "dates", "last_seen"),
    ("453", "dates", "acute"), ("439", "case", "accident_date"), ("484", "dates", "lmp"),
    ("455", "dates", "last_xray"), ("471", "dates", "prescription"), ("work", "", ""),
    ("297", "work", "last_worked"), ("296", "work", "may_return"), ("435", "hospital", "admitted"),
    ("096", "hospital", "discharged"), ("090", "dates", "assumed"),
    ("091", "dates", "relinquished"), ("444", "dates", "first_contact"),
    ("050", "dates", "repricer_received"),
)  # fmt: skip
_NUMBERS = (
    ("4N", "exception"), ("F5", "crossover"), ("EW", "mammography"), ("9A", "repriced"),
    ("9C", "repriced_again"), ("LX", "device_trial"), ("D9", "intermediary"),
    ("EA", "medical_record"), ("P4", "demonstration"), ("1J", "care_plan"),
)  # fmt: skip
_PAYER_NUMBERS = (
    ("2U", "identity"), ("FY", "office"), ("NF", "naic"), ("G2", "provider"), ("LU", "location"),
)  # fmt: skip
_MOST_CODES_OF_HI = 12


def claim_segments(snapshot: Snapshot) -> tuple[Segment, ...]:
    """The segments of 2300 that the records of `x12` have no field for."""
    return tuple(
        without_blanks(
            [
                *_dates(snapshot),
                *attachments(snapshot),
                *contract(snapshot),
                *(("REF", mark, value) for mark, value in _numbers(snapshot)),
                *state_data(snapshot),
                *ambulance(snapshot),
                *_spine(snapshot),
                *conditions(snapshot),
                *_codes(snapshot),
                *repricing(snapshot),
            ]
        )
    )


def claim_roles(snapshot: Snapshot) -> tuple[Segment, ...]:
    """Loops 2310A for the primary care provider, 2310D, 2310E and 2310F, whole."""
    primary, supervising = (
        snapshot.get("primary_care_provider"),
        snapshot.get("supervising_provider"),
    )
    return tuple(
        without_blanks(
            [
                *(person("P3", primary) if primary and snapshot.get("referring_provider") else ()),
                *(person("DQ", supervising) if supervising else ()),
                *(provider_numbers(snapshot, "supervising") if supervising else ()),
                *addresses(row_of(snapshot, "ambulance")),
            ]
        )
    )


def provider_numbers(holder: Row, whose: str) -> tuple[Segment, ...]:
    """REF of a provider, of a claim or of a line: its numbers besides the NPI."""
    rows = rows_of(holder, "provider_numbers")
    return tuple(("REF", row["kind"], row["number"]) for row in rows if row["whose"] == whose)


def payer_numbers(snapshot: Snapshot) -> tuple[Segment, ...]:
    """REF of 2010BB."""
    row = row_of(snapshot, "payer")
    return tuple(("REF", mark, row[key]) for mark, key in _PAYER_NUMBERS if row.get(key))


def patient_segment(snapshot: Snapshot) -> tuple[Segment, ...]:
    """PAT without its relationship: death, weight, pregnancy; nothing where there is none."""
    row, died = row_of(snapshot, "patient"), snapshot["patient"].get("deceased_on", "")
    if not (row or died):
        return ()
    weight = row.get("weight", "")
    found = (
        "PAT", "", "", "", "", "D8" if died else "", _day(died), "01" if weight else "", weight,
        row.get("pregnant", ""),
    )  # fmt: skip
    return (_trimmed(found),)


def property_casualty(snapshot: Snapshot) -> tuple[Segment, ...]:
    """REF*Y4 and PER of the patient, who may be the subscriber: the carrier's number."""
    number, patient = case_in(snapshot).get("claim_number", ""), snapshot["patient"]
    if not number:
        return ()
    phone = patient.get("phone", "")
    name = f"{patient['first_name']} {patient['last_name']}"[:60]
    contact = (("PER", "IC", name, "TE", phone),) if phone else ()
    return (("REF", "Y4", number), *contact)


def _dates(snapshot: Snapshot) -> Iterable[Segment]:
    for mark, group, key in _DATES:
        if mark == "work":
            yield from _absence(row_of(snapshot, "work"))
            continue
        row = case_in(snapshot) if group == "case" else row_of(snapshot, group)
        if row.get(key):
            yield ("DTP", mark, "D8", _day(row[key]))


def _absence(row: Row) -> Iterable[Segment]:
    first, last = row.get("from", ""), row.get("to", "")
    if first and last:
        yield ("DTP", "314", "RD8", f"{_day(first)}-{_day(last)}")
    elif first:
        yield ("DTP", "360", "D8", _day(first))
    elif last:
        yield ("DTP", "361", "D8", _day(last))


def _numbers(snapshot: Snapshot) -> Iterable[tuple[str, str]]:
    row = row_of(snapshot, "numbers")
    return ((mark, row[key]) for mark, key in _NUMBERS if row.get(key))


def _spine(snapshot: Snapshot) -> Iterable[Segment]:
    row = row_of(snapshot, "spine")
    if row:
        blanks = ("",) * 7
        texts = (row.get("first", ""), row.get("second", ""))
        yield _trimmed(("CR2", *blanks, row["condition"], "", *texts))


def conditions(holder: Row) -> Iterable[Segment]:
    """CRC of a claim, or those of a line that have the same form."""
    for row in rows_of(holder, "ambulance_conditions"):
        yield ("CRC", "07", row["applies"], *row["conditions"])
    for row in rows_of(holder, "vision"):
        yield ("CRC", row["what"], row["applies"], *row["reasons"])
    if row_of(holder, "home").get("homebound"):
        yield ("CRC", "75", "Y", "IH")
    screening = row_of(holder, "epsdt")
    if screening:
        yield ("CRC", "ZZ", screening["referred"], *screening["conditions"])


def _codes(snapshot: Snapshot) -> Iterable[Segment]:
    surgery = row_of(snapshot, "anesthesia").get("codes", [])
    if surgery:
        yield ("HI", *(f"{mark}:{code}" for mark, code in zip(("BP", "BO"), surgery, strict=False)))
    given = row_of(snapshot, "conditions").get("codes", [])[:_MOST_CODES_OF_HI]
    if given:
        yield ("HI", *(f"BG:{code}" for code in given))


def attachments(holder: Row) -> Iterable[Segment]:
    """PWK of a claim or of a line."""
    for row in rows_of(holder, "attachments"):
        number = row.get("number", "")
        yield _trimmed(("PWK", row["type"], row["way"], "", "", "AC" if number else "", number))


def contract(holder: Row) -> Iterable[Segment]:
    """CN1 of a claim or of a line."""
    row = row_of(holder, "contract")
    if row:
        keys = ("type", "amount", "percent", "code", "discount", "version")
        yield _trimmed(("CN1", *(_plain(row.get(key, "")) for key in keys)))


def state_data(holder: Row) -> Iterable[Segment]:
    """K3 of a claim or of a line."""
    return (("K3", row["text"]) for row in rows_of(holder, "state_data"))


def ambulance(holder: Row) -> Iterable[Segment]:
    """CR1 of a claim or of a line."""
    row = row_of(holder, "ambulance")
    if row:
        weight = row.get("weight", "")
        yield _trimmed(
            (
                "CR1", "LB" if weight else "", weight, "", row["reason"], "DH", row["miles"], "",
                "", row.get("round_trip", ""), row.get("stretcher", ""),
            )
        )  # fmt: skip


def addresses(row: Row) -> Iterable[Segment]:
    """The loops of pick-up and drop-off."""
    for mark, before in (("PW", "from"), ("45", "to")):
        if row.get(f"{before}_street"):
            name = row.get(f"{before}_name", "") if mark == "45" else ""
            yield _trimmed(("NM1", mark, "2", name))
            yield ("N3", row[f"{before}_street"])
            yield _trimmed(
                ("N4", *(row.get(f"{before}_{part}", "") for part in ("city", "state", "zip")))
            )


def repricing(holder: Row) -> Iterable[Segment]:
    """HCP of a claim or of a line."""
    row = row_of(holder, "repricing")
    if row:
        amounts = (row["method"], _plain(row["allowed"]), _plain(row.get("saved", "")))
        yield _trimmed(
            (
                "HCP", *amounts, row.get("organization", ""), row.get("rate", ""), *("",) * 7,
                row.get("refused", ""), row.get("complied", ""), row.get("exception", ""),
            )
        )  # fmt: skip


def person(role: str, provider: Row) -> Iterable[Segment]:
    """NM1 of a provider in a role."""
    npi = provider["npi"]
    yield _trimmed(
        (
            "NM1", role, "1", provider["last_name"], provider["first_name"], "", "", "",
            "XX" if npi else "", npi,
        )
    )  # fmt: skip


def without_blanks(segments: Iterable[Segment]) -> Iterable[Segment]:
    """Free of empty elements at the end, as segments are kept."""
    return (_trimmed(segment) for segment in segments)


def _trimmed(segment: Segment) -> Segment:
    last = max(place for place, value in enumerate(segment) if value)
    return segment[: last + 1]


def _day(text: str) -> str:
    return text.replace("-", "")


def _plain(amount: str) -> str:
    """An amount without the zeros that an 837 does not write."""
    return amount.rstrip("0").rstrip(".") if "." in amount else amount
