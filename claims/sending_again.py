"""Whether a claim that nobody answers may be sent once more (domain D.4): it is given up as lost,
unless somebody has it.
"""

from datetime import datetime

from claims import states
from claims.choices import AttemptState, VersionState
from claims.models import Claim, ClaimVersion, SubmissionAttempt
from claims.selectors import last_told, unposted_remittance
from claims.status_answers import NOBODY, NOT_FOUND, NOT_ON_FILE
from core.choices import ContactMethod
from core.models import ContactLog
from core.subjects import kind_of

_TAKEN = (AttemptState.PAYER_RECEIVED, AttemptState.PAYER_ACCEPTED)


def why_not_sent_again(claim: Claim, version: ClaimVersion) -> str:
    """Why this claim cannot be sent again as it is, in words; "" where it can: the answer is
    overdue, or the payer says that it does not find it.
    """
    attempt, payer = version.current_attempt, version.payer.name
    if attempt is None or version.state not in {*states.AWAITING_ACK, VersionState.NO_RESPONSE}:
        return "It does not wait for an answer that is late: there is nothing to send again."
    waiting = unposted_remittance(claim)
    if waiting is not None:
        return (
            f"Remittance {waiting.trace_number} answers this claim and is not posted: post it first"
        )
    if _is_not_found(claim, version, attempt):
        return ""
    if version.state != VersionState.NO_RESPONSE and attempt.silence_reported_at is None:
        return "Its answer is not late yet: sent again now, it would be there twice."
    if version.payer_claim_number or _was_taken(version):
        return (
            f"{payer} has it, and would have it twice. Ask first: once {payer} says that it does"
            " not find it, it can be sent again."
        )
    return ""


def _was_taken(version: ClaimVersion) -> bool:
    return SubmissionAttempt.objects.filter(version=version, state__in=_TAKEN).exists()


def _is_not_found(claim: Claim, version: ClaimVersion, attempt: SubmissionAttempt) -> bool:
    """Whether the newest word of the payer on this sending, by wire or telephone, is that it does
    not have it.
    """
    since = attempt.sent_at or attempt.created_at
    words: list[tuple[datetime, bool]] = []
    told = last_told(version)
    if told is not None and told.answered_at is not None:
        words.append((told.answered_at, told.category_code in NOT_FOUND))
    calls = ContactLog.objects.filter(
        subject_kind=kind_of(claim), subject_id=claim.pk, method=ContactMethod.CALL, at__gte=since
    ).exclude(outcome__startswith=NOBODY)
    call = calls.order_by("-at").first()
    if call is not None:
        words.append((call.at, call.outcome.startswith(NOT_ON_FILE)))
    return bool(words) and max(words)[1]
