"""What happened to one underpaid line, in its own amounts: the claim tells the sum of all
its lines.
"""

from collections.abc import Iterable

from billing.models import LineVariance
from billing.underpayment_choices import VarianceState
from core import timeline
from core.actors import PAYER, Actor
from core.appending import appended_together
from core.money import format_money

KIND = "variance"
_UNDER = frozenset({VarianceState.OPEN, VarianceState.SMALL, VarianceState.DISPUTED})


def tell_lines(rows: Iterable[LineVariance], kind: str, sentence: str, note: str = "") -> None:
    """A person did the same with each of `rows`; `{}` in `sentence` is the line's difference."""
    with appended_together():
        for row in rows:
            timeline.record(
                row, kind=f"{KIND}.{kind}",
                sentence=sentence.format(f"${format_money(row.variance_amount)}"),
                details={"note": note} if note else {},
            )  # fmt: skip


def tell_answers(rows: Iterable[LineVariance], *, by_payer: bool = True) -> None:
    """A payer's answer, or (not `by_payer`) a person's undoing of one, changed where each of `rows`
    stands.
    """
    with appended_together():
        for row in rows:
            timeline.record(
                row, kind=f"{KIND}.answered", sentence=_said(row),
                actor=Actor(PAYER, row.payer.name, source="835") if by_payer else None,
            )  # fmt: skip


def _said(row: LineVariance) -> str:
    difference = f"${format_money(abs(row.variance_amount))}"
    if row.state in _UNDER:
        return (
            f"allowed ${format_money(row.allowed_amount)} of ${format_money(row.expected_amount)}"
            f" expected: {difference} less than the contract says"
        )
    if row.state == VarianceState.RECOVERED:
        came, of = format_money(row.recovered_amount), format_money(row.identified_amount)
        return f"made good ${came} of ${of}"
    if row.state == VarianceState.OVER:
        return f"allowed {difference} more than the contract says"
    if row.state == VarianceState.WITHDRAWN:
        return "no decision stands that differs from the contract"
    return f"decided anew: {difference} is still let be"
