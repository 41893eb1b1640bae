"""Checking versions before they may be sent: findings, state and the work they make."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from claims import states
from claims.choices import VersionState
from claims.edi.fault_places import placed_faults
from claims.models import Claim, ClaimVersion, ScrubFinding
from claims.scrub import scrub
from claims.scrub.catalogue import finding
from claims.scrub.coding import place_of
from claims.services.gather_scrub_facts import Gathered, gather_scrub_facts
from claims.services.keep_findings import Found, keep_findings
from claims.services.move_versions import Move, move_versions
from core import clock
from core.choices import Role, WorkState
from core.errors import Conflict
from core.findings import Finding, Severity
from core.models import WorkItem
from core.services.work import finish_work_item, open_work_item
from core.subjects import kind_of

FIX = "claim.fix"
MOST_FAULTS_SHOWN = 20
# Who can put it right (domain B.10: to the owner queue of that rule).
_OWNERS = {"AUT": Role.FRONT_DESK, "COD": Role.CODER, "COV": Role.FRONT_DESK}
_ORDER = frozenset({"COB-01", "COB-02", "COB-03", "COB-04", "COB-05", "COB-10"})


def scrub_version(version: ClaimVersion) -> list[ScrubFinding]:
    """Check one version; returns the findings that stand."""
    return scrub_versions([version])[version.pk]


def scrub_versions(versions: Sequence[ClaimVersion]) -> dict[int, list[ScrubFinding]]:
    """Check versions of one practice in the order of domain B.10; each becomes `ready` or
    `scrub_failed`. How many queries it takes depends on what stops them, not on how many they are.

    The X12 check judges the very bytes, only of a claim that goes by wire and once nothing else
    stops it. Returns the findings that stand, by version. An override given earlier, here or in
    coding, holds as long as its finding comes back. The caller holds the versions' locks, or has
    just made them. Raises Conflict for a version that is out: what was sent stays as it was judged.
    """
    if any(version.state not in states.UNSENT | states.REJECTED for version in versions):
        raise Conflict("This claim is out: what was sent is not judged again.")
    if not versions:
        return {}
    firsts = {version.pk for version in versions if version.state == VersionState.DRAFT}
    with transaction.atomic():
        gathered = gather_scrub_facts(versions, clock.today(versions[0].practice))
        standing = keep_findings([_found(version, gathered[version.pk]) for version in versions])
        stopping = {pk: [row for row in rows if row.stops] for pk, rows in standing.items()}
        _move(versions, standing, stopping)
        for version in versions:
            if stopping[version.pk]:
                _open_work(version, stopping[version.pk])
        _close_work(v for v in versions if not stopping[v.pk] and v.pk not in firsts)
    return standing


def _found(version: ClaimVersion, gathered: Gathered) -> Found:
    rules = {rule.code: rule.version_id for rule in gathered.facts.rules}
    return Found(version, _judge(version, gathered), gathered.overrides, rules)


def _judge(version: ClaimVersion, gathered: Gathered) -> list[Finding]:
    findings = scrub(version.snapshot, gathered.facts)
    is_stopped = any(found.severity == Severity.ERROR for found in findings)
    if is_stopped or gathered.facts.on_paper:
        return findings
    faults = placed_faults(version.snapshot)[:MOST_FAULTS_SHOWN]
    return findings + [
        finding("X12-01", fault.words, f"x12.{n}.{fault.field}")
        for n, fault in enumerate(faults, 1)
    ]


def _move(
    versions: Sequence[ClaimVersion],
    standing: dict[int, list[ScrubFinding]],
    stopping: dict[int, list[ScrubFinding]],
) -> None:
    """Each to its state; one that is there already has the check on its timeline all the same."""
    moves = []
    for version in versions:
        to = VersionState.SCRUB_FAILED if stopping[version.pk] else VersionState.READY
        step = to if version.state != to else ""
        words = _words(standing[version.pk], stopping[version.pk])
        moves.append(Move(version.pk, step, "claim.checked", words))
        version.state = to
    move_versions(moves)


def _words(standing: list[ScrubFinding], stopping: list[ScrubFinding]) -> str:
    if not standing:
        return "checked the claim: nothing found"
    noun = "finding" if len(standing) == 1 else "findings"
    if not stopping:
        return f"checked the claim: {len(standing)} {noun}, none stops it"
    return f"checked the claim: {len(standing)} {noun}, {len(stopping)} to fix"


def _open_work(version: ClaimVersion, stopping: list[ScrubFinding]) -> None:
    first = stopping[0]
    open_work_item(
        subject=version.claim,
        kind=FIX,
        title=first.message,
        reason=first.fix,
        role=_owner(first),
        due_on=clock.today(version.practice),
        amount=version.charge_amount,
        renews=True,
    )


def _owner(first: ScrubFinding) -> str:
    if place_of(first.field) is not None:
        return Role.CODER
    if first.code in _ORDER:  # who pays first is asked at registration
        return Role.FRONT_DESK
    return _OWNERS.get(first.code[:3], Role.BILLER)


def _close_work(versions: Iterable[ClaimVersion]) -> None:
    items = WorkItem.objects.filter(
        subject_kind=kind_of(Claim()),
        subject_id__in=[version.claim_id for version in versions],
        kind=FIX,
        state=WorkState.OPEN,
    )
    for item in items.order_by("pk"):
        finish_work_item(item, outcome="The check found nothing more.")
