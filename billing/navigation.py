"""Menu entries of this app."""

from django.http import HttpRequest

from billing.access import ACCESS
from billing.adjusting_choices import CreditCause, CreditState, RefundState, RequestState
from billing.batch_choices import BankLineState, BatchState
from billing.models import (
    BalanceRequest,
    BankLine,
    CreditBalance,
    LineVariance,
    PostingBatch,
    Refund,
)
from billing.underpayment_choices import VarianceState
from core import navigation
from core.access import READERS


def register() -> None:
    navigation.register(
        "statements",
        "Statements",
        "statements",
        "billing:statements",
        READERS,
        order=70,
        go="s",
        also=("billing:statement", "billing:statement-issue"),
    )
    navigation.register(
        "ledger",
        "Ledger",
        "reports",
        "billing:ledger",
        ACCESS["billing:ledger"]["GET"],
        order=75,
        also=("billing:journal", "billing:balances"),
    )
    navigation.register(
        "credits",
        "Credits",
        "undo",
        "billing:credits",
        ACCESS["billing:credits"]["GET"],
        count=_to_decide,
        order=72,
        also=(
            "billing:credit",
            "billing:refunds",
            "billing:refund",
            "billing:overpayments",
            "billing:overpayment",
            "billing:requests",
            "billing:request",
            "billing:small-balances",
        ),
    )
    _register_underpayments()
    _register_day()
    navigation.register(
        "aging",
        "Aging",
        "clock",
        "billing:aging",
        ACCESS["billing:aging"]["GET"],
        order=74,
        also=("billing:aging-rows",),
    )


def _register_underpayments() -> None:
    navigation.register(
        "underpayments",
        "Underpaid",
        "minus",
        "billing:underpayments",
        ACCESS["billing:underpayments"]["GET"],
        count=_underpaid,
        order=43,
        go="u",
        also=(
            "billing:underpaid-lines", "billing:underpaid-bulk", "billing:underpaid-line",
            "billing:disputes", "billing:dispute", "billing:underpayment-report",
            "billing:tolerance",
        ),
    )  # fmt: skip


def _register_day() -> None:
    navigation.register(
        "day",
        "Batches and bank",
        "building",
        "billing:batches",
        ACCESS["billing:batches"]["GET"],
        order=73,
        count=_at_the_bank,
        also=(
            "billing:batch", "billing:batch-new", "billing:bank-lines", "billing:bank-import",
            "billing:bank-file", "billing:bank-account-new", "billing:bank-line",
            "billing:deposits", "billing:deposit-new", "billing:deposit",
            "billing:reconciliation", "billing:closed-days", "billing:closed-day",
            "billing:day-close", "billing:months",
        ),
    )  # fmt: skip


def _underpaid(_: HttpRequest) -> int:
    """Lines that a payer allowed less for than its contract says, and nobody has taken up."""
    return LineVariance.objects.filter(state=VarianceState.OPEN).count()


def _at_the_bank(request: HttpRequest) -> int:
    """What waits for whoever looks: money at the bank that nobody knows, one's own open batches."""
    batches = PostingBatch.objects.filter(state=BatchState.OPEN, owner_id=request.user.pk).count()
    if getattr(request, "role", "") not in ACCESS["billing:bank-line-step"]["POST"]:
        return batches
    lines = BankLine.objects.filter(state=BankLineState.OPEN, amount__gt=0)
    return batches + lines.count()


def _to_decide(_: HttpRequest) -> int:
    """What waits for somebody: credits nobody looked at, and requests to approve."""
    new = CreditBalance.objects.filter(state=CreditState.OPEN, reviewed_at__isnull=True).exclude(
        cause=CreditCause.PREPAID
    )
    return (
        new.count()
        + BalanceRequest.objects.filter(state=RequestState.WAITING).count()
        + Refund.objects.filter(state=RefundState.WAITING).count()
    )
