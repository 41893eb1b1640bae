"""Remittance advice remark codes in our own words, and what some of them decide (domain G.1)."""

from collections.abc import Iterable, Mapping

REMARKS: Mapping[str, str] = {
    "M15": "bundled into another service of the day",
    "M20": "procedure code missing or not valid",
    "M51": "procedure code missing or not valid",
    "M53": "units missing or not valid",
    "M76": "diagnosis missing or not valid",
    "M77": "place of service missing or not valid",
    "M79": "charge missing or not valid",
    "M80": "not paid beside another service of the same day",
    "MA01": "alert about rights of appeal",
    "MA04": "the primary payer's decision is missing",
    "MA07": "passed on to Medicaid",
    "MA13": "alert about what may be billed to the patient",
    "MA18": "passed on to the supplemental insurer",
    "MA27": "name or id of the insured not right",
    "MA28": "alert about rights of appeal",
    "MA63": "principal diagnosis missing or not valid",
    "MA120": "CLIA number missing or not valid",
    "MA130": "unprocessable: it never became a claim, and carries no rights of appeal",
    "N4": "the earlier payer's explanation is missing",
    "N19": "incidental to another service",
    "N20": "not payable with another service of the day",
    "N22": "the payer recoded it",
    "N48": "the earlier payer's explanation does not fit",
    "N56": "procedure code not right for this service",
    "N89": "passed on to more than one payer",
    "N95": "not paid to this specialty",
    "N115": "decided by a local coverage policy",
    "N130": "see the plan's documents",
    "N179": "more information was asked of the member",
    "N211": "this decision may not be appealed",
    "N255": "billing taxonomy missing or not valid",
    "N257": "billing provider's NPI missing or not valid",
    "N264": "ordering provider's name missing or not valid",
    "N265": "ordering provider's NPI missing or not valid",
    "N285": "referring provider's name missing or not valid",
    "N286": "referring provider's NPI missing or not valid",
    "N290": "rendering provider's NPI missing or not valid",
    "N362": "more units than the payer's maximum",
    "N386": "decided by a national coverage policy",
    "N519": "duplicate of what was passed on",
    "N522": "duplicate of a claim that is processed",
    "N620": "alert: the patient may not be billed for it",
    "N706": "documentation missing",
    "N781": "patient is a Qualified Medicare Beneficiary: deductible may not be billed",
    "N782": "patient is a Qualified Medicare Beneficiary: coinsurance may not be billed",
    "N783": "patient is a Qualified Medicare Beneficiary: copay may not be billed",
    "N807": "adjusted by the Merit-based Incentive Payment System",
    "N822": "modifier missing",
    "N830": "alert: surprise billing law applies, the patient may not be billed",
}
UNPROCESSABLE, NO_APPEAL, DUPLICATE = "MA130", "N211", "N522"
PROTECTS_PATIENT = frozenset({"N620", "N781", "N782", "N783", "N830"})
ABOUT_RECORDS = frozenset({"N179", "N706"})


def remark_words(code: str) -> str:
    """`code` in our words; "" where we have none."""
    return REMARKS.get(code, "")


def known_first(codes: Iterable[str]) -> list[tuple[str, str]]:
    """The codes with their words, those that we have words for in front."""
    pairs = [(code, remark_words(code)) for code in dict.fromkeys(codes)]
    return sorted(pairs, key=lambda pair: not pair[1])
