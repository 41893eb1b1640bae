"""Posting a remittance only where it ties out and nothing needs a person's look first."""

from billing.posting.post_remittance import LeftToPerson, NotPostable, post_remittance
from billing.posting.stopping import UNMATCHED
from billing.selectors.posting_level import level_value, reasons_to_stop
from claims.choices import PostingLevel
from claims.models import Remittance

# Their money waits in unapplied cash, and each is an exception of its own (domain E.2).
_PASSED = frozenset({UNMATCHED})


def post_if_it_ties_out(remittance: Remittance) -> str:
    """Post it, or say in words why it is left to a person; "" when it is posted.

    Claims that were not found do not stop it: somebody has chosen it.
    """
    if level_value(remittance)[0] == PostingLevel.REVIEW:
        return "its payer is reviewed claim by claim"
    try:
        post_remittance(remittance=remittance, stop_at=reasons_to_stop(remittance, passing=_PASSED))
    except LeftToPerson as left:
        return "; ".join(left.reasons).lower()
    except NotPostable as error:
        return error.message
    return ""
