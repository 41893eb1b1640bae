"""Checking a claim again after something was corrected (DESIGN 3.3)."""

from collections.abc import Collection
from dataclasses import replace

from django.db import transaction

from claims import news, states
from claims.choices import VersionState
from claims.corrections import with_corrected_limit
from claims.frequency import ORIGINAL, VOID
from claims.models import Claim, ClaimVersion, ClaimVersionLine
from claims.services.move_versions import Move, move_versions
from claims.services.scrub_version import scrub_versions
from claims.services.split_lines import split_lines
from claims.services.take_snapshot import Picture, load_encounter, take_snapshot, write_lines
from claims.snapshot import snapshot_hash
from coding.models import ChargeLine
from core import clock, timeline
from core.errors import ApplicationError
from core.news import announce
from patients.models import Coverage, Encounter
from patients.selectors import coverages_for


def recheck_claim(claim: Claim) -> ClaimVersion:
    """Picture the claim anew from today's records and scrub it; returns the version to send.

    What is owed moves along to the payer that it names now. Never sent: the version is rewritten.
    Rejected: the payer never had it, so the correction is a new version of frequency 1, or the
    same version again when nothing on it changed (domain B.7). Raises ApplicationError while the
    claim is with the payer or answered.
    """
    checked = recheck_claims([claim])
    if not checked:
        raise ApplicationError("This claim is out: it can be checked again when it comes back.")
    return checked[0]


def recheck_claims(claims: Collection[Claim]) -> list[ClaimVersion]:
    """The same for many: those that are out are left alone, the others are scrubbed together."""
    with transaction.atomic():
        locked = Claim.objects.filter(pk__in=[claim.pk for claim in claims]).order_by("pk")
        # Without its key, which the commit of a batch looks at (services/withdraw_claims.py).
        versions = [_pictured(claim) for claim in locked.select_for_update(no_key=True)]
        checked = [version for version in versions if version is not None]
        scrub_versions(checked)
    return checked


def _pictured(claim: Claim) -> ClaimVersion | None:
    """The version to check, with today's picture; None for a claim that is out."""
    rows = ClaimVersion.objects.select_related(
        "practice", "payer", "corrects__payer"
    ).select_for_update(of=("self",))
    version = rows.get(pk=claim.version.pk)
    version.claim = claim
    if version.state not in states.UNSENT | states.REJECTED:
        return None
    if version.frequency_code == VOID:
        return version  # the same claim as the payer decided: nothing of it may change
    lines = lines_of(version)
    encounter = load_encounter(lines[0].encounter_id)
    corrected = version.corrects
    coverage = coverage_of(encounter, version)
    if corrected and coverage.plan.payer_id != version.payer_id:
        # It corrects what this payer decided: the check says that its coverage does not hold.
        coverage = _as_it_was(version)
    if coverage.plan.payer_id != version.payer_id:
        timeline.record(
            claim,
            kind="claim.redirected",
            sentence=f"turned the claim to {coverage.plan.payer.name}: the coverage changed",
        )
    picture = take_snapshot(
        control_number=claim.control_number,
        encounter=encounter,
        coverage=coverage,
        lines=lines,
        frequency_code=version.frequency_code,
        # Of a correction the newest that the payer told (domain B.7).
        original_reference_number=(
            corrected.payer_claim_number
            if corrected and version.frequency_code != ORIGINAL
            else version.snapshot["claim"]["original_reference_number"]
        ),
    )
    if corrected:
        picture = with_corrected_limit(picture, corrected)
    elif version.rank == 1:
        picture = _with_parts(picture, encounter, coverage, lines)
    _keep_rendering(claim, picture)
    was_sent = version.current_attempt_id is not None
    if was_sent and picture.hash != version.snapshot_hash:
        version = _successor(claim, version, coverage, picture, lines)
    elif not was_sent:
        _rewrite(version, coverage, picture, lines)
    _tell(claim, version)
    return version


def _keep_rendering(claim: Claim, picture: Picture) -> None:
    if claim.rendering_provider_id != picture.rendering_provider_id:
        claim.rendering_provider_id = picture.rendering_provider_id
        claim.save(update_fields=["rendering_provider"])


def _tell(claim: Claim, version: ClaimVersion) -> None:
    topic = news.CLAIM_CORRECTED if version.corrects_id else news.CLAIM_BUILT
    announce(topic, subject=claim, ids={"version_id": version.pk})


def _with_parts(
    picture: Picture, encounter: Encounter, coverage: Coverage, lines: list[ChargeLine]
) -> Picture:
    """`picture`, with why its lines would be several claims if they were built today: a claim is
    never parted again, so the check says it.
    """
    parts = split_lines(encounter, coverage.plan.payer, lines)
    if len(parts) < 2:
        return picture
    snapshot = picture.snapshot | {"parts": [part.reason for part in parts]}
    return replace(picture, snapshot=snapshot, hash=snapshot_hash(snapshot))


def lines_of(version: ClaimVersion) -> list[ChargeLine]:
    """The charge lines of `version`, in its order."""
    rows = ClaimVersionLine.objects.filter(version=version).select_related("charge_line")
    return [row.charge_line for row in rows.order_by("line_number")]


def coverage_of(encounter: Encounter, version: ClaimVersion) -> Coverage:
    """The coverage in the version's place on the date; where none holds, the old one, as it is.

    A later payer's claim stays with its coverage, wherever that stands now: what has its place may
    have decided already.
    """
    coverages = coverages_for(encounter)
    own = [one for one in coverages if one.pk == version.coverage_id and version.rank > 1]
    in_place = [one for one in coverages if one.place == version.rank]
    return next(iter([*own, *in_place]), None) or _as_it_was(version)


def _as_it_was(version: ClaimVersion) -> Coverage:
    coverage = Coverage.objects.select_related("plan__payer").get(pk=version.coverage_id)
    coverage.place = version.rank
    return coverage


def _rewrite(
    version: ClaimVersion, coverage: Coverage, picture: Picture, lines: list[ChargeLine]
) -> None:
    version.coverage, version.plan, version.payer = coverage, coverage.plan, coverage.plan.payer
    version.rank = coverage.place
    version.snapshot, version.snapshot_hash = picture.snapshot, picture.hash
    version.filing_deadline_on = picture.filing_deadline_on
    version.charge_amount = sum(line.charge_amount for line in lines)
    version.built_at = clock.now()
    version.save(
        update_fields=[
            "coverage",
            "plan",
            "payer",
            "rank",
            "snapshot",
            "snapshot_hash",
            "filing_deadline_on",
            "charge_amount",
            "built_at",
        ]
    )
    ClaimVersionLine.objects.filter(version=version).delete()
    write_lines(version, lines)


def _successor(
    claim: Claim,
    old: ClaimVersion,
    coverage: Coverage,
    picture: Picture,
    lines: list[ChargeLine],
) -> ClaimVersion:
    number = claim.versions.order_by("-number").values_list("number", flat=True)[0] + 1
    version = ClaimVersion.objects.create(
        practice_id=claim.practice_id,
        claim=claim,
        number=number,
        payer=coverage.plan.payer,
        plan=coverage.plan,
        coverage=coverage,
        rank=coverage.place,
        frequency_code=old.frequency_code,
        corrects=old.corrects,
        snapshot=picture.snapshot,
        snapshot_hash=picture.hash,
        charge_amount=sum(line.charge_amount for line in lines),
        filing_deadline_on=picture.filing_deadline_on,
    )
    write_lines(version, lines)
    move_versions(
        [
            Move(
                old.pk,
                VersionState.REPLACED,
                "claim.changed",
                f"corrected the claim: version {number} takes the place of the rejected one",
            )
        ]
    )
    claim.current_version = version
    claim.save(update_fields=["current_version"])
    return version
