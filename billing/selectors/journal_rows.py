"""Journal lines as people read them: alike ones together, accounts and payers by name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from billing.ledger.accounts import Account, account_name
from billing.ledger.lines import Line, Side
from core.money import ZERO
from patients.models import Payer


@dataclass(frozen=True, slots=True)
class JournalRow:
    """Lines with the same two ends and the same kind of reason, summed."""

    debit_number: int
    debit_name: str
    credit_number: int
    credit_name: str
    reasons: str
    count: int
    amount: Decimal


def summarise(lines: Iterable[Line]) -> list[JournalRow]:
    """`lines` summed over patients and charge lines; the biggest stories first."""
    names = dict(Payer.objects.values_list("pk", "name"))
    groups: dict[tuple[Side, Side, str], list[Line]] = defaultdict(list)
    for line in lines:
        group = line.reason_code.partition("-")[0]
        groups[(_bare(line.debit), _bare(line.credit), group)].append(line)
    rows = [
        JournalRow(
            debit_number=debit.account,
            debit_name=side_name(debit, names),
            credit_number=credit.account,
            credit_name=side_name(credit, names),
            reasons=_reasons(found),
            count=len(found),
            amount=sum((line.amount for line in found), ZERO),
        )
        for (debit, credit, _), found in groups.items()
    ]
    return sorted(rows, key=lambda row: (row.debit_number, row.credit_number, -row.amount))


def side_name(side: Side, payer_names: dict[int, str]) -> str:
    """The account, and for an insurance receivable whose it is."""
    name = account_name(side.account)
    if side.account == Account.INSURANCE_AR and side.payer_id is not None:
        return f"{name}, {payer_names[side.payer_id]} (rank {side.rank})"
    return name


def _bare(side: Side) -> Side:
    """`side` without patient, guarantor and charge line; payers count on receivables only."""
    if side.account == Account.INSURANCE_AR:
        return Side(side.account, payer_id=side.payer_id, rank=side.rank)
    return Side(side.account)


def _reasons(lines: list[Line]) -> str:
    """PR-1, 2, 3: the group once, then its codes."""
    codes = sorted({line.reason_code for line in lines if line.reason_code})
    if not codes:
        return f"{len(lines)} line{'s' if len(lines) != 1 else ''}"
    group = codes[0].partition("-")[0]
    rest = [code.partition("-")[2] for code in codes]
    return f"{group}-{', '.join(rest)}"
