"""277 (answers a 276): where a claim is. It moves nothing back, posts nothing (domain D.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from claims import states
from claims.choices import AttemptState, InquiryState, VersionState
from claims.clocks import LOOK_AGAIN
from claims.edi.inquiry_records import ClaimStatusAnswer, LineStatus, StatusAnswer
from claims.edi.records import Status
from claims.models import InboundMessage, Remittance, StatusInquiry, SubmissionAttempt
from claims.rejection_places import REJECTING, describe
from claims.selectors import original_of
from claims.services.apply_277ca import stc_state
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.end_silence import end_silence
from claims.services.find_question import (
    CONTRADICTS,
    IS_OURS,
    MAY_BE,
    Sought,
    cannot_be_told,
    the_one_meant,
)
from claims.services.message_results import Applied
from claims.services.move_versions import Move, move_versions
from claims.services.settle_inquiry import MOST_TRIES, NO_STATUS, come_back_later, settle
from claims.status_answers import NOT_FOUND, TOLD_TWICE, Meaning, meaning_of
from claims.waiting import may_answer_question
from core import clock
from core.actors import PAYER, Actor, acting_as
from core.choices import Role
from core.money import format_money
from core.services.work import close_work_item, open_work_item

STATUS_WORK = "claim.status_answer"
UNTIED_WORK = "inbox.untied_answer"


@dataclass(frozen=True, slots=True)
class _Word:
    """The status of one claim that counts, and what it means."""

    status: Status
    meaning: Meaning


_NO_QUESTION = "277: it answers no question of ours"


def apply_277(message: InboundMessage, answer: StatusAnswer) -> Applied:
    """Put each claim's status on the question that asked; without a question it is set aside."""
    if not answer.claims and answer.refusals:
        # A status above all claims: nobody was looked up.
        claims: tuple[ClaimStatusAnswer, ...] = (ClaimStatusAnswer("", "", answer.refusals),)
    else:
        claims = answer.claims
    results = [_apply_claim(message, claim, answer.reference) for claim in claims]
    if not results:
        return Applied(_NO_QUESTION, took_effect=False)
    fresh = [result for result in results if not result.is_duplicate]
    if not fresh:
        return results[0]
    effective = [result for result in fresh if result.took_effect]
    if not effective:
        return fresh[0]
    _tell_of_others(message, fresh)
    return effective[0]


def _tell_of_others(message: InboundMessage, results: Sequence[Applied]) -> None:
    """A part that was tied to nothing is somebody's work, though another part took effect."""
    lost = [one.words for one in results if not one.took_effect]
    if lost:
        open_work_item(
            subject=message,
            kind=UNTIED_WORK,
            title="A part of a received 277 was tied to no question",
            reason="; ".join(lost)[:500],
            role=Role.BILLER,
            due_on=clock.today(message.practice),
        )


def _apply_claim(message: InboundMessage, claim: ClaimStatusAnswer, reference: str) -> Applied:
    sought = _asked(message, claim, reference)
    if sought.among:
        return cannot_be_told("277", sought.among)
    if sought.question is None:
        return Applied(_NO_QUESTION, took_effect=False)
    return _apply(message, sought.question, claim)


def _asked(
    message: InboundMessage, claim: ClaimStatusAnswer, reference: str
) -> Sought[StatusInquiry]:
    """By the trace number, by that of the file where the claim has none; and only a question that
    the sender may answer.
    """
    rows = (
        StatusInquiry.objects.filter(
            may_answer_question(message), reference=claim.trace or reference
        )
        .exclude(reference="")
        .order_by("pk")
        .select_related("practice", "partner", "payer", "version__claim", "attempt")
        .defer("version__snapshot")
        .select_for_update(of=("self",))
    )
    return the_one_meant(list(rows), lambda inquiry: _fit(inquiry, claim))


def _fit(inquiry: StatusInquiry, claim: ClaimStatusAnswer) -> int:
    """Whether the claim of the answer is the one that was asked for; it may name none."""
    if not claim.claim_number:
        return MAY_BE
    own = inquiry.version.claim.control_number
    return IS_OURS if claim.claim_number == own else CONTRADICTS


def _apply(message: InboundMessage, inquiry: StatusInquiry, claim: ClaimStatusAnswer) -> Applied:
    if inquiry.state == InquiryState.ANSWERED:
        return Applied("277: this question is answered already", False, is_duplicate=True)
    if claim.claim_number and claim.claim_number != inquiry.version.claim.control_number:
        return Applied("277: it speaks of another claim than was asked for", took_effect=False)
    if not claim.statuses:
        return Applied("277: it holds no status", took_effect=False)
    word = _weightiest(claim.statuses)
    if word.meaning.is_our_question and inquiry.is_open and inquiry.attempts < MOST_TRIES:
        come_back_later(inquiry, message, reason=word.meaning.sentence.rstrip("."))
        return Applied("277: the payer cannot answer now, it is asked again")
    with acting_as(Actor(PAYER, inquiry.payer.name, source=message.source)), transaction.atomic():
        _keep(message, inquiry, claim, word)
        _prove(message, inquiry, claim, word)
        _make_work(inquiry, claim, word)
    return Applied(f"277 from {inquiry.payer.name}: {describe(word.status)}")


def _weightiest(statuses: tuple[Status, ...]) -> _Word:
    """Of several reasons the one that asks most of us; the first of equals."""
    words = [_Word(status, meaning_of(status.category)) for status in statuses]
    return max(words, key=lambda word: word.meaning.weight)


def _keep(
    message: InboundMessage, inquiry: StatusInquiry, claim: ClaimStatusAnswer, word: _Word
) -> None:
    settle(
        inquiry,
        message,
        category_code=word.status.category[:3],
        status_code=word.status.status[:4],
        entity_code=word.status.entity[:3],
        words="; ".join(describe(status) for status in claim.statuses)[:300],
        paid_amount=claim.paid_amount,
        paid_on=claim.paid_on,
        check_number=claim.check_number[:50],
        lines=[_line(line) for line in claim.lines if line.statuses],
        ask_again_at=max(inquiry.ask_again_at, _again_at(word.meaning)),
    )


def _again_at(meaning: Meaning) -> datetime:
    return clock.now() + (LOOK_AGAIN if meaning.is_pending else timedelta())


def _line(line: LineStatus) -> dict[str, str]:
    return {
        "control_number": line.control_number,
        "procedure_code": line.procedure_code,
        "words": "; ".join(describe(status) for status in line.statuses),
        "paid_amount": format_money(line.paid_amount) if line.paid_amount is not None else "",
    }


def _prove(
    message: InboundMessage, inquiry: StatusInquiry, claim: ClaimStatusAnswer, word: _Word
) -> None:
    """Evidence by its rank: what the attempt has proved already is only told (DESIGN 3.4)."""
    rows = SubmissionAttempt.objects.select_related("version__claim").defer("version__snapshot")
    attempt = rows.get(pk=inquiry.attempt_id)
    sentence = f"said where the claim is: {describe(word.status)}"
    state = _proves(word.status.category)
    is_newest = attempt.version.current_attempt_id == attempt.pk
    rises = bool(state) and states.EVIDENCE_RANK[state] > attempt.evidence_rank
    if rises:
        apply_evidence(
            inquiry.practice,
            [
                Evidence(
                    attempt.pk,
                    state,
                    sentence,
                    note="277",
                    title=describe(word.status),
                    payer_claim_number=claim.payer_claim_number,
                )
            ],
            message.document,
        )
    attempt.version.refresh_from_db(fields=["state", "payer_claim_number"])
    pends = word.meaning.is_pending and is_newest
    may_pend = pends and states.VERSION.allows(attempt.version.state, VersionState.PENDED)
    if rises and not may_pend:
        return
    move_versions(
        [
            Move(
                attempt.version_id,
                VersionState.PENDED if may_pend else "",
                "claim.status_told",
                sentence if not rises else "put the claim aside for now",
                note="277"
                if is_newest
                else f"277, about attempt {attempt.number}, sent again since",
                update=_number(attempt, claim, is_newest=is_newest),
                document=message.document,
            )
        ]
    )
    if may_pend:
        attempt.refresh_from_db(fields=["clock_kind", "clock_due_at"])
        end_silence(attempt, outcome=f"{inquiry.payer.name} says that it works on it.")


def _number(
    attempt: SubmissionAttempt, claim: ClaimStatusAnswer, *, is_newest: bool
) -> dict[str, str]:
    """The payer's own number, where we do not have it yet."""
    told = claim.payer_claim_number
    return (
        {"payer_claim_number": told}
        if is_newest and told and not attempt.version.payer_claim_number
        else {}
    )


def _proves(category: str) -> str:
    """The attempt state that a status proves; "" for none. A decision is not taken from here."""
    if category in NOT_FOUND:
        return ""
    if category in REJECTING or category.startswith("A"):
        return stc_state(category, from_payer=True)
    return AttemptState.PAYER_ACCEPTED if category[:1] in {"P", "F", "R"} else ""


def _make_work(inquiry: StatusInquiry, claim: ClaimStatusAnswer, word: _Word) -> None:
    subject, meaning = inquiry.version.claim, word.meaning
    close_work_item(subject=subject, kind=NO_STATUS, outcome="The payer answered.")
    is_newest = inquiry.version.current_attempt_id == inquiry.attempt_id
    if not meaning.work or not is_newest or _is_decided(inquiry):
        close_work_item(
            subject=subject, kind=STATUS_WORK, outcome="The payer says something else now."
        )
        return
    open_work_item(
        subject=subject,
        kind=STATUS_WORK,
        title=meaning.work,
        reason=_reason(inquiry, claim, word),
        role=Role.BILLER,
        due_on=clock.today(inquiry.practice) + timedelta(days=meaning.days),
        amount=inquiry.version.charge_amount,
        renews=True,
    )


def _is_decided(inquiry: StatusInquiry) -> bool:
    """The remittance is here: what the status says is known better."""
    state = inquiry.version.state
    return state in {VersionState.ADJUDICATED, *states.OVER}


def _reason(inquiry: StatusInquiry, claim: ClaimStatusAnswer, word: _Word) -> str:
    parts = [f"{inquiry.payer.name} says: {describe(word.status)}."]
    if claim.paid_amount:
        paid = f"${format_money(claim.paid_amount)}"
        on = f" on {claim.paid_on:%m/%d/%Y}" if claim.paid_on else ""
        by = f" by {claim.check_number}" if claim.check_number else ""
        parts.append(f"Paid {paid}{on}{by}.")
    if claim.check_number:
        parts.append(_whether_here(claim.check_number))
    if word.status.status in TOLD_TWICE:
        parts.append(_original(inquiry))
    parts.append(word.meaning.advice)
    return " ".join(parts)


def _original(inquiry: StatusInquiry) -> str:
    """The claim that it is said to repeat, as far as we know one."""
    found = original_of(inquiry.version)
    if found is None:
        return "No earlier claim for these services is known here: ask which one they mean."
    return f"The original is claim {found.control_number}: its answer counts."


def _whether_here(check_number: str) -> str:
    """A payment that came is posted from its own remittance; one that did not is asked for."""
    if Remittance.objects.filter(trace_number=check_number).exists():
        return "That remittance is here: see why this claim is not in it."
    return "No remittance with that number has come: ask the payer for it."
