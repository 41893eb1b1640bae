"""What proves that a claim was filed in time, and how much it proves (domain B.8, rule 13).

Only the payer's own acceptance (277CA A2) is proof with most payers. What the clearinghouse or our
own log says is shown for what it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from django.db.models import QuerySet

from claims import states
from claims.choices import AckKind, PartnerKind
from claims.edi.words import CATEGORIES, TA1_NOTES
from claims.models import (
    AcknowledgedClaim,
    Acknowledgement,
    Claim,
    Mailing,
    SubmissionAttempt,
)
from core import clock

INTO_ADJUDICATION = frozenset({"A2", "A5"})
REJECTING = frozenset({"A3", "A4", "A6", "A7", "A8"})


class Strength(IntEnum):
    """How much a piece of evidence proves; the strongest is what the sheet says on top."""

    NOTHING = 0
    MAILED = 1
    SENT = 2
    FILE_ACCEPTED = 3
    CLEARINGHOUSE = 4
    RECEIVED = 5
    PAYER = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that happened, with the file that says so and its digest."""

    strength: Strength
    on: date
    words: str
    numbers: str = ""
    file: str = ""
    sha256: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FilingProof:
    """Everything there is, oldest first, and the strongest piece."""

    pieces: tuple[Piece, ...]
    best: Piece | None
    deadline: date | None
    newest_at: datetime | None
    was_rejected: bool = False

    @property
    def is_proof(self) -> bool:
        """Whether the payer itself accepted it."""
        return self.best is not None and self.best.strength == Strength.PAYER

    @property
    def days_left(self) -> int | None:
        """Days between the strongest piece and the filing limit; below zero is late."""
        if self.best is None or self.deadline is None:
            return None
        return (self.deadline - self.best.on).days

    @property
    def verdict(self) -> str:
        """In one sentence what this sheet proves, and what it does not."""
        if self.best is None:
            return "Nothing was sent yet: there is no proof of filing."
        said = _VERDICTS[self.best.strength].format(on=f"{self.best.on:%m/%d/%Y}")
        rejected = " The newest sending was rejected." if self.was_rejected else ""
        return said + self._in_time() + rejected

    def _in_time(self) -> str:
        if self.deadline is None or self.days_left is None:
            return " No filing limit is known for this payer."
        limit = f"{self.deadline:%m/%d/%Y}"
        if self.days_left < 0:
            return f" That is after the filing limit, {limit}."
        days = f"{self.days_left} day{'' if self.days_left == 1 else 's'} later"
        return f" The filing limit is {limit}, {days if self.days_left else 'the same day'}."


_VERDICTS = {
    Strength.PAYER: "The payer itself accepted this claim for adjudication on {on}.",
    Strength.RECEIVED: (
        "The payer said that it received this claim on {on}, and not yet that it accepted it:"
        " weaker than an acceptance."
    ),
    Strength.CLEARINGHOUSE: (
        "The clearinghouse accepted this claim on {on}. Most payers do not take that as proof:"
        " only their own acceptance is."
    ),
    Strength.FILE_ACCEPTED: (
        "The file with this claim was accepted as well-formed on {on}. That does not show that the"
        " payer has it."
    ),
    Strength.SENT: "The file with this claim was sent on {on}, by our own record alone.",
    Strength.MAILED: "The form was mailed on {on}, by our own record alone.",
    Strength.NOTHING: "Every sending of this claim was rejected: there is no proof of filing.",
}


def filing_proof(claim: Claim) -> FilingProof:
    """The evidence of every sending of `claim` to the payer of its current version."""
    version = claim.version
    attempts = list(
        SubmissionAttempt.objects.filter(version__claim=claim, version__payer=version.payer_id)
        .select_related("batch__partner", "batch__document", "batch__transmission", "practice")
        .order_by("pk")
    )
    pieces: list[Piece] = []
    for attempt in attempts:
        pieces += _sending(attempt)
        pieces += _of_file(attempt)
        pieces += _of_claim(attempt)
    standing = [piece for piece in pieces if piece.strength > Strength.NOTHING]
    # Of equals the first: a resend later does not make the claim later.
    best = max(standing, key=lambda one: (one.strength, -one.on.toordinal()), default=None)
    if best is None and pieces:
        best = pieces[-1]
    newest = max((one.at for one in pieces if one.at), default=None)
    rejected = version.state in states.REJECTED
    return FilingProof(tuple(pieces), best, version.filing_deadline_on, newest, rejected)


def _sending(attempt: SubmissionAttempt) -> Iterable[Piece]:
    if attempt.sent_at is None:
        return
    batch, on = attempt.batch, _day(attempt, attempt.sent_at)
    if batch.is_paper:
        mailing = Mailing.objects.filter(batch=batch).first()
        piece = (
            f", mail number {mailing.mail_reference}" if mailing and mailing.mail_reference else ""
        )
        words = f"Mailed to the payer in batch {batch.reference}{piece}"
        yield Piece(
            Strength.MAILED, on, words, file=batch.document.label, sha256=batch.document.sha256,
            at=attempt.sent_at,
        )  # fmt: skip
        return
    receipt = batch.transmission.remote_reference
    numbers = f"Interchange {batch.interchange_control_number}, group {batch.group_control_number}"
    yield Piece(
        Strength.SENT,
        on,
        f"Sent to {batch.partner.name} in batch {batch.reference}, sending {attempt.number}"
        f" of this claim",
        f"{numbers}, set {attempt.set_control_number}"
        + (f", receipt {receipt}" if receipt else ""),
        batch.document.label,
        batch.document.sha256,
        attempt.sent_at,
    )


def _of_file(attempt: SubmissionAttempt) -> Iterable[Piece]:
    """TA1 and 999 of the file, the latter of this claim's set only."""
    for row in _acknowledgements(attempt):
        is_ta1 = row.kind == AckKind.TA1
        accepted = row.verdict in {"A", "E"} and not is_ta1
        word = "accepted" if row.verdict in {"A", "E"} else "rejected"
        what = "envelope" if is_ta1 else f"set {row.set_control_number}"
        note = row.details.get("note_code", "") if is_ta1 else ""
        more = f", {TA1_NOTES[note]}" if note and note != "000" and note in TA1_NOTES else ""
        yield Piece(
            Strength.FILE_ACCEPTED if accepted else Strength.NOTHING,
            _day(attempt, row.received_at),
            f"{row.sender_name} {word} the {what} ({row.get_kind_display()} {row.verdict}{more})",
            "",
            row.message.document.label,
            row.message.document.sha256,
            row.received_at,
        )


def _acknowledgements(attempt: SubmissionAttempt) -> "QuerySet[Acknowledgement]":
    rows = Acknowledgement.objects.filter(batch=attempt.batch).exclude(kind=AckKind.ACK_277CA)
    ours = rows.filter(set_control_number__in=["", attempt.set_control_number])
    return ours.select_related("message__document").order_by("pk")


def _of_claim(attempt: SubmissionAttempt) -> Iterable[Piece]:
    """The 277CA of clearinghouse and payer about this claim."""
    rows = (
        AcknowledgedClaim.objects.filter(attempt=attempt, acknowledgement__kind=AckKind.ACK_277CA)
        .select_related("acknowledgement__message__document")
        .order_by("pk")
    )
    for row in rows:
        said = row.acknowledgement
        number = row.payer_claim_number
        yield Piece(
            _strength(row, from_payer=said.sender_kind == PartnerKind.PAYER),
            row.effective_on or _day(attempt, said.received_at),
            f"{said.sender_name} {CATEGORIES.get(row.category_code, 'answered')}"
            f" (277CA {row.category_code})",
            f"Payer claim number {number}" if number else "",
            said.message.document.label,
            said.message.document.sha256,
            said.received_at,
        )


def _strength(row: AcknowledgedClaim, *, from_payer: bool) -> Strength:
    if row.category_code in REJECTING or not row.category_code:
        return Strength.NOTHING
    if not from_payer or row.category_code == "A0":
        return Strength.CLEARINGHOUSE
    return Strength.PAYER if row.category_code in INTO_ADJUDICATION else Strength.RECEIVED


def _day(attempt: SubmissionAttempt, instant: datetime) -> date:
    return clock.local(instant, attempt.practice).date()
