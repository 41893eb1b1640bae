"""Judging a claim as clearinghouse and payer do before adjudication: the STC of a 277CA.

Category, status and entity codes are those of domain D.3. The clearinghouse looks at what is
written; the payer at what it knows: its members, its earlier claims, the calendar.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from simulator.claims import ReceivedClaim
from simulator.scenarios import parts
from simulator.scenarios.parts import Hold, Part, RejectClaim
from x12.errors import ERROR, Fault
from x12.transactions.ack_277ca.model import CLEARINGHOUSE, PAYER

REPLACEMENT, VOID = "7", "8"
# What x12's content checks find, as the clearinghouse says it: category, status, entity.
_CONTENT = {
    "C-TIN": ("A7", "128", "85"),
    "C-ZIP9": ("A7", "500", "85"),
    "C-TAXONOMY": ("A7", "145", "85"),
    "C-POBOX": ("A7", "503", "85"),
    "C-MEMBER": ("A6", "164", "IL"),
    "C-NAME": ("A6", "125", "QC"),
    "C-DMG": ("A6", "158", "QC"),
    "C-ADDRESS": ("A6", "500", "QC"),
    "C-TOTAL": ("A8", "178", ""),
    "C-F8": ("A6", "464", ""),
    "C-DX": ("A7", "255", ""),
    "C-ICD": ("A7", "255", ""),
    "C-POINTER": ("A8", "477", ""),
    "C-CHARGE": ("A7", "178", ""),
    "C-UNITS": ("A7", "476", ""),
}
_ANY_CONTENT = ("A7", "21", "")
_SPEAKERS = {parts.PAYER: PAYER, parts.CLEARINGHOUSE: CLEARINGHOUSE}
_REJECTING = frozenset({"A3", "A4", "A6", "A7", "A8"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one party says about one claim. `speaker` is AY or PR, "" while nobody spoke."""

    category_code: str
    status_code: str
    entity_code: str
    speaker: str = ""

    @property
    def is_rejection(self) -> bool:
        """Whether the claim goes back to who sent it."""
        return self.category_code in _REJECTING


# 40: the receiver of the file, which at this level is how the guide names a clearinghouse.
RECEIVED = Verdict("A1", "19", "40", CLEARINGHOUSE)
TAKEN = Verdict("A2", "20", "PR", PAYER)
PENDING = Verdict("A1", "19", "PR", PAYER)


def by_clearinghouse(
    faults: Iterable[Fault], *, knows_payer: bool, receipt: Part | None
) -> Verdict:
    """Content faults, an unknown payer, or a fate; else received and passed on."""
    for fault in faults:
        if fault.severity == ERROR and fault.code.startswith("C-"):
            return _rejected(_provider_or(fault), CLEARINGHOUSE)
    if not knows_payer:
        return _rejected(("A7", "153", "PR"), CLEARINGHOUSE)
    return _by_scenario(receipt, parts.CLEARINGHOUSE) or RECEIVED


def by_payer(
    claim: ReceivedClaim,
    *,
    received_on: date,
    receipt: Part | None,
    is_duplicate: bool,
    earlier_state: str,
) -> Verdict:
    """A repetition, a correction of nothing, a day to come, or a fate; else taken in.

    `earlier_state` is that of the claim which REF F8 names, "" when there is none; only a finished
    one can be corrected.
    """
    if claim.frequency_code in {REPLACEMENT, VOID} and earlier_state != "finished":
        # Not found, or not decided yet: there is nothing to take back.
        return _rejected(("A4", "35", "") if not earlier_state else ("A8", "464", ""), PAYER)
    if is_duplicate:
        return _rejected(("A3", "54", ""), PAYER)
    tomorrow = received_on + timedelta(days=1)  # a day's grace, for who is east of us
    if claim.last_day and claim.last_day > tomorrow:
        return _rejected(("A7", "187", ""), PAYER)
    if said := _by_scenario(receipt, parts.PAYER):
        return said
    return PENDING if isinstance(receipt, Hold) and receipt.pending else TAKEN


def _by_scenario(receipt: Part | None, who: str) -> Verdict | None:
    """The rejection that a scenario declares for this speaker, as it declares it."""
    if not isinstance(receipt, RejectClaim) or receipt.by != who:
        return None
    category, code, entity = (*receipt.status.split(":"), "", "")[:3]
    return _rejected((category, code, entity), _SPEAKERS[who])


def _provider_or(fault: Fault) -> tuple[str, str, str]:
    if fault.code == "C-NPI":
        return ("A7", "562", "85" if "billing" in fault.message else "82")
    return _CONTENT.get(fault.code, _ANY_CONTENT)


def _rejected(codes: tuple[str, str, str], speaker: str) -> Verdict:
    return Verdict(*codes, speaker)
