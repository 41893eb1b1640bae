"""The kernel's rows, one noun a file."""

from core.models.api_token import ApiToken, ApiTokenMinute
from core.models.audit import AuditBlock, AuditEvent, AuditSeal
from core.models.document import Document, DocumentBlob
from core.models.idempotency import IdempotencyRecord
from core.models.job import Job
from core.models.news import NewsDelivery, NewsItem
from core.models.practice import Membership, Practice, PracticeSetting
from core.models.timeline import TimelineEntry
from core.models.user import User
from core.models.webhook import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from core.models.work import ContactLog, Note, WorkItem

__all__ = [
    "ApiToken",
    "ApiTokenMinute",
    "AuditBlock",
    "AuditEvent",
    "AuditSeal",
    "ContactLog",
    "Document",
    "DocumentBlob",
    "IdempotencyRecord",
    "Job",
    "Membership",
    "NewsDelivery",
    "NewsItem",
    "Note",
    "Practice",
    "PracticeSetting",
    "TimelineEntry",
    "User",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
    "WorkItem",
]
