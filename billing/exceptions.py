"""The kinds of exceptions of money in: what each is called, and the answers it has (screens S21).

An answer that only says "looked at" closes the work. Where money still has to move, there is none:
such work ends when the money has moved, by the page that the kind leads to.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from billing.posting.open_issues import HANDLING
from billing.posting.plan import IssueKind
from claims.services.import_remittance import OUT_OF_BALANCE, REISSUED
from core.choices import DANGER, HOLD, INFO, WARN

UNMATCHED, MONEY_BACK, TOO_MUCH, PATIENT, WAITS, ADJUSTMENT, WHOLE = (
    "unmatched", "back", "much", "patient", "waits", "adjustment", "whole",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer an exception without moving money: its key, its words, what it leaves."""

    key: str
    label: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of exception: its chip, its group in the queue, how it is answered."""

    label: str
    tone: str
    group: str
    advice: str
    answers: tuple[Answer, ...] = ()


_REAL = Answer("r", "It is real money", "Looked at: the payer means to pay twice.")
_ASKED = Answer("y", "The payer was asked", "The payer was asked about it.")

KINDS: Mapping[str, Kind] = {
    IssueKind.NO_CLAIM: Kind(
        "No claim found", DANGER, UNMATCHED, "Choose the claim it is about, or leave it unapplied."
    ),
    IssueKind.NO_LINE: Kind(
        "Line not found", DANGER, UNMATCHED, "Choose the line of ours that each of theirs is."
    ),
    IssueKind.NO_ORIGINAL: Kind(
        "Reversal of nothing", DANGER, MONEY_BACK,
        "Our books hold no such payment. Ask the payer which payment it takes back.", (_ASKED,),
    ),
    IssueKind.TAKEN_BACK: Kind(
        "Taken back", HOLD, MONEY_BACK,
        "The payer took its payment back; its correction ends this by itself.",
    ),
    IssueKind.TAKEN_TWICE: Kind(
        "Taken back twice", DANGER, MONEY_BACK,
        "It had this money back already, by our refund or by what it kept. Ask it to return it.",
        (_ASKED,),
    ),
    IssueKind.NEGATIVE_PAYMENT: Kind(
        "Takeback", WARN, MONEY_BACK,
        "Money was taken without a reversal. Ask the payer for what.", (_ASKED,),
    ),
    IssueKind.DOUBLE_PAYMENT: Kind(
        "Paid before", WARN, TOO_MUCH,
        "The same claim number and amounts came before: real money, or the payer's mistake?",
        (_REAL, _ASKED),
    ),
    IssueKind.OVERPAID: Kind(
        "Overpaid line", WARN, TOO_MUCH,
        "A line is in credit. It ends when the credit is gone: refunded, moved or taken back.",
    ),
    IssueKind.NOT_POSTED: Kind(
        "Above what is open", WARN, TOO_MUCH,
        "An adjustment is more than was open; the rest is not posted.",
        (Answer("r", "Right as it is", "Looked at: the rest needs no posting."),),
    ),
    IssueKind.PATIENT_REVIEW: Kind(
        "Patient to review", WARN, PATIENT,
        "The payer holds the patient liable for an unusual reason. Decide at the claim.",
    ),
    IssueKind.NO_MEDICAID: Kind(
        "May not be billed", WARN, PATIENT,
        "The patient is protected, and no Medicaid coverage is on file. Enter it.",
    ),
    IssueKind.UNDETERMINED: Kind(
        "Not decided", HOLD, WAITS, "The payer has not decided; its correction ends this."
    ),
    IssueKind.PROVIDER_ADJUSTMENT: Kind(
        "Provider adjustment", WARN, ADJUSTMENT,
        "Money that belongs to no claim stands in suspense until somebody says what it is.",
    ),
    IssueKind.IDENTITY: Kind(
        "Name corrected", INFO, PATIENT,
        "The payer knows the patient by another name or member id. Put the record right.",
        (Answer("r", "The record is right", "Looked at: the record is right as it is."),),
    ),
    OUT_OF_BALANCE: Kind(
        "Out of balance", DANGER, WHOLE, "Ask the payer for a corrected file."
    ),
    REISSUED: Kind(
        "Came twice", HOLD, WHOLE, "Compare both, ask the payer, and decide which counts."
    ),
}  # fmt: skip

GROUPS = (
    (UNMATCHED, "No claim or line"),
    (TOO_MUCH, "Paid too much"),
    (MONEY_BACK, "Taken back"),
    (PATIENT, "Patient"),
    (ADJUSTMENT, "Provider adjustments"),
    (WHOLE, "Whole remits"),
    (WAITS, "Payer to decide"),
)
DIFFERS = Kind(
    "Differs", INFO, UNMATCHED,
    "The payer wrote code, modifiers or charge otherwise than we billed; the line is found.",
)  # fmt: skip
_FURTHER = Kind("To look at", WARN, TOO_MUCH, "")


def kind_of_issue(kind: str) -> Kind:
    """The kind with this name; of one that is new here, what its handling calls it."""
    found = KINDS.get(kind)
    if found is None and kind in HANDLING:
        return Kind(HANDLING[IssueKind(kind)].title, WARN, TOO_MUCH, "")
    return found or _FURTHER


def kinds_of(group: str) -> list[str]:
    """The names of the kinds in one group of the queue."""
    return [str(name) for name, kind in KINDS.items() if kind.group == group]
