"""Checking a version before it may be sent: findings, state and the work they make."""

from collections.abc import Iterable

from django.db import transaction

from claims.choices import VersionState
from claims.edi.write_837p import check_snapshot
from claims.models import ClaimVersion, PayerFilingSettings, ScrubFinding
from claims.scrub import ScrubFacts, scrub
from claims.scrub.catalogue import finding
from claims.selectors import earlier_claims_of
from claims.services.move_versions import Move, move_versions
from core import clock
from core.choices import Role
from core.findings import Finding
from core.services.work import close_work_item, open_work_item

FIX = "claim.fix"
MOST_FAULTS_SHOWN = 20
# Who can put it right (domain B.10: to the owner queue of that rule).
_OWNERS = {"COD": Role.CODER, "COV": Role.FRONT_DESK}


def scrub_version(version: ClaimVersion) -> list[ScrubFinding]:
    """Check `version` in the order of domain B.10; it becomes `ready` or `scrub_failed`.

    The X12 check judges the very bytes, and only once nothing else stops the claim. Returns the
    findings that stand. An override given earlier holds as long as its finding comes back.
    """
    is_first = version.state == VersionState.DRAFT
    with transaction.atomic():
        findings = _judge(version)
        standing = _keep(version, findings, is_first=is_first)
        stopping = [row for row in standing if row.stops]
        to = VersionState.SCRUB_FAILED if stopping else VersionState.READY
        words = _words(standing, stopping)
        if not move_versions([Move(version.pk, to, "claim.checked", words)]):
            move_versions([Move(version.pk, "", "claim.checked", words)])
        version.state = to
        if stopping or not is_first:
            _make_work(version, stopping)
    return standing


def _judge(version: ClaimVersion) -> list[Finding]:
    snapshot = version.snapshot
    practice = version.practice
    facts = ScrubFacts(
        today=clock.today(practice),
        filing_deadline_on=version.filing_deadline_on,
        has_route=PayerFilingSettings.objects.filter(
            payer=version.payer_id, partner__is_active=True
        ).exists(),
        earlier_claims=earlier_claims_of(version),
    )
    findings = scrub(snapshot, facts)
    if any(found.severity == "E" for found in findings):
        return findings
    faults = check_snapshot(snapshot)[:MOST_FAULTS_SHOWN]
    return findings + [finding("X12-01", text, f"x12.{n}") for n, text in enumerate(faults, 1)]


def _keep(
    version: ClaimVersion, findings: Iterable[Finding], *, is_first: bool
) -> list[ScrubFinding]:
    """Make the version's open findings be `findings`; the others are cleared, not deleted."""
    earlier = ScrubFinding.objects.filter(version=version, cleared_at__isnull=True)
    open_rows = {} if is_first else {(row.code, row.field): row for row in earlier}
    standing, new = [], []
    for found in {(f.code, f.field): f for f in findings}.values():
        row = open_rows.pop((found.code, found.field), None)
        if row is None:
            row = ScrubFinding(
                practice_id=version.practice_id,
                version=version,
                code=found.code,
                severity=found.severity,
                field=found.field,
                fix=found.fix,
                source=found.source,
                message=found.message[:300],
            )
            new.append(row)
        elif row.message != found.message[:300]:
            row.message = found.message[:300]
            row.save(update_fields=["message"])
        standing.append(row)
    ScrubFinding.objects.bulk_create(new)
    gone = [row.pk for row in open_rows.values()]
    if gone:
        ScrubFinding.objects.filter(pk__in=gone).update(cleared_at=clock.now())
    return standing


def _words(standing: list[ScrubFinding], stopping: list[ScrubFinding]) -> str:
    if not standing:
        return "checked the claim: nothing found"
    noun = "finding" if len(standing) == 1 else "findings"
    if not stopping:
        return f"checked the claim: {len(standing)} {noun}, none stops it"
    return f"checked the claim: {len(standing)} {noun}, {len(stopping)} to fix"


def _make_work(version: ClaimVersion, stopping: list[ScrubFinding]) -> None:
    if not stopping:
        close_work_item(subject=version.claim, kind=FIX, outcome="The check found nothing more.")
        return
    first = stopping[0]
    open_work_item(
        subject=version.claim,
        kind=FIX,
        title=first.message,
        reason=first.fix,
        role=_OWNERS.get(first.code[:3], Role.BILLER),
        due_on=clock.today(version.practice),
        amount=version.charge_amount,
        renews=True,
    )
