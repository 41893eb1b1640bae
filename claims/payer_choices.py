"""What is settled per payer: corrections, assignment, enrolments, and how long to wait."""

from django.db import models

from core.choices import DANGER, INFO, NEUTRAL, PROGRESS, SUCCESS, WARN


class CorrectionMode(models.TextChoices):
    """How a payer takes the correction of what it has decided (domain B.7)."""

    REPLACE = "f8", "Replacement claim (frequency 7, with its claim number)"
    NEW = "new", "New claim (frequency 1)"
    REOPEN = "reopen", "Reopening by telephone or portal; a new claim only after MA130"
    PAPER = "paper", "Replacement claim, on paper only"


class Assignment(models.TextChoices):
    """CLM07, box 27: whether the provider takes what the payer allows as the whole price."""

    ACCEPTED = "A", "Accepted"
    LABORATORY = "B", "Accepted for laboratory services only"
    NOT_ACCEPTED = "C", "Not accepted"


class EnrolmentCheck(models.TextChoices):
    """What the check says of a claim whose provider is not enrolled on the day."""

    OFF = "off", "Not checked"
    WARN = "warn", "Warned of"
    STOP = "stop", "Stopped"


class EnrolmentSubject(models.TextChoices):
    """What a provider is enrolled for, each with a paper trail of its own."""

    CLAIMS = "claims", "Claims (837)"
    REMITTANCE = "remittance", "Remittances (835)"
    PAYMENT = "payment", "Payments (EFT)"
    ELIGIBILITY = "eligibility", "Eligibility (270)"


class EnrolmentState(models.TextChoices):
    """How far one enrolment is."""

    NONE = "none", "Not asked for"
    REQUESTED = "requested", "Requested"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Turned down"


class EnrolmentStanding(models.TextChoices):
    """How an enrolment stands today; computed, never kept."""

    CURRENT = "current", "In force"
    EXPIRING = "expiring", "Expires soon"
    EXPIRED = "expired", "Expired"
    FUTURE = "future", "Not yet in force"


class PassedOver(models.TextChoices):
    """Why a payer of the claim is not billed: what the ones after it are told of it (C.2)."""

    NOT_COVERED = "not_covered", "It does not cover this service"
    NOT_IN_FORCE = "not_in_force", "It is not in force on that day"


class WaitKind(models.TextChoices):
    """The waits of the clock table, each with its own length (reliability 1.2, domain D.4)."""

    ACK_999 = "999", "File acknowledgement (999)"
    CH_277CA = "ch_277ca", "Clearinghouse answer (277CA)"
    PAYER_277CA = "payer_277ca", "Payer answer (277CA)"
    STATUS_QUERY = "status", "Asking the payer where it is (276)"
    REMITTANCE = "835", "Remittance (835)"
    BY_MAIL = "by_mail", "Word of a mailed claim"
    MAILED_REMITTANCE = "mailed_835", "Remittance of a mailed claim"


TONES: dict[str, str] = {
    EnrolmentState.NONE: NEUTRAL,
    EnrolmentState.REQUESTED: PROGRESS,
    EnrolmentState.APPROVED: SUCCESS,
    EnrolmentState.REFUSED: DANGER,
    EnrolmentStanding.CURRENT: SUCCESS,
    EnrolmentStanding.EXPIRING: WARN,
    EnrolmentStanding.EXPIRED: DANGER,
    EnrolmentStanding.FUTURE: INFO,
}
