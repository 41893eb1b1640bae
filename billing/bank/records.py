"""What is read from a bank's file before it is kept: lines and faults. Pure values."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.batch_choices import BankLineKind

# TRN02 and TRN03 of the addenda (CCD+ record 7), as banks print it: "TRN*1*EFT0010*1841111111".
_TRACE = re.compile(
    r"TRN[*| ]+1[*| ]+(?P<number>[^*|~\\/\s]{1,50})(?:[*| ]+(?P<originator>\d{10}))?"
)
_ELECTRONIC = frozenset(
    ["142", "143", "164", "165", "166", "168", "169", "191", "195", "206", "208"]
)
_LOCKBOX = frozenset(["115", "116", "117", "118"])
_DEPOSIT = frozenset(["171", "172", "174", "175", "301"])
_CARD_WORDS = re.compile(r"\b(merchant|bankcard|card settlement|cardservice)", re.IGNORECASE)
_ACH_WORDS = re.compile(r"\b(ach|hcclaimpmt|eft|wire|ccd)\b", re.IGNORECASE)
_LOCKBOX_WORDS = re.compile(r"\block\s?box\b", re.IGNORECASE)
_DEPOSIT_WORDS = re.compile(r"\bdeposit\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One movement as the bank wrote it. `number` is its line in the file, `amount` is positive
    for money in.
    """

    number: int
    account_number: str
    posted_on: date
    amount: Decimal
    type_code: str = ""
    description: str = ""
    bank_reference: str = ""
    customer_reference: str = ""
    trace_number: str = ""
    trace_originator: str = ""

    def traced(self) -> "ReadLine":
        """With the trace number that its text holds, unless a column named it."""
        if self.trace_number:
            return self
        number, originator = find_trace(f"{self.description} {self.customer_reference}")
        return ReadLine(
            self.number, self.account_number, self.posted_on, self.amount, self.type_code,
            self.description, self.bank_reference, self.customer_reference, number, originator,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and in which line of the file; 0 is the file as a whole."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as far as it could be read: with a fault, none of its lines is taken."""

    lines: tuple[ReadLine, ...]
    faults: tuple[Fault, ...]


def find_trace(text: str) -> tuple[str, str]:
    """Trace number and originator in the words of a bank; empty where there are none."""
    found = _TRACE.search(text)
    return (found["number"], found["originator"] or "") if found else ("", "")


def kind_of_line(line: ReadLine) -> BankLineKind:
    """How the money came, from the BAI2 type where there is one, else from the words."""
    if line.amount < 0:
        return BankLineKind.OUT
    if _CARD_WORDS.search(line.description):
        return BankLineKind.CARDS
    if line.type_code in _ELECTRONIC or line.trace_number:
        return BankLineKind.EFT
    if line.type_code in _LOCKBOX or _LOCKBOX_WORDS.search(line.description):
        return BankLineKind.LOCKBOX
    if line.type_code in _DEPOSIT or _DEPOSIT_WORDS.search(line.description):
        return BankLineKind.DEPOSIT
    if not line.type_code and _ACH_WORDS.search(line.description):
        return BankLineKind.EFT
    return BankLineKind.OTHER
