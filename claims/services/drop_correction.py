"""Taking back a correction that has not been sent: the decision stands again."""

from datetime import datetime

from django.db import transaction

from claims import states
from claims.choices import DenialState, VersionState
from claims.denial_choices import CaseState
from claims.models import Claim, ClaimVersion, Denial, DenialCase
from claims.recoding import is_reversed, was_recoded, why_not_given_up
from claims.services.apply_evidence import REJECTED_WORK
from claims.services.follow_corrections import DECIDED_ANEW, REVERSAL_EXPECTED
from claims.services.later_ranks import newest_of_later
from claims.services.move_versions import Move, move_versions
from claims.services.open_denials import open_case_work
from claims.services.recheck_claim import lines_of
from claims.services.scrub_version import FIX
from claims.services.use_authorizations import use_authorizations
from claims.services.watch_holds import HELD_NEAR_LIMIT
from core.choices import WorkState
from core.errors import Conflict
from core.services.work import close_work_item
from core.states import advance
from patients.services.record_authorization import give_back_uses


def drop_correction(*, claim: Claim) -> ClaimVersion:
    """Void the unsent correction and make the decided version the claim's current one again;
    returns that. One that came back rejected counts as unsent. Raises Conflict where there is none,
    where a sending of it may have arrived, where the payer has taken its decision back, and for one
    with other codes (services/give_up_correction.py).
    """
    with transaction.atomic():
        claim = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
        new = ClaimVersion.objects.select_for_update(of=("self",)).get(pk=claim.version.pk)
        if new.corrects is None or new.state not in states.UNSENT | states.REJECTED:
            raise Conflict("There is no unsent correction to drop.")
        if was_recoded(new):
            raise Conflict("The codes were changed: the decision is on charges that are no more.")
        check_decision_stands(new.corrects)
        return step_back(claim, new, "dropped the correction")


def check_decision_stands(version: ClaimVersion) -> None:
    """Raises Conflict where the payer has taken back what it decided on `version`."""
    if is_reversed(version):
        raise Conflict(
            f"{version.payer.name} has taken its decision back: there is no answer to stay with."
            " Send the correction."
        )


def step_back(claim: Claim, new: ClaimVersion, sentence: str) -> ClaimVersion:
    """Void the correction `new`, which no payer has; what it corrects is the claim's version again,
    with its denials and its authorization. Returns that. The caller holds the claim's lock. Raises
    Conflict where a sending of it may have arrived.
    """
    old = new.corrects
    why = why_not_given_up(new)
    if old is None or why:
        raise Conflict(why or "It corrects nothing.")
    since = old.state_changed_at  # it made way for the correction then
    move_versions(
        [
            Move(new.pk, VersionState.VOIDED, "claim.dropped", sentence),
            Move(
                old.pk, VersionState.ADJUDICATED, "claim.reopened",
                "is the claim's version again, as the payer decided it",
            ),
        ]
    )  # fmt: skip
    # A later payer that has the claim is the one to watch, as before.
    claim.current_version = newest_of_later(claim, old) or old
    claim.hold_reason = ""
    claim.save(update_fields=["current_version", "hold_reason"])
    for kind in (REVERSAL_EXPECTED, DECIDED_ANEW, FIX, REJECTED_WORK, HELD_NEAR_LIMIT):
        close_work_item(
            subject=claim, kind=kind, outcome="The correction was dropped.",
            state=WorkState.WITHDRAWN,
        )  # fmt: skip
    give_back_uses(new.lines.values_list("control_number", flat=True))
    use_authorizations(old, lines_of(old))
    _reopen_denials(old, since)
    old.refresh_from_db(fields=["state"])
    return old


def _reopen_denials(old: ClaimVersion, since: datetime) -> None:
    """What the correction had settled is open again, and so is its work."""
    denials = list(
        Denial.objects.filter(version=old, state=DenialState.RESOLVED, resolved_at__gte=since)
    )
    for denial in denials:
        advance(
            denial,
            DenialState.OPEN,
            table=states.DENIAL,
            update={"resolved_at": None, "settled_as": ""},
        )
    cases = DenialCase.objects.filter(pk__in={d.case_id for d in denials})
    for case in cases.select_related("claim", "practice", "payer"):
        advance(
            case,
            CaseState.NOT_STARTED,
            table=states.DENIAL_CASE,
            update={"waits_for": "", "outcome": "", "settled_at": None},
        )
        open_case_work(case, "The correction was dropped: work the denial.")
