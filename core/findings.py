"""What a rule found: the one shape for coding edits, scrub rules and posting checks."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs (domain 0): E blocks always, O until overridden with a reason,
    W and I never.
    """

    ERROR = "E"
    OVERRIDABLE = "O"
    WARNING = "W"
    INFORMATION = "I"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of one rule.

    `code` is the rule's id in docs/rules.md, `field` the path of the input at fault,
    `fix` what to do in words or a fix id, `source` the guide, regulation or release behind it.
    """

    code: str
    severity: Severity
    message: str
    field: str = ""
    fix: str = ""
    source: str = ""


def blocks(findings: list[Finding]) -> bool:
    """Whether any of `findings` stops the thing from going on (E always, O until overridden)."""
    return any(f.severity in {Severity.ERROR, Severity.OVERRIDABLE} for f in findings)
