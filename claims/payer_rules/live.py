"""A rule as the scrub holds it: whom and when it is for, when it fires, and what it then says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from claims.payer_rules.evaluate import fires_on
from claims.payer_rules.fields import FIELDS, Snapshot
from claims.payer_rules.grammar import Definition
from core.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class LiveRule:
    """One version of one rule. Without payers and plans it is for everybody."""

    code: str
    version: int
    definition: Definition
    severity: str
    message: str
    target: str  # the key of the field that the finding leads to
    advice: str = ""
    modifier: str = ""  # what would put a line right
    effective_from: date | None = None
    effective_to: date | None = None
    payer_ids: frozenset[int] = field(default_factory=frozenset)
    plan_ids: frozenset[int] = field(default_factory=frozenset)
    version_id: int = 0

    def is_for(self, payer_id: int, plan_id: int) -> bool:
        """Whether claims for this payer and plan are its business."""
        if not self.payer_ids and not self.plan_ids:
            return True
        return payer_id in self.payer_ids or plan_id in self.plan_ids

    def holds_on(self, snapshot: Snapshot) -> bool:
        """Whether the first day of service is within its dates."""
        served = snapshot["claim"]["service_date_from"]  # ISO days sort as text
        starts, ends = self.effective_from, self.effective_to
        return (starts is None or starts.isoformat() <= served) and (
            ends is None or served <= ends.isoformat()
        )

    def lines(self, snapshot: Snapshot) -> list[int]:
        """Where it fires: line numbers, [0] for the claim as a whole, [] for nowhere."""
        return fires_on(self.definition, snapshot) if self.holds_on(snapshot) else []

    def findings(self, snapshot: Snapshot) -> Iterator[Finding]:
        """What it says of a snapshot, with the version that says so."""
        for line in self.lines(snapshot):
            yield Finding(
                self.code,
                Severity(self.severity),
                f"Line {line}: {self.message}" if line else self.message,
                self._place(line),
                self._fix(line),
                f"payer rule, version {self.version}",
            )

    def _place(self, line: int) -> str:
        """A finding of a line stands on it, even where its field is the claim's."""
        asked = FIELDS[self.target]
        if not asked.is_of_line:
            return f"lines.{line}.{asked.place}" if line else asked.place
        return f"lines.{line}.{asked.place}" if line else "lines"

    def _fix(self, line: int) -> str:
        said = [self.advice] if self.advice else []
        if self.modifier and line:
            said.insert(0, f"Add modifier {self.modifier} to line {line}.")
        return " ".join(said)
