"""The accounts of the practice at its banks."""

from django.db import transaction

from billing.models import BankAccount
from core import audit
from core.errors import ApplicationError
from core.models import Practice

LEAST_DIGITS = 4


def save_bank_account(
    *, practice: Practice, name: str, bank_name: str, account_number: str
) -> BankAccount:
    """Add an account. Raises ApplicationError at the field where the number or name is known
    already, or the number is none.
    """
    number = account_number.replace(" ", "").replace("-", "")
    if len(number) < LEAST_DIGITS or not number.isascii() or not number.isalnum():
        raise ApplicationError(
            "Enter the account number as the bank's files write it.", field="account_number"
        )
    rows = BankAccount.everywhere.filter(practice=practice)
    if rows.filter(account_number=number).exists():
        raise ApplicationError("This account is there already.", field="account_number")
    if rows.filter(name=name).exists():
        raise ApplicationError("Another account has this name.", field="name")
    with transaction.atomic():
        account = BankAccount.everywhere.create(
            practice=practice, name=name, bank_name=bank_name, account_number=number
        )
        audit.record("bank_account.added", subject=account, after={"name": name})
    return account
