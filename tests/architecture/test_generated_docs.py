"""What docs say of rules, news, settings and commands is what the code does."""

import ast
import re

from django.core.management import get_commands

from claims.scrub.catalogue import RULES as SCRUB_RULES
from coding.edits.catalogue import RULES as CODING_RULES
from core import news
from desk.generated_docs import (
    api_openapi,
    callbacks_openapi,
    claim_data_page,
    news_page,
    rules_page,
)
from tests.architecture.tree import APPS, ROOT, modules, name_of, parsed

DOCS = ROOT / "docs"


def test_the_page_of_rules_is_up_to_date() -> None:
    assert (DOCS / "rules.md").read_text() == rules_page(), "run ./run manage generate_docs"


def test_the_page_of_claim_data_is_up_to_date() -> None:
    page = (DOCS / "claim-data-fields.md").read_text()
    assert page == claim_data_page(), "run ./run manage generate_docs"


def test_the_page_of_news_is_up_to_date() -> None:
    """An undeclared pair of topic and receiver shows here as a difference."""
    assert (DOCS / "news.md").read_text() == news_page(), "run ./run manage generate_docs"


def test_the_description_of_the_insurers_door_is_up_to_date() -> None:
    kept = (DOCS / "callbacks.openapi.json").read_text()
    assert kept == callbacks_openapi(), "run ./run manage generate_docs"


def test_the_description_of_the_api_is_up_to_date() -> None:
    kept = (DOCS / "api.openapi.json").read_text()
    assert kept == api_openapi(), "run ./run manage generate_docs"


def test_every_topic_is_announced_somewhere() -> None:
    source = "\n".join(path.read_text() for path in modules())
    silent = [
        topic.name
        for topic in news.topics()
        if not topic.name.startswith("test.")
        and not re.search(
            rf"announce(?:_all)?\(\s*(?:\w+\.)?{topic.name.split('.')[1].upper()}\b", source
        )
    ]
    assert silent == []


def test_every_rule_that_fires_is_in_a_catalogue() -> None:
    fired = {
        node.args[0].value
        for path in modules()
        if name_of(path).startswith(("coding/edits/", "claims/scrub/"))
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"Finding", "finding"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(fired) > 30, "the rules were not found"
    assert fired <= CODING_RULES.keys() | SCRUB_RULES.keys()


def test_every_command_of_ours_is_on_the_operations_page() -> None:
    page = (DOCS / "operations.md").read_text()
    ours = {name for name, app in get_commands().items() if app in APPS}
    assert len(ours) >= 5
    assert {name for name in ours if f"`{name}`" not in page} == set()


def test_every_setting_from_the_environment_is_on_the_operations_page() -> None:
    page = (DOCS / "operations.md").read_text()
    files = ("base", "local", "production")
    source = "\n".join((ROOT / f"config/settings/{name}.py").read_text() for name in files)
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    assert len(read) >= 20
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    assert listed == read | {"DJANGO_SETTINGS_MODULE"}
