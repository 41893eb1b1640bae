"""Checking a case: the edits over its facts, with what was overridden set aside."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from coding.edits import run_edits
from coding.models import CodingCase, FindingOverride
from coding.services.gather_facts import Gathered, gather_many
from coding.services.touch_case import lock_for_change
from coding.states import OPEN
from core import timeline
from core.actors import current_actor
from core.errors import ApplicationError
from core.findings import Finding, Severity

LEAST_REASON = 4  # letters; fewer say nothing to whoever audits it


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, and what somebody went on in spite of."""

    findings: list[Finding]
    overridden: list[tuple[Finding, FindingOverride]]


def check_case(case: CodingCase) -> Checked:
    """Every finding on the case as it is now, the heaviest first."""
    return check_cases([case])[case.pk]


def check_cases(cases: Sequence[CodingCase]) -> dict[int, Checked]:
    """Every finding on many cases, by the case's key, in a fixed number of queries."""
    return check_gathered(gather_many(cases))


def check_gathered(gathered: Mapping[int, Gathered]) -> dict[int, Checked]:
    """Every finding on what was gathered of cases, by the case's key; one query."""
    kept: dict[int, dict[tuple[str, str], FindingOverride]] = defaultdict(dict)
    for row in FindingOverride.everywhere.filter(case__in=list(gathered)):
        kept[row.case_id][row.finding_code, row.facts] = row
    return {
        key: _checked(run_edits(one.facts, one.reference, one.settings), kept[key])
        for key, one in gathered.items()
    }


def _checked(findings: list[Finding], kept: dict[tuple[str, str], FindingOverride]) -> Checked:
    """The findings apart from those that somebody went on in spite of."""
    checked = Checked([], [])
    for finding in findings:
        override = kept.get((finding.code, finding.message[:300]))
        if finding.severity == Severity.OVERRIDABLE and override is not None:
            checked.overridden.append((finding, override))
        else:
            checked.findings.append(finding)
    return checked


@transaction.atomic
def override_finding(*, case: CodingCase, code: str, facts: str, reason: str) -> FindingOverride:
    """Go on in spite of an overridable finding, with a reason that is kept (domain 0).

    Called again for the same finding it gives the reason of then. Raises ApplicationError without
    a reason, or when there is no such finding to override.
    """
    if len(reason.strip()) < LEAST_REASON:
        raise ApplicationError("Say why it may go on, in a few words.", field="reason")
    found = [
        finding
        for finding in check_case(case).findings
        if finding.code == code and finding.message[:300] == facts
    ]
    if not found:
        known = FindingOverride.everywhere.filter(case=case, finding_code=code, facts=facts).first()
        if known is not None:
            return known  # pressed twice
    if not found or found[0].severity != Severity.OVERRIDABLE:
        raise ApplicationError("There is no such finding to override.", field="reason")
    if case.state in OPEN:  # what a biller says later, of a claim, is no step of the coder's
        lock_for_change(case)
    override, _ = FindingOverride.everywhere.update_or_create(
        case=case,
        finding_code=code,
        facts=facts,
        defaults={
            "practice_id": case.practice_id,
            "reason": reason.strip()[:300],
            "user": current_actor().user,
        },
    )
    timeline.record(
        case,
        kind="finding.overridden",
        sentence=f"went on in spite of {code}",
        details={"finding": found[0].message, "reason": override.reason},
    )
    return override
