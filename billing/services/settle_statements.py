"""A statement is settled when its guarantor owes nothing any more."""

from billing.choices import StatementState
from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.models import Statement
from billing.states import STATEMENT
from core.states import advance


def settle_statements(*, guarantor_id: int) -> None:
    """Move the guarantor's open statement to settled once Σ 1200 is zero or a credit."""
    statement = Statement.objects.filter(
        guarantor_id=guarantor_id, state=StatementState.ISSUED
    ).first()
    if statement is None:
        return
    if balance(statement.practice, Account.PATIENT_AR, guarantor_id=guarantor_id) <= 0:
        advance(statement, StatementState.SETTLED, table=STATEMENT)
