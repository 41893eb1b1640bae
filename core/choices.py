"""Values that a person chooses from, each with its label and chip tone."""

from django.db import models

# The eight chip tones have a fixed meaning: see static/css/claimline.css.
NEUTRAL, INFO, PROGRESS, TEAL = "neutral", "info", "progress", "teal"
SUCCESS, WARN, HOLD, DANGER = "success", "warn", "hold", "danger"


class Role(models.TextChoices):
    """What a member may do in a practice. The rows of access are in each app's access.py."""

    FRONT_DESK = "front_desk", "Front desk"
    PROVIDER = "provider", "Provider"
    CODER = "coder", "Coder"
    CODING_LEAD = "coding_lead", "Coding lead"
    BILLER = "biller", "Biller"
    POSTER = "poster", "Payment poster"
    COLLECTIONS = "collections", "Collections"
    MANAGER = "manager", "Manager"
    AUDITOR = "auditor", "Auditor (read-only)"
    PRACTICE_ADMIN = "practice_admin", "Practice admin"
    SYSTEM_ADMIN = "system_admin", "System admin (no patient data)"


class WorkState(models.TextChoices):
    """A work item is open until someone finishes or withdraws it."""

    OPEN = "open", "Open"
    DONE = "done", "Done"
    WITHDRAWN = "withdrawn", "Withdrawn"


class JobState(models.TextChoices):
    """The life of a long piece of work."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class DeliveryState(models.TextChoices):
    """Where one piece of news stands with one receiver."""

    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed, needs a person"


class ContactMethod(models.TextChoices):
    """How we spoke with someone."""

    CALL = "call", "Call"
    LETTER = "letter", "Letter"
    MAIL = "mail", "E-mail"
    FAX = "fax", "Fax"
    PORTAL = "portal", "Payer portal"


class KeyStanding(models.TextChoices):
    """How a key is doing; computed, never kept. Danger only where one must act."""

    LIVE = "live", "Live"
    UNUSED = "unused", "Never used"
    ENDS_SOON = "ends_soon", "Ends soon"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"


class EndpointState(models.TextChoices):
    """Whether events are sent to an address."""

    ON = "on", "On"
    OFF = "off", "Switched off"
    FAILED = "failed", "Stopped, it failed too long"


class EndpointStanding(models.TextChoices):
    """How an address for events is doing; computed, never kept."""

    WORKING = "working", "Working"
    NEW = "new", "Nothing sent yet"
    FAILING = "failing", "Failing, tried again"
    OFF = "off", "Switched off"
    FAILED = "failed", "Stopped, it failed too long"


class WebhookState(models.TextChoices):
    """Where one event stands with one address."""

    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    GIVEN_UP = "given_up", "Given up"


TONES: dict[str, str] = {
    KeyStanding.LIVE: SUCCESS,
    KeyStanding.UNUSED: INFO,
    KeyStanding.ENDS_SOON: WARN,
    KeyStanding.EXPIRED: DANGER,
    KeyStanding.REVOKED: NEUTRAL,
    EndpointStanding.WORKING: SUCCESS,
    EndpointStanding.NEW: INFO,
    EndpointStanding.FAILING: WARN,
    EndpointStanding.OFF: NEUTRAL,
    EndpointStanding.FAILED: DANGER,
    WebhookState.WAITING: INFO,
    WebhookState.DELIVERED: SUCCESS,
    WebhookState.GIVEN_UP: WARN,
    WorkState.OPEN: INFO,
    WorkState.DONE: SUCCESS,
    WorkState.WITHDRAWN: NEUTRAL,
    JobState.QUEUED: NEUTRAL,
    JobState.RUNNING: PROGRESS,
    JobState.FAILED: DANGER,
    JobState.CANCELLED: HOLD,
    DeliveryState.WAITING: INFO,
    DeliveryState.DELIVERED: SUCCESS,
}
