"""The chart of accounts (domain F.2): numbers by name, and what each account is."""

from dataclasses import dataclass
from enum import IntEnum

from billing.choices import NormalSide


class Account(IntEnum):
    """Ledger account numbers by the name the code uses."""

    BANK = 1000
    UNDEPOSITED = 1010
    CARD_CLEARING = 1015
    REMIT_CLEARING = 1020
    INSURANCE_AR = 1100
    PATIENT_AR = 1200
    COLLECTIONS_AR = 1250
    RECOUPMENT_SUSPENSE = 1300
    TAX_WITHHELD = 1310
    PAYER_WITHHOLDS = 1320
    PATIENT_CREDITS = 2000
    UNAPPLIED_INSURANCE = 2010
    PATIENT_REFUNDS = 2020
    PAYER_REFUNDS = 2030
    RECOUPMENT_PAYABLE = 2100
    LEVIES = 2210
    UNCLAIMED = 2300
    CHARGES = 4000
    CONTRACTUAL = 4100
    SEQUESTRATION = 4105
    CAPITATION_OFFSET = 4110
    DENIAL_WRITE_OFF = 4120
    SMALL_BALANCE = 4130
    SELF_PAY_DISCOUNT = 4140
    CHARITY = 4150
    STATUTORY = 4160
    INCENTIVE = 4170
    INTEREST = 4200
    CAPITATION = 4210
    OTHER_PAYER_INCOME = 4220
    RECOVERY = 4300
    BAD_DEBT = 5000
    PAYER_FEES = 5100
    CARD_FEES = 5110
    AGENCY_FEES = 5120


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One account of the chart."""

    number: int
    name: str
    normal_side: NormalSide


_DR, _CR = NormalSide.DEBIT, NormalSide.CREDIT

CHART: tuple[ChartRow, ...] = (
    ChartRow(1000, "Cash at bank", _DR),
    ChartRow(1010, "Undeposited cash and checks", _DR),
    ChartRow(1015, "Card processor clearing", _DR),
    ChartRow(1020, "Remit clearing", _DR),
    ChartRow(1100, "A/R insurance", _DR),
    ChartRow(1200, "A/R patient", _DR),
    ChartRow(1250, "A/R at collections", _DR),
    ChartRow(1300, "Recoupment and refund suspense", _DR),
    ChartRow(1310, "Tax withheld receivable", _DR),
    ChartRow(1320, "Payer withholds receivable", _DR),
    ChartRow(2000, "Patient credits and prepayments", _CR),
    ChartRow(2010, "Unapplied insurance cash", _CR),
    ChartRow(2020, "Refunds payable to patients", _CR),
    ChartRow(2030, "Refunds payable to payers", _CR),
    ChartRow(2100, "Payer recoupment payable", _CR),
    ChartRow(2210, "Levies payable", _CR),
    ChartRow(2300, "Unclaimed property", _CR),
    ChartRow(4000, "Gross charges", _CR),
    ChartRow(4100, "Contractual adjustment", _DR),
    ChartRow(4105, "Sequestration", _DR),
    ChartRow(4110, "Capitation and demonstration offset", _DR),
    ChartRow(4120, "Denial write-off", _DR),
    ChartRow(4130, "Small-balance write-off", _DR),
    ChartRow(4140, "Self-pay and prompt-pay discount", _DR),
    ChartRow(4150, "Charity care", _DR),
    ChartRow(4160, "Statutory uncollectible", _DR),
    ChartRow(4170, "Payer incentive or penalty", _DR),
    ChartRow(4200, "Interest income from payers", _CR),
    ChartRow(4210, "Capitation revenue", _CR),
    ChartRow(4220, "Other payer payments", _CR),
    ChartRow(4300, "Bad-debt recovery", _CR),
    ChartRow(5000, "Bad debt", _DR),
    ChartRow(5100, "Payer fees and penalties", _DR),
    ChartRow(5110, "Card fees", _DR),
    ChartRow(5120, "Agency fees", _DR),
)

ACCOUNT_NAMES: dict[int, str] = {row.number: row.name for row in CHART}

# Accounts that open money sits on, by who owes it.
RECEIVABLES = frozenset({Account.INSURANCE_AR, Account.PATIENT_AR, Account.COLLECTIONS_AR})
# Reductions of a charge that somebody agreed to or decided (invariant 12).
ADJUSTMENTS = frozenset(
    {
        Account.CONTRACTUAL,
        Account.SEQUESTRATION,
        Account.CAPITATION_OFFSET,
        Account.DENIAL_WRITE_OFF,
        Account.SMALL_BALANCE,
        Account.SELF_PAY_DISCOUNT,
        Account.CHARITY,
        Account.STATUTORY,
        Account.INCENTIVE,
        Account.BAD_DEBT,
    }
)


def account_name(number: int) -> str:
    """The name of account `number` as people read it."""
    return ACCOUNT_NAMES[number]
