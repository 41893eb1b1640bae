"""Where an appeal is never opened, and why (domain G.1), and whether the patient may owe it.

Pure functions. Each refusal has a rule id, so that a screen, a test and a report mean the same.
"""

from collections.abc import Collection
from dataclasses import dataclass

from claims.denials.remarks import NO_APPEAL, PROTECTS_PATIENT, UNPROCESSABLE

SHARE = frozenset({"1", "2", "3"})
# What posting treats as agreed: never a denial, and so never appealed (domain E.4).
NEVER_DENIED = frozenset({("CO", "45"), ("PI", "45"), ("CO", "253"), ("OA", "23")})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not offered; `instead` says what is."""

    rule: str
    words: str
    instead: str = ""

    @property
    def sentence(self) -> str:
        """Both in one text."""
        return f"{self.words} {self.instead}".strip()


def is_denial(group_code: str, reason_code: str) -> bool:
    """Whether a group and reason refuse money at all: CO-45, sequestration, an earlier payer's
    effect and the patient's share do not (domain 0.4, 2).
    """
    if group_code == "PR" and reason_code in SHARE:
        return False
    return (group_code, reason_code) not in NEVER_DENIED


def no_appeal(
    group_code: str,
    reason_code: str,
    remark_codes: Collection[str],
    *,
    is_pair_absolute: bool = False,
    is_limit_absolute: bool = False,
) -> Refusal | None:
    """Why no appeal may be opened; None where one may be.

    `is_pair_absolute`: an NCCI pair with indicator 0; `is_limit_absolute`: a unit limit with
    adjudication 2.
    """
    if UNPROCESSABLE in remark_codes:
        return Refusal(
            "APPEAL-MA130",
            "MA130: the payer never took it as a claim, so there is no decision to appeal.",
            "Correct it and send a new claim.",
        )
    if NO_APPEAL in remark_codes:
        return Refusal("APPEAL-N211", "N211: the payer says that this may not be appealed.")
    if not is_denial(group_code, reason_code):
        return Refusal("APPEAL-SHARE", _AGREED.get(group_code, _AGREED["CO"]))
    if is_pair_absolute and reason_code in {"97", "231", "234", "236"}:
        return Refusal(
            "APPEAL-NCCI0",
            "The NCCI pair has indicator 0: no modifier and no record opens it.",
            "Write it off, or bill the other code alone where that is what was done.",
        )
    if is_limit_absolute and reason_code in {"151", "222"}:
        return Refusal(
            "APPEAL-MAI2",
            "The unit limit is one of adjudication 2: it follows from law or the code itself.",
            "Correct the units; what is above the limit is not payable.",
        )
    if reason_code in {"285", "286"}:
        return Refusal("APPEAL-LATE", "The payer has turned the appeal itself away.")
    return None


_AGREED = {
    "CO": "It is agreed by contract or law and no denial.",
    "PR": "It is the patient's share and no denial.",
    "OA": "It tells what an earlier payer did and is no denial.",
}


def no_patient(
    group_code: str, reason_code: str, remark_codes: Collection[str], modifiers: Collection[str]
) -> Refusal | None:
    """Why the patient may not be asked for it; None where the payer says that the patient owes it.

    CO and PI are the provider's to bear, whatever else is true (domain E.4); a GA notice makes
    CO-50 the patient's only once the payer says so as PR.
    """
    alerts = sorted(PROTECTS_PATIENT & set(remark_codes))
    if alerts:
        return Refusal("PATIENT-ALERT", f"{alerts[0]}: the patient may not be billed for it.")
    if (group_code, reason_code) == ("OA", "209"):
        return Refusal("PATIENT-209", "OA-209: only a later payer may be billed.",
                       "Bill Medicaid or the next plan.")  # fmt: skip
    if group_code == "PR" or (group_code, reason_code) == ("OA", "100"):
        return None
    if reason_code == "29":
        return Refusal("PATIENT-LATE", "What was filed too late is ours to bear.")
    if "GZ" in modifiers:
        return Refusal("PATIENT-GZ", "GZ says that no notice was signed: the patient owes nothing.")
    instead = "Ask the payer to decide it as PR: GA says that a notice was signed." if (
        "GA" in modifiers) else ""  # fmt: skip
    return Refusal("PATIENT-GROUP", f"{group_code} means that the patient may not be billed.",
                   instead)  # fmt: skip
