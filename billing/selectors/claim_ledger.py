"""The money of one claim, line by line, for the panel on its page."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.ledger.accounts import Account
from billing.models import Journal
from billing.selectors.movements import Kind, Movement, movements, open_on, total
from claims.models import Claim
from coding.models import ChargeLine


@dataclass(frozen=True, slots=True)
class LineMoney:
    """One charge line: charge = insurance + patient + adjusted + open (invariant 3)."""

    line: ChargeLine
    charge_amount: Decimal
    adjusted_amount: Decimal
    insurance_paid_amount: Decimal
    patient_paid_amount: Decimal
    moved_amount: Decimal
    insurance_open_amount: Decimal
    patient_open_amount: Decimal


@dataclass(frozen=True, slots=True)
class ClaimMoney:
    """The claim's lines, their sum, and the journals that moved them, newest first."""

    lines: tuple[LineMoney, ...]
    whole: LineMoney | None
    journals: tuple[Journal, ...]


def claim_money(claim: Claim, *, as_of: date | None = None) -> ClaimMoney:
    """Fold the ledger over the claim's charge lines, as of a day."""
    lines = [
        link.charge_line for link in claim.charge_lines.select_related("charge_line").order_by("id")
    ]
    found = movements(claim.practice, [line.pk for line in lines], as_of=as_of)
    by_line: dict[int, list[Movement]] = defaultdict(list)
    for movement in found:
        by_line[movement.charge_line_id].append(movement)
    journals = Journal.objects.filter(pk__in={m.journal_id for m in found}).order_by("-number")
    return ClaimMoney(
        lines=tuple(_money(line, by_line[line.pk]) for line in lines),
        whole=_money(lines[0], found) if lines else None,
        journals=tuple(journals),
    )


def _money(line: ChargeLine, found: list[Movement]) -> LineMoney:
    return LineMoney(
        line=line,
        charge_amount=total(found, Kind.CHARGE),
        adjusted_amount=-total(found, Kind.ADJUSTMENT),
        insurance_paid_amount=-total(found, Kind.INSURANCE_PAID),
        patient_paid_amount=-total(found, Kind.PATIENT_PAID),
        moved_amount=total(found, Kind.SHARE, Kind.MOVED),
        insurance_open_amount=open_on(found, Account.INSURANCE_AR),
        patient_open_amount=open_on(found, Account.PATIENT_AR),
    )
