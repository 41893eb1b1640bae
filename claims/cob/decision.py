"""An earlier payer's decision as the next payer is told it: copied, never corrected (domain C.2).

Plain JSON with text amounts, to be frozen in a snapshot. What does not balance stays as it came:
the scrub names the line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from claims.models import RemittanceAdjustment, RemittanceClaim, RemittanceLine
from core.money import ZERO

PATIENT = "PR"
BUNDLED_IN = "94"
MOST_REMARKS = 5


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line of the new claim: its number there and its code."""

    number: int
    procedure_code: str


def decision_of(
    answers: Sequence[RemittanceClaim], lines: Mapping[int, BilledLine]
) -> dict[str, Any] | None:
    """What `answers` say about `lines` (by charge line), or None where nobody answered.

    Adjustments stand where the payer made them, at its lines or on its claim. An answer without
    lines is one on the claim: only then has the claim itself a day and a remaining liability.
    """
    if not answers:
        return None
    told = [_line(row, lines, answer) for answer in answers for row in _ours(answer, lines)]
    own = [_trio(one) for answer in answers for one in _of_claim(answer) if one.amount]
    by_line = bool(told)
    paid = sum((Decimal(line["paid_amount"]) for line in told), ZERO) - _total(own)
    last = answers[-1]
    return {
        "by_line": by_line,
        "paid_amount": str(paid if by_line else sum((a.paid_amount for a in answers), ZERO)),
        "remaining_amount": "" if by_line else str(_share(own)),
        "adjustments": own,
        "remark_codes": _remarks(answers),
        "reimbursement_rate": _last(one.reimbursement_rate for one in answers),
        "payable_amount": _last(one.payable_amount for one in answers),
        "adjudicated_on": last.remittance.paid_on.isoformat(),
        "payer_claim_number": last.payer_claim_number,
        "lines": sorted(told, key=lambda line: line["number"]),
    }


def share_of(decision: Mapping[str, Any]) -> Decimal:
    """What the decision left to whoever comes next: all it called the patient's."""
    trios = [
        *decision["adjustments"],
        *(t for line in decision["lines"] for t in line["adjustments"]),
    ]
    return _share(trios)


def _ours(answer: RemittanceClaim, lines: Mapping[int, BilledLine]) -> Iterable[RemittanceLine]:
    return (row for row in answer.lines.all() if row.charge_line_id in lines)


def _of_claim(answer: RemittanceClaim) -> Iterable[RemittanceAdjustment]:
    return (one for one in answer.adjustments.all() if one.remittance_line_id is None)


def _line(
    row: RemittanceLine, lines: Mapping[int, BilledLine], answer: RemittanceClaim
) -> dict[str, Any]:
    trios = [_trio(one) for one in row.adjustments.all() if one.amount]
    return {
        "number": lines[row.charge_line_id or 0].number,
        "paid_amount": str(row.paid_amount),
        "procedure_code": row.procedure_code,
        "modifiers": list(row.modifiers),
        "units": f"{row.units.normalize():f}",
        "adjustments": trios,
        "remaining_amount": str(_share(trios)),
        "adjudicated_on": answer.remittance.paid_on.isoformat(),
        "bundled_line_number": _bundled_into(row, answer, lines),
    }


def _bundled_into(
    row: RemittanceLine, answer: RemittanceClaim, lines: Mapping[int, BilledLine]
) -> int | None:
    """The line that was paid instead of this one: same adjudicated code, raised by a negative 94
    (domain E.7). None for a line that was paid for itself.
    """
    if not row.submitted_procedure_code or _is_raised(row):
        return None
    for other in answer.lines.all():
        is_same = other.procedure_code == row.procedure_code and other.pk != row.pk
        into = lines.get(other.charge_line_id or 0)
        if is_same and _is_raised(other) and into is not None:
            return into.number
    return None


def _is_raised(row: RemittanceLine) -> bool:
    return any(one.reason_code == BUNDLED_IN and one.amount < 0 for one in row.adjustments.all())


def _trio(one: RemittanceAdjustment) -> dict[str, str]:
    return {
        "group_code": one.group_code,
        "reason_code": one.reason_code,
        "amount": str(one.amount),
        "quantity": f"{one.quantity.normalize():f}" if one.quantity is not None else "",
    }


def _total(trios: Iterable[Mapping[str, str]]) -> Decimal:
    return sum((Decimal(trio["amount"]) for trio in trios), ZERO)


def _share(trios: Iterable[Mapping[str, str]]) -> Decimal:
    return _total(trio for trio in trios if trio["group_code"] == PATIENT)


def _last(amounts: Iterable[Decimal | None]) -> str:
    """The newest one that was told; "" for none."""
    told = [amount for amount in amounts if amount is not None]
    return f"{told[-1].normalize():f}" if told else ""


def _remarks(answers: Iterable[RemittanceClaim]) -> list[str]:
    codes = dict.fromkeys(code for answer in answers for code in answer.remark_codes)
    return list(codes)[:MOST_REMARKS]
