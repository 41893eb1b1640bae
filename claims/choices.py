"""Values of the claim world: each with its label for people and its chip tone."""

from django.db import models

# Chips name them as claims.RuleState and so on (core/templatetags/core_ui.py).
from claims.denial_choices import (  # noqa: F401
    AppealOutcome,
    AppealState,
    CaseOutcome,
    CaseState,
    Confidence,
    CountedFrom,
    DenialState,
    DenialStep,
    RootCause,
    SendMethod,
)
from claims.intake_choices import Settlement, UploadState  # noqa: F401
from claims.payer_choices import (  # noqa: F401
    Assignment,
    CorrectionMode,
    EnrolmentCheck,
    EnrolmentStanding,
    EnrolmentState,
    EnrolmentSubject,
    WaitKind,
)
from claims.rule_choices import AlikeAct, FixResult, RuleState, Verdict  # noqa: F401
from core.choices import DANGER, HOLD, INFO, NEUTRAL, PROGRESS, SUCCESS, TEAL, WARN


class VersionState(models.TextChoices):
    """Where one version of a claim stands (domain D.1)."""

    DRAFT = "draft", "Draft"
    SCRUB_FAILED = "scrub_failed", "Needs fix"
    READY = "ready", "Ready to send"
    BATCHED = "batched", "In a batch"
    SENT = "sent", "Sent"
    FILE_ACCEPTED = "file_accepted", "File accepted"
    CH_ACCEPTED = "ch_accepted", "Clearinghouse accepted"
    PAYER_RECEIVED = "payer_received", "Payer received"
    PAYER_ACCEPTED = "payer_accepted", "Payer accepted"
    PENDED = "pended", "Pended by payer"
    ADJUDICATED = "adjudicated", "Answered"
    CLOSED = "closed", "Closed"
    FILE_REJECTED = "file_rejected", "File rejected"
    CH_REJECTED = "ch_rejected", "Rejected by clearinghouse"
    PAYER_REJECTED = "payer_rejected", "Rejected by payer"
    CROSSED_OVER = "crossed_over", "Crossed over"
    VOIDED = "voided", "Voided"
    REPLACED = "replaced", "Replaced"
    NO_RESPONSE = "no_response", "No answer"
    REVERSED = "reversed_awaiting_correction", "Reversed, correction awaited"
    FORWARDED = "forwarded", "Forwarded to other payer"


class Outcome(models.TextChoices):
    """What the payer's answer came to, once a version is adjudicated (domain D.1)."""

    NONE = "", "Not answered"
    PAID = "paid", "Paid"
    PARTIAL = "partial", "Partly paid"
    DENIED = "denied", "Denied"
    ZERO = "zero", "No payment due"


class AttemptState(models.TextChoices):
    """Where one sending of a version stands (reliability 1.5)."""

    QUEUED = "queued", "Queued"
    SENDING = "sending", "Sending"
    IN_DOUBT = "in_doubt", "In doubt"
    THROTTLED = "throttled", "Waiting, line busy"
    REFUSED = "refused", "Refused"
    SENT = "sent", "Sent"
    FILE_ACCEPTED = "file_accepted", "File accepted"
    FILE_REJECTED = "file_rejected", "File rejected"
    CH_ACCEPTED = "ch_accepted", "Clearinghouse accepted"
    CH_REJECTED = "ch_rejected", "Clearinghouse rejected"
    PAYER_RECEIVED = "payer_received", "Payer received"
    PAYER_ACCEPTED = "payer_accepted", "Payer accepted"
    PAYER_REJECTED = "payer_rejected", "Payer rejected"
    ADJUDICATED = "adjudicated", "Answered"


class TransmissionState(models.TextChoices):
    """Where the sending of one file stands (reliability 1.4)."""

    QUEUED = "queued", "Waiting to be sent"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    IN_DOUBT = "in_doubt", "In doubt"
    THROTTLED = "throttled", "Waiting, line busy"
    REFUSED = "refused", "Refused"


class MessageState(models.TextChoices):
    """What became of a received message."""

    RECEIVED = "received", "Received"
    APPLIED = "applied", "Applied"
    QUARANTINED = "quarantined", "Set aside"
    DUPLICATE = "duplicate", "Duplicate"
    FAILED = "failed", "Failed, needs a person"
    TESTED = "tested", "Test, read only"


class MessageSource(models.TextChoices):
    """Which door a message came in by."""

    CALLBACK = "callback", "Callback"
    FOLDER = "folder", "Folder"
    SFTP = "sftp", "SFTP"
    PAPER = "paper", "Paper, by mail"
    UPLOAD = "upload", "Upload"
    REPLY = "reply", "Reply to a question"
    MANUAL = "manual", "Typed in from paper"


class MessageKind(models.TextChoices):
    """What a received message holds."""

    UNKNOWN = "unknown", "Unread"
    EVENT = "event", "Event"
    TA1 = "ta1", "TA1"
    ACK_999 = "999", "999"
    ACK_277CA = "277ca", "277CA"
    REMITTANCE = "835", "835"
    BENEFITS_271 = "271", "271"
    STATUS_277 = "277", "277"
    MIXED = "mixed", "Several kinds"
    OTHER = "other", "Other X12"


class RemittanceState(models.TextChoices):
    """Where one remittance stands (screens S20)."""

    RECEIVED = "received", "Received"
    OUT_OF_BALANCE = "out_of_balance", "Out of balance"
    MATCHED = "matched", "Matched"
    EXCEPTIONS = "exceptions", "Exceptions"
    POSTED = "posted", "Posted"
    DUPLICATE = "duplicate", "Duplicate"
    HELD = "held", "Held for a person"
    SET_ASIDE = "set_aside", "Set aside"


class PartnerKind(models.TextChoices):
    """Who is at the other end of a route."""

    CLEARINGHOUSE = "clearinghouse", "Clearinghouse"
    PAYER = "payer", "Payer"


class TransportKind(models.TextChoices):
    """How files reach a trading partner."""

    FOLDER = "folder", "Folder"
    HTTPS = "https", "HTTPS"
    SFTP = "sftp", "SFTP"
    PAPER = "paper", "Paper, by mail"


class AfterPickup(models.TextChoices):
    """What is done with an answer on the other side once we have it."""

    DELETE = "delete", "Delete it"
    MOVE = "move", "Move it to the archive folder"
    LEAVE = "leave", "Leave it there"


class LineStop(models.TextChoices):
    """Why a line is not used until a person has looked."""

    NONE = "", "Not stopped"
    HOST_KEY = "host_key", "Host key not confirmed"
    SIGN_IN = "sign_in", "Sign-in refused"


class LineStanding(models.TextChoices):
    """How the line to a partner is doing; computed, never kept. Danger only where one must act."""

    WORKING = "working", "Working"
    UNSTEADY = "unsteady", "Unsteady"
    LATE = "late", "Answers are late"
    DOWN = "down", "Down"
    LONG_DOWN = "long_down", "Down for long"
    DOUBT = "doubt", "In doubt, ask them"
    HOST_KEY = "host_key", "Host key not confirmed"
    SIGN_IN = "sign_in", "Sign-in refused"
    OFF = "off", "Switched off"


class PaperTotals(models.TextChoices):
    """What box 28 says where a claim needs several forms (domain B.1)."""

    EACH = "each", "Each form has the total of its own lines"
    LAST = "last", "The last form has the total, the others say CONTINUED"


class MailingState(models.TextChoices):
    """Where a batch of paper claims stands."""

    TO_PRINT = "to_print", "To be printed"
    PRINTED = "printed", "Printed"
    MAILED = "mailed", "Mailed"
    DROPPED = "dropped", "Taken apart"


class Usage(models.TextChoices):
    """ISA15: whether a partner takes our files as real."""

    PRODUCTION = "P", "Production"
    TEST = "T", "Test"


class IdempotencySupport(models.TextChoices):
    """Whether the other side knows a repeated submission by its key."""

    NONE = "none", "It does not"
    KEY = "key", "By an idempotency key"
    NUMBER = "isa13", "By the interchange number"


class HttpsSignIn(models.TextChoices):
    """How we say who we are on an HTTPS road."""

    KEY = "key", "API key"
    OAUTH = "oauth", "OAuth2, client credentials"


class HttpsBody(models.TextChoices):
    """In which form an HTTPS road takes files."""

    X12 = "x12", "X12 as it is"
    JSON = "json", "JSON, the X12 as text in it"


class PostingLevel(models.TextChoices):
    """How much of a payer's remittances is posted without a person."""

    AUTOMATIC = "automatic", "Automatically when it ties out"
    ONE_CLICK = "one_click", "One click"
    REVIEW = "review", "Review each"


class Scope(models.TextChoices):
    """What a payer credential may deliver."""

    ACK = "ack", "Acknowledgements"
    STATUS = "status", "Status answers"
    REMIT = "remit", "Remittances"


class SigningBase(models.TextChoices):
    """Which bytes the sender signs: Standard Webhooks, or the variant some use."""

    STANDARD = "id.timestamp.body", "id.timestamp.body"
    TIMESTAMP = "timestamp.body", "timestamp.body"


class AckKind(models.TextChoices):
    """The kinds of acknowledgement."""

    TA1 = "ta1", "TA1"
    ACK_999 = "999", "999"
    ACK_277CA = "277ca", "277CA"


class InquiryState(models.TextChoices):
    """Where one question to a payer stands. The row is the job."""

    QUEUED = "queued", "Waiting to be asked"
    ASKING = "asking", "Asking"
    ANSWERED = "answered", "Answered"
    FAILED = "failed", "No answer"


class CoverageVerdict(models.TextChoices):
    """What a payer said about a coverage (domain J.2)."""

    NONE = "", "Not known"
    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Not active"
    NOT_TOLD = "not_told", "Payer could not say"
    UNCLEAR = "unclear", "Unclear"


class AskedBecause(models.TextChoices):
    """Who wanted to know where a claim is."""

    PERSON = "person", "Asked by a person"
    CLOCK = "clock", "No answer for weeks"


class BulkAct(models.TextChoices):
    """What can be done with many claims at once."""

    ASSIGN = "assign", "Assign"
    SNOOZE = "snooze", "Put off"
    HOLD = "hold", "Put on hold"
    NOTE = "note", "Write a note"
    RECHECK = "recheck", "Check again"
    ASK = "ask", "Ask where they are"


class ClockKind(models.TextChoices):
    """Which answer is awaited next (reliability 1.2)."""

    NONE = "", "None"
    ACK_999 = "999", "File acknowledgement (999)"
    CH_277CA = "ch_277ca", "Clearinghouse answer (277CA)"
    PAYER_277CA = "payer_277ca", "Payer answer (277CA)"
    REMITTANCE = "835", "Remittance (835)"
    BY_MAIL = "by_mail", "Word of the mailed claim"


_S = VersionState
# One tone a value, over all the classes above: no value means two things.
TONES: dict[str, str] = {
    _S.DRAFT: NEUTRAL,
    _S.SCRUB_FAILED: WARN,
    _S.READY: INFO,
    _S.BATCHED: INFO,
    _S.SENT: PROGRESS,
    _S.FILE_ACCEPTED: PROGRESS,
    _S.CH_ACCEPTED: PROGRESS,
    _S.PAYER_RECEIVED: PROGRESS,
    _S.PAYER_ACCEPTED: PROGRESS,
    _S.PENDED: HOLD,
    _S.ADJUDICATED: TEAL,
    _S.CLOSED: SUCCESS,
    _S.FILE_REJECTED: DANGER,
    _S.CH_REJECTED: DANGER,
    _S.PAYER_REJECTED: DANGER,
    _S.CROSSED_OVER: TEAL,
    _S.VOIDED: NEUTRAL,
    _S.REPLACED: NEUTRAL,
    _S.NO_RESPONSE: WARN,
    _S.REVERSED: HOLD,
    _S.FORWARDED: TEAL,
    Outcome.NONE: NEUTRAL,
    Outcome.PAID: SUCCESS,
    Outcome.PARTIAL: WARN,
    Outcome.DENIED: DANGER,
    Outcome.ZERO: TEAL,
    AttemptState.QUEUED: INFO,
    AttemptState.SENDING: PROGRESS,
    AttemptState.IN_DOUBT: WARN,
    AttemptState.THROTTLED: HOLD,
    AttemptState.REFUSED: DANGER,
    MailingState.TO_PRINT: INFO,
    MailingState.PRINTED: PROGRESS,
    MailingState.MAILED: SUCCESS,
    MailingState.DROPPED: NEUTRAL,
    MessageState.RECEIVED: INFO,
    MessageState.APPLIED: SUCCESS,
    MessageState.QUARANTINED: WARN,
    MessageState.DUPLICATE: NEUTRAL,
    MessageState.FAILED: DANGER,
    MessageState.TESTED: TEAL,
    RemittanceState.OUT_OF_BALANCE: DANGER,
    RemittanceState.MATCHED: TEAL,
    RemittanceState.EXCEPTIONS: WARN,
    RemittanceState.POSTED: SUCCESS,
    RemittanceState.HELD: HOLD,
    RemittanceState.SET_ASIDE: NEUTRAL,
    InquiryState.ASKING: PROGRESS,
    InquiryState.ANSWERED: TEAL,
    CoverageVerdict.ACTIVE: SUCCESS,
    CoverageVerdict.INACTIVE: DANGER,
    CoverageVerdict.NOT_TOLD: WARN,
    CoverageVerdict.UNCLEAR: HOLD,
    LineStanding.WORKING: SUCCESS,
    LineStanding.UNSTEADY: WARN,
    LineStanding.LATE: WARN,
    LineStanding.DOWN: WARN,
    LineStanding.LONG_DOWN: DANGER,
    LineStanding.DOUBT: DANGER,
    LineStanding.HOST_KEY: DANGER,
    LineStanding.SIGN_IN: DANGER,
    LineStanding.OFF: HOLD,
}
