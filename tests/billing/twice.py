"""Posting as the worked examples are played: the ledger as text, and a second time nothing."""

from decimal import Decimal

from billing.ledger.accounts import Account
from billing.ledger.balances import balance, trial_balance
from billing.ledger.entries import lines_by_journal
from billing.models import Journal, JournalLine
from billing.posting.post_remittance import post_remittance
from claims.choices import RemittanceState
from claims.models import Remittance
from patients.models import Payer

D = Decimal


def ledger(journals: list[Journal]) -> str:
    """What these journals did, netted per account, payer and rank."""
    names = dict(Payer.objects.values_list("pk", "name"))
    net: dict[str, Decimal] = {}
    for lines in lines_by_journal(journals).values():
        for line in lines:
            for side, amount in ((line.debit, line.amount), (line.credit, -line.amount)):
                label = f"{side.account}"
                if side.account == Account.INSURANCE_AR:
                    label += f" {names[side.payer_id or 0]}/{side.rank}"
                net[label] = net.get(label, D(0)) + amount
    rows = sorted(net.items(), key=lambda row: (row[1] < 0, row[0]))
    return "\n".join(
        f"{'Dr' if amount > 0 else 'Cr'} {label} {abs(amount):.2f}"
        for label, amount in rows
        if amount
    )


def post_twice(remittance: Remittance) -> str:
    """Post, then post again: the second time changes nothing. Returns the ledger as text."""
    journals = list(post_remittance(remittance=remittance))
    written = Journal.objects.count(), JournalLine.objects.count()
    assert list(post_remittance(remittance=remittance)) == journals
    assert (Journal.objects.count(), JournalLine.objects.count()) == written
    assert sum(row.balance_amount for row in trial_balance(remittance.practice)) == 0
    moved = balance(remittance.practice, Account.REMIT_CLEARING)
    assert moved == sum(
        r.payment_amount for r in Remittance.objects.filter(state=RemittanceState.POSTED)
    )
    return ledger(journals)
