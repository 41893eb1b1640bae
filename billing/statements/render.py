"""A statement as PDF, by WeasyPrint where the machine has what that needs.

The engine is loaded on first use: it is heavy, and a machine without its libraries must still
run everything else and say plainly that there is no PDF.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from billing.models import Statement
from core.errors import ApplicationError
from core.money import dollars

ASSET = "asset:"
_ASSETS = Path(__file__).resolve().parents[2] / "templates" / "pdf"
_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}


class PdfUnavailable(ApplicationError):
    """This machine cannot draw PDF: WeasyPrint or a library it needs is not there."""


def render_statement(statement: Statement) -> bytes:
    """The PDF of `statement`, drawn from its frozen lines. Raises PdfUnavailable."""
    engine = _engine()
    page = render_to_string("pdf/statement.html", statement_context(statement))

    def fetch(url: str, *_: Any, **__: Any) -> Any:
        return engine.urls.URLFetcherResponse(
            url, asset(url), {"Content-Type": _TYPES[Path(url).suffix]}
        )

    return bytes(engine.HTML(string=page, url_fetcher=fetch).write_pdf())


def statement_context(statement: Statement) -> dict[str, Any]:
    """What the statement's template reads, for paper and for the screen alike."""
    lines = list(statement.lines.order_by("position"))
    columns = (
        "charge_amount",
        "discount_amount",
        "insurance_paid_amount",
        "patient_paid_amount",
        "owed_amount",
    )
    return {
        "statement": statement,
        "printed": statement.printed,
        "lines": lines,
        "totals": {name: sum(getattr(line, name) for line in lines) for name in columns},
        "aging": [(label, dollars(amount)) for label, amount in statement.aging],
        "several_patients": len({line.patient_name for line in lines}) > 1,
    }


def asset(url: str) -> bytes:
    """A packaged file of `templates/pdf`. Raises ValueError for anything else: a statement must
    not make the server read a file or call a host.
    """
    name = url.removeprefix(ASSET)
    path = _ASSETS / name
    if not url.startswith(ASSET) or path.parent != _ASSETS or path.suffix not in _TYPES:
        raise ValueError("only packaged assets may be fetched")
    return path.read_bytes()


def _engine() -> Any:
    try:
        engine = import_module("weasyprint")
        import_module("weasyprint.urls")
    except (ImportError, OSError) as error:
        raise PdfUnavailable(
            "This machine cannot draw PDF files: WeasyPrint or one of its libraries is missing."
            " The statement is issued, and its page shows the same content."
        ) from error
    return engine
