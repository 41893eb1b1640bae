"""999: what they say about the syntax of our sets (domain D.1, W-31)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from claims.choices import AckKind, AttemptState
from claims.edi.locate import entity_at
from claims.edi.records import GroupAnswer, SetAnswer, SetError
from claims.edi.words import (
    ELEMENT_ERRORS,
    ELEMENTS,
    ENTITIES,
    GROUP_ERRORS,
    SEGMENT_ERRORS,
    SEGMENTS_AT_FAULT,
    SET_ERRORS,
)
from claims.models import (
    AcknowledgedClaim,
    Acknowledgement,
    InboundMessage,
    SubmissionAttempt,
    SubmissionBatch,
)
from claims.services.acknowledge import (
    CAME_TWICE,
    evidence_for_batch,
    ours_arrived,
    record_batch,
)
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.message_results import Applied
from core.choices import Role
from core.services.documents import read_document
from core.services.work import close_work_item, open_work_item

ACCEPTED = frozenset({"A", "E"})
PARTIAL = "P"
REJECTED = frozenset({"R", "M", "W", "X"})
MAY_GO_AGAIN = "Rejected with its set: another claim in it was at fault"
NOT_ITS_FAULT = "Nothing is wrong with this one. Check it again and send it."


def apply_999(message: InboundMessage, answer: GroupAnswer) -> Applied:
    """Accept or reject the claims set by set; the group's verdict covers sets it does not name."""
    batch = SubmissionBatch.objects.filter(
        partner=message.partner, group_control_number=answer.group_control_number, is_test=False
    ).first()
    words = f"999 {answer.verdict} for group {answer.group_control_number}"
    if batch is None:
        return Applied(f"{words}, which is not ours", took_effect=False)
    ours_arrived(batch)
    close_work_item(subject=batch, kind=CAME_TWICE, outcome="They answered the file.")
    evidence: list[Evidence] = []
    of_group = [GROUP_ERRORS.get(code, f"group error {code}") for code in answer.codes]
    for verdict in _verdicts(batch, answer):
        evidence += _apply_set(message, batch, verdict, of_group)
    apply_evidence(message.practice, evidence, message.document)
    accepted = sum(item.state == AttemptState.FILE_ACCEPTED for item in evidence)
    record_batch(
        batch, f"answered the file: {accepted} of {len(evidence)} claims accepted", message
    )
    return Applied(f"{words}: {accepted} of {len(evidence)} claims accepted")


def _verdicts(batch: SubmissionBatch, answer: GroupAnswer) -> list[SetAnswer]:
    """One verdict for each of our sets. A set that a partly accepted group omits has none.

    A rejected group goes no further, whatever is said of its sets (domain D.1).
    """
    named = {found.set_control_number: found for found in answer.sets}
    ours = (
        SubmissionAttempt.objects.filter(batch=batch)
        .order_by("set_control_number")
        .values_list("set_control_number", flat=True)
        .distinct()
    )
    verdicts = []
    for number in ours:
        if answer.verdict in REJECTED:
            said = named.get(number, SetAnswer(number, answer.verdict))
            verdict = said.verdict if said.verdict in REJECTED else answer.verdict
            verdicts.append(replace(said, verdict=verdict))
        elif number in named:
            verdicts.append(named[number])
        elif answer.verdict != PARTIAL:
            verdicts.append(SetAnswer(number, answer.verdict))
    return verdicts


def _apply_set(
    message: InboundMessage, batch: SubmissionBatch, answer: SetAnswer, of_group: Sequence[str]
) -> list[Evidence]:
    number = answer.set_control_number
    note = f"999 · set {number}"
    told = _tell(batch, answer)
    reasons = [*told.values(), *_of_the_whole(answer)]
    if answer.verdict in REJECTED:
        reasons += of_group
    row = Acknowledgement.objects.create(
        practice_id=message.practice_id,
        message=message,
        kind=AckKind.ACK_999,
        sender_kind=batch.partner.kind,
        sender_name=batch.partner.name,
        batch=batch,
        set_control_number=number,
        verdict=answer.verdict,
        details={"reasons": reasons},
    )
    if answer.verdict in ACCEPTED:
        if reasons:
            open_work_item(
                subject=batch,
                kind="batch.accepted_with_errors",
                title=f"Set {number} of batch {batch.reference} was accepted with errors",
                reason="; ".join(reasons),
                role=Role.BILLER,
            )
        return evidence_for_batch(
            batch, AttemptState.FILE_ACCEPTED, "accepted the file", note, set_number=number
        )
    guilty = _name_the_guilty(row, batch, told)
    words = "rejected the file" + (f": {reasons[0]}" if reasons else "")
    rejected = evidence_for_batch(
        batch,
        AttemptState.FILE_REJECTED,
        words,
        note,
        set_number=number,
        title=reasons[0] if reasons else "",
    )
    return [_by_guilt(item, guilty) for item in rejected]


def _by_guilt(item: Evidence, guilty: Mapping[int, str]) -> Evidence:
    """A claim that was named gets its own reason; beside one that was, the others may go again."""
    if item.attempt_id in guilty:
        return replace(item, title=guilty[item.attempt_id])
    if guilty:
        return replace(item, title=MAY_GO_AGAIN, reason=NOT_ITS_FAULT)
    return item


def _of_the_whole(answer: SetAnswer) -> list[str]:
    """What is wrong with the set as a set; that segments have errors says their own list."""
    said = [code for code in answer.codes if not (answer.errors and code in SEGMENTS_AT_FAULT)]
    return [SET_ERRORS.get(code, f"set error {code}") for code in said]


def _tell(batch: SubmissionBatch, answer: SetAnswer) -> dict[SetError, str]:
    """Each error in words. Our own file says whose data stands at the place that they name."""
    if not answer.errors:
        return {}
    sent = read_document(batch.document)
    return {
        error: describe(error, entity_at(sent, answer.set_control_number, error.position))
        for error in answer.errors
    }


def _name_the_guilty(
    row: Acknowledgement, batch: SubmissionBatch, told: dict[SetError, str]
) -> dict[int, str]:
    """Errors that name a claim are kept on it: the others of the set only suffer with it.

    Answers by the id of our attempt what is wrong with it.
    """
    by_claim = {error.claim_number: words for error, words in told.items() if error.claim_number}
    attempts = SubmissionAttempt.objects.filter(
        batch=batch, version__claim__control_number__in=by_claim
    ).select_related("version__claim")
    known = {attempt.version.claim.control_number: attempt for attempt in attempts}
    AcknowledgedClaim.objects.bulk_create(
        AcknowledgedClaim(
            practice_id=row.practice_id,
            acknowledgement=row,
            attempt=known.get(number),
            version=known[number].version if number in known else None,
            control_number=number,
            category_code=row.verdict,
            message=words[:300],
        )
        for number, words in by_claim.items()
    )
    return {known[number].pk: words for number, words in by_claim.items() if number in known}


def describe(error: SetError, entity: str = "") -> str:
    """An IK3/IK4 in words: "N4 position 3 missing (patient ZIP)"; `entity` says whose it is."""
    owner = ENTITIES.get(entity, "")
    if not error.element:
        words = SEGMENT_ERRORS.get(error.code, f"has error {error.code}")
        return f"{error.segment} {words}" + (f" ({owner})" if owner else "")
    words = ELEMENT_ERRORS.get(error.code, f"has error {error.code}")
    name = " ".join(filter(None, [owner, ELEMENTS.get((error.segment, error.element), "")]))
    return f"{error.segment} position {error.element} {words}" + (f" ({name})" if name else "")
