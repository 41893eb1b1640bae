"""What the coding edits find on the encounters that a claim bills (domain B.10, stage 3).

Coding judges whole encounters; a claim takes what is about its own lines, its diagnoses or the
visit. The field of such a finding says where it is on the coding screen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from coding.finding_key import finding_key
from coding.fixes import fixes_of
from core.findings import Finding

# What the claim's own rules say of the whole claim: COV-03 (date of birth) and DUP-01 (billed
# before, which knows payer, charge and what became of the other claim).
SAID_BY_THE_CLAIM = frozenset({"DATE-02", "DUPL-02"})
_PREFIX, _ON_LINE = "coding", "line:"


@dataclass(frozen=True, slots=True)
class CodedCase:
    """One encounter of the claim: what its edits found, and which of its lines are billed here."""

    case_id: int
    line_ids: frozenset[int]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a coding finding stands: its case, and its key on the coding screen."""

    case_id: int
    key: str


def check_coding(_: dict[str, Any], facts: Any) -> list[Finding]:
    """The findings of the coding edits, each as heavy as coding says."""
    return [found for case in facts.coding for found in _of_case(case)]


def place_of(field: str) -> Place | None:
    """Where a finding with this field stands on the coding screen; None for a rule of claims."""
    prefix, _, rest = field.partition(".")
    case_id, _, key = rest.partition(".")
    return Place(int(case_id), key) if prefix == _PREFIX and key else None


def field_of(case_id: int, finding: Finding) -> str:
    """The field that a finding of coding has on a claim."""
    return f"{_PREFIX}.{case_id}.{finding_key(finding)}"


def _of_case(case: CodedCase) -> Iterator[Finding]:
    for found in case.findings:
        if found.code not in SAID_BY_THE_CLAIM and _is_here(found, case):
            yield replace(found, field=field_of(case.case_id, found), fix=_in_words(found))


def _is_here(found: Finding, case: CodedCase) -> bool:
    """Whether it is about the claim: an encounter of more than fifty lines is several claims."""
    on_line = found.field.startswith(_ON_LINE)
    return not on_line or int(found.field.removeprefix(_ON_LINE)) in case.line_ids


def _in_words(found: Finding) -> str:
    """What would put it right, as the buttons of the coding screen say it."""
    labels = [fix.label for fix in fixes_of(found)]
    return f"On the coding screen: {' or '.join(labels)}." if labels else ""
