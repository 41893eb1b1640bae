"""Pages of docs/ that are made from the code, so that they cannot be wrong."""

import json

from claims.callbacks.openapi import document
from claims.scrub.catalogue import RULES as SCRUB_RULES
from coding.edits.catalogue import RULES as CODING_RULES
from core import news

_RULES_HEAD = """# Rules

Made by `manage.py generate_docs` from the rules themselves. Severity: **E** blocks always, **O**
until somebody who may overrides it with a reason, **W** and **I** never.
"""
_NEWS_HEAD = """# News

Made by `manage.py generate_docs`. An app announces, apps to its right hear. *Bound* receivers run
in the sender's transaction; *due* ones have a row of their own, are retried, and are idempotent.

| topic | meaning | bound | due |
|---|---|---|---|
"""


def rules_page() -> str:
    """docs/rules.md: every rule's id, severity, meaning and source."""
    parts = [_RULES_HEAD]
    for title, rules in (
        ("Coding edits", CODING_RULES.values()),
        ("Scrub: checks of a claim before it is sent", SCRUB_RULES.values()),
    ):
        parts += [f"\n## {title}\n", "| id | | meaning | source |", "|---|---|---|---|"]
        parts += [
            f"| {rule.code} | {rule.severity.value} | {rule.meaning} | {rule.source} |"
            for rule in rules
        ]
    return "\n".join(parts) + "\n"


def news_page() -> str:
    """docs/news.md: every topic with its receivers."""
    rows = [f"| `{topic.name}` | {topic.meaning} | {_heard(topic)} |" for topic in news.topics()]
    return _NEWS_HEAD + "\n".join(rows) + "\n"


def callbacks_openapi() -> str:
    """docs/callbacks.openapi.json: the insurers' door in OpenAPI 3.1, as it is served."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def _heard(topic: news.Topic) -> str:
    if not topic.bound and not topic.due:
        return "nobody yet | -"
    return f"{_names(topic.bound)} | {_names(topic.due)}"


def _names(receivers: dict[str, news.Receiver]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(receivers)) or "-"
