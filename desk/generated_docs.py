"""Pages of docs/ that are made from the code, so that they cannot be wrong."""

import json

from billing.adjusting.rules import RULES as BALANCE_RULES
from claims.callbacks.openapi import document
from claims.scrub.catalogue import RULES as SCRUB_RULES
from coding.edits.catalogue import RULES as CODING_RULES
from core import news
from core.api.openapi import document as api_document
from patients.claim_data import LINE, VISIT

_RULES_HEAD = """# Rules

Made by `manage.py generate_docs` from the rules themselves. Severity: **E** blocks always, **O**
until somebody who may overrides it with a reason, **W** and **I** never.
"""
_FIELDS_HEAD = """# Fields of claim data

Made by `manage.py generate_docs` from the catalogue (`patients/claim_data/`). A fact of the visit
is entered under *More claim data*, tab *Visit*, sent to the API as `claim_data.<group>.<fact>`, to
a CSV import as the column `<group>.<fact>`, and frozen in the snapshot as
`claim_data.<group>[row].<fact>`; one of a line is entered under the line's tab and frozen as
`lines[n].claim_data.<group>[row].<fact>`.
[claim-data.md](claim-data.md) has the rest of domain B.4.
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
        ("Write-offs and moves of responsibility", BALANCE_RULES.values()),
    ):
        parts += [f"\n## {title}\n", "| id | | meaning | source |", "|---|---|---|---|"]
        parts += [
            f"| {rule.code} | {rule.severity.value} | {rule.meaning} | {rule.source} |"
            for rule in rules
        ]
    return "\n".join(parts) + "\n"


def claim_data_page() -> str:
    """docs/claim-data-fields.md: every fact of the catalogue, and where a claim has it."""
    parts = [_FIELDS_HEAD]
    for title, place, groups in (("Of the visit", "visit", VISIT), ("Of a line", "line", LINE)):
        parts.append(f"\n## {title}\n")
        for group in groups:
            many = f", up to {group.most} times" if group.most > 1 else ""
            parts += [
                f"### {group.title}: `{place}.{group.key}`{many}\n",
                "| fact | entered as | 837P | CMS-1500 box |",
                "|---|---|---|---|",
            ]
            parts += [
                f"| `{fact.key}` | {fact.label} | {fact.segment} | {fact.box or '-'} |"
                for fact in group.facts
            ]
            parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def news_page() -> str:
    """docs/news.md: every topic with its receivers."""
    rows = [f"| `{topic.name}` | {topic.meaning} | {_heard(topic)} |" for topic in news.topics()]
    return _NEWS_HEAD + "\n".join(rows) + "\n"


def callbacks_openapi() -> str:
    """docs/callbacks.openapi.json: the insurers' door in OpenAPI 3.1, as it is served."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def api_openapi() -> str:
    """docs/api.openapi.json: the REST API and its events in OpenAPI 3.1, as it is served."""
    return json.dumps(api_document(), indent=1, ensure_ascii=False) + "\n"


def _heard(topic: news.Topic) -> str:
    if not topic.bound and not topic.due:
        return "nobody yet | -"
    return f"{_names(topic.bound)} | {_names(topic.due)}"


def _names(receivers: dict[str, news.Receiver]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(receivers)) or "-"
