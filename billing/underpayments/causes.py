"""Why a payer may have allowed another amount than its contract says (domain I.6). Pure.

Told from the answer and from the frozen trace: an amount that the trace passed on its way tells
which of its steps the payer left out.
"""

from decimal import Decimal

from billing.underpayment_choices import VarianceCause as C
from billing.underpayments.compare import Compared
from core.money import CENT, ZERO, format_money

_NEAR = 2 * CENT
_SHARES = (Decimal(50), Decimal(75), Decimal(80))  # what a second procedure is paid (domain I.4)


def cause_of(line: Compared) -> tuple[str, str]:
    """The cause, and a sentence that a payer's clerk understands."""
    allowed, expected = f"${format_money(line.allowed)}", f"${format_money(line.expected)}"
    if line.variance < 0:
        return C.ABOVE, f"{allowed} allowed, {expected} by the contract."
    code, *decided = line.decided_code.split("-")
    if code != line.procedure_code:
        return C.DOWNCODED, f"Decided as {line.decided_code}; {line.billed_code} was billed."
    if line.is_bundled:
        return C.BUNDLED, "Bundled with another line of the claim; both are priced apart."
    if not line.allowed:
        return C.ZERO, f"Nothing allowed, and no refusal to appeal; {expected} by the contract."
    left_out = [one for one in filter(None, line.modifiers.split("-")) if one not in decided]
    if left_out:
        return C.MODIFIER, f"Decided without modifier {', '.join(left_out)}."
    if line.decided_units < line.units:
        return C.UNITS, (
            f"{line.decided_units.normalize():f} of {line.units.normalize():f} units decided."
        )
    return _by_trace(line) or (
        C.RATE, f"{allowed} allowed, {_percent(line)} % of what the contract says, {expected}.",
    )  # fmt: skip


def _by_trace(line: Compared) -> tuple[str, str] | None:
    amounts = [Decimal(amount) if amount else None for _, amount in line.trace]
    for place, found in enumerate(amounts[:-1]):
        if found is not None and abs(found - line.allowed) <= _NEAR:
            step = _short(line.trace[place + 1][0])
            return C.STEP, f"Allowed ${format_money(found)}, as if there were no “{step}”."
    for share in _SHARES:
        if abs(line.expected * share / 100 - line.allowed) <= _NEAR:
            return C.MULTIPLE, (
                f"Allowed {share} %, as for a second procedure; the contract does not reduce it."
            )
    return None


def _short(words: str) -> str:
    """A step without the contract's name before its colon."""
    return words.rsplit(": ", 1)[-1][:90]


def _percent(line: Compared) -> str:
    if line.expected == ZERO:
        return "0"
    return f"{(line.allowed * 100 / line.expected).quantize(Decimal('0.1'))}"
