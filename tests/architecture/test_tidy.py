"""Style as tests: sizes, time from one place, no float near money, no imports in functions."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, functions, modules, name_of, parsed

LONGEST_FILE, LONGEST_FUNCTION = 400, 50
MONEY = ("billing/", "core/money.py", "coding/pricing", "coding/services", "claims/edi", "x12/")
CLOCKS = {  # who may read the machine's clock, and why
    "core/clock.py",  # it is the clock
    "core/services/seal_audit.py",  # blocks are sealed in real time, whatever the demo plays
    "core/sweeping.py",  # time budgets
    "core/ids.py",  # the time in a UUIDv7
}


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {
        name_of(path): lines
        for path in modules()
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{name_of(path)}:{node.lineno} {node.name} has {length} lines"
        for path in modules()
        for node in functions(path)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name_of(path)
        for path in modules()
        if path.read_text().strip() and not ast.get_docstring(parsed(path))
    ]
    assert silent == []


def test_every_function_is_annotated() -> None:
    bare = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in modules()
        for node in functions(path)
        if node.returns is None
    ]
    assert bare == []


def test_no_float_comes_near_money() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        if name_of(path).startswith(MONEY)
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]
    assert found == []


def test_time_comes_from_the_clock() -> None:
    other = re.compile(r"timezone\.now\(|datetime\.(now|utcnow|today)\(|date\.today\(|auto_now")
    found = [
        f"{name_of(path)}:{number}"
        for path in modules()
        if name_of(path) not in CLOCKS
        and not name_of(path).startswith(("x12/", "simulator/", "launcher/", "bench/"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if other.search(line.split("#")[0])
    ]
    assert found == []


def test_imports_stand_at_the_top() -> None:
    """Only ready() may import late: there the apps are connected."""
    found = [
        f"{name_of(path)}:{inner.lineno}"
        for path in modules()
        if not name_of(path).startswith("launcher/")
        for node in functions(path)
        if node.name != "ready"
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom) and not _is_lazy_by_design(path, inner)
    ]
    assert found == []


def _is_lazy_by_design(path: Path, node: ast.Import | ast.ImportFrom) -> bool:
    """WeasyPrint needs system libraries: without them the rest must still start."""
    names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
    return name_of(path).startswith(("billing/statements", "config/")) and any(
        name.startswith(("weasyprint", "django")) for name in names
    )


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("inline script", r"<script(?![^>]*\bsrc=)[^>]*>"),
        ("inline style", r"<style\b|\sstyle\s*="),
        ("inline handler", r"\son[a-z]+\s*=\s*[\"']|hx-on"),
        ("markup in an attribute", r"=\"[^\"<>]*\{% (?:date|money|chip|icon) "),
        ("a host of somebody else", r"(?:src|href)\s*=\s*[\"']https?://"),
    ],
)
def test_pages_keep_to_the_content_security_policy(what: str, pattern: str) -> None:
    pages = [path for path in TEMPLATES if "pdf" not in path.parts]
    assert len(pages) > 20
    found = [name_of(path) for path in pages if re.search(pattern, path.read_text(), re.I)]
    assert found == [], what


def test_nothing_names_the_places_it_was_made_in() -> None:
    banned = re.compile(r"/work/|/tmp/prep|\.\./shared|\.library")
    texts = [*modules(), *(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"]
    found = [name_of(path) for path in texts if banned.search(path.read_text(encoding="utf-8"))]
    assert found == []
