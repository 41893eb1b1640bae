"""Values that a person chooses from or sees as chips in billing, each with label and tone."""

from django.db import models

# Chips name them as billing.RequestState and so on (core/templatetags/core_ui.py).
from billing.adjusting_choices import (  # noqa: F401
    CreditCause,
    CreditState,
    OverpaymentState,
    RefundState,
    RequestKind,
    RequestState,
)
from billing.batch_choices import (  # noqa: F401
    BankFormat,
    BankLineKind,
    BankLineState,
    BatchKind,
    BatchState,
    SlipKind,
    SlipState,
)
from billing.underpayment_choices import (  # noqa: F401
    AcceptReason,
    DisputeMethod,
    VarianceCause,
    VarianceState,
)
from core.choices import DANGER, INFO, NEUTRAL, SUCCESS, TEAL, WARN


class NormalSide(models.TextChoices):
    """The side on which a ledger account grows."""

    DEBIT = "debit", "Debit"
    CREDIT = "credit", "Credit"


class PaymentMethod(models.TextChoices):
    """How a patient paid. No card number ever reaches us: `reference` is the terminal's."""

    CASH = "cash", "Cash"
    CHECK = "check", "Check"
    CARD = "card", "Card"


class StatementState(models.TextChoices):
    """The life of a statement. What it says is frozen; only this moves."""

    ISSUED = "issued", "Issued"
    SETTLED = "settled", "Settled"
    SUPERSEDED = "superseded", "Superseded"


class LineState(models.TextChoices):
    """What a payer decided about one charge line (domain E.10 step 3)."""

    PAID = "paid", "Paid"
    PAID_PARTIAL_DENIED = "paid_partial_denied", "Paid in part, rest denied"
    DENIED = "denied", "Denied"
    PATIENT = "patient", "Patient owes"
    ZERO_CONTRACTUAL = "zero_contractual", "Nothing due"


class ClaimOutcome(models.TextChoices):
    """What a payer's answer comes to for the version it names."""

    PAID = "paid", "Paid"
    PARTIAL = "partial", "Paid in part"
    DENIED = "denied", "Denied"
    ZERO = "zero", "Nothing to pay"
    REVERSED = "reversed", "Taken back"
    FORWARDED = "forwarded", "Forwarded"


TONES: dict[str, str] = {
    StatementState.ISSUED: INFO,
    StatementState.SETTLED: SUCCESS,
    StatementState.SUPERSEDED: NEUTRAL,
    LineState.PAID_PARTIAL_DENIED: WARN,
    LineState.PATIENT: TEAL,
    LineState.ZERO_CONTRACTUAL: NEUTRAL,
    ClaimOutcome.PAID: SUCCESS,
    ClaimOutcome.PARTIAL: WARN,
    ClaimOutcome.DENIED: DANGER,
    ClaimOutcome.ZERO: NEUTRAL,
    ClaimOutcome.REVERSED: WARN,
    ClaimOutcome.FORWARDED: TEAL,
}
