"""A payer rule begun from a reason that a payer keeps giving (domain G.3): a draft to be finished,
tested and switched on by people.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from claims.denials.reasons import reason_of
from claims.payer_rules.grammar import Op, Where
from claims.rule_forms import FIRST_ROWS
from core.findings import Severity
from patients.models import Payer

_MOST_CODES = 6


def proposed(asked: Mapping[str, str]) -> tuple[dict[str, Any], list[int]]:
    """What the builder shows at first: empty, or what `payer`, `reason` and `codes` of the report
    come to. Whatever is not known is left out.
    """
    payer = _payer(asked.get("payer", ""))
    if payer is None:
        return {}, [FIRST_ROWS]
    reason = reason_of(asked.get("reason", "")[:5])
    codes = [one for one in asked.get("codes", "").split(",") if one.isalnum() and len(one) == 5]
    initial: dict[str, Any] = {
        "name": f"{payer.name}: {reason.code} {reason.words}"[:80],
        "payers": [payer.public_id],
        "severity": Severity.WARNING,
        "message": f"{payer.name} has refused such lines before: {reason.words}."[:200],
        "advice": reason.advice[:150],
        "field": "line.procedure_code",
    }
    if codes:
        initial |= {
            "g0c0_what": f"{Where.THIS}|line.procedure_code",
            "g0c0_op": str(Op.IS),
            "g0c0_values": ", ".join(codes[:_MOST_CODES]),
        }
    return initial, [FIRST_ROWS]


def _payer(text: str) -> Payer | None:
    try:
        return Payer.objects.filter(public_id=UUID(text)).first()
    except ValueError:
        return None
