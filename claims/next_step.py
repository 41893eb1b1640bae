"""One sentence that says where a claim is, and one thing to do about it (screens S17)."""

from dataclasses import dataclass, field

from django.urls import reverse

from claims import states
from claims.choices import Outcome, TransportKind, VersionState
from claims.cob.chain import NextActs
from claims.frequency import CORRECTION_WORDS, VOID
from claims.models import (
    Claim,
    ClaimVersion,
    Remittance,
    ScrubFinding,
    StatusInquiry,
    SubmissionAttempt,
)  # fmt: skip
from claims.selectors import cases_of, original_of, successor_of
from claims.status_answers import TOLD_TWICE, meaning_of
from core import clock
from core.money import format_money

V = VersionState


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: an action's name, its words and its key."""

    action: str
    label: str
    key: str = ""
    is_primary: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class NextStep:
    """The sentence on top, and the box beside the timeline."""

    sentence: str
    title: str
    text: str = ""
    buttons: tuple[Button, ...] = field(default=())


RECHECK = Button("recheck", "Check again", "k")
BATCH = Button("batch", "Build batch and send", "b", is_primary=True)
ASK = Button("ask-status", "Ask where it is", "w")
BILL_NEXT = Button("bill-next", "Bill the next payer now", "g", is_primary=True)
LET_GO = Button("let-go", "End the hold", "o")


def next_step(
    claim: Claim,
    version: ClaimVersion,
    stopping: list[ScrubFinding],
    unposted: Remittance | None = None,
    *,
    told: StatusInquiry | None = None,
    acts: NextActs | None = None,
) -> NextStep:
    """Where `claim` stands and what to do.

    `stopping` are the findings that hold it up, `unposted` a remittance that answers it and waits
    for a person, `told` what the payer last said when it was asked where the claim is, `acts` what
    can be done about the payer that comes next.
    """
    version.claim = claim  # already here: nobody needs to ask for it
    payer = version.payer.name
    first = _whatever_its_state(claim, unposted, payer)
    if first is not None:
        return first
    if version.state in states.UNSENT or (version.state == V.BATCHED and claim.hold_reason):
        return _before_sending(claim, version, stopping, payer)
    if version.state in states.REJECTED:
        return _rejected(version, payer)
    meaning = meaning_of(told.category_code) if told else None
    if told and meaning and meaning.work and version.state in states.WITH_PAYER:
        asked = clock.local(told.asked_at, claim.practice)
        sentence = f"{payer}, asked {asked:%m/%d/%Y}, says: {told.words}."
        buttons = (*_to_original(version, told), *_asking(version))
        return NextStep(sentence, meaning.work, meaning.advice, buttons)
    if version.state in states.WITH_PAYER or version.state == V.BATCHED:
        return _under_way(version, payer, is_pending=bool(meaning and meaning.is_pending))
    if version.state in {V.ADJUDICATED, V.CROSSED_OVER}:
        of_state = _answered if version.state == V.ADJUDICATED else _crossed_over
        return of_state(claim, version, payer, acts or NextActs())
    if version.state == V.VOIDED:
        return _voided(claim)
    return _AFTERWARDS.get(
        version.state, NextStep(f"{payer}: {version.get_state_display().lower()}.", "Nothing to do")
    )


def _whatever_its_state(claim: Claim, unposted: Remittance | None, payer: str) -> NextStep | None:
    if unposted is not None:
        return _to_be_posted(unposted, payer)
    return _being_recoded(claim, payer) if claim.recoded_since is not None else None


def _to_be_posted(remittance: Remittance, payer: str) -> NextStep:
    url = reverse("billing:remittance", args=[remittance.public_id])
    return NextStep(
        f"{payer} has answered: its remittance {remittance.trace_number} waits to be posted.",
        "Post the remittance",
        "The exact journal is shown before anything is posted.",
        (Button("open", "Open the remittance", "p", is_primary=True, url=url),),
    )


def _before_sending(
    claim: Claim, version: ClaimVersion, stopping: list[ScrubFinding], payer: str
) -> NextStep:
    if claim.hold_reason:
        return NextStep(
            f"On hold: {claim.hold_reason}.",
            "End the hold when it may go",
            "A claim on hold is left out of every batch, and a form of it is not mailed.",
            (LET_GO,) if version.state == V.BATCHED else (LET_GO, RECHECK),
        )
    if stopping:
        first = stopping[0]
        more = f" and {len(stopping) - 1} more" if len(stopping) > 1 else ""
        return NextStep(
            f"Not sent yet: {first.message.rstrip('.')}{more}. Put it right and check again.",
            first.message,
            first.fix,
            (RECHECK,),
        )
    if version.corrects_id is not None:
        return NextStep(
            f"The {CORRECTION_WORDS[version.frequency_code]} is checked and ready: it goes to"
            f" {payer} with the next batch.",
            f"Send it to {payer}",
            "All checks are passed.",
            (BATCH, RECHECK),
        )
    return NextStep(
        f"Checked and ready: it goes to {payer} with the next batch.",
        f"Send it to {payer}",
        "All checks are passed.",
        (BATCH, RECHECK),
    )


def _rejected(version: ClaimVersion, payer: str) -> NextStep:
    who = "The clearinghouse" if version.state != V.PAYER_REJECTED else payer
    return NextStep(
        f"{who} sent it back before it was looked at: put it right, check it again, send it again.",
        "Correct and send again",
        "The payer never had this claim: it goes out again as an original.",
        (RECHECK,),
    )


def _to_original(version: ClaimVersion, told: StatusInquiry) -> tuple[Button, ...]:
    """Where it is said to be there twice: the claim that came first."""
    original = original_of(version) if told.status_code in TOLD_TWICE else None
    if original is None:
        return ()
    label = f"Open the original, {original.control_number}"
    return (Button("open", label, "p", is_primary=True, url=_claim_url(original)),)


def _under_way(version: ClaimVersion, payer: str, *, is_pending: bool) -> NextStep:
    if version.state == V.NO_RESPONSE and is_pending:
        return NextStep(
            f"{payer} says that it works on it, and has not decided in time: ask why.",
            "Ask the payer",
            "Where the law sets a day for payment, name it. Log the call.",
            _asking(version),
        )
    if version.state == V.NO_RESPONSE:
        return NextStep(
            f"{payer} has not answered in time: ask what became of it.",
            "Ask the payer",
            "Log the call, so that the next one knows.",
            _asking(version),
        )
    attempt = version.current_attempt
    if attempt is not None and attempt.batch.is_paper and version.state in {V.BATCHED, V.SENT}:
        return _on_paper(version, attempt, payer)
    is_silent = attempt is not None and attempt.silence_reported_at is not None
    if is_silent and version.state in states.AWAITING_ACK:
        return NextStep(
            "Sent, but the acknowledgement is late: ask the clearinghouse.",
            "Ask the clearinghouse",
            "They can say whether the file reached them and went on.",
            _asking(version),
        )
    words = {
        V.BATCHED: "In a batch, on its way out",
        V.SENT: "Sent; the file is not acknowledged yet",
        V.FILE_ACCEPTED: "The clearinghouse has the file",
        V.CH_ACCEPTED: f"The clearinghouse passed it on to {payer}",
        V.PAYER_RECEIVED: f"{payer} has it",
        V.PAYER_ACCEPTED: f"{payer} accepted it for adjudication",
        V.PENDED: f"{payer} put it aside for now",
    }[V(version.state)]
    return NextStep(
        f"{words}: nothing to do but wait.",
        "Wait for the answer",
        _until(version),
        _asking(version),
    )


def _asking(version: ClaimVersion) -> tuple[Button, ...]:
    """The payer can be asked by wire where the claim is out and the route takes questions."""
    attempt = version.current_attempt
    if attempt is None or version.state not in states.WITH_PAYER:
        return ()
    return (ASK,) if attempt.batch.partner.transport == TransportKind.HTTPS else ()


def _on_paper(version: ClaimVersion, attempt: SubmissionAttempt, payer: str) -> NextStep:
    """Printed and mailed by people, and acknowledged by nobody (DESIGN 3.4)."""
    url = reverse("claims:batch", args=[attempt.batch.public_id])
    if version.state == V.BATCHED:
        return NextStep(
            f"On paper in batch {attempt.batch.reference}: to be printed and mailed to {payer}.",
            "Print and mail the batch",
            "The batch page says what is still to do.",
            (Button("open", "Open the batch", "p", is_primary=True, url=url),),
        )
    if attempt.silence_reported_at is not None:
        return NextStep(
            f"Mailed, and {payer} has said nothing: ask whether they have it.",
            "Ask the payer",
            "If it was lost, ask to send it again.",
        )
    return NextStep(
        f"Mailed to {payer}: nothing to do but wait.", "Wait for the answer", _until(version)
    )


def _until(version: ClaimVersion) -> str:
    attempt = version.current_attempt
    if attempt is None or attempt.clock_due_at is None:
        return ""
    due = clock.local(attempt.clock_due_at, version.claim.practice)
    return f"Next: {attempt.get_clock_kind_display()}, by {due:%m/%d/%Y}."


def _crossed_over(_: Claim, version: ClaimVersion, payer: str, acts: NextActs) -> NextStep:
    """Passed on by the payer before: nothing of ours is sent while the answer is awaited."""
    if version.rank == 1:
        return NextStep(
            f"{payer} passed it on to somebody who is not on file.",
            "Find out who has it",
            "Ask the patient and correct the coverage, or bill the next payer yourself.",
            (BILL_NEXT,) if acts.can_bill else (),
        )
    if acts.awaited_until and acts.needs_reason:
        return NextStep(
            f"The payer before passed it on to {payer} by itself: nothing is sent.",
            "Wait for the answer",
            f"Awaited until {acts.awaited_until:%m/%d/%Y}; then it can be billed with one click.",
        )
    return NextStep(
        f"It was passed on to {payer}, and no answer came.",
        "Ask whether they have it, or bill it",
        "If they do not have it, bill it yourself: the claim is ready.",
        (BILL_NEXT,) if acts.can_bill else (),
    )


def _answered(claim: Claim, version: ClaimVersion, payer: str, acts: NextActs) -> NextStep:
    if version.frequency_code == VOID:
        return _taken_back(claim, payer)
    insurer, patient = claim.insurance_balance_amount, claim.patient_balance_amount
    words = {
        Outcome.PAID: "paid it",
        Outcome.PARTIAL: "paid part of it and denied the rest",
        Outcome.DENIED: "denied it",
        Outcome.ZERO: "decided it without a payment",
    }.get(Outcome(version.outcome), "decided it")
    if version.outcome in {Outcome.DENIED, Outcome.PARTIAL}:
        return NextStep(
            f"{payer} {words}: ${format_money(insurer)} is open with the payer.",
            "Work the denial",
            "What was refused, why, and what to do about it stands under Denials below.",
        )
    if claim.underpaid_amount:
        return _underpaid(claim, payer, words)
    if insurer < 0:
        return NextStep(
            f"{payer} {words}, and ${format_money(-insurer)} more than was billed to it.",
            "Find out why it paid too much",
            "A second payment or a later correction: the remittances are under Documents.",
        )
    if insurer:
        return NextStep(
            f"{payer} {words}: ${format_money(insurer)} belongs to the next insurer.",
            f"Bill {acts.payer_name or 'the next insurer'}",
            "Its claim is made by itself; if it is not here, make it now.",
            (BILL_NEXT,) if acts.can_bill else (),
        )
    if patient and acts.can_bill:
        return NextStep(
            f"{payer} {words}: ${format_money(patient)} is left, and {acts.payer_name} comes next.",
            f"Bill {acts.payer_name}",
            "It came into force, or was recorded, after the decision.",
            (BILL_NEXT, Button("statement", "See the statement", "s", url=_statement_url(claim))),
        )
    if patient:
        return NextStep(
            f"{payer} {words}: ${format_money(patient)} is the patient's share.",
            "Bill the patient",
            "A statement says what is owed and why.",
            (Button("statement", "See the statement", "s", url=_statement_url(claim)),),
        )
    return NextStep(f"{payer} {words}: nothing is open.", "Nothing to do")


def _being_recoded(claim: Claim, payer: str) -> NextStep:
    """Its charges are with the coder; what is released goes to the payer as a correction."""
    return NextStep(
        f"{payer} has decided it, and its codes are being changed.",
        "Wait for the coder",
        "Once the encounter is released, its correction is made; if not, work here says why.",
        tuple(
            Button("open", "Open the encounter", "p", url=reverse("coding:case", args=[public_id]))
            for public_id in cases_of(claim).values_list("public_id", flat=True)[:1]
        ),
    )


def _underpaid(claim: Claim, payer: str, words: str) -> NextStep:
    """Paid, and less than its contract says: dispute it or let it be (domain I.6)."""
    left = claim.insurance_balance_amount + claim.patient_balance_amount
    still = f" ${format_money(left)} is open besides." if left > 0 else ""
    url = f"{reverse('billing:underpaid-lines')}?bucket=all&number={claim.control_number}"
    short = format_money(claim.underpaid_amount)
    return NextStep(
        f"{payer} {words}, and allowed ${short} less than its contract says.",
        "Dispute what is underpaid, or accept it",
        f"Each line shows what was expected and how.{still}",
        (Button("open", "Open the lines", "p", is_primary=True, url=url),),
    )


def _taken_back(claim: Claim, payer: str) -> NextStep:
    """The void is confirmed: what is still charged must leave the books, or go elsewhere."""
    open_amount = claim.insurance_balance_amount + claim.patient_balance_amount
    if not open_amount:
        return NextStep(f"{payer} has taken the claim back: it is void there.", "Nothing to do")
    return NextStep(
        f"{payer} has taken the claim back; ${format_money(open_amount)} is charged still.",
        "Return it to the coder",
        "What should not have been charged leaves the books; what should is billed anew.",
    )


def _statement_url(claim: Claim) -> str:
    """Where the patient's statement is shown before it is issued (billing's page)."""
    return reverse("billing:statement-issue", args=[claim.patient.public_id])


def _voided(claim: Claim) -> NextStep:
    """Taken back before a payer had it; telling a payer to forget a claim is not built yet."""
    after = successor_of(claim)
    if after is not None:
        return NextStep(
            f"Returned to the coder and coded again: claim {after.control_number} took its place.",
            "Nothing to do",
            "Nothing is owed on this one any more.",
            (Button("open", "Open the new claim", "p", url=_claim_url(after)),),
        )
    return NextStep(
        "Returned to the coder before a payer had it: nothing is owed on it any more.",
        "Wait for the coder",
        "Once the encounter is coded and released, a new claim takes its place.",
        tuple(
            Button("open", "Open the encounter", "p", url=reverse("coding:case", args=[public_id]))
            for public_id in cases_of(claim).values_list("public_id", flat=True)[:1]
        ),
    )


def _claim_url(claim: Claim) -> str:
    return reverse("claims:detail", args=[claim.public_id])


_AFTERWARDS: dict[str, NextStep] = {
    V.CLOSED: NextStep("Done: decided, posted and nothing open.", "Nothing to do"),
    V.REPLACED: NextStep("Replaced: a newer version took its place.", "Nothing to do"),
    V.REVERSED: NextStep(
        "The payer took its decision back: the correction is awaited.",
        "Wait for the correction",
        "It comes with a later remittance.",
    ),
    V.FORWARDED: NextStep(
        "The payer passed it on to another one: wait for their answer.",
        "Wait for the answer",
        "It is missed from the day of its work on; then ask who has it.",
    ),
}
