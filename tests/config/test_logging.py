"""No patient's data in a log line, whoever writes it."""

import ast
import io
import json
import logging
import logging.config
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog

from config.logging import (
    ALLOWED_FIELDS,
    _exception_as_text,
    configure_structlog,
    logging_settings,
)

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("core", "patients", "coding", "claims", "billing", "desk")
VERBS = frozenset({"debug", "info", "warning", "error", "exception", "bind"})


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The stream that production's logging would write to."""
    stream = io.StringIO()
    before = structlog.get_config()
    settings = logging_settings(style="json", level="INFO", full_errors=False)
    settings["handlers"]["stream"]["stream"] = stream
    configure_structlog(full_errors=False)
    kept = logging.getLogger().handlers[:]
    logging.config.dictConfig(settings)
    yield stream
    logging.getLogger().handlers[:] = kept
    structlog.configure(**before)


def test_a_field_nobody_allowed_is_dropped_by_name(lines: io.StringIO) -> None:
    structlog.get_logger("core").info("patient_saved", row_id=7, last_name="Testperson")
    line = json.loads(lines.getvalue())
    assert line["row_id"] == 7
    assert line["dropped"] == ["last_name"]
    assert "Testperson" not in lines.getvalue()


def test_an_exception_keeps_its_class_and_places_only(lines: io.StringIO) -> None:
    try:
        raise ValueError("Testperson was born on 1970-01-01")
    except ValueError:
        structlog.get_logger("core").exception("import_failed")
    line = json.loads(lines.getvalue())
    assert line["exception"]["class"] == "ValueError"
    assert line["exception"]["frames"][-1].startswith("test_logging.py:")
    assert "Testperson" not in lines.getvalue()


def test_a_console_shows_an_exceptions_places_without_its_words() -> None:
    event = {"event": "sweep_failed", "exception": {"class": "OSError", "frames": ["a.py:1 go"]}}
    shown = _exception_as_text(None, "error", event)
    assert structlog.dev.ConsoleRenderer(colors=False)(None, "error", shown).endswith(
        "OSError\n  a.py:1 go"
    )


def test_another_packages_error_line_loses_its_text(lines: io.StringIO) -> None:
    try:
        raise ValueError("Key (mrn)=(A-17) already exists")
    except ValueError as error:
        logging.getLogger("celery.app.trace").exception("Task failed: %r", error)
    line = json.loads(lines.getvalue())
    assert line["event"] == "ValueError reported by celery.app.trace"
    assert "A-17" not in lines.getvalue()


def test_what_looks_like_a_persons_number_is_masked(lines: io.StringIO) -> None:
    logging.getLogger("elsewhere").warning("for 123-45-6789, a.person@example.org, (mrn)=(A-17)")
    assert json.loads(lines.getvalue())["event"] == "for [masked], [masked], [masked]"


def test_a_failing_page_is_named(lines: io.StringIO) -> None:
    request = SimpleNamespace(path="/claims/0190/")
    logging.getLogger("django.request").error("Broken: %s", "x", extra={"request": request})
    assert json.loads(lines.getvalue())["path"] == "/claims/0190/"


def test_long_texts_are_cut(lines: io.StringIO) -> None:
    logging.getLogger("elsewhere").warning("x" * 5000)
    assert len(json.loads(lines.getvalue())["event"]) == 500


def fields_logged_by(app: str) -> set[str]:
    """The names of the fields that an app's own log lines carry."""
    calls = (
        node
        for path in (ROOT / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    )
    return {
        keyword.arg
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in VERBS
        and getattr(call.func.value, "id", "") == "log"
        for keyword in call.keywords
        if keyword.arg
    }


def test_no_line_of_ours_loses_a_field() -> None:
    used = set().union(*(fields_logged_by(app) for app in APPS))
    assert used  # or the walk found nothing and proves nothing
    assert used - ALLOWED_FIELDS == set()
