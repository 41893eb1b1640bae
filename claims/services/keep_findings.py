"""Making the open findings of versions be what the last check found; nothing is deleted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from claims.models import ClaimVersion, ScrubFinding
from coding.models import FindingOverride
from core import clock
from core.findings import Finding

Key = tuple[str, str, str, int | None]
# Overridden for the amount, the claim or the day that the message names.
OF_FACTS = frozenset({"AUT-06", "DUP-01", "TFL-01"})
_WORDS = ("message", "fix", "source")


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found on a version, by field the overrides that coders gave, and by code the
    version of each payer rule that judged.
    """

    version: ClaimVersion
    findings: Sequence[Finding]
    overrides: Mapping[str, FindingOverride]
    rules: Mapping[str, int] = field(default_factory=dict)


def keep_findings(found: Sequence[Found]) -> dict[int, list[ScrubFinding]]:
    """The findings that stand, by version, in five statements at most.

    One that comes back keeps its row, and with it the override given on the claim; one that does
    not is cleared. An override of the case counts as one of the claim. What another version of a
    payer rule found is another finding: its override was given to other words.
    """
    open_rows: dict[int, dict[Key, ScrubFinding]] = defaultdict(dict)
    versions = [one.version for one in found]
    for row in ScrubFinding.objects.filter(version__in=versions, cleared_at__isnull=True):
        key = (row.code, row.field, row.severity, row.rule_version_id)
        open_rows[row.version_id][key] = row
    changed: list[ScrubFinding] = []
    standing = {one.version.pk: _standing(one, open_rows[one.version.pk], changed) for one in found}
    gone = [row.pk for rows in open_rows.values() for row in rows.values()]
    if gone:
        ScrubFinding.objects.filter(pk__in=gone).update(cleared_at=clock.now())
    ScrubFinding.objects.bulk_create(
        row for rows in standing.values() for row in rows if row.pk is None
    )
    ScrubFinding.objects.bulk_update(
        changed, [*_WORDS, "overridden_at", "overridden_by", "override_reason"]
    )
    return standing


def _standing(
    one: Found, known: dict[Key, ScrubFinding], changed: list[ScrubFinding]
) -> list[ScrubFinding]:
    """The rows of what was found, known ones taken out of `known`; `changed` gets those to save.

    Of a finding that was overridden as it stood, other words are another finding.
    """
    rows = []
    for finding in {(f.code, f.field): f for f in one.findings}.values():
        rule = one.rules.get(finding.code)
        key = (finding.code, finding.field, str(finding.severity), rule)
        kept = None if _has_new_facts(known.get(key), finding) else known.pop(key, None)
        if kept is not None and (_differs(kept, finding) or _is_news(kept, one.overrides)):
            changed.append(kept)
        row = kept or ScrubFinding(
            practice_id=one.version.practice_id, version=one.version,
            code=finding.code, severity=finding.severity, field=finding.field, rule_version_id=rule,
        )  # fmt: skip
        _write(row, finding, one.overrides.get(finding.field))
        rows.append(row)
    return rows


def _said(finding: Finding) -> tuple[str, str, str]:
    return finding.message[:300], finding.fix[:200], finding.source[:120]


def _differs(row: ScrubFinding, finding: Finding) -> bool:
    return (row.message, row.fix, row.source) != _said(finding)


def _has_new_facts(row: ScrubFinding | None, finding: Finding) -> bool:
    """Whether an override was given to other numbers than those of today."""
    return (
        row is not None
        and row.overridden_at is not None
        and finding.code in OF_FACTS
        and row.message != _said(finding)[0]
    )


def _is_news(row: ScrubFinding, overrides: Mapping[str, FindingOverride]) -> bool:
    return row.overridden_at is None and row.field in overrides


def _write(row: ScrubFinding, finding: Finding, override: FindingOverride | None) -> None:
    row.message, row.fix, row.source = _said(finding)
    if override is not None and row.overridden_at is None:
        row.overridden_at = override.created_at
        row.overridden_by_id = override.user_id
        row.override_reason = override.reason
