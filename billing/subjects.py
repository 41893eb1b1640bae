"""How timelines and work items name what billing is about. Labels never name a person."""

from django.urls import reverse

from billing.models import (
    BalanceRequest,
    BankLine,
    ClosedDay,
    ClosedMonth,
    DepositSlip,
    Journal,
    LineVariance,
    Overpayment,
    PostingBatch,
    Refund,
    Statement,
    UnderpaymentDispute,
    VarianceTolerance,
)
from claims.models import ProviderAdjustment, RemittanceClaim
from core import subjects


def register() -> None:
    """Answers and provider adjustments have no page of their own: the remittance shows them."""
    subjects.register(
        Statement,
        lambda statement: f"Statement {statement.number}",
        lambda statement: reverse("billing:statement", args=[statement.public_id]),
    )
    subjects.register(
        Journal,
        lambda journal: f"Journal {journal}",
        lambda journal: reverse("billing:journal", args=[journal.public_id]),
    )
    subjects.register(
        BalanceRequest,
        lambda row: f"{row.get_kind_display()} {row.number}",
        lambda row: reverse("billing:request", args=[row.public_id]),
    )
    subjects.register(
        Refund,
        lambda row: f"Refund {row.number}",
        lambda row: reverse("billing:refund", args=[row.public_id]),
    )
    subjects.register(
        Overpayment,
        lambda row: f"Overpayment {row.number}",
        lambda row: reverse("billing:overpayment", args=[row.public_id]),
    )
    _register_day()
    subjects.register(
        RemittanceClaim,
        lambda answer: f"Payer's answer on {answer.patient_control_number}",
        lambda answer: _remittance_url(answer) + "?tab=exceptions",
    )
    subjects.register(
        ProviderAdjustment,
        lambda row: f"Provider adjustment {row.reason_code}",
        lambda row: _remittance_url(row) + "?tab=provider",
    )


def _register_day() -> None:
    """Batches, the bank and what was closed."""
    subjects.register(
        UnderpaymentDispute,
        lambda row: f"Dispute {row.number}",
        lambda row: reverse("billing:dispute", args=[row.public_id]),
    )
    subjects.register(
        VarianceTolerance,
        lambda row: "Tolerance of underpayments",
        lambda row: reverse("billing:tolerance"),
    )
    subjects.register(
        PostingBatch,
        lambda row: f"Batch {row.number}",
        lambda row: reverse("billing:batch", args=[row.public_id]),
    )
    subjects.register(
        BankLine,
        lambda row: f"Bank line of {row.posted_on:%m/%d/%Y}",
        lambda row: reverse("billing:bank-line", args=[row.public_id]),
    )
    subjects.register(
        DepositSlip,
        lambda row: f"Deposit {row.number}",
        lambda row: reverse("billing:deposit", args=[row.public_id]),
    )
    subjects.register(
        LineVariance,
        lambda row: f"{row.procedure_code}, underpaid line",
        lambda row: reverse("billing:underpaid-line", args=[row.public_id]),
    )
    subjects.register(
        ClosedDay,
        lambda row: f"Closed day {row.day:%m/%d/%Y}",
        lambda row: reverse("billing:closed-day", args=[row.public_id]),
    )
    subjects.register(
        ClosedMonth,
        lambda row: f"Closed month {row.ended_on:%m/%Y}",
        lambda row: reverse("billing:closed-month", args=[row.public_id]),
    )


def _remittance_url(part: RemittanceClaim | ProviderAdjustment) -> str:
    return reverse("billing:remittance", args=[part.remittance.public_id])
