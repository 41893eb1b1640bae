"""What becomes of claims whose charges were taken back to be coded again: one that no payer has is
void; one that is decided waits for its correction with the new codes.
"""

from collections.abc import Collection, Iterable, Sequence

from claims import states
from claims.choices import AttemptState, RemittanceState, VersionState
from claims.contested import what_is_contested
from claims.frequency import VOID
from claims.models import (
    Claim,
    ClaimChargeLine,
    ClaimVersion,
    ClaimVersionLine,
    RemittanceClaim,
    SubmissionAttempt,
)
from claims.recoding import unsent_correction, version_to_recode, why_not_recoded
from claims.services.correct_claim import RECODED
from claims.services.drop_correction import step_back
from claims.services.later_ranks import void_waiting
from claims.services.move_versions import Move, move_versions
from claims.services.recheck_claim import lines_of
from claims.services.scrub_version import FIX
from claims.services.set_totals import set_totals
from coding.choices import LineState
from coding.models import ChargeLine, CodingCase
from core import clock, timeline
from core.choices import WorkState
from core.errors import ApplicationError
from core.services.work import close_work_item, finish_work_item, open_items
from patients.services.record_authorization import give_back_uses

_UNDECIDED: frozenset[str] = frozenset(
    {AttemptState.QUEUED, AttemptState.SENDING, AttemptState.IN_DOUBT, AttemptState.THROTTLED}
)
_ARRIVED: frozenset[str] = frozenset(AttemptState) - _UNDECIDED - states.CAME_TO_NOTHING
_OUTCOME = "Returned to the coder."
_GIVEN_UP = "gave the correction up: its codes are changed once more"


def withdraw_claims(charge_line_ids: Collection[int]) -> list[Claim]:
    """Void the claims that hold these voided charges; charges on no claim need nothing.

    Claims are locked before versions, as everywhere, and without their key: the commit of a batch
    looks at it. A batch that is made at the same moment has the versions first, and this is
    refused, or finds them void. A decided claim stays and is marked: what is released for it is its
    correction (services/correct_recoded.py), in place of one that no payer has. Raises
    ApplicationError, saying what to do instead, for a claim that is out, in doubt, answered and not
    to be corrected now, or holds other charges too. Returns those that are void.
    """
    links = ClaimChargeLine.objects.filter(charge_line_id__in=charge_line_ids)
    claims = list(
        Claim.objects.filter(pk__in=links.values("claim_id"))
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    versions = {
        version.pk: version
        for version in ClaimVersion.objects.filter(claim__in=claims)
        .select_related("payer")
        .defer("snapshot")
        .order_by("pk")
        .select_for_update(of=("self",))
    }
    for claim in claims:
        claim.current_version = versions[claim.version.pk]
        unsent = unsent_correction(claim)
        if unsent is not None:
            step_back(claim, unsent, _GIVEN_UP)
    decided = [claim for claim in claims if _check(claim, charge_line_ids)]
    _check_siblings(claims, charge_line_ids, decided)
    _begin_recoding(decided, of_several=len(claims) > 1)
    claims = [claim for claim in claims if claim not in decided]
    move_versions(
        [
            Move(
                claim.version.pk, VersionState.VOIDED, "claim.voided",
                "took the claim back: its encounter is coded again",
            )
            for claim in claims
        ]
    )  # fmt: skip
    for claim in claims:
        _end_work(claim)
    give_back_uses(
        ClaimVersionLine.objects.filter(
            version__in=[claim.version.pk for claim in (*claims, *decided)]
        ).values_list("control_number", flat=True)
    )
    return claims


def _check_siblings(
    claims: Sequence[Claim], charge_line_ids: Collection[int], decided: Sequence[Claim]
) -> None:
    """Of an encounter on several claims one is coded anew at a time: what is released then would
    otherwise stand on the correction of a claim that never billed it.
    """
    cases = CodingCase.objects.filter(lines__in=charge_line_ids)
    other = (
        Claim.objects.filter(recoded_since__isnull=False, charge_lines__charge_line__case__in=cases)
        .exclude(pk__in=[claim.pk for claim in decided])
        .first()
    )
    if other is not None and claims:
        raise ApplicationError(
            f"Claim {other.control_number} of the same encounter is being coded anew: wait for its"
            " correction."
        )
    # Each charge that is taken back has left one draft; any more are of what went back before.
    drafts = ChargeLine.objects.filter(case__in=cases, state=LineState.DRAFT)
    if decided and drafts.count() > len(set(charge_line_ids)):
        raise ApplicationError(
            "Another part of its encounter is with the coder: wait until that is released and"
            " billed."
        )


def _begin_recoding(decided: Sequence[Claim], *, of_several: bool) -> None:
    """One at a time: what the coder releases then is this claim's, and no other's."""
    if decided and of_several:
        raise ApplicationError(
            "Its encounter is on several claims, and one of them is decided: return each by itself,"
            " from the claim's page."
        )
    for claim in decided:
        waiting = claim.version
        if waiting.pk != version_to_recode(claim).pk:
            void_waiting(claim, waiting, "took its claim back: the codes of it are changed")
            close_work_item(subject=claim, kind=FIX, outcome=_OUTCOME, state=WorkState.WITHDRAWN)
        # Coded anew before, and on no correction yet: the coder has it once more.
        close_work_item(subject=claim, kind=RECODED, outcome=_OUTCOME, state=WorkState.WITHDRAWN)
        claim.recoded_since = clock.now()
        claim.save(update_fields=["recoded_since"])
        set_totals(claim, lines_of(claim.version))
        out = " ".join(what_is_contested(claim))
        timeline.record(
            claim, kind="claim.recoding",
            sentence="took its charges back to change their codes: a correction follows",
            details={"note": f"Asked of the payer meanwhile: {out}"} if out else {},
        )  # fmt: skip


def _check(claim: Claim, charge_line_ids: Collection[int]) -> bool:
    """True for a decided claim that may be corrected with other codes, False for one that no payer
    has, nor ever had. Raises ApplicationError for any other.
    """
    version, name = claim.version, f"Claim {claim.control_number}"
    payer = version.payer.name
    others = claim.charge_lines.exclude(charge_line_id__in=charge_line_ids)
    # Void ones were taken back when its codes were changed before.
    if others.exclude(charge_line__state=LineState.VOID).exists():
        raise ApplicationError(f"{name} holds other charges too: return the claim as a whole.")
    if version.frequency_code == VOID and version.state == VersionState.ADJUDICATED:
        return False  # taken back by the payer, too: nobody has it any more
    if claim.recoded_since is not None:
        return True  # what was released for it is on no version yet
    if _is_answered(claim, version):
        why = why_not_recoded(claim)
        if not why:
            return True
        raise ApplicationError(
            f"{name} is answered by {payer}, and its codes cannot be changed now. {why}"
        )
    if version.state == VersionState.BATCHED and _is_on_paper(version):
        raise ApplicationError(
            f"{name} is in a batch on paper that is not mailed: take the batch apart first."
        )
    if version.state == VersionState.BATCHED or _attempts(claim, _UNDECIDED):
        raise ApplicationError(
            f"{name} is in a batch on its way out: wait until the clearinghouse has answered; if"
            " it comes back, return it then."
        )
    if version.state not in states.UNSENT | states.REJECTED or _attempts(claim, _ARRIVED):
        raise ApplicationError(
            f"{name} is with {payer}: wait for the answer; if it is rejected, return it then."
        )
    return False


def _is_on_paper(version: ClaimVersion) -> bool:
    attempt = version.current_attempt
    return attempt is not None and attempt.batch.is_paper


def _attempts(claim: Claim, found: Iterable[str]) -> bool:
    """Whether any sending of any version of the claim is in one of these states."""
    attempts = SubmissionAttempt.objects.filter(version__claim=claim, state__in=list(found))
    return attempts.exists()


def _is_answered(claim: Claim, version: ClaimVersion) -> bool:
    known = states.UNSENT | states.REJECTED | states.WITH_PAYER | {VersionState.BATCHED}
    answers = RemittanceClaim.objects.filter(version__claim=claim).exclude(
        remittance__state=RemittanceState.DUPLICATE
    )
    return version.state not in known or answers.exists()


def _end_work(claim: Claim) -> None:
    """Nothing waits for a person on a void claim, and it is not held."""
    for item in open_items(claim):
        finish_work_item(item, outcome=_OUTCOME, state=WorkState.WITHDRAWN)
    if claim.hold_reason:
        claim.hold_reason = ""
        claim.save(update_fields=["hold_reason"])
