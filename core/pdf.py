"""Pages as PDF, by WeasyPrint where the machine has what that needs.

The engine is loaded on first use: it is heavy, and a machine without its libraries must still
run everything else and say plainly that there is no PDF.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from core.errors import ApplicationError

ASSET = "asset:"
_ASSETS = Path(__file__).resolve().parents[1] / "templates" / "pdf"
_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}


class PdfUnavailable(ApplicationError):
    """This machine cannot draw PDF: WeasyPrint or a library it needs is not there."""


def render_pdf(template: str, context: Mapping[str, Any]) -> bytes:
    """The PDF of a page of `templates/pdf`. Raises PdfUnavailable."""
    engine = _engine()
    page = render_to_string(template, dict(context))

    def fetch(url: str, *_: Any, **__: Any) -> Any:
        return engine.urls.URLFetcherResponse(
            url, asset(url), {"Content-Type": _TYPES[Path(url).suffix]}
        )

    return bytes(engine.HTML(string=page, url_fetcher=fetch).write_pdf())


def asset(url: str) -> bytes:
    """A packaged file of `templates/pdf`. Raises ValueError for anything else: a page to be drawn
    must not make the server read a file or call a host.
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
            " The page shows the same content."
        ) from error
    return engine
