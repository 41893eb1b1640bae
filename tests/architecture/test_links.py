"""Relative links of the README and of docs/ lead to a file, and to the heading they name."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = [target for target in LINK.findall(page.read_text()) if not _resolves(page, target)]
    assert broken == []


def test_a_link_to_nowhere_is_noticed() -> None:
    readme = ROOT / "README.md"
    assert not _resolves(readme, "docs/nowhere.md")
    assert not _resolves(readme, "docs/tour.md#nowhere")
    assert _resolves(readme, "docs/tour.md#1-register")


def _resolves(page: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True
    path, _, heading = target.partition("#")
    file = page.parent / path if path else page
    return file.exists() and (not heading or heading in _anchors(file))


def _anchors(file: Path) -> set[str]:
    """The headings as an address names them: small letters, hyphens for blanks."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}
