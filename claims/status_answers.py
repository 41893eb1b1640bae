"""What each category of a 277 asks of us (domain D.4)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """A category in words, the work it makes, and how urgent it is beside others.

    `days` is until when the work is due. `is_our_question` is trouble with the asking itself.
    """

    sentence: str
    work: str = ""
    advice: str = ""
    days: int = 0
    weight: int = 0
    is_pending: bool = False
    is_our_question: bool = False


TOLD_TWICE = frozenset({"54", "78", "746"})  # status codes: the same claim came before
NOT_FOUND = frozenset({"A4", "D0"})
# How the outcome of a call begins: the payer does not have it; it was not asked.
NOT_ON_FILE, NOBODY = "Not on file", "Nobody reached"
_LOST = Meaning(
    "The payer does not find the claim.",
    "The payer does not find this claim",
    "Check payer and member id. Where no payer accepted it, send it again; mind the filing limit.",
    weight=5,
)
_RECORDS = Meaning(
    "The payer waits for something from us.",
    "The payer asks for records",
    "Send what it asks for: the claim waits until then.",
    weight=7,
    is_pending=True,
)
_MEANINGS: dict[str, Meaning] = {
    "A3": Meaning("The payer sent it back.", weight=6),
    "A4": _LOST,
    "A6": Meaning("The payer misses information.", weight=6),
    "A7": Meaning("The payer found information that is not valid.", weight=6),
    "A8": Meaning("The payer found fields that contradict each other.", weight=6),
    "D0": _LOST,
    "P0": Meaning("The payer works on it.", weight=1, is_pending=True),
    "P1": Meaning("The payer works on it.", weight=1, is_pending=True),
    "P2": Meaning("The payer reviews it.", weight=2, is_pending=True),
    "P3": _RECORDS,
    "P4": Meaning(
        "The payer waits for the patient.",
        "The payer waits for an answer of the patient",
        "Tell the patient to answer the payer, about other insurance in most cases.",
        weight=6,
        is_pending=True,
    ),
    "P5": Meaning("The payer holds it back for reasons of its own.", weight=2, is_pending=True),
    "F0": Meaning(
        "The payer is done with it.",
        "Decided by the payer, and no remittance yet",
        "Look for the remittance; where it does not come, ask the payer for it.",
        days=10,
        weight=8,
    ),
    "F1": Meaning(
        "The payer says that it paid.",
        "Paid, says the payer, and no remittance yet",
        "Nothing is posted before the remittance is here.",
        weight=8,
    ),
    "F2": Meaning(
        "The payer says that it denied it.",
        "Denied, says the payer, and no remittance yet",
        "Get the remittance: it says why. Nothing is posted before.",
        weight=8,
    ),
    "F3": Meaning(
        "The payer decided it anew.",
        "Decided anew by the payer, and no remittance yet",
        "Look for the corrected remittance.",
        days=10,
        weight=8,
    ),
    "F3F": Meaning(
        "The payer passed it on to another one.",
        "Passed on to another payer",
        "Await that payer's answer; bill it nothing a second time.",
        days=10,
        weight=8,
    ),
    "F3N": Meaning(
        "The payer did not pass it on.",
        "Decided, and not passed on to the next payer",
        "Bill the next payer once the remittance is here.",
        days=10,
        weight=8,
    ),
    "F4": Meaning(
        "The payer is done with it and pays nothing.",
        "Done without a payment, says the payer, and no remittance yet",
        "Get the remittance: it says who owes the rest.",
        weight=8,
    ),
    "RQ": _RECORDS,
}
_INQUIRY = Meaning(
    "The payer could not look it up.",
    "The payer could not look this claim up",
    "Call them, or ask again later.",
    weight=3,
    is_our_question=True,
)
_UNKNOWN = Meaning("The payer told a status that we have no words for.", weight=0)


def meaning_of(category: str) -> Meaning:
    """What a category asks of us; an unknown one asks nothing and is shown as it came."""
    found = _MEANINGS.get(category)
    if found is not None:
        return found
    if category.startswith("E"):
        return _INQUIRY
    if category.startswith("R"):
        return _RECORDS
    return _UNKNOWN
