"""277CA: what clearinghouse and payer say about each claim before adjudication (domain D.3)."""

import re
from collections.abc import Sequence

from claims import states
from claims.choices import AckKind, AttemptState, PartnerKind
from claims.edi.records import BatchAnswer, ClaimAnswer, LineAnswer, Status
from claims.edi.words import CATEGORIES, ENTITIES, STATUSES
from claims.models import (
    AcknowledgedClaim,
    Acknowledgement,
    InboundMessage,
    SubmissionAttempt,
    SubmissionBatch,
)
from claims.rejections import in_short, is_telling, place_of
from claims.selectors import payer_of_remittance
from claims.services.acknowledge import evidence_for_batch, ours_arrived, record_batch
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.message_results import Applied, counted
from core import clock
from core.actors import CLEARINGHOUSE, PAYER, Actor, acting_as

REJECTING = frozenset({"A3", "A4", "A6", "A7", "A8"})
INTO_ADJUDICATION = frozenset({"A2", "A5"})
ACKNOWLEDGING = frozenset({"A0", "A1"}) | INTO_ADJUDICATION
# BHT03 of a file of several sets: the batch's reference, S and the set's number.
_SET_REFERENCE = re.compile(r"^(?P<batch>[A-Z]+\d{9})(?:S\d+)?$")


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
    """Apply each claim's status to its attempt; a rejected batch rejects every claim under it."""
    batch = _batch(message, answer.batch_reference)
    if batch:
        ours_arrived(batch)
    attempts = _attempts(message, batch, answer.claims)
    if batch is None and not attempts:
        return Applied(
            f"277CA for batch {answer.batch_reference or '?'}: none of its claims is ours",
            took_effect=False,
            unknown=tuple(claim.control_number for claim in answer.claims),
        )
    row = Acknowledgement.objects.create(
        practice_id=message.practice_id,
        message=message,
        kind=AckKind.ACK_277CA,
        sender_kind=PartnerKind.PAYER if answer.source_is_payer else PartnerKind.CLEARINGHOUSE,
        sender_name=answer.source_name[:60],
        batch=batch,
        verdict="R" if answer.batch_rejected else "A",
        details={"batch_statuses": [describe(status) for status in answer.batch_statuses]},
    )
    evidence = _evidence(answer, batch, attempts)
    with acting_as(_speaker(message, answer)):
        moved = apply_evidence(message.practice, evidence, message.document)
        if batch:
            record_batch(batch, f"answered {counted(len(answer.claims), 'claim')} (277CA)", message)
    _keep(row, answer.claims, attempts, moved)
    unknown = tuple(c.control_number for c in answer.claims if c.control_number not in attempts)
    rejected = sum(item.state in states.REJECTED for item in evidence)
    accepted = len(evidence) - rejected
    words = f"277CA from {answer.source_name}: {accepted} accepted, {rejected} rejected"
    return Applied(words, unknown=unknown)


def _batch(message: InboundMessage, reference: str) -> SubmissionBatch | None:
    found = _SET_REFERENCE.match(reference)
    if found is None:
        return None
    return SubmissionBatch.objects.filter(
        partner=message.partner, reference=found["batch"], is_test=False
    ).first()


def _attempts(
    message: InboundMessage, batch: SubmissionBatch | None, claims: Sequence[ClaimAnswer]
) -> dict[str, SubmissionAttempt]:
    """By claim number the attempt that is meant: the one in the named batch, else the newest one
    that was out by the date of the status. Another partner's attempts are not theirs to answer.
    """
    answered = {claim.control_number: claim for claim in claims}
    rows = SubmissionAttempt.objects.filter(
        version__claim__control_number__in=answered, batch__partner=message.partner
    ).select_related("version__claim")
    if batch:
        rows = rows.filter(batch=batch)
    found: dict[str, SubmissionAttempt] = {}
    for attempt in rows.order_by("pk"):
        number = attempt.version.claim.control_number
        day = answered[number].effective_on
        was_out = day is None or (
            attempt.sent_at is not None
            and clock.local(attempt.sent_at, message.practice).date() <= day
        )
        if number not in found or was_out:
            found[number] = attempt
    return found


def _evidence(
    answer: BatchAnswer, batch: SubmissionBatch | None, attempts: dict[str, SubmissionAttempt]
) -> list[Evidence]:
    evidence = []
    if answer.batch_rejected and batch:
        reasons = "; ".join(describe(status) for status in answer.batch_statuses)
        state = stc_state("A3", from_payer=answer.source_is_payer)
        evidence += evidence_for_batch(
            batch, state, f"rejected the whole batch: {reasons}", "277CA"
        )
    if answer.rejected_npis and batch:
        evidence += _of_rejected_providers(answer, batch)
    for claim in answer.claims:
        attempt = attempts.get(claim.control_number)
        item = _claim_evidence(answer, claim, attempt) if attempt else None
        if item:
            evidence.append(item)
    return evidence


def _of_rejected_providers(answer: BatchAnswer, batch: SubmissionBatch) -> list[Evidence]:
    """A rejected billing provider takes every claim of its part of the batch with it."""
    state = stc_state("A3", from_payer=answer.source_is_payer)
    attempts = SubmissionAttempt.objects.filter(
        batch=batch, version__claim__billing_provider__npi__in=answer.rejected_npis
    )
    sentence = "rejected every claim of the billing provider"
    return [
        Evidence(pk, state, sentence, note="277CA")
        for pk in attempts.order_by("pk").values_list("pk", flat=True)
    ]


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
    """The reason that says most: a bare "rejected" stands above one that names the field."""
    rejecting = [found for found in claim.reasons if found.category in REJECTING]
    named = [found for found in rejecting if is_telling(found.status)]
    return named[0] if status.category in REJECTING and named else status


def _what_to_do(claim: ClaimAnswer, state: str) -> str:
    """For the work item of a rejection: what was said, and what puts it right."""
    if state not in states.REJECTED:
        return ""
    rejecting = [found for found in claim.reasons if found.category in REJECTING]
    return " ".join(dict.fromkeys(place_of(found).to_do for found in rejecting))


def describe(status: Status) -> str:
    """An STC composite in words: "A7, member id of the subscriber (164)"."""
    what = STATUSES.get(status.status, "status")
    whose = ENTITIES.get(status.entity, "")
    meaning = CATEGORIES.get(status.category, "")
    of_whom = f" of the {whose}" if whose else ""
    return f"{status.category} {meaning}, {what}{of_whom} ({status.status})".replace("  ", " ")


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
