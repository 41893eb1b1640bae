"""A line's adjustments as billers type them: `CO-45 70 PR-2 26`, also `co45 70, pr2 26`. Pure."""

import re
from decimal import Decimal

from core.money import ZERO, dollars

GROUPS = ("CO", "OA", "PI", "PR")
_TRIO = re.compile(
    r"(?P<group>CO|OA|PI|PR)[\s-]?(?P<reason>[A-Z]?\d{1,3})\s+\$?(?P<amount>-?[\d,]+(?:\.\d{1,2})?)"
    r"[\s,;/]*",
    re.IGNORECASE,
)


class AdjustmentError(ValueError):
    """Text that is not a list of adjustments; says where it stops being one."""


def read_adjustments(text: str) -> list[tuple[str, str, Decimal]]:
    """(group, reason, amount) for each adjustment in `text`. Raises AdjustmentError."""
    found: list[tuple[str, str, Decimal]] = []
    place, text = 0, text.strip()
    while place < len(text):
        match = _TRIO.match(text, place)
        if match is None:
            raise AdjustmentError(
                "Write group, reason and amount, like CO-45 70.00 PR-2 26.00:"
                f" “{text[place:][:20]}” is not understood."
            )
        amount = dollars(match["amount"].replace(",", ""))
        if amount == ZERO:
            raise AdjustmentError(f"{match['group'].upper()}-{match['reason']} has no amount.")
        found.append((match["group"].upper(), match["reason"].upper(), amount))
        place = match.end()
    return found
