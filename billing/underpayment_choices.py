"""Values of lines that a payer allowed less, or more, than was expected; labels and tones."""

from django.db import models

from core.choices import HOLD, INFO, NEUTRAL, PROGRESS, SUCCESS, TEAL, WARN


class VarianceState(models.TextChoices):
    """Where one line stands."""

    OPEN = "open", "Underpaid"
    SMALL = "small", "Below the limit"
    DISPUTED = "disputed", "Disputed"
    RECOVERED = "recovered", "Recovered"
    ACCEPTED = "accepted", "Accepted"
    OVER = "over", "Paid above contract"
    WITHDRAWN = "withdrawn", "No longer stands"


# What a person may still do something about, and what a claim's underpaid amount is the sum of.
QUEUED = frozenset({VarianceState.OPEN, VarianceState.DISPUTED})
UNSETTLED = QUEUED | {VarianceState.SMALL, VarianceState.OVER}


class VarianceCause(models.TextChoices):
    """How the allowed amount differs from the contract (domain I.6)."""

    STEP = "step", "A rule of the contract left out"
    MULTIPLE = "multiple", "Reduced as a second procedure"
    DOWNCODED = "downcoded", "Code changed"
    MODIFIER = "modifier", "Modifier left out"
    UNITS = "units", "Units cut"
    BUNDLED = "bundled", "Bundled into another line"
    ZERO = "zero", "Nothing allowed"
    RATE = "rate", "Another rate"
    ABOVE = "above", "More than the contract"


class AcceptReason(models.TextChoices):
    """Why a difference is let be."""

    CONTRACT = "contract", "Our contract data was wrong"
    RIGHT = "right", "The payer is right"
    EFFORT = "effort", "Not worth the work"
    REFUSED = "refused", "The payer refused the dispute"
    LATE = "late", "Too late to dispute"
    OTHER = "other", "Another reason"


class DisputeMethod(models.TextChoices):
    """How a packet went to the payer."""

    MAIL = "mail", "Mail"
    FAX = "fax", "Fax"
    PORTAL = "portal", "Payer's portal"


class VarianceAct(models.TextChoices):
    """What can be done with chosen lines."""

    DISPUTE = "dispute", "Dispute"
    ACCEPT = "accept", "Accept"
    REOPEN = "reopen", "Open again"
    ASSIGN = "assign", "Assign"


TONES: dict[str, str] = {
    VarianceState.OPEN: WARN,
    VarianceState.SMALL: NEUTRAL,
    VarianceState.DISPUTED: PROGRESS,
    VarianceState.RECOVERED: SUCCESS,
    VarianceState.ACCEPTED: HOLD,
    VarianceState.OVER: TEAL,
    VarianceState.WITHDRAWN: NEUTRAL,
    **dict.fromkeys(VarianceCause.values, INFO),
}
