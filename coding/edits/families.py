"""Families of procedure codes: numbers only, in ranges. Yearly data where a name says so."""

from dataclasses import dataclass

# Evaluation and management, by code ranges; the first word is what it is called in findings.
NEW_OFFICE = ("99202", "99203", "99204", "99205")
ESTABLISHED_OFFICE = ("99211", "99212", "99213", "99214", "99215")
# Preventive visits by age: first age, new patient's code, established patient's code.
PREVENTIVE = (
    (0, "99381", "99391"), (1, "99382", "99392"), (5, "99383", "99393"), (12, "99384", "99394"),
    (18, "99385", "99395"), (40, "99386", "99396"), (65, "99387", "99397"),
)  # fmt: skip
HOME_NEW = ("99341", "99342", "99344", "99345")
HOME_ESTABLISHED = ("99347", "99348", "99349", "99350")
_EYE_NEW, _EYE_ESTABLISHED = ("92002", "92004"), ("92012", "92014")

# The established code of the same level for each new-patient code, and back.
ESTABLISHED_FOR = {
    "99202": "99212", "99203": "99213", "99204": "99214", "99205": "99215",
    **{new: old for _, new, old in PREVENTIVE},
    **dict(zip(HOME_NEW, HOME_ESTABLISHED, strict=True)),
    **dict(zip(_EYE_NEW, _EYE_ESTABLISHED, strict=True)),
}  # fmt: skip
NEW_FOR = {old: new for new, old in ESTABLISHED_FOR.items()}

# Medicare's own visits take 25, too.
_HCPCS_VISITS = frozenset({"G0402", "G0438", "G0439", "G0463"})
_NOT_FACE_TO_FACE = frozenset({"99024", "99441", "99442", "99443", "99358", "99359"})

# Timed therapy: a unit is 15 minutes. The others of the always-therapy list are untimed.
TIMED_THERAPY = frozenset({
    "97032", "97033", "97034", "97035", "97110", "97112", "97113", "97116", "97124", "97140",
    "97530", "97533", "97535", "97537", "97542", "97750", "97755", "97760", "97761", "97763",
})  # fmt: skip
UNTIMED_THERAPY = frozenset({
    "92507", "92508", "92526", "97012", "97016", "97018", "97022", "97024", "97026", "97028",
    "97150", "97161", "97162", "97163", "97164", "97165", "97166", "97167", "97168", "G0283",
})  # fmt: skip
ALWAYS_THERAPY = TIMED_THERAPY | UNTIMED_THERAPY
DISCIPLINES = frozenset({"GP", "GO", "GN"})

# Numbers that say "not listed": the claim has to say what it was.
_UNCLASSIFIED = frozenset({"J3490", "J3590", "J7999", "J8499", "J8999", "J9999", "A9999", "E1399"})

# Drugs of single-dose containers: unit of the code and units in one container. A start, not all.
SINGLE_DOSE_UNITS = {
    "J0585": 100, "J0897": 60, "J1745": 10, "J2357": 30, "J2505": 1, "J9035": 10, "J9271": 100,
    "J9299": 40, "J9312": 10, "J9355": 15,
}  # fmt: skip


# Dollars a year, from which therapy needs KX: physical and speech therapy together, occupational
# for itself. Yearly data of CMS.
THERAPY_THRESHOLDS = {2024: 2330, 2025: 2410, 2026: 2480}

ANESTHESIA_ROLES = frozenset({"AA", "AD", "QK", "QX", "QY", "QZ"})
PHYSICAL_STATUS = frozenset({f"P{number}" for number in range(1, 7)})
# Nurse practitioners, physician assistants, clinical nurse specialists, midwives, by taxonomy.
_NON_PHYSICIANS = ("363L", "363A", "364S", "367A")
_PHYSICIANS = ("204", "207", "208")


def is_non_physician(taxonomy_code: str) -> bool:
    """Whether a clinician is one of those whom Medicare pays a share."""
    return taxonomy_code.startswith(_NON_PHYSICIANS)


def is_physician(taxonomy_code: str) -> bool:
    """Whether a clinician is a physician, by taxonomy; of others nothing is known."""
    return taxonomy_code.startswith(_PHYSICIANS)


def is_evaluation(code: str) -> bool:
    """A visit, consultation or other evaluation: what modifiers 24, 25 and 57 may stand on."""
    return (
        "99202" <= code <= "99499" and code.isdigit()
    ) or code in {*_EYE_NEW, *_EYE_ESTABLISHED} | _HCPCS_VISITS  # fmt: skip


def is_surgery(code: str) -> bool:
    """A procedure of the surgery section."""
    return code.isdigit() and "10004" <= code <= "69990"


def is_anesthesia(code: str) -> bool:
    """An anesthesia service: paid by base and time."""
    return code.isdigit() and "00100" <= code <= "01999"


def is_laboratory(code: str) -> bool:
    """A laboratory test."""
    return code.isdigit() and "80047" <= code <= "89398"


def is_drug(code: str) -> bool:
    """A drug by its HCPCS code."""
    return code[:1] == "J" or (code[:1] == "Q" and code[1:2] in {"0", "2", "5"} and len(code) == 5)


def is_unlisted(code: str) -> bool:
    """A code that only says that there is no code."""
    return code in _UNCLASSIFIED or (
        code.isdigit() and code.endswith("99") and code[:2] not in {"99", "90"}
        and (is_surgery(code) or "70010" <= code <= "96999")
    )  # fmt: skip


def is_face_to_face(code: str, modifiers: tuple[str, ...] = ()) -> bool:
    """A professional service at which patient and clinician meet (domain A.10)."""
    if code in _NOT_FACE_TO_FACE or "26" in modifiers or "TC" in modifiers:
        return False
    return is_evaluation(code) or is_surgery(code) or "90791" <= code <= "90899"


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """Codes that are done only at, or never at, certain places of service (domain A.9)."""

    first: str
    last: str
    places: frozenset[str]
    is_allowed: bool
    what: str


PLACE_RULES = (
    PlaceRule("99202", "99215", frozenset({"21", "23", "51"}), False, "An office visit"),
    PlaceRule("99221", "99239", frozenset({"21", "22", "02", "10", "51", "52", "61"}), True,
              "Hospital care"),
    PlaceRule("99281", "99285", frozenset({"23", "02", "10"}), True, "An emergency visit"),
    PlaceRule("99304", "99316", frozenset({"31", "32", "54", "56", "02", "10"}), True,
              "Nursing facility care"),
    PlaceRule("99341", "99350", frozenset({"04", "12", "13", "14", "16", "33", "54", "55", "56",
                                           "02", "10"}), True, "A home visit"),
    PlaceRule("99381", "99397", frozenset({"21", "23", "24"}), False, "A preventive visit"),
)  # fmt: skip
