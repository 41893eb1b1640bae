"""What the claim page says about correcting and voiding, and about the claim's versions."""

from typing import Any

from claims import states
from claims.choices import Outcome, VersionState
from claims.contested import what_is_contested
from claims.corrections import (
    NAMES,
    Way,
    appeal_deadline,
    version_to_correct,
    way_to_correct,
    way_to_void,
)
from claims.frequency import VOID
from claims.models import Claim, ClaimVersion
from claims.recoding import (
    unsent_correction,
    version_to_recode,
    was_recoded,
    why_not_given_up,
    why_not_recoded,
)

_ASKED_OF = frozenset({VersionState.ADJUDICATED, VersionState.CLOSED})


def may_be_returned(version: ClaimVersion) -> bool:
    """Whether the coder may have it back: no payer has it, or its void is confirmed."""
    if version.frequency_code == VOID:
        return version.state == VersionState.ADJUDICATED
    return version.corrects_id is None and version.state in states.UNSENT | states.REJECTED


def corrections_of_page(claim: Claim, *, may_bill: bool) -> dict[str, Any]:
    """The ways that are open to a biller, or why not, and the versions where there are several."""
    version, chosen = claim.version, version_to_correct(claim)
    is_decided = version.state in _ASKED_OF and version.frequency_code != VOID
    nothing: Way | None = None
    is_denied = version.outcome in {Outcome.DENIED, Outcome.PARTIAL}
    may_correct = may_bill and chosen.state in _ASKED_OF and chosen.frequency_code != VOID
    way = way_to_correct(claim, chosen) if may_correct else nothing
    recoded, way_to_recode, unsent = version_to_recode(claim), way, unsent_correction(claim)
    if recoded.pk != chosen.pk:
        way_to_recode = way_to_correct(claim, recoded, past=unsent) if may_bill else nothing
    return {
        "to_correct": chosen,
        "waiting_after": chosen.rank < version.rank
        and version.state in states.UNSENT | states.REJECTED,
        "way_to_correct": way,
        "way_to_void": way_to_void(claim) if may_bill and is_decided else nothing,
        "to_recode": recoded,
        "way_to_recode": way_to_recode,
        "may_recode": way_to_recode is not None and not why_not_recoded(claim, way_to_recode),
        "unsent_correction": unsent,
        "may_drop": may_bill and _may_be_given_up(claim),
        "is_recoded": claim.recoded_since is not None or was_recoded(version),
        "frequency_name": NAMES.get(version.frequency_code, "") if version.corrects_id else "",
        "appeal_by": appeal_deadline(version) if is_decided and is_denied else None,
        "versions": _versions(claim) if version.number > 1 else [],
        "siblings": _siblings(claim),
        "contested": what_is_contested(claim) if may_bill else [],
    }


def _may_be_given_up(claim: Claim) -> bool:
    """Whether the first answer can stand again: its correction is nowhere yet, or with nobody."""
    version = claim.version
    if claim.recoded_since is not None:
        return True
    is_unsent = version.state in states.UNSENT | states.REJECTED
    return version.corrects_id is not None and is_unsent and not why_not_given_up(version)


def _versions(claim: Claim) -> list[ClaimVersion]:
    rows = claim.versions.select_related("current_attempt").defer("snapshot")
    return list(rows.order_by("-number"))


def _siblings(claim: Claim) -> list[Claim]:
    """The other claims that the encounter's lines had to be parted into."""
    if not claim.split_group:
        return []
    rows = Claim.objects.filter(split_group=claim.split_group).exclude(pk=claim.pk)
    return list(rows.order_by("pk"))
