"""Logging that cannot carry patients' data: an allow-list of fields, errors without their texts.

Our own lines are a fixed sentence plus named fields; a field that is not on the list is dropped and
its name kept, so that a mistake is seen and nothing leaks. Lines of other packages keep their text
unless they report an exception: database errors quote the row that failed.
"""

import re
import traceback
from typing import Any

import structlog
from structlog.types import EventDict, Processor

ALLOWED_FIELDS = frozenset(
    {
        # what structlog itself adds
        "event", "level", "logger", "timestamp", "exception", "dropped",
        # who and where, by opaque ids only
        "request_id", "practice_id", "user_id", "actor_kind", "method", "path", "url_name",
        "status", "task", "task_id", "row_id", "subject_kind", "subject_id", "public_id",
        "topic", "receiver", "sweep", "row", "job", "delivery", "partner", "job_kind", "job_id",
        "partner_id", "credential_id",
        "message_id", "batch_id", "claim_id", "version_id", "remittance_id", "journal_id",
        "document_id",
        # how much, how long, how it went
        "count", "size", "rows", "total", "done", "bytes", "seconds", "milliseconds", "attempt",
        "attempts", "state", "outcome", "reason", "kind", "error", "code", "host", "release",
    }
)  # fmt: skip
EVENT_LIMIT = 500
MASKS = (
    (re.compile(r"\b\d{3}-\d{2}-\d{4}\b"), "[masked]"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "[masked]"),
    (re.compile(r"\(\w+\)=\([^)]*\)"), "[masked]"),
)


def keep_allowed_fields(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Drop every field that nobody allowed; say the names of what was dropped."""
    dropped = sorted(
        name for name in event if name not in ALLOWED_FIELDS and not name.startswith("_")
    )
    for name in dropped:
        del event[name]
    if dropped:
        event["dropped"] = dropped
    return event


def mask_event(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Mask what looks like a person's number or address in the text, and keep it short."""
    text = str(event.get("event", ""))
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    event["event"] = text[:EVENT_LIMIT]
    return event


def hide_error_text(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its class and the places it went through, without its message."""
    information = event.pop("exc_info", None)
    record = event.get("_record")
    if not information:
        return event
    if information is True or isinstance(information, BaseException):
        information = structlog.processors._figure_out_exc_info(information)  # noqa: SLF001
    if not isinstance(information, tuple) or information[0] is None:
        return event
    kind, _value, trace = information
    frames = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]
    event["exception"] = {"class": kind.__qualname__, "frames": frames}
    if record is not None:  # another package's line: its text may quote the exception's
        event["event"] = f"{kind.__qualname__} reported by {record.name}"
    return event


def add_request_path(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Say which page failed; our addresses carry opaque ids only."""
    record = event.get("_record")
    request = getattr(record, "request", None)
    path = getattr(request, "path", None)
    if path:
        event["path"] = path
    return event


def processors(*, full_errors: bool) -> list[Processor]:
    """The steps that every line goes through, ours and other packages'."""
    steps: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_request_path,
    ]
    errors: list[Processor] = [] if full_errors else [hide_error_text]
    return [*steps, *errors, keep_allowed_fields if not full_errors else _pass, mask_event]


def _pass(_logger: Any, _method: str, event: EventDict) -> EventDict:
    return event


def configure_structlog(*, full_errors: bool) -> None:
    """Send our own lines through the same steps and the standard library's handlers."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *processors(full_errors=full_errors),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _exception_as_text(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """A person's console shows an exception as lines; its renderer cannot draw our parts."""
    parts = event.get("exception")
    if isinstance(parts, dict):
        event["exception"] = "\n".join([parts["class"], *(f"  {one}" for one in parts["frames"])])
    return event


def logging_settings(*, style: str, level: str, full_errors: bool) -> dict[str, Any]:
    """Django's LOGGING: one stream, as JSON for machines or as lines for a person."""
    renderers: list[Processor] = (
        [structlog.processors.JSONRenderer()]
        if style == "json"
        else [_exception_as_text, structlog.dev.ConsoleRenderer(colors=False)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "claimline": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": processors(full_errors=full_errors),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *renderers,
                ],
            }
        },
        "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "claimline"}},
        "root": {"handlers": ["stream"], "level": level},
        "loggers": {
            "django": {"level": level, "handlers": [], "propagate": True},
            # Refused hosts and the like carry what a stranger typed: count them, no more.
            "django.security": {"level": "ERROR"},
            # A line for every round of the sweeper, three times over, would bury the rest.
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            # Four lines a sign-in, and a trace for every server that is away: we say it ourselves.
            "paramiko": {"level": "CRITICAL"},
            "weasyprint": {"level": "ERROR"},
            "fontTools": {"level": "ERROR"},
        },
    }


__all__ = [
    "ALLOWED_FIELDS",
    "configure_structlog",
    "hide_error_text",
    "keep_allowed_fields",
    "logging_settings",
    "mask_event",
    "processors",
]
