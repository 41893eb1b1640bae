"""Whether the codes of a decided claim may be changed (domain B.7): its charges go back to the
coder, and what is coded then replaces the claim at its payer, under the same claim number.
"""

from claims import states
from claims.answer_codes import ELSEWHERE, REVERSAL
from claims.choices import RemittanceState, VersionState
from claims.corrections import Way, recoded_lines, way_to_correct
from claims.frequency import CORRECTION_WORDS, VOID
from claims.models import Claim, ClaimVersion, ClaimVersionLine, RemittanceClaim, SubmissionAttempt
from coding.choices import LineState

_STEPPED_BACK = (VersionState.VOIDED, VersionState.REPLACED)


def version_to_recode(claim: Claim) -> ClaimVersion:
    """The version whose decision other codes would replace: the current one; what a correction
    that has not left corrects. Where the current one waits here for a later payer, who has heard
    nothing of it yet, the newest before it.
    """
    version = claim.version
    unsent = unsent_correction(claim)
    if unsent is not None and unsent.corrects is not None:
        return unsent.corrects
    waits = version.state in states.UNSENT | states.REJECTED and not version.corrects_id
    if version.rank == 1 or not waits:
        return version
    earlier = claim.versions.filter(rank__lt=version.rank).exclude(state__in=_STEPPED_BACK)
    return earlier.select_related("payer").order_by("-number").first() or version


def unsent_correction(claim: Claim) -> ClaimVersion | None:
    """The claim's correction that no payer has: it has not left, is stopped, or came back rejected.
    It can be given up, for other codes or for the answer that stands. A void is none.
    """
    version = claim.version
    if version.corrects_id is None or version.frequency_code == VOID:
        return None
    return version if version.state in states.UNSENT | states.REJECTED else None


def why_not_given_up(correction: ClaimVersion) -> str:
    """Why an unsent correction cannot be given up, in words; "" where nobody can have it."""
    name = CORRECTION_WORDS[correction.frequency_code]
    sendings = SubmissionAttempt.objects.filter(
        version__claim=correction.claim_id, version__corrects=correction.corrects_id
    )
    if sendings.exclude(state__in=states.CAME_TO_NOTHING).exists():
        return (
            f"A sending of this {name} may still have arrived: wait for its answer, or send it"
            " again."
        )
    return ""


def why_not_recoded(claim: Claim, way: Way | None = None) -> str:
    """Why the codes of this claim cannot be changed now, in words; "" where they can. `way` is how
    the version to recode may be corrected, where the caller has looked already.
    """
    version, unsent = version_to_recode(claim), unsent_correction(claim)
    if claim.recoded_since is not None:
        # Released for it and on no correction yet, it may go back all the same.
        return "" if recoded_lines(claim) else "Its codes are being changed already."
    way = way or way_to_correct(claim, version, past=unsent)
    if not way.is_open:
        return way.refusal
    if unsent is not None:
        why = why_not_given_up(unsent)
        if why:
            return why
    other = _other_payer(claim, version)
    if other is not None:
        return (
            f"{other.payer.name} has a part in it, too. Codes that two payers know are changed by"
            " voiding the claim at both."
        )
    return ""


def _other_payer(claim: Claim, version: ClaimVersion) -> ClaimVersion | None:
    rows = claim.versions.exclude(rank=version.rank).exclude(state__in=_STEPPED_BACK)
    if claim.version.pk != version.pk:
        rows = rows.exclude(pk=claim.version.pk)  # it waits here, and is taken back
    return rows.select_related("payer").defer("snapshot").first()


def was_recoded(version: ClaimVersion) -> bool:
    """Whether a correction bills other charges than the version that it corrects."""
    if version.corrects_id is None:
        return False
    rows = ClaimVersionLine.objects.filter(version=version.corrects_id)
    return rows.filter(charge_line__state=LineState.VOID).exists()


def is_reversed(version: ClaimVersion) -> bool:
    """Whether the newest posted word of the payer on `version` took its decision back."""
    newest = (
        RemittanceClaim.objects.filter(version=version, remittance__state=RemittanceState.POSTED)
        .exclude(status_code__in=ELSEWHERE)
        .order_by("-remittance__posted_at", "-remittance_id", "-position")
        .values_list("status_code", flat=True)
        .first()
    )
    return newest == REVERSAL
