"""277CA: what clearinghouse and payer say about each claim before adjudication (domain D.3)."""

from collections.abc import Sequence
from dataclasses import astuple, replace
from typing import Any

from django.db.models import QuerySet

from claims import states
from claims.choices import AckKind, AttemptState, PartnerKind
from claims.edi.records import BatchAnswer, ClaimAnswer, LineAnswer, Status
from claims.models import (
    AcknowledgedClaim,
    Acknowledgement,
    InboundMessage,
    SubmissionAttempt,
)
from claims.rejection_places import REJECTING, describe, in_short, most_telling, place_of
from claims.selectors import payer_of_remittance
from claims.services.acknowledge import ours_arrived, record_batch
from claims.services.answered_attempts import AnsweredSet, answered_attempts, answered_set
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.message_results import Applied, counted
from core.actors import CLEARINGHOUSE, PAYER, Actor, acting_as

INTO_ADJUDICATION = frozenset({"A2", "A5"})
UNTOLD = "it went to more than one payer, and which of them speaks is not said"
ACKNOWLEDGING = frozenset({"A0", "A1"}) | INTO_ADJUDICATION


def stc_state(category: str, *, from_payer: bool) -> str:
    """The attempt state that a category of a claim-level STC proves; "" for none (domain D.3)."""
    if category in REJECTING:
        return AttemptState.PAYER_REJECTED if from_payer else AttemptState.CH_REJECTED
    if category not in ACKNOWLEDGING:
        return ""
    if not from_payer or category == "A0":
        return AttemptState.CH_ACCEPTED
    return (
        AttemptState.PAYER_ACCEPTED
        if category in INTO_ADJUDICATION
        else AttemptState.PAYER_RECEIVED
    )


def apply_277ca(message: InboundMessage, answer: BatchAnswer) -> Applied:
    """Apply each claim's status to its attempt; a rejected batch rejects every claim under it.

    What they call the batch is one set of ours: the other sets of the file have answers of their
    own.
    """
    within = answered_set(message, answer.batch_reference)
    if within:
        ours_arrived(within.batch)
    attempts, doubtful = answered_attempts(message, answer, within)
    if within is None and not attempts:
        why = UNTOLD if doubtful else "none of its claims is ours"
        return Applied(
            f"277CA for batch {answer.batch_reference or '?'}: {why}",
            took_effect=False,
            unknown=tuple(claim.control_number for claim in answer.claims),
        )
    row = Acknowledgement.objects.create(
        practice_id=message.practice_id,
        message=message,
        kind=AckKind.ACK_277CA,
        sender_kind=PartnerKind.PAYER if answer.source_is_payer else PartnerKind.CLEARINGHOUSE,
        sender_name=answer.source_name[:60],
        batch=within.batch if within else None,
        set_control_number=within.set_control_number if within else "",
        verdict="R" if answer.batch_rejected else "A",
        details=_details(answer),
    )
    evidence = _evidence(answer, within, attempts)
    with acting_as(_speaker(message, answer)):
        moved = apply_evidence(message.practice, evidence, message.document)
        if within:
            words = f"answered {counted(len(answer.claims), 'claim')} (277CA)"
            record_batch(within.batch, words, message)
    _keep(row, answer.claims, attempts, moved)
    unknown = tuple(c.control_number for c in answer.claims if c.control_number not in attempts)
    rejected = sum(item.state in states.REJECTED for item in evidence)
    accepted = len(evidence) - rejected
    words = f"277CA from {answer.source_name}: {accepted} accepted, {rejected} rejected"
    if doubtful:
        words += f"; of {counted(len(doubtful), 'claim')}: {UNTOLD}"
    return Applied(words, unknown=unknown)


def _details(answer: BatchAnswer) -> dict[str, Any]:
    """What was said above the claims: in words, and as codes where it rejects what is below it."""
    details: dict[str, Any] = {"batch_statuses": [describe(one) for one in answer.batch_statuses]}
    if answer.batch_rejected:
        details["rejecting"] = [astuple(status) for status in answer.batch_statuses]
    if answer.rejected_providers:
        details["providers"] = {
            provider.npi: [astuple(status) for status in provider.statuses]
            for provider in answer.rejected_providers
        }
    return details


def _evidence(
    answer: BatchAnswer, within: AnsweredSet | None, attempts: dict[str, SubmissionAttempt]
) -> list[Evidence]:
    evidence = _above_claims(answer, within) if within else []
    for claim in answer.claims:
        attempt = attempts.get(claim.control_number)
        item = _claim_evidence(answer, claim, attempt) if attempt else None
        if item:
            evidence.append(item)
    return evidence


def _above_claims(answer: BatchAnswer, within: AnsweredSet) -> list[Evidence]:
    """What rejects a batch, or a billing provider, rejects every claim below it."""
    evidence = []
    if answer.batch_rejected:
        words = "rejected the whole batch"
        evidence += _of_all(answer, within.attempts(), words, answer.batch_statuses)
    for provider in answer.rejected_providers:
        theirs = within.attempts().filter(version__claim__billing_provider__npi=provider.npi)
        words = "rejected every claim of the billing provider"
        evidence += _of_all(answer, theirs, words, provider.statuses)
    return evidence


def _of_all(
    answer: BatchAnswer,
    attempts: "QuerySet[SubmissionAttempt]",
    sentence: str,
    statuses: Sequence[Status],
) -> list[Evidence]:
    """The same rejection, with its reason and what puts it right, for each of `attempts`."""
    telling = most_telling(statuses)
    whole = Evidence(
        0,
        stc_state("A3", from_payer=answer.source_is_payer),
        f"{sentence}: {'; '.join(describe(status) for status in statuses)}",
        note="277CA",
        title=in_short(telling),
        reason=place_of(telling).to_do,
    )
    ids = attempts.order_by("pk").values_list("pk", flat=True)
    return [replace(whole, attempt_id=pk) for pk in ids]


def _claim_evidence(
    answer: BatchAnswer, claim: ClaimAnswer, attempt: SubmissionAttempt
) -> Evidence | None:
    proved = [
        (stc_state(status.category, from_payer=answer.source_is_payer), status)
        for status in claim.reasons
    ]
    proved = [(state, status) for state, status in proved if state]
    if not proved:
        return None
    state, status = max(proved, key=lambda pair: states.EVIDENCE_RANK[pair[0]])
    from_payer = answer.source_is_payer
    is_proof = from_payer and state == AttemptState.PAYER_ACCEPTED
    return Evidence(
        attempt.pk,
        state,
        _sentence(state, claim, status),
        note=_note(claim, from_payer=from_payer),
        title=in_short(_telling(claim, status)),
        reason=_what_to_do(claim, state),
        payer_claim_number=claim.payer_claim_number if from_payer else "",
        proof_on=claim.effective_on if is_proof else None,
    )


def _note(claim: ClaimAnswer, *, from_payer: bool) -> str:
    who = "277CA from the payer" if from_payer else "277CA from the clearinghouse"
    number = claim.payer_claim_number
    return f"{who} · payer claim {number}" if number and from_payer else who


def _sentence(state: str, claim: ClaimAnswer, status: Status) -> str:
    if state in states.REJECTED:
        reasons = "; ".join(describe(found) for found in claim.reasons)
        return f"rejected the claim: {reasons}"
    if state == AttemptState.PAYER_ACCEPTED:
        return f"accepted the claim for adjudication ({status.category})"
    return f"accepted the claim ({status.category})"


def _telling(claim: ClaimAnswer, status: Status) -> Status:
    """The reason that says most, where the one that counts rejects."""
    return most_telling(claim.reasons) if status.category in REJECTING else status


def _what_to_do(claim: ClaimAnswer, state: str) -> str:
    """For the work item of a rejection: what was said, and what puts it right."""
    if state not in states.REJECTED:
        return ""
    rejecting = [found for found in claim.reasons if found.category in REJECTING]
    return " ".join(dict.fromkeys(place_of(found).to_do for found in rejecting))


def _keep(
    row: Acknowledgement,
    claims: Sequence[ClaimAnswer],
    attempts: dict[str, SubmissionAttempt],
    moved: set[int],
) -> None:
    rows = []
    for claim in claims:
        attempt = attempts.get(claim.control_number)
        first = _telling(claim, claim.reasons[0]) if claim.reasons else Status("")
        rows.append(
            AcknowledgedClaim(
                practice_id=row.practice_id,
                acknowledgement=row,
                version_id=attempt.version_id if attempt else None,
                attempt=attempt,
                control_number=claim.control_number[:38],
                category_code=first.category[:3],
                status_code=first.status[:4],
                entity_code=first.entity[:3],
                payer_claim_number=claim.payer_claim_number[:50],
                message="; ".join(describe(status) for status in claim.reasons)[:300],
                effective_on=claim.effective_on,
                lines=[_line(line) for line in claim.lines],
                moved_state=attempt is not None and attempt.pk in moved,
            )
        )
    AcknowledgedClaim.objects.bulk_create(rows)


def _line(line: LineAnswer) -> dict[str, str]:
    return {
        "control_number": line.control_number[:30],
        "procedure_code": line.procedure_code[:10],
        "words": "; ".join(describe(status) for status in line.statuses)[:300],
    }


def _speaker(message: InboundMessage, answer: BatchAnswer) -> Actor:
    """The one whose words they are: a clearinghouse passes the payer's on."""
    kind = PAYER if answer.source_is_payer else CLEARINGHOUSE
    known = payer_of_remittance("", answer.source_name) if answer.source_is_payer else None
    partner = message.partner.name if message.partner else ""
    name = known.name if known else answer.source_name or partner
    return Actor(kind, name, source=message.source)
