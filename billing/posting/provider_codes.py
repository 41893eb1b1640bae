"""The PLB codes of domain E.6: what each is in our words, and the account that meets the cash."""

from collections.abc import Mapping
from dataclasses import dataclass

from billing.ledger.accounts import Account


@dataclass(frozen=True, slots=True)
class ProviderCode:
    """One code. A positive amount debits `account`, a negative one credits it.

    `is_recovery`: what we owe the payer under the reference (2100) is settled first, and a
    negative amount is owed there. `needs_person`: it waits in suspense until somebody knows.
    `may_be_mapped`: the payer's posting settings may name another account.
    """

    words: str
    account: Account
    is_recovery: bool = False
    needs_person: bool = False
    may_be_mapped: bool = False


_SUSPENSE = Account.RECOUPMENT_SUSPENSE


def _recovery(words: str) -> ProviderCode:
    return ProviderCode(words, _SUSPENSE, is_recovery=True)


def _unknown(words: str) -> ProviderCode:
    return ProviderCode(words, _SUSPENSE, needs_person=True, may_be_mapped=True)


UNKNOWN = _unknown("a code we do not know")

PROVIDER_CODES: Mapping[str, ProviderCode] = {
    "WO": _recovery("overpayment taken back"),
    "FB": _recovery("balance carried between payments"),
    "B3": _recovery("recovery allowance"),
    "72": ProviderCode("our refund check acknowledged", _SUSPENSE),
    "B2": ProviderCode("refund received by the payer", _SUSPENSE),
    "L6": ProviderCode("interest", Account.INTEREST),
    "J1": ProviderCode("claims paid in name only", Account.CAPITATION_OFFSET),
    "IR": ProviderCode("tax withheld", Account.TAX_WITHHELD),
    "LE": ProviderCode("levy", Account.LEVIES),
    "90": ProviderCode("discount for early payment", Account.INCENTIVE),
    "E3": ProviderCode("withheld until settlement", Account.PAYER_WITHHOLDS),
    "AH": ProviderCode("fee for sending claims", Account.PAYER_FEES),
    "50": ProviderCode("late charge", Account.PAYER_FEES),
    "L3": ProviderCode("penalty", Account.PAYER_FEES),
    "51": ProviderCode("interest charged as a penalty", Account.PAYER_FEES),
    "BN": ProviderCode("bonus", Account.OTHER_PAYER_INCOME),
    "IP": ProviderCode("incentive", Account.OTHER_PAYER_INCOME),
    "LS": ProviderCode("lump sum", Account.OTHER_PAYER_INCOME),
    "PL": ProviderCode("final settlement", Account.OTHER_PAYER_INCOME),
    "IS": ProviderCode("interim settlement", Account.OTHER_PAYER_INCOME),
    "PI": ProviderCode("periodic interim payment", Account.OTHER_PAYER_INCOME),
    "CT": ProviderCode("capitation", Account.CAPITATION),
    "CR": ProviderCode("interest on capitation", Account.CAPITATION),
    "CV": ProviderCode("capitation passed through", Account.CAPITATION),
    "CS": _unknown("adjustment, by its reference"),
    "AM": _unknown("loan repaid"),
    "AP": _unknown("payment made ahead"),
    "BD": _unknown("bad debt"),
    "C5": _unknown("temporary allowance"),
    "FC": _unknown("fund allocation"),
    "OB": _unknown("owed by an affiliate"),
    "SL": _unknown("student loan"),
    "TL": _unknown("another party is liable"),
    "WU": _unknown("recovery without a reason"),
    "RA": _unknown("rate changed for the past"),
}
RETURN_ACKNOWLEDGED = "72"


def provider_code(reason_code: str) -> ProviderCode:
    """What `reason_code` is; a code that is not in the table waits for a person."""
    return PROVIDER_CODES.get(reason_code, UNKNOWN)
