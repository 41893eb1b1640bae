"""One line of JSON a happening: ids, counts and codes, never a person's name."""

import json
import logging
import sys
from datetime import UTC, datetime

_LOGGER = logging.getLogger("simulator")


class _OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, default=str)


def set_up(*, quiet: bool = False) -> None:
    """Log to standard error; `quiet` says failures of our own only."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine())
    _LOGGER.handlers = [handler]
    _LOGGER.setLevel(logging.ERROR if quiet else logging.INFO)
    _LOGGER.propagate = False
    # Its traces of lines that strangers broke are neither one line each nor ours.
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)


def say(event: str, **fields: object) -> None:
    """Log that something happened."""
    _LOGGER.info(event, extra={"fields": fields})


def warn(event: str, **fields: object) -> None:
    """Log that something went wrong on the other side."""
    _LOGGER.warning(event, extra={"fields": fields})


def fail(event: str, **fields: object) -> None:
    """Log a failure of our own with the kind of the exception being handled."""
    _LOGGER.error(event, extra={"fields": fields}, exc_info=sys.exc_info())
