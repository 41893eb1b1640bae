"""Where what a status code names is put right, in plain words (domain D.3).

A status code says what is wrong, its entity whose it is. Codes that we have no place for lead to
the claim's own lines: an unknown one never blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from claims.edi.records import Status
from claims.edi.words import CATEGORIES, ENTITIES, STATUSES

REJECTING = frozenset({"A3", "A4", "A6", "A7", "A8"})


class Where(StrEnum):
    """The page on which something is put right."""

    COVERAGE = "coverage"
    PATIENT = "patient"
    CODING = "coding"
    SET_UP = "set_up"
    CLAIM = "claim"
    PAYER = "payer"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Place:
    """What to do about a reason, on which page, and at which field there."""

    where: Where
    to_do: str
    field: str = ""


W = Where
_MEMBER = Place(W.COVERAGE, "Compare the member id with the card, and put it right.", "member_id")
_SUBSCRIBER = Place(
    W.COVERAGE, "Ask for the benefits again, then put the subscriber right.", "subscriber_last_name"
)
_PATIENT = Place(W.PATIENT, "Compare the name and birth date with the card.", "last_name")
_ADDRESS = Place(W.PATIENT, "Put the address right; the ZIP has five or nine digits.", "zip_code")
_PROVIDER = Place(
    W.SET_UP, "An admin compares NPI, taxonomy and tax id with the payer's enrolment."
)
_LINES = Place(W.CODING, "Return it to the coder, or put the line right on the coding screen.")
_DATES = Place(W.CODING, "Compare the dates of service with the visit.")
_AMOUNTS = Place(W.CLAIM, "Compare charges and units of the lines; check the claim again.")
_TWICE = Place(W.CLAIM, "The payer has this claim already: find its answer before sending again.")
_OTHER_PAYER = Place(W.COVERAGE, "Ask who pays first, and put the order of the coverages right.")
_ATTACH = Place(W.CLAIM, "The payer wants papers or a number with it: add them, then send it.")
_ROUTE = Place(W.PAYER, "An admin compares the payer's id on this route with the payer list.")
_TIMELY = Place(
    W.CLAIM, "Show the proof of timely filing, where there is one, or find what held it up."
)
_NONE = Place(W.CLAIM, "Ask them what they want; there is no place for it in our list.")

_BY_STATUS: dict[str, Place] = {
    **dict.fromkeys(("162", "163", "164"), _MEMBER),
    **dict.fromkeys(
        (
            "26",
            "27",
            "29",
            "30",
            "31",
            "32",
            "33",
            "34",
            "88",
            "90",
            "91",
            "92",
            "97",
            "109",
            "155",
            "156",
        ),
        _SUBSCRIBER,
    ),
    **dict.fromkeys(("125", "157", "158", "504", "505", "514"), _PATIENT),
    **dict.fromkeys(("126", "500", "501", "502", "503"), _ADDRESS),
    **dict.fromkeys(
        ("24", "25", "96", "128", "131", "132", "142", "143", "145", "149", "496", "560", "562"),
        _PROVIDER,
    ),
    **dict.fromkeys(
        (
            "86",
            "249",
            "250",
            "254",
            "255",
            "258",
            "453",
            "454",
            "465",
            "474",
            "475",
            "476",
            "477",
            "488",
            "507",
            "732",
            "772",
        ),
        _LINES,
    ),
    **dict.fromkeys(("187", "188", "189", "190", "248", "510"), _DATES),
    **dict.fromkeys(("178", "400", "402", "583"), _AMOUNTS),
    **dict.fromkeys(("54", "78", "746"), _TWICE),
    **dict.fromkeys(("85", "171", "182", "183", "286", "479", "480", "521"), _OTHER_PAYER),
    **dict.fromkeys(("84", "252", "294", "297", "300", "317", "489"), _ATTACH),
    **dict.fromkeys(("114", "116", "481", "511", "512"), _ROUTE),
    "718": _TIMELY,
}
_BY_ENTITY: dict[str, Place] = {
    "IL": _SUBSCRIBER, "QC": _PATIENT, "85": _PROVIDER, "82": _PROVIDER, "77": _PROVIDER,
    "DN": _LINES, "DK": _LINES, "DQ": _LINES, "PR": _ROUTE,
}  # fmt: skip
# They say that something is wrong, and not what.
_BARE = frozenset({"", "0", "1", "16", "19", "20", "21", "23", "122", "247"})
# Numbers, names and addresses belong to whoever is named, not to one page.
_OF_WHOM: dict[tuple[str, str], Place] = {
    ("153", "IL"): _MEMBER, ("153", "QC"): _MEMBER, ("153", "PR"): _ROUTE,
    ("153", "85"): _PROVIDER, ("153", "82"): _PROVIDER, ("158", "IL"): _SUBSCRIBER,
    ("125", "IL"): _SUBSCRIBER, ("125", "82"): _PROVIDER, ("125", "85"): _PROVIDER,
    ("504", "IL"): _SUBSCRIBER, ("505", "IL"): _SUBSCRIBER, ("126", "85"): _PROVIDER,
    ("126", "77"): _PROVIDER, ("500", "85"): _PROVIDER, ("500", "77"): _PROVIDER,
    ("562", "DN"): _LINES, ("562", "DK"): _LINES, ("562", "DQ"): _LINES,
    ("26", "85"): _PROVIDER, ("26", "82"): _PROVIDER, ("91", "85"): _PROVIDER,
    ("91", "82"): _PROVIDER, ("109", "85"): _PROVIDER, ("109", "82"): _PROVIDER,
}  # fmt: skip


def is_telling(status: str) -> bool:
    """Whether the code says more than that something is wrong."""
    return status not in _BARE


def place_of(status: Status) -> Place:
    """Where the reason is put right; by whom it is about where the code alone does not say."""
    known = _OF_WHOM.get((status.status, status.entity)) or _BY_STATUS.get(status.status)
    return known or _BY_ENTITY.get(status.entity, _NONE)


def in_short(status: Status) -> str:
    """What is wrong, short enough for a list: "Member id of the subscriber (A7, 164)"."""
    what = STATUSES.get(status.status, CATEGORIES.get(status.category, "rejected"))
    whose = ENTITIES.get(status.entity, "")
    return f"{what}{f' of the {whose}' if whose else ''} ({status.category}, {status.status})"


def describe(status: Status) -> str:
    """An STC composite in words: "A7, member id of the subscriber (164)"."""
    what = STATUSES.get(status.status, "status")
    whose = ENTITIES.get(status.entity, "")
    meaning = CATEGORIES.get(status.category, "")
    of_whom = f" of the {whose}" if whose else ""
    return f"{status.category} {meaning}, {what}{of_whom} ({status.status})".replace("  ", " ")


def most_telling(statuses: Sequence[Status]) -> Status:
    """The rejecting one that says most: a bare "rejected" stands above one that names the field.

    Raises IndexError for no status at all.
    """
    rejecting = [found for found in statuses if found.category in REJECTING]
    named = [found for found in rejecting if is_telling(found.status)]
    return [*named, *rejecting, *statuses][0]
