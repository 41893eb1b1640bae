"""The claim for the next payer once one has decided, or the wait for what it forwarded (C.1)."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from claims import news, states
from claims.choices import VersionState
from claims.clocks import CROSSOVER_DAYS
from claims.cob.crossing import Crossing
from claims.cob.next_payer import NextPayer, next_payer
from claims.corrections import decision_day
from claims.models import Claim, ClaimVersion, Crossover, PayerCoordination
from claims.services.later_ranks import newest_of_later, report_stale
from claims.services.lock_claim import lock_claim
from claims.services.move_versions import Move, move_versions
from claims.services.recheck_claim import recheck_claim
from claims.services.scrub_version import scrub_version
from claims.services.take_snapshot import load_encounter, take_snapshot, write_lines
from coding.models import ChargeLine
from core import clock, timeline
from core.choices import Role
from core.errors import ApplicationError, Conflict
from core.money import format_money
from core.news import announce
from core.practice_settings import value
from core.services.work import close_work_item, open_work_item
from patients.choices import Rank
from patients.models import Coverage

UNKNOWN_CROSSOVER, MISSING_CROSSOVER = "claim.crossover_unknown", "claim.crossover_missing"
_DECIDED = frozenset({VersionState.ADJUDICATED, VersionState.CROSSED_OVER, VersionState.CLOSED})


def bill_next_payer(version_id: int) -> ClaimVersion | None:
    """What follows by itself from a posted decision: the next payer's claim, checked and ready; or,
    where the payer passed it on, a version that waits for the answer and is never sent.

    None where nothing follows. Called again it finds its own work done. A decision that came anew
    under a claim that is out to the next payer becomes work: that claim tells old amounts.
    """
    with transaction.atomic():
        claim, version = _locked(version_id)
        if claim.current_version_id != version.pk:
            _look_at_later(claim, version)
            return None
        if version.state not in _DECIDED:
            return None
        later = newest_of_later(claim, version)
        if later is not None:
            _back_to_later(claim, version, later)
            return None
        chosen = next_payer(claim, version)
        if chosen is None or not chosen.is_billable:
            return None
        if chosen.crossing == Crossing.ELSEWHERE:
            _report_unknown(claim, version, chosen)
            return None
        if chosen.crossing == Crossing.NEXT:
            return _await_crossover(claim, version, chosen)
        return _bill(claim, version, chosen.coverage, chosen.lines)


def bill_next_payer_now(*, claim: Claim, reason: str = "") -> ClaimVersion:
    """Bill the next payer because a person says so.

    A claim that a payer forwarded may be billed once its answer is missed; before that only with a
    reason, for the payer would get it twice. Forwarded to a coverage that was recorded afterwards
    it is awaited first, as it would have been by itself: the version is then *Crossed over*. Raises
    ApplicationError at `reason` without one, and Conflict where there is nobody to bill or the
    claim is out already.
    """
    with transaction.atomic():
        row, version = _locked(claim.version.pk)
        if version.state == VersionState.CROSSED_OVER and version.rank > 1:
            return _bill_forwarded(row, version, reason.strip()[:200])
        if version.state not in _DECIDED:
            raise Conflict("This claim is not decided: the next payer is billed afterwards.")
        chosen = next_payer(row, version)
        if chosen is None or not chosen.lines:
            raise Conflict("No other coverage is in force on the day of service.")
        if not chosen.is_billable:
            raise Conflict("Nothing is left for the next payer.")
        words = reason.strip()[:200]
        if chosen.crossing == Crossing.NEXT and not words and not _is_missed(version):
            return _await_crossover(row, version, chosen)
        return _bill(row, version, chosen.coverage, chosen.lines, why=words)


def _locked(version_id: int) -> tuple[Claim, ClaimVersion]:
    """The claim and the version, locked in everybody's order: guarantor, claim, version."""
    found = ClaimVersion.objects.only("claim_id").get(pk=version_id)
    claim = lock_claim(found.claim_id)
    rows = ClaimVersion.objects.select_related("practice", "payer").select_for_update(of=("self",))
    version = rows.get(pk=version_id)
    version.claim = claim
    return claim, version


def _is_missed(version: ClaimVersion) -> bool:
    """Whether what `version` forwarded should have been answered by now."""
    decided_on = decision_day(version)
    waits = timedelta(days=_crossover_days(version))
    return decided_on is not None and decided_on + waits < clock.today(version.practice)


def _bill(
    claim: Claim,
    before: ClaimVersion,
    coverage: Coverage,
    lines: Sequence[ChargeLine],
    why: str = "",
) -> ClaimVersion:
    version = _make(claim, coverage, lines)
    because = f": {why}" if why else ""
    timeline.record(
        claim,
        kind="claim.next_billed",
        sentence=f"made the {_rank(coverage)} claim for {coverage.plan.payer.name}{because}",
        details={"note": _left_out(before, lines)},
    )
    for kind in (UNKNOWN_CROSSOVER, MISSING_CROSSOVER):
        close_work_item(subject=claim, kind=kind, outcome="We bill the next payer ourselves.")
    announce(news.CLAIM_BUILT, subject=claim, ids={"version_id": version.pk})
    scrub_version(version)
    return version


def _make(claim: Claim, coverage: Coverage, lines: Sequence[ChargeLine]) -> ClaimVersion:
    """The version for `coverage`, earlier decisions frozen in it; it becomes the current one."""
    picture = take_snapshot(
        control_number=claim.control_number,
        encounter=load_encounter(lines[0].encounter_id),
        coverage=coverage,
        lines=lines,
    )
    newest = claim.versions.order_by("-number").values_list("number", flat=True)[0]
    version = ClaimVersion.objects.create(
        practice=claim.practice,
        claim=claim,
        number=newest + 1,
        payer=coverage.plan.payer,
        plan=coverage.plan,
        coverage=coverage,
        rank=coverage.place,
        snapshot=picture.snapshot,
        snapshot_hash=picture.hash,
        charge_amount=sum(line.charge_amount for line in lines),
        filing_deadline_on=picture.filing_deadline_on,
    )
    write_lines(version, lines)
    claim.current_version = version
    claim.save(update_fields=["current_version"])
    return version


def _await_crossover(claim: Claim, before: ClaimVersion, chosen: NextPayer) -> ClaimVersion:
    """Keep what the next payer was told, without sending it, and start the clock."""
    version = _make(claim, chosen.coverage, chosen.lines)
    payer = chosen.coverage.plan.payer
    crossover = Crossover.objects.create(
        practice=claim.practice,
        version=version,
        forwarded_by=before,
        told_name=chosen.told_name[:60],
        due_at=clock.now() + timedelta(days=_crossover_days(before)),
    )
    announce(news.CLAIM_BUILT, subject=claim, ids={"version_id": version.pk})
    move_versions(
        [
            Move(
                version.pk,
                VersionState.CROSSED_OVER,
                "claim.crossover_awaited",
                f"waits for {payer.name}, to whom {before.payer.name} passed it on",
                note=f"${format_money(chosen.left_amount)} left · awaited until"
                f" {clock.local(crossover.due_at, claim.practice):%m/%d/%Y}",
            )
        ]
    )
    version.state = VersionState.CROSSED_OVER
    return version


def _crossover_days(before: ClaimVersion) -> int:
    ways = PayerCoordination.objects.filter(payer=before.payer_id)
    days = ways.values_list("crossover_days", flat=True).first()
    return days or int(value(before.practice, CROSSOVER_DAYS))


def _bill_forwarded(claim: Claim, version: ClaimVersion, reason: str) -> ClaimVersion:
    """The crossover never arrived: the kept version becomes a claim of our own."""
    crossover = Crossover.objects.get(version=version)
    is_late = crossover.due_at <= clock.now()
    if not is_late and not reason:
        raise ApplicationError(
            f"It was passed on to {version.payer.name}, who would get it twice. Say why you bill it"
            " all the same.",
            field="reason",
        )
    why = f": {reason}" if reason else ""
    move_versions(
        [
            Move(
                version.pk,
                VersionState.DRAFT,
                "claim.next_billed",
                f"bills {version.payer.name} ourselves, the crossover is not waited for{why}",
            )
        ]
    )
    close_work_item(subject=claim, kind=MISSING_CROSSOVER, outcome="We bill it ourselves.")
    claim.current_version = version
    return recheck_claim(claim)


def _report_unknown(claim: Claim, version: ClaimVersion, chosen: NextPayer) -> None:
    open_work_item(
        subject=claim,
        kind=UNKNOWN_CROSSOVER,
        title=f"Passed on to {chosen.told_name or 'a payer'}, who is not on file",
        reason=f"Ask the patient, correct the coverage, or bill {chosen.coverage.plan.payer.name}.",
        role=Role.BILLER,
        due_on=clock.today(claim.practice) + timedelta(days=3),
        amount=chosen.left_amount,
    )


def _look_at_later(claim: Claim, version: ClaimVersion) -> None:
    """An earlier payer decided anew: what waits is pictured again, what is out is stale."""
    later = claim.version
    if later.rank <= version.rank or later.state in states.OVER:
        return
    if later.state in states.UNSENT | states.REJECTED:
        recheck_claim(claim)
    elif later.state != VersionState.CROSSED_OVER:
        report_stale(claim, later, version.payer.name)


def _back_to_later(claim: Claim, version: ClaimVersion, later: ClaimVersion) -> None:
    """A correction is decided that was made while a later payer had the claim: that one is current
    again, and was told old amounts. What the payer passes on by itself it passes on corrected.
    """
    claim.current_version = later
    claim.save(update_fields=["current_version"])
    if later.state != VersionState.CROSSED_OVER:
        report_stale(claim, later, version.payer.name)


def _left_out(before: ClaimVersion, lines: Sequence[ChargeLine]) -> str:
    missing = before.lines.count() - len(lines)
    return f"{missing} denied lines wait for the corrected claim" if missing else ""


def _rank(coverage: Coverage) -> str:
    return str(Rank(coverage.place).label).lower()
