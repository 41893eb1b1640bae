"""An answer that was found late stands on what was decided before, though posted before that."""

import pytest

from billing.posting.post_late import post_late
from billing.posting.post_remittance import post_remittance
from billing.posting.undo import undo_remittance
from claims.choices import VersionState
from claims.models import RemittanceClaim
from core.models import Practice
from tests.billing.inbox import deliver
from tests.billing.money_payer import Answer, Mail, Told
from tests.billing.road import Account, accounts_of

ACME = "ACME HEALTH PLAN"
DECIDED = {VersionState.ADJUDICATED, VersionState.CLOSED}
WHY = "Posted to the wrong claims"


@pytest.fixture
def account(in_summit: Practice) -> Account:
    return accounts_of(in_summit, [("SFM1003", ("950",))], ACME)["SFM1003"]


def test_undone_below_a_refusal_found_late_the_refusal_stands_and_is_undone_by_itself(
    account: Account,
) -> None:
    """A refusal moves no account: no journal tells that it came later."""
    charge, practice = account.lines[0].charge_amount, account.claim.practice
    nothing = charge - charge
    refused = Told(charge, nothing, (("CO", "197", charge),))
    mail = Mail()
    mail.write(Answer("SFM1003", "ICN1", (refused,), is_lost=True))
    mail.write(Answer("SFM1003", "ICN2", (Told(charge, charge, ()),)))
    lost, paying = (
        deliver(practice, text, control=control)
        for control, text in enumerate(mail.waiting, start=1)
    )
    for remittance in (lost, paying):
        post_remittance(remittance=remittance)
    answer = RemittanceClaim.objects.select_related("remittance").get(remittance=lost)
    post_late(answer, version=account.version)
    undo_remittance(remittance=paying, reason=WHY)
    assert account.fresh().version.state in DECIDED, "the refusal stands"
    undo_remittance(remittance=lost, reason=WHY)
    assert account.fresh().version.state == VersionState.PAYER_ACCEPTED
