"""What a person chooses from or sees as chips on batches, deposits, bank lines and closes."""

from django.db import models

from core.choices import HOLD, INFO, NEUTRAL, SUCCESS


class BatchKind(models.TextChoices):
    """What a posting batch counts (domain F.5)."""

    CHARGES = "charges", "Charges"
    CASH = "cash", "Cash"
    CHECKS = "checks", "Checks"
    CARDS = "cards", "Cards"
    ERA = "era", "Remittances (ERA)"


class BatchState(models.TextChoices):
    """A batch takes entries while it is open; closed, it is as it was."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class BankFormat(models.TextChoices):
    """How a bank's file is written."""

    CSV = "csv", "CSV"
    BAI2 = "bai2", "BAI2"


class BankLineKind(models.TextChoices):
    """How money came or went at the bank, as far as the bank tells."""

    EFT = "eft", "Electronic payment"
    LOCKBOX = "lockbox", "Lockbox"
    DEPOSIT = "deposit", "Deposit"
    CARDS = "cards", "Card settlement"
    OTHER = "other", "Other money in"
    OUT = "out", "Money out"


class BankLineState(models.TextChoices):
    """Whether we know what a line of the bank is."""

    OPEN = "open", "To match"
    MATCHED = "matched", "Matched"
    EXPLAINED = "explained", "Explained"


class SlipKind(models.TextChoices):
    """What a deposit brings together."""

    PAPER = "paper", "Cash and checks"
    CARDS = "cards", "Card settlement"


class SlipState(models.TextChoices):
    """Where the money of a deposit is."""

    OPEN = "open", "On its way to the bank"
    BANKED = "banked", "At the bank"
    APART = "apart", "Taken apart"


class MatchHow(models.TextChoices):
    """Who said that a line of the bank is this payment."""

    TRACE = "trace", "Trace number and amount"
    SLIP = "slip", "Amount and day of a deposit"
    HAND = "hand", "By hand"


class Fee(models.TextChoices):
    """What was kept back on the way to the bank, by the account it belongs on."""

    NONE = "", "Nothing was kept back"
    CARD = "card", "The card processor's fee (5110)"
    PAYER = "payer", "The payer's or clearinghouse's fee (5100)"


TONES: dict[str, str] = {
    BatchState.OPEN: INFO,  # "open" of lines and slips, too
    BatchState.CLOSED: SUCCESS,
    BankLineState.MATCHED: SUCCESS,
    BankLineState.EXPLAINED: NEUTRAL,
    SlipState.BANKED: SUCCESS,
    SlipState.APART: HOLD,
}
