"""An answer about a version that another one was to take the place of: what the payer decided, or
passed on to whose claim it is, stands, and what waits here is not sent (domain B.7, E.3).
"""

from collections.abc import Sequence

from claims import states
from claims.choices import VersionState
from claims.models import Claim, ClaimVersion, RemittanceClaim, SubmissionAttempt
from claims.services.bulk import update_alike
from claims.services.move_versions import Move, move_versions
from claims.services.recheck_claim import lines_of
from claims.services.scrub_version import FIX
from claims.services.use_authorizations import use_authorizations
from claims.services.watch_holds import HELD_NEAR_LIMIT
from core import timeline
from core.services.work import close_work_items

_UNSENT = sorted(states.UNSENT | states.REJECTED)
_OUTCOME = "The payer answered the version before."


def stand_answered(
    versions: Sequence[ClaimVersion], answers: Sequence[RemittanceClaim]
) -> list[ClaimVersion]:
    """Make each answered version current again whose claim waits here, put right, to go to the
    same payer once more; what waits is void, and so are its work and hold. `answers` decided them,
    or passed them on (CLP02 23): undone, each is as its sending was, for the version that took its
    place is no more.

    Returns those that are current again. The caller holds the locks of the attempts and versions.
    """
    claims = {version.claim_id: version for version in versions if not _is_current(version)}
    waiting = (
        ClaimVersion.objects.filter(
            pk__in=Claim.objects.filter(pk__in=claims).values("current_version"), state__in=_UNSENT
        )
        .defer("snapshot")
        .order_by("pk")
    )
    stale = [one for one in waiting if _is_of_same(one, claims[one.claim_id])]
    if not stale:
        return []
    move_versions(
        [
            Move(
                one.pk,
                VersionState.VOIDED,
                "claim.voided",
                f"took version {one.number} back: the payer has {_did(claims[one.claim_id])}",
            )
            for one in stale
        ]
    )
    standing = [claims[one.claim_id] for one in stale]
    _keep_what_was(standing, answers)
    for version in standing:
        _stand(version)
    close_work_items(
        subjects=[version.claim for version in standing],
        kinds=(FIX, HELD_NEAR_LIMIT),
        outcome=_OUTCOME,
    )
    return standing


def _did(version: ClaimVersion) -> str:
    act = "passed on" if version.state == VersionState.FORWARDED else "decided"
    return f"{act} version {version.number}"


def _is_current(version: ClaimVersion) -> bool:
    return version.claim.current_version_id == version.pk


def _is_of_same(waiting: ClaimVersion, answered: ClaimVersion) -> bool:
    """To the same payer's place, and asking for the same thing: no correction of the answer."""
    return waiting.rank == answered.rank and waiting.corrects_id == answered.corrects_id


def _keep_what_was(standing: Sequence[ClaimVersion], answers: Sequence[RemittanceClaim]) -> None:
    ids = {version.pk: version.current_attempt_id for version in standing}
    attempts = SubmissionAttempt.objects.filter(pk__in=[pk for pk in ids.values() if pk])
    state_of = dict(attempts.values_list("pk", "state"))
    rows = []
    for row in answers:
        proved = state_of.get(ids.get(row.version_id or 0) or 0, "")
        if row.version_state_before in states.OVER and proved in VersionState.values:
            row.version_state_before = proved
            rows.append(row)
    update_alike(rows, ["version_state_before"])


def _stand(version: ClaimVersion) -> None:
    claim = version.claim
    if claim.hold_reason:
        timeline.record(claim, kind="claim.let_go", sentence="ended the hold: the answer is here")
    claim.current_version, claim.hold_reason = version, ""
    claim.save(update_fields=["current_version", "hold_reason"])
    use_authorizations(ClaimVersion.objects.get(pk=version.pk), lines_of(version))
