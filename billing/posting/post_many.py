"""Posting a remittance only where it ties out and nothing needs a person's look first."""

from billing.posting.plan import IssueKind
from billing.posting.post_remittance import POSTABLE, post_remittance, preview_remittance
from claims.models import Remittance
from core.money import format_money

# Money that a person looks at before it is in the books.
ASKS_A_PERSON = frozenset(
    {
        IssueKind.OVERPAID,
        IssueKind.DOUBLE_PAYMENT,
        IssueKind.NEGATIVE_PAYMENT,
        IssueKind.NO_ORIGINAL,
    }
)
_WORDS = {
    IssueKind.OVERPAID: "a line would be overpaid",
    IssueKind.DOUBLE_PAYMENT: "it may pay a claim twice",
    IssueKind.NEGATIVE_PAYMENT: "money is taken back without a reversal",
    IssueKind.NO_ORIGINAL: "it reverses a payment that we do not have",
}


def post_if_it_ties_out(remittance: Remittance) -> str:
    """Post it, or say in words why it is left to a person; "" when it is posted.

    Claims that were not found do not stop it: their money waits in unapplied cash (domain E.2).
    """
    if remittance.state not in POSTABLE:
        return f"it is {remittance.get_state_display().lower()}"
    plan = preview_remittance(remittance)
    if plan.difference_amount:
        return f"it differs from its claims by {format_money(plan.difference_amount)}"
    doubt = next((issue.kind for issue in plan.issues if issue.kind in ASKS_A_PERSON), None)
    if doubt is not None:
        return _WORDS[doubt]
    post_remittance(remittance=remittance)
    return ""
