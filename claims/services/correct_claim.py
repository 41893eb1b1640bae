"""Correcting at the payer what it has decided: a new version of the same claim (B.7)."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from claims import news, states
from claims.choices import DenialState, VersionState
from claims.cob.next_payer import next_payer
from claims.corrections import (
    NAMES,
    NOTHING_BILLED,
    Way,
    paid_on_version,
    recoded_lines,
    version_to_correct,
    versions_to_correct,
    way_to_correct,
    why_not_decided,
    with_corrected_limit,
)
from claims.corrections_awaited import lines_to_take_back
from claims.frequency import ORIGINAL, VOID
from claims.models import Claim, ClaimVersion, Denial
from claims.services.follow_corrections import REVERSAL_EXPECTED
from claims.services.later_ranks import void_waiting
from claims.services.lock_claim import lock_claim
from claims.services.move_versions import Move, move_versions
from claims.services.recheck_claim import coverage_of, lines_of
from claims.services.resolve_denial import resolve_denial
from claims.services.scrub_version import scrub_versions
from claims.services.take_snapshot import Picture, load_encounter, take_snapshot, write_lines
from coding.models import ChargeLine
from core import clock
from core.choices import Role
from core.errors import ApplicationError
from core.money import format_money
from core.news import announce
from core.services.work import close_work_item, open_work_item
from patients.models import Coverage
from patients.selectors import coverages_for

RECODED = "claim.recoded"  # work: coded anew, and the correction could not be made by itself
REVERSAL_DAYS = 45  # domain E.5 rule 4
_MOST_LETTERS = 300


def correct_claim(*, claim: Claim, reason: str, number: int | None = None) -> ClaimVersion:
    """Make the correction of a decided claim from today's records and check it.

    `number` says which version, where several payers have decided; else it is the newest with an
    open denial, or the current one. It is a replacement (frequency 7) that names the payer's claim
    number, or a new claim where the payer wants that. A claim to a later payer that waits here
    becomes void: what this payer decides anew makes another. Where its encounter was coded anew, it
    bills the new charges. Raises ApplicationError without a
    reason, where the claim cannot be corrected now, and where the coverage on the day of service
    is with another payer.
    """
    with transaction.atomic():
        claim, old = lock_decided(claim, number)
        reason, way = checked(reason, way_to_correct(claim, old))
        recoded = recoded_lines(claim)
        lines = recoded or lines_of(old)
        encounter = load_encounter(lines[0].encounter_id)
        coverage = coverage_of(encounter, old)
        lines = _with_lines_decided_since(claim, old, coverage, lines)
        if coverage.plan.payer_id != old.payer_id:
            raise ApplicationError(
                f"The coverage on that day is with {coverage.plan.payer.name} now: void this claim"
                f" at {old.payer.name} instead."
            )
        payers_number = "" if way.frequency_code == ORIGINAL else old.payer_claim_number
        picture = take_snapshot(
            control_number=claim.control_number,
            encounter=encounter,
            coverage=coverage,
            lines=lines,
            frequency_code=way.frequency_code,
            original_reference_number=payers_number,
        )
        picture = with_corrected_limit(picture, old)
        _take_back_waiting(claim, old)
        new = make_version(claim, old, way.frequency_code, picture, lines)
        new.coverage, new.plan = coverage, coverage.plan
        new.save(update_fields=["coverage", "plan"])
        if recoded:
            announce(news.CLAIM_BUILT, subject=claim, ids={"version_id": new.pk})
        end_recoding(claim, "Its correction is made.")
        take_its_place(claim, old, new, VersionState.REPLACED, reason)
        return new


def reroute_claim(*, claim: Claim, coverage: Coverage, reason: str) -> ClaimVersion:
    """Bill the payer of `coverage` in place of the one that refused the claim: a new claim to it.

    The receivable goes with it. Where its encounter was coded anew, it bills the new charges.
    Raises ApplicationError without a reason, where the payer has not decided or has paid something,
    and for a coverage that does not stand at the same place on the day of service.
    """
    with transaction.atomic():
        claim, old = lock_decided(claim, claim.version.number)
        reason, _ = checked(reason, Way(refusal=why_not_decided(claim)))
        payer = coverage.plan.payer
        if payer.pk == old.payer_id:
            raise ApplicationError(f"{payer.name} is the one that refused it.", field="coverage")
        if paid_on_version(old):
            raise ApplicationError(
                f"{old.payer.name} has paid on this claim: void it there first, so that it takes"
                " its payment back."
            )
        recoded = recoded_lines(claim)
        if claim.recoded_since is not None and not recoded:
            raise ApplicationError(NOTHING_BILLED)
        lines = recoded or lines_of(old)
        encounter = load_encounter(lines[0].encounter_id)
        standing = {one.pk for one in coverages_for(encounter) if one.place == old.rank}
        if coverage.pk not in standing:
            raise ApplicationError(
                f"{payer.name} does not come {_PLACES[old.rank]} on the day of service: put the"
                " order of the coverages right first.",
                field="coverage",
            )
        picture = take_snapshot(
            control_number=claim.control_number, encounter=encounter, coverage=coverage,
            lines=lines, frequency_code=ORIGINAL,
        )  # fmt: skip
        new = make_version(claim, old, ORIGINAL, picture, lines, coverage=coverage)
        announce(news.CLAIM_BUILT, subject=claim, ids={"version_id": new.pk})
        end_recoding(claim, "Another payer is billed instead.")
        take_its_place(claim, old, new, VersionState.REPLACED, reason)
        return new


_PLACES = {1: "first", 2: "second", 3: "third"}


def lock_decided(claim: Claim, number: int | None) -> tuple[Claim, ClaimVersion]:
    """The claim and the version to correct, locked in everybody's order."""
    locked = lock_claim(claim.pk)
    known = {version.number: version.pk for version in versions_to_correct(locked)}
    if number is not None and number not in known:
        raise ApplicationError("This version does not stand any more: look again.", field="version")
    chosen = version_to_correct(locked).pk if number is None else known[number]
    rows = ClaimVersion.objects.select_related("practice", "payer", "plan")
    old = rows.select_for_update(of=("self",)).get(pk=chosen)
    if chosen == locked.current_version_id:
        locked.current_version = old
    return locked, old


def _with_lines_decided_since(
    claim: Claim, old: ClaimVersion, coverage: Coverage, lines: Sequence[ChargeLine]
) -> list[ChargeLine]:
    """`lines`, with those that the payer before has decided since: they waited for its correction,
    and now are this payer's, too.
    """
    before = (
        ClaimVersion.objects.filter(claim=claim, rank__lt=old.rank)
        .exclude(state__in=[VersionState.VOIDED, VersionState.REPLACED])
        .order_by("-rank", "-number")
        .first()
    )
    chosen = next_payer(claim, before) if before else None
    if chosen is None or chosen.coverage.pk != coverage.pk:
        return list(lines)
    found = {line.pk: line for line in (*lines, *chosen.lines)}
    return sorted(found.values(), key=lambda line: line.pk)


def _take_back_waiting(claim: Claim, old: ClaimVersion) -> None:
    """What waits for a later payer tells a decision that is asked for anew."""
    waiting = claim.versions.filter(
        rank__gt=old.rank, state__in=sorted(states.UNSENT | states.REJECTED)
    )
    for version in waiting.select_related("payer"):
        void_waiting(claim, version, "took its claim back: the payer before is asked to correct")


def end_recoding(claim: Claim, outcome: str) -> None:
    """Its codes are not being changed any more."""
    if claim.recoded_since is not None:
        claim.recoded_since = None
        claim.save(update_fields=["recoded_since"])
        close_work_item(subject=claim, kind=RECODED, outcome=outcome)


def checked(reason: str, way: Way) -> tuple[str, Way]:
    """Both, where there is a reason and the way is open. Raises ApplicationError elsewhere."""
    reason = " ".join(reason.split())[:_MOST_LETTERS]
    if not reason:
        raise ApplicationError("Say what is wrong.", field="reason")
    if not way.is_open:
        raise ApplicationError(way.refusal)
    return reason, way


def make_version(
    claim: Claim,
    old: ClaimVersion,
    frequency_code: str,
    picture: Picture,
    lines: Sequence[ChargeLine],
    *,
    coverage: Coverage | None = None,
) -> ClaimVersion:
    """The new version; to the payer of `coverage` where it is not the old one's."""
    version = ClaimVersion.objects.create(
        practice_id=claim.practice_id,
        claim=claim,
        number=claim.versions.order_by("-number").values_list("number", flat=True)[0] + 1,
        payer_id=coverage.plan.payer_id if coverage else old.payer_id,
        plan_id=coverage.plan_id if coverage else old.plan_id,
        coverage_id=coverage.pk if coverage else old.coverage_id,
        rank=old.rank,
        frequency_code=frequency_code,
        corrects=old,
        snapshot=picture.snapshot,
        snapshot_hash=picture.hash,
        charge_amount=sum(line.charge_amount for line in lines),
        filing_deadline_on=picture.filing_deadline_on,
    )
    write_lines(version, lines)
    return version


def take_its_place(
    claim: Claim, old: ClaimVersion, new: ClaimVersion, to: VersionState, reason: str
) -> None:
    """The old version steps back, its denials are settled, and the new one is checked."""
    name = NAMES[new.frequency_code]
    note = f"payer claim {old.payer_claim_number}" if new.frequency_code != ORIGINAL else ""
    sentence = f"made version {new.number}, a {name}: {reason}"
    kind = "claim.voided" if new.frequency_code == VOID else "claim.corrected"
    move_versions([Move(old.pk, to, kind, sentence, note=note)])
    claim.current_version = new
    claim.save(update_fields=["current_version"])
    settled = Denial.objects.filter(version=old, state=DenialState.OPEN)
    for denial in settled.select_related("version__claim"):
        resolve_denial(
            denial=denial,
            outcome=f"version {new.number} asks for it anew",
            waits_for=f"the answer to version {new.number}, a {name}",
        )
    _watch_for_reversal(claim, old)
    scrub_versions([new])
    announce(news.CLAIM_CORRECTED, subject=claim, ids={"version_id": new.pk})


def _watch_for_reversal(claim: Claim, old: ClaimVersion) -> None:
    """A payer that has paid takes its payment back when it decides anew (domain B.7, E.5)."""
    payer, paid = old.payer.name, paid_on_version(old)
    lines = old.lines.values_list("charge_line_id", flat=True)
    if paid:
        title = "The payer's first payment is to be taken back"
        what = f"{payer} has paid ${format_money(paid)} on the version before."
    elif lines_to_take_back(list(lines)):
        # Coded anew: what it wrote off and made others' stands on charges that are no more.
        title = "The payer's first decision is to be taken back"
        what = f"{payer} has decided on charges that are no more, without a payment."
    else:
        return
    open_work_item(
        subject=claim,
        kind=REVERSAL_EXPECTED,
        title=title,
        reason=f"{what} Its reversal comes with or before the new decision; ask if it does not.",
        role=Role.BILLER,
        due_on=clock.today(claim.practice) + timedelta(days=REVERSAL_DAYS),
        amount=paid or old.charge_amount,
    )
