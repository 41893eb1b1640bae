"""Values of write-offs, moves, credits, refunds and overpayments, with labels and tones."""

from django.db import models

from core.choices import HOLD, INFO, NEUTRAL, PROGRESS, SUCCESS, TEAL, WARN


class RequestKind(models.TextChoices):
    """What a person asks to do with an open balance."""

    WRITE_OFF = "write_off", "Write-off"
    TRANSFER = "transfer", "Move"


class RequestState(models.TextChoices):
    """The life of a write-off or move. Only a posted one has a journal."""

    WAITING = "waiting", "Waits for approval"
    POSTED = "posted", "Posted"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"
    UNDONE = "undone", "Undone"


class WriteOffReason(models.TextChoices):
    """Why a balance is given up. The value is the reason code on the journal line."""

    DENIED_TIMELY = "DEN-TIMELY", "Denied: filed too late"
    DENIED_AUTH = "DEN-AUTH", "Denied: no authorization"
    DENIED_NECESSITY = "DEN-NECESS", "Denied: not medically necessary"
    DENIED_COVERED = "DEN-COVER", "Denied: not covered"
    DENIED_BUNDLED = "DEN-BUNDLE", "Denied: part of another service"
    DENIED_DUPLICATE = "DEN-DUPL", "Denied: duplicate"
    DENIED_APPEAL = "DEN-APPEAL", "Denied: appeal lost"
    DENIED_OTHER = "DEN-OTHER", "Denied: other"
    SMALL_BALANCE = "SMALL-BAL", "Small balance"
    SELF_PAY = "DISC-SELF", "Self-pay discount"
    PROMPT_PAY = "DISC-PROMPT", "Prompt-pay discount"
    CHARITY = "CHARITY", "Charity care"
    QMB = "STAT-QMB", "Uncollectible by law: Medicare beneficiary with Medicaid (QMB)"
    STATUTORY = "STAT-OTHER", "Uncollectible by law: other"
    BAD_DEBT = "BAD-DEBT", "Bad debt"
    BANKRUPTCY = "BAD-BANKR", "Bad debt: discharged in bankruptcy"
    DECEASED = "BAD-DECEASD", "Bad debt: deceased, no estate"


class TransferReason(models.TextChoices):
    """Why somebody else is to pay. The value is the reason code on the journal line."""

    NEXT_PAYER = "MOVE-NEXT", "The next coverage is to pay"
    WRONG_PAYER = "MOVE-WRONG", "It was charged to the wrong payer"
    PATIENT_SHARE = "MOVE-PR", "The payer made it the patient's share (PR)"
    PAID_PATIENT = "MOVE-PDPAT", "The payer paid the patient (code 100)"
    NO_COVERAGE = "MOVE-NOCOV", "No coverage was in force on the day"
    SIGNED_NOTICE = "MOVE-ABN", "Not covered, and the patient signed a notice beforehand"
    AGENCY = "MOVE-AGENCY", "Placed with a collection agency, still ours"


class CreditCause(models.TextChoices):
    """How a credit came to be (domain H.4)."""

    PREPAID = "prepaid", "Paid ahead"
    PATIENT = "patient", "Patient paid too much"
    PAYER = "payer", "Payer paid too much"
    DUPLICATE = "duplicate", "Paid twice"
    ERROR = "error", "Posting error"


class CreditState(models.TextChoices):
    """Whether a key of the ledger is still in credit."""

    OPEN = "open", "Open"
    SETTLED = "settled", "Settled"


class RefundState(models.TextChoices):
    """The life of a refund. Approved, it is owed in the books; issued, it has left the bank."""

    WAITING = "waiting", "Waits for approval"
    APPROVED = "approved", "Check to be written"
    ISSUED = "issued", "Check is out"
    CLEARED = "cleared", "Cleared"
    VOIDED = "voided", "Voided"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class OverpaymentState(models.TextChoices):
    """Where an overpayment by a federal payer stands (42 CFR 401.305)."""

    IDENTIFIED = "identified", "To be returned"
    INVESTIGATING = "investigating", "Under investigation"
    RETURNED = "returned", "Returned"
    NOT_OWED = "not_owed", "Not an overpayment"


TONES: dict[str, str] = {
    RequestState.WAITING: WARN,
    RequestState.POSTED: SUCCESS,
    RequestState.REFUSED: HOLD,
    RequestState.WITHDRAWN: NEUTRAL,
    RequestState.UNDONE: NEUTRAL,
    CreditCause.PREPAID: NEUTRAL,
    CreditCause.PATIENT: TEAL,
    CreditCause.PAYER: WARN,
    CreditCause.DUPLICATE: WARN,
    CreditCause.ERROR: HOLD,
    CreditState.OPEN: INFO,
    RefundState.APPROVED: INFO,
    RefundState.ISSUED: PROGRESS,
    RefundState.CLEARED: SUCCESS,
    RefundState.VOIDED: NEUTRAL,
    OverpaymentState.IDENTIFIED: WARN,
    OverpaymentState.INVESTIGATING: PROGRESS,
    OverpaymentState.RETURNED: SUCCESS,
    OverpaymentState.NOT_OWED: NEUTRAL,
}
