"""Who may do what with money. Reading is for all who see patients; posting is the posters' work."""

from billing.selectors.statement_patients import in_document
from billing.selectors.underpayments import patients_in_packet
from core import access
from core.access import BILLERS, CODERS, COLLECTORS, FRONT, MANAGERS, POSTERS, PUBLIC, READERS
from core.choices import Role

_MONEY_READERS = READERS - {Role.FRONT_DESK, Role.PROVIDER}
_CASHIERS = POSTERS | COLLECTORS | FRONT
_SETTERS = POSTERS | MANAGERS
_SENDERS = BILLERS | COLLECTORS | FRONT
# Who gives up, moves or returns money; how much alone is said by `adjusting/limits.py`.
_ADJUSTERS = POSTERS | COLLECTORS
# Whoever enters charges or takes money may count it in batches.
_COUNTERS = _CASHIERS | CODERS
_MONTH_CLOSERS = frozenset({Role.MANAGER})

ACCESS = {
    "billing:account": {"GET": READERS},
    "billing:payment-new": {"GET": _CASHIERS, "POST": _CASHIERS},
    "billing:payment-take-back": {"POST": POSTERS},
    "billing:statements": {"GET": READERS, "POST": READERS},
    "billing:statement-issue": {"GET": _SENDERS, "POST": _SENDERS},
    "billing:statement": {"GET": READERS},
    "billing:statement-pdf": {"GET": READERS},
    "billing:remittance": {"GET": _MONEY_READERS},
    "billing:eob-new": {"GET": POSTERS, "POST": POSTERS},
    "billing:remittance-undo": {"GET": POSTERS, "POST": POSTERS},
    "billing:takeback": {"GET": POSTERS, "POST": POSTERS},
    "billing:payer-posting": {"GET": _SETTERS, "POST": _SETTERS},
    "billing:remittance-match": {"POST": POSTERS},
    "billing:remittance-post": {"POST": POSTERS},
    "billing:remittance-held": {"POST": POSTERS},
    "billing:remittance-deposit": {"POST": POSTERS},
    "billing:remittance-aside": {"POST": POSTERS},
    "billing:remittances-post": {"POST": POSTERS},
    "billing:answer": {"GET": _MONEY_READERS, "POST": POSTERS},
    "billing:answer-match": {"POST": POSTERS},
    "billing:answer-aside": {"POST": POSTERS},
    "billing:answer-back": {"POST": POSTERS},
    "billing:answer-look": {"POST": POSTERS},
    "billing:exceptions": {"GET": _MONEY_READERS, "POST": _MONEY_READERS},
    "billing:exceptions-bulk": {"POST": POSTERS},
    "billing:exception-answer": {"POST": POSTERS},
    "billing:journal": {"GET": _MONEY_READERS},
    "billing:ledger": {"GET": _MONEY_READERS},
    "billing:claim-ledger": {"GET": READERS},
    "billing:balances": {"GET": _MONEY_READERS},
    "billing:aging": {"GET": _MONEY_READERS},
    "billing:aging-rows": {"GET": _MONEY_READERS},
    "billing:write-off": {"GET": _ADJUSTERS, "POST": _ADJUSTERS},
    "billing:account-write-off": {"GET": _ADJUSTERS, "POST": _ADJUSTERS},
    "billing:transfer": {"GET": _ADJUSTERS, "POST": _ADJUSTERS},
    "billing:requests": {"GET": _MONEY_READERS, "POST": _MONEY_READERS},
    "billing:request": {"GET": _MONEY_READERS},
    "billing:request-decide": {"POST": _ADJUSTERS},
    "billing:small-balances": {"GET": BILLERS, "POST": BILLERS},
    "billing:credits": {"GET": _MONEY_READERS, "POST": _MONEY_READERS},
    "billing:credit": {"GET": _MONEY_READERS},
    "billing:credit-review": {"POST": _ADJUSTERS},
    "billing:credit-use": {"POST": _ADJUSTERS},
    "billing:credit-refund": {"POST": _ADJUSTERS},
    "billing:refunds": {"GET": _MONEY_READERS, "POST": _MONEY_READERS},
    "billing:refund": {"GET": _MONEY_READERS},
    "billing:refund-step": {"POST": _ADJUSTERS},
    "billing:overpayments": {"GET": _MONEY_READERS, "POST": _MONEY_READERS},
    "billing:overpayment": {"GET": _MONEY_READERS},
    "billing:overpayment-step": {"POST": _ADJUSTERS},
    "billing:recovery": {"GET": _ADJUSTERS, "POST": _ADJUSTERS},
    "billing:underpayments": {"GET": _MONEY_READERS},
    "billing:underpaid-lines": {"GET": _MONEY_READERS, "POST": _MONEY_READERS},
    "billing:underpaid-bulk": {"POST": BILLERS},
    "billing:underpaid-line": {"GET": _MONEY_READERS},
    "billing:underpaid-act": {"POST": BILLERS},
    "billing:disputes": {"GET": _MONEY_READERS, "POST": _MONEY_READERS},
    "billing:dispute": {"GET": _MONEY_READERS},
    "billing:dispute-sent": {"POST": BILLERS},
    "billing:underpayment-report": {"GET": _MONEY_READERS},
    "billing:tolerance": {"GET": _SETTERS, "POST": _SETTERS},
    "billing:payer-tolerance": {"GET": _SETTERS, "POST": _SETTERS},
    "billing:claim-expected": {"GET": READERS},
    "billing:batches": {"GET": _COUNTERS | _MONEY_READERS, "POST": _COUNTERS | _MONEY_READERS},
    "billing:batch-new": {"GET": _COUNTERS, "POST": _COUNTERS},
    "billing:batch": {"GET": _COUNTERS | _MONEY_READERS},
    "billing:batch-step": {"POST": _COUNTERS},
    "billing:bank-lines": {"GET": _MONEY_READERS, "POST": _MONEY_READERS},
    "billing:bank-import": {"GET": POSTERS, "POST": POSTERS},
    "billing:bank-file": {"GET": POSTERS, "POST": POSTERS},
    "billing:bank-account-new": {"GET": _SETTERS, "POST": _SETTERS},
    "billing:bank-line": {"GET": _MONEY_READERS},
    "billing:bank-line-step": {"POST": POSTERS},
    "billing:deposits": {"GET": _MONEY_READERS, "POST": _MONEY_READERS},
    "billing:deposit-new": {"GET": POSTERS, "POST": POSTERS},
    "billing:deposit": {"GET": _MONEY_READERS},
    "billing:deposit-step": {"POST": POSTERS},
    "billing:deposit-pdf": {"GET": _MONEY_READERS},
    "billing:reconciliation": {"GET": _MONEY_READERS},
    "billing:reconciliation-pdf": {"GET": _MONEY_READERS},
    "billing:closed-days": {"GET": _MONEY_READERS, "POST": _MONEY_READERS},
    "billing:closed-day": {"GET": _MONEY_READERS},
    "billing:day-sheet": {"GET": _MONEY_READERS},
    "billing:day-close": {"GET": _MONEY_READERS, "POST": BILLERS},
    "billing:closed-month": {"GET": _MONEY_READERS},
    "billing:month-sheet": {"GET": _MONEY_READERS},
    "billing:months": {"GET": _MONEY_READERS, "POST": _MONTH_CLOSERS},
}
# The API signs its callers in by key and refuses by scope.
_API = ("api-payments", "api-payment", "api-journal", "api-journal-entry", "api-journal-days")


def register() -> None:
    """The rows, and who may download statements."""
    access.register("billing", {**ACCESS, **dict.fromkeys(_API, PUBLIC)})
    access.allow_documents("statement", READERS, in_document)
    access.allow_documents("underpayment.", _MONEY_READERS, patients_in_packet)
    access.allow_documents("bank.file", _MONEY_READERS)
