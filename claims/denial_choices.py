"""Denials and appeals: what kind a denial is, where its work stands, and what can be done."""

from django.db import models

from core.choices import DANGER, HOLD, INFO, NEUTRAL, PROGRESS, SUCCESS, TEAL, WARN


class DenialState(models.TextChoices):
    """Whether a refused amount still waits for somebody."""

    OPEN = "open", "Open"
    RESOLVED = "resolved", "Resolved"


class DenialOutcome(models.TextChoices):
    """What became of a settled denial, where that moves money."""

    REROUTED = "rerouted", "Another payer's business"


class DenialCategory(models.TextChoices):
    """What the payer objects to (domain G.1)."""

    PATIENT_SHARE = "patient_share", "Patient share"
    CODING = "coding", "Coding"
    DEMOGRAPHIC = "demographic", "Demographics"
    ENROLLMENT = "enrollment", "Enrolment"
    NECESSITY = "necessity", "Medical necessity"
    TECHNICAL = "technical", "Claim data"
    DUPLICATE = "duplicate", "Duplicate"
    COORDINATION = "coordination", "Other insurance"
    INFORMATION = "information", "Information only"
    CONTRACT = "contract", "Contract"
    ELIGIBILITY = "eligibility", "Eligibility"
    TIMELY = "timely", "Timely filing"
    BENEFIT = "benefit", "Benefits"
    AUTHORIZATION = "authorization", "Authorization"
    CONTRACTUAL = "contractual", "Contractual"
    NETWORK = "network", "Network"
    DOCUMENTATION = "documentation", "Documentation"
    BUNDLING = "bundling", "Bundling"
    CREDENTIALING = "credentialing", "Credentialing"
    COMPLIANCE = "compliance", "Compliance"
    PATIENT_PAID = "patient_paid", "Patient was paid"
    PENDING = "pending", "Undecided"
    APPEAL = "appeal", "Appeal result"
    VARIES = "varies", "See the remark"


class RootCause(models.TextChoices):
    """Where it went wrong: one piece of work a claim and cause (domain G.3)."""

    REGISTRATION = "registration", "Registration"
    ELIGIBILITY = "eligibility", "Eligibility"
    COORDINATION = "coordination", "Other insurance"
    AUTHORIZATION = "authorization", "Authorization"
    CODING = "coding", "Coding"
    NECESSITY = "necessity", "Medical necessity"
    DOCUMENTATION = "documentation", "Documentation"
    CLAIM_DATA = "claim_data", "Claim data"
    DUPLICATE = "duplicate", "Duplicate"
    TIMELY = "timely", "Timely filing"
    ENROLLMENT = "enrollment", "Enrolment"
    CONTRACT = "contract", "Contract"
    BENEFIT = "benefit", "Plan benefits"
    PAYER = "payer", "Payer's handling"


class Stage(models.TextChoices):
    """Who could have prevented it (domain G.3)."""

    FRONT_DESK = "front_desk", "Front desk"
    CODING = "coding", "Coding"
    AUTHORIZATION = "authorization", "Authorizations"
    BILLING = "billing", "Billing"
    PAYER = "payer", "Payer"


class DenialStep(models.TextChoices):
    """What can be done about a denial; the action words of domain G.1."""

    FIX = "fix", "Correct the claim"
    NEW = "new", "Send a new claim"
    RECORDS = "records", "Send records"
    REROUTE = "reroute", "Bill another payer"
    REOPEN = "reopen", "Ask to reopen"
    APPEAL = "appeal", "Appeal"
    PATIENT = "patient", "Move to the patient"
    WRITE_OFF = "write_off", "Write off"
    WAIT = "wait", "Wait"
    NONE = "none", "Nothing to do"


class Confidence(models.TextChoices):
    """How sure a suggestion is."""

    HIGH = "high", "Sure"
    FAIR = "fair", "Fairly sure"
    LOW = "low", "A guess"


class CaseState(models.TextChoices):
    """Where the work on one claim and cause stands (screens S24)."""

    NOT_STARTED = "not_started", "Not started"
    WAITING = "waiting", "Waiting on others"
    APPEALED = "appealed", "Appealed"
    NOT_WORKABLE = "not_workable", "Not workable"
    SETTLED = "settled", "Settled"


class CaseOutcome(models.TextChoices):
    """What became of the money. The first three count for the chance of others like it."""

    NONE = "", "Not known yet"
    OVERTURNED = "overturned", "Overturned"
    PARTLY = "partly", "Partly overturned"
    UPHELD = "upheld", "Upheld"
    PATIENT = "to_patient", "Moved to the patient"
    WRITTEN_OFF = "written_off", "Written off"
    OTHERWISE = "otherwise", "Settled otherwise"


class CoreScenario(models.TextChoices):
    """The business scenario of CAQH CORE rule 360 that a combination of codes belongs to."""

    NONE = "", "None"
    DOCUMENTS = "documents", "Additional information: documentation"
    DATA = "data", "Missing or invalid data on our claim"
    NOT_COVERED = "not_covered", "Billed service not covered by the plan"
    NOT_SEPARATE = "not_separate", "Benefit not separately payable"


class AppealState(models.TextChoices):
    """Where one appeal stands."""

    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    DECIDED = "decided", "Decided"


class AppealOutcome(models.TextChoices):
    """What the payer decided on one appeal."""

    NONE = "", "Not decided"
    OVERTURNED = "overturned", "Overturned"
    PARTLY = "partly", "Partly overturned"
    UPHELD = "upheld", "Upheld"


class SendMethod(models.TextChoices):
    """How an appeal goes to the payer."""

    MAIL = "mail", "Mail"
    FAX = "fax", "Fax"
    PORTAL = "portal", "Payer's portal"


class CountedFrom(models.TextChoices):
    """From which day a limit for appeals runs (domain G.2)."""

    DECISION = "decision", "Day of the decision"
    RECEIPT = "receipt", "Receipt: five days after the decision"


class PartKind(models.TextChoices):
    """What an appeal packet can hold besides its letter."""

    EOB = "eob", "Explanation of benefits"
    CLAIM = "claim", "Claim as it was sent"
    FILING = "filing", "Proof of filing"
    TIMELINE = "timeline", "Timeline of the claim"
    NOTE = "note", "Visit note"
    AUTHORIZATION = "authorization", "Authorization"
    FILE = "file", "File"


class DenialAct(models.TextChoices):
    """What can be done with many denials at once."""

    ASSIGN = "assign", "Assign"
    PACKET = "packet", "Appeal packets"
    WAIT = "wait", "Wait"
    SET_ASIDE = "set_aside", "Not workable"


TONES: dict[str, str] = {
    DenialState.OPEN: WARN,
    DenialState.RESOLVED: SUCCESS,
    CaseState.NOT_STARTED: WARN,
    CaseState.WAITING: HOLD,
    CaseState.APPEALED: PROGRESS,
    CaseState.NOT_WORKABLE: NEUTRAL,
    CaseState.SETTLED: SUCCESS,
    CaseOutcome.OVERTURNED: SUCCESS,
    CaseOutcome.PARTLY: TEAL,
    CaseOutcome.UPHELD: DANGER,
    CaseOutcome.PATIENT: INFO,
    CaseOutcome.WRITTEN_OFF: NEUTRAL,
    CaseOutcome.OTHERWISE: NEUTRAL,
    AppealState.DRAFT: NEUTRAL,
    AppealState.SENT: PROGRESS,
    AppealState.DECIDED: TEAL,
    Confidence.HIGH: SUCCESS,
    Confidence.FAIR: INFO,
    Confidence.LOW: NEUTRAL,
}
