"""Where each reason's money goes, and whose balance it may lower (domain F.2, F.3, H.4)."""

from collections.abc import Mapping
from dataclasses import dataclass

from billing.adjusting_choices import WriteOffReason
from billing.ledger.accounts import Account

_INSURANCE = frozenset({Account.INSURANCE_AR})
_PATIENT = frozenset({Account.PATIENT_AR})
_BOTH = _INSURANCE | _PATIENT


@dataclass(frozen=True, slots=True)
class Treatment:
    """The account that takes a write-off, and the receivables it may be taken from."""

    account: Account
    receivables: frozenset[Account]


_DENIED = Treatment(Account.DENIAL_WRITE_OFF, _INSURANCE)
_BAD = Treatment(Account.BAD_DEBT, _PATIENT)

TREATMENTS: Mapping[str, Treatment] = {
    WriteOffReason.DENIED_TIMELY: _DENIED,
    WriteOffReason.DENIED_AUTH: _DENIED,
    WriteOffReason.DENIED_NECESSITY: _DENIED,
    WriteOffReason.DENIED_COVERED: _DENIED,
    WriteOffReason.DENIED_BUNDLED: _DENIED,
    WriteOffReason.DENIED_DUPLICATE: _DENIED,
    WriteOffReason.DENIED_APPEAL: _DENIED,
    WriteOffReason.DENIED_OTHER: _DENIED,
    WriteOffReason.SMALL_BALANCE: Treatment(Account.SMALL_BALANCE, _BOTH),
    WriteOffReason.SELF_PAY: Treatment(Account.SELF_PAY_DISCOUNT, _PATIENT),
    WriteOffReason.PROMPT_PAY: Treatment(Account.SELF_PAY_DISCOUNT, _PATIENT),
    WriteOffReason.CHARITY: Treatment(Account.CHARITY, _PATIENT),
    WriteOffReason.QMB: Treatment(Account.STATUTORY, _BOTH),
    WriteOffReason.STATUTORY: Treatment(Account.STATUTORY, _BOTH),
    WriteOffReason.BAD_DEBT: _BAD,
    WriteOffReason.BANKRUPTCY: _BAD,
    WriteOffReason.DECEASED: _BAD,
}

# As a patient reads them on the account and on a statement.
WORDS: Mapping[str, str] = {
    WriteOffReason.SELF_PAY: "discount for paying yourself",
    WriteOffReason.PROMPT_PAY: "discount for paying promptly",
    WriteOffReason.CHARITY: "financial assistance",
    WriteOffReason.SMALL_BALANCE: "small balance, written off",
}


def write_off_words(code: str) -> str:
    """The reason in plain words; anything else of ours is just written off."""
    return WORDS.get(code, "written off")
