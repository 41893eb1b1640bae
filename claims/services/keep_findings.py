"""Making the open findings of versions be what the last check found; nothing is deleted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claims.models import ClaimVersion, ScrubFinding
from coding.models import FindingOverride
from core import clock
from core.findings import Finding

Key = tuple[str, str, str]
_WORDS = ("message", "fix", "source")


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found on a version, and by field the overrides that coders gave."""

    version: ClaimVersion
    findings: Sequence[Finding]
    overrides: Mapping[str, FindingOverride]


def keep_findings(found: Sequence[Found]) -> dict[int, list[ScrubFinding]]:
    """The findings that stand, by version, in five statements at most.

    One that comes back keeps its row, and with it the override given on the claim; one that does
    not is cleared. An override of the case counts as one of the claim.
    """
    open_rows: dict[int, dict[Key, ScrubFinding]] = defaultdict(dict)
    versions = [one.version for one in found]
    for row in ScrubFinding.objects.filter(version__in=versions, cleared_at__isnull=True):
        open_rows[row.version_id][row.code, row.field, row.severity] = row
    standing: dict[int, list[ScrubFinding]] = {}
    new, changed = [], []
    for one in found:
        rows = standing[one.version.pk] = []
        known = open_rows[one.version.pk]
        for finding in {(f.code, f.field): f for f in one.findings}.values():
            row = known.pop((finding.code, finding.field, finding.severity), None)
            if row is None:
                row = ScrubFinding(
                    practice_id=one.version.practice_id, version=one.version,
                    code=finding.code, severity=finding.severity, field=finding.field,
                )  # fmt: skip
                new.append(row)
            elif _differs(row, finding) or _is_news(row, one.overrides):
                changed.append(row)
            _write(row, finding, one.overrides.get(finding.field))
            rows.append(row)
    gone = [row.pk for rows in open_rows.values() for row in rows.values()]
    if gone:
        ScrubFinding.objects.filter(pk__in=gone).update(cleared_at=clock.now())
    ScrubFinding.objects.bulk_create(new)
    ScrubFinding.objects.bulk_update(
        changed, [*_WORDS, "overridden_at", "overridden_by", "override_reason"]
    )
    return standing


def _said(finding: Finding) -> tuple[str, str, str]:
    return finding.message[:300], finding.fix[:200], finding.source[:120]


def _differs(row: ScrubFinding, finding: Finding) -> bool:
    return (row.message, row.fix, row.source) != _said(finding)


def _is_news(row: ScrubFinding, overrides: Mapping[str, FindingOverride]) -> bool:
    return row.overridden_at is None and row.field in overrides


def _write(row: ScrubFinding, finding: Finding, override: FindingOverride | None) -> None:
    row.message, row.fix, row.source = _said(finding)
    if override is not None and row.overridden_at is None:
        row.overridden_at = override.created_at
        row.overridden_by_id = override.user_id
        row.override_reason = override.reason
