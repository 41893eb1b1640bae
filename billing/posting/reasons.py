"""What each adjustment means for the books (domain E.4): the tables and one function."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from billing.ledger.accounts import Account
from billing.posting.facts import Adjustment
from billing.underpayments.tolerance import USUAL, Tolerance


class Treatment(StrEnum):
    """What posting does with one adjustment."""

    CONTRACTUAL = "contractual"  # agreed: written off to an account of the 41xx row
    PATIENT = "patient"  # the next coverage owes it, else the patient
    PATIENT_ONLY = "patient_only"  # the payer paid the patient, who owes it
    PROTECTED = "protected"  # Medicaid may owe it, the patient never (QMB)
    MEMO = "memo"  # tells us something, moves nothing
    WAIT = "wait"  # the payer has not decided yet
    REVIEW = "review"  # the payer says patient; a person says so first
    DENIAL = "denial"  # refused: the receivable stays, a denial opens


# CARCs that are agreed beforehand, with the account that takes the write-off.
CONTRACTUAL_ACCOUNTS: Mapping[str, Account] = {
    "45": Account.CONTRACTUAL,
    "59": Account.CONTRACTUAL,
    "131": Account.CONTRACTUAL,
    "253": Account.SEQUESTRATION,
    "24": Account.CAPITATION_OFFSET,
    "303": Account.STATUTORY,
    "104": Account.INCENTIVE,
    "144": Account.INCENTIVE,
    "237": Account.INCENTIVE,
    "245": Account.INCENTIVE,
}
# 237 is agreed only where the payer names the programme (N807); else it is a denial.
_NEEDS_REMARK: Mapping[str, str] = {"237": "N807"}

PATIENT_STANDARD = frozenset({"1", "2", "3", "66", "122", "142", "178", "241", "247", "248"})
QMB_REMARKS = frozenset({"N781", "N782", "N783"})
CROSSOVER_STATUSES = frozenset({"19", "20", "21"})
CROSSOVER_REMARKS = frozenset({"MA18", "N89"})

_OA_TREATMENTS: Mapping[str, Treatment] = {
    "18": Treatment.MEMO,
    "23": Treatment.MEMO,
    "100": Treatment.PATIENT_ONLY,
    "133": Treatment.WAIT,
    "209": Treatment.PROTECTED,
    "257": Treatment.WAIT,
    "277": Treatment.WAIT,
}

REASON_WORDS: Mapping[str, str] = {
    "PR-1": "deductible",
    "PR-2": "coinsurance",
    "PR-3": "copay",
    "CO-45": "above the payer's fee",
    "CO-253": "sequestration",
    "CO-24": "covered by capitation",
    "CO-303": "patient share not covered, may not be billed",
}

# What of a line counts as allowed beside what was paid (domain I.6): the patient's share, who ever
# owes it, sequestration and withholds. Of the rest the payer says that it allows none.
ALLOWED_CODES = frozenset(
    {f"PR-{code}" for code in PATIENT_STANDARD}
    | {"OA-100", "OA-209"}
    | {
        f"CO-{code}"
        for code, account in CONTRACTUAL_ACCOUNTS.items()
        if account in {Account.SEQUESTRATION, Account.INCENTIVE, Account.STATUTORY}
    }
)
# Lines with one of these are not compared: another payer came first, the payer has not decided, it
# is a duplicate, or capitation pays for it.
NOT_COMPARED_CODES = frozenset({"OA-18", "OA-23", "OA-133", "OA-257", "OA-277", "CO-24"})


@dataclass(frozen=True, slots=True)
class ProviderAccount:
    """Where a payer's PLB `reason_code` goes when its reference begins with the prefix."""

    reason_code: str
    reference_prefix: str
    account: Account


@dataclass(frozen=True, slots=True)
class PostingRules:
    """What one payer's adjustments mean. `extra_contractual` are CARCs that its contract adds,
    `provider_accounts` where its PLB codes go that mean what the payer wants them to, `tolerance`
    how near to the expected amount a line is as expected.
    """

    extra_contractual: Collection[str] = field(default_factory=frozenset)
    provider_accounts: Sequence[ProviderAccount] = ()
    tolerance: Tolerance = USUAL

    def provider_account(self, reason_code: str, reference_number: str) -> Account | None:
        """The account set up for a PLB code and reference, the longest prefix first."""
        fitting = [
            found
            for found in self.provider_accounts
            if found.reason_code == reason_code
            and reference_number.startswith(found.reference_prefix)
        ]
        fitting.sort(key=lambda found: -len(found.reference_prefix))
        return fitting[0].account if fitting else None

    def contractual_account(
        self, adjustment: Adjustment, remarks: Collection[str]
    ) -> Account | None:
        """The account that takes a CO `adjustment` off, or None where nobody agreed to it."""
        reason = adjustment.reason_code
        needed = _NEEDS_REMARK.get(reason)
        if needed is not None and needed not in remarks:
            return None
        if reason in CONTRACTUAL_ACCOUNTS:
            return CONTRACTUAL_ACCOUNTS[reason]
        return Account.CONTRACTUAL if reason in self.extra_contractual else None

    def treatment(
        self, adjustment: Adjustment, remarks: Collection[str], *, is_protected: bool
    ) -> Treatment:
        """What posting does with `adjustment`. `is_protected`: the patient may owe nothing."""
        match adjustment.group_code:
            case "CO":
                agreed = self.contractual_account(adjustment, remarks) is not None
                return Treatment.CONTRACTUAL if agreed else Treatment.DENIAL
            case "PR":
                if adjustment.reason_code not in PATIENT_STANDARD:
                    return Treatment.REVIEW
                return Treatment.PROTECTED if is_protected else Treatment.PATIENT
            case "OA":
                return _OA_TREATMENTS.get(adjustment.reason_code, Treatment.DENIAL)
            case _:
                return Treatment.DENIAL


def reason_in_words(code: str) -> str:
    """`code` (PR-1) as a patient reads it, or the code itself where we have no words for it."""
    return REASON_WORDS.get(code, code)
