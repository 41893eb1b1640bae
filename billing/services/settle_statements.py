"""A statement is settled when its guarantor owes nothing any more."""

from billing.choices import StatementState
from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.models import Statement
from billing.states import STATEMENT
from core.states import advance


def reopen_statement(*, guarantor_id: int) -> None:
    """Open the guarantor's newest settled statement again once something is owed on it.

    Nothing happens while another one is open: there is one open statement a guarantor.
    """
    newest = Statement.objects.filter(guarantor_id=guarantor_id).order_by("-id").first()
    if newest is None or newest.state != StatementState.SETTLED:
        return
    if balance(newest.practice, Account.PATIENT_AR, guarantor_id=guarantor_id) > 0:
        advance(newest, StatementState.ISSUED, table=STATEMENT)


def settle_statements(*, guarantor_id: int) -> None:
    """Move the guarantor's open statement to settled once Σ 1200 is zero or a credit."""
    statement = Statement.objects.filter(
        guarantor_id=guarantor_id, state=StatementState.ISSUED
    ).first()
    if statement is None:
        return
    if balance(statement.practice, Account.PATIENT_AR, guarantor_id=guarantor_id) <= 0:
        advance(statement, StatementState.SETTLED, table=STATEMENT)
