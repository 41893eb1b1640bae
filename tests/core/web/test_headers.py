"""What every answer carries, and that no page needs anything the policy forbids."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from core.choices import Role
from core.middleware import CSP
from core.models import Practice
from tests.cast import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]

TEMPLATES = sorted((settings.ROOT / "templates").rglob("*.html"))
FORBIDDEN = {
    "an inline style": re.compile(r"""\sstyle\s*=\s*["']"""),
    "an inline handler": re.compile(r"""\son[a-z]+\s*=\s*["']"""),
    "an htmx handler": re.compile(r"\shx-on"),
    "script in an attribute": re.compile(r"(javascript:|[\"']js:)"),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>"),
    "a style element": re.compile(r"<style"),
    "another site": re.compile(r"""(src|href)\s*=\s*["']https?://"""),
}


def test_every_page_carries_the_strict_headers(summit: Practice) -> None:
    for client, path in ((Client(), "/sign-in/"), (client_of(summit, Role.BILLER), "/work/")):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"] == CSP
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "no-store" in headers["Cache-Control"]
        assert re.fullmatch(r"[0-9a-f-]{36}", headers["X-Request-ID"])


def test_the_policy_allows_no_inline_code_and_no_other_host() -> None:
    assert "unsafe" not in CSP
    assert "http" not in CSP
    for part in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'"):
        assert part in CSP


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.name))
def test_no_template_holds_what_the_policy_forbids(path: Path) -> None:
    if "pdf" in path.parts:
        pytest.skip("drawn by the PDF engine, not by a browser")
    text = path.read_text()
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert found == []


def test_the_scripts_of_the_shell_exist(summit: Practice) -> None:
    text = client_of(summit, Role.BILLER).get("/work/").content.decode()
    names = re.findall(r'<script src="/static/(js/[a-z]+\.js)"', text)
    assert len(names) >= 6
    for name in names:
        assert (settings.ROOT / "static" / name).is_file()


def test_pages_that_are_snapshots_in_the_browser_are_switched_off(summit: Practice) -> None:
    text = client_of(summit, Role.BILLER).get("/work/").content.decode()
    assert '"historyCacheSize":0' in text
    assert '"allowEval":false' in text
