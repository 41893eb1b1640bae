"""The tour names files, functions and timeline words: they must be there."""

import ast
import re

from tests.architecture.tree import ROOT

TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
PLAYED = (ROOT / "tests" / "scenarios" / "test_tour.py").read_text(encoding="utf-8")


def test_every_path_in_the_tour_exists() -> None:
    named = {
        path
        for path in re.findall(r"`([a-z_0-9]+/[\w/.*]*)`", TOUR)
        if not path.startswith(("api/", "payers/"))
    }
    assert len(named) > 30
    missing = [path for path in sorted(named) if not list(ROOT.glob(path.rstrip("/")))]
    assert missing == []


def test_every_link_of_tour_and_glossary_leads_somewhere() -> None:
    for name in ("tour.md", "glossary.md"):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            assert (ROOT / "docs" / target).exists(), f"{name}: {target}"


def test_the_headings_are_the_functions_of_the_test() -> None:
    functions = {node.name for node in ast.parse(PLAYED).body if isinstance(node, ast.FunctionDef)}
    headings = re.findall(r"^## \d\. (.+)$", TOUR, re.MULTILINE)
    assert len(headings) == 7
    assert [name for name in headings if name.replace(" ", "_") not in functions] == []


def test_the_timeline_words_of_the_tour_are_those_the_test_asks_for() -> None:
    told = set(
        re.findall(r"`((?:claim|case|encounter|note|diagnosis|line|charges)\.[a-z_]+)`", TOUR)
    )
    story = PLAYED[PLAYED.index("STORY = [") : PLAYED.index("]  # fmt: skip")]
    asked = set(re.findall(r'"([a-z_]+\.[a-z_]+)"', story))
    assert told == asked
