"""What becomes of a claim: chosen by a hash of its number, or forced by a scenario.

The same seed and the same claim always give the same fate. Trouble does not strike twice: a claim
that comes again after it was rejected, denied or replaced is paid, unless a scenario lists a fate
for each time.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum


class Behaviour(StrEnum):
    """The fates a claim can have. docs/simulator.md says what each looks like."""

    PAY = "pay"
    BUNDLE = "bundle"
    ZERO_PAY = "zero_pay"
    DENY_CO16 = "deny_co16"
    DENY_LINE_CO16 = "deny_line_co16"
    DENY_CO50 = "deny_co50"
    DENY_CO197 = "deny_co197"
    REJECT_FILE = "reject_file"
    REJECT_CLEARINGHOUSE = "reject_clearinghouse"
    REJECT_PAYER = "reject_payer"
    PEND = "pend"
    SILENT = "silent"
    FORWARD = "forward"
    REVERSE = "reverse"
    TWICE_835 = "twice_835"
    UNBALANCED_835 = "unbalanced_835"
    TRUNCATED_835 = "truncated_835"


DEFAULT_MIX: Mapping[Behaviour, int] = {
    Behaviour.PAY: 78,
    Behaviour.BUNDLE: 6,
    Behaviour.DENY_CO16: 5,
    Behaviour.REJECT_PAYER: 4,
    Behaviour.REJECT_CLEARINGHOUSE: 2,
    Behaviour.ZERO_PAY: 2,
    Behaviour.DENY_LINE_CO16: 1,
    Behaviour.DENY_CO50: 1,
    Behaviour.DENY_CO197: 1,
}

Scenarios = Mapping[str, Sequence[Behaviour]]


# What becomes of a question: a fate of its own for each member id, claim number or end of a name.
INQUIRY_FATES = frozenset(
    {"active", "inactive", "ended", "slow", "silent", "down", "garbled", "stranger"}
)
_REFUSAL = re.compile(r"aaa_[0-9A-Z]{2}")
_STATUS = re.compile(r"status_[A-Z][0-9A-Z]{1,2}_[0-9]{1,3}")


def inquiry_fate(name: str) -> str:
    """`name` where it is a fate of questions: one of the words, aaa_75, status_P3_317.

    Raises ValueError for any other.
    """
    if name in INQUIRY_FATES or _REFUSAL.fullmatch(name) or _STATUS.fullmatch(name):
        return name
    raise ValueError(f"inquiries: {name!r} is no fate of a question")


def forced_inquiry(fates: Mapping[str, str], last_name: str, *keys: str) -> str:
    """The fate that the configuration sets for a question; "" where it sets none."""
    for key in keys:
        if key and key in fates:
            return fates[key]
    for key, fate in fates.items():
        if key.startswith("*") and last_name.upper().endswith(key[1:].upper()):
            return fate
    return ""


def by_hash(seed: int, claim_number: str, mix: Mapping[Behaviour, int]) -> Behaviour:
    """The fate that the weights of `mix` give to this claim."""
    digest = hashlib.sha256(f"{seed}|{claim_number}".encode()).digest()
    place = int.from_bytes(digest[:8]) % sum(mix.values())
    for behaviour, weight in mix.items():
        if place < weight:
            return behaviour
        place -= weight
    raise AssertionError("the weights were counted wrongly")


def forced(
    scenarios: Scenarios, claim_number: str, member_id: str, last_name: str
) -> Sequence[Behaviour]:
    """The fates that a scenario sets, one for each time the claim comes; empty when none does.

    A key is a claim number, a member id, or `*` and the end of the patient's last name.
    """
    for key in (claim_number, member_id):
        if key and key in scenarios:
            return scenarios[key]
    for key, fates in scenarios.items():
        if key.startswith("*") and last_name.upper().endswith(key[1:].upper()):
            return fates
    return ()


def choose(
    *,
    seed: int,
    mix: Mapping[Behaviour, int],
    fates: Sequence[Behaviour],
    claim_number: str,
    times_seen: int,
    is_primary: bool,
) -> Behaviour:
    """The fate of a claim that this payer has seen `times_seen` times before.

    Chance meets only the first coming of a primary claim; after that it is paid.
    """
    if fates:
        return fates[times_seen] if times_seen < len(fates) else Behaviour.PAY
    if times_seen or not is_primary:
        return Behaviour.PAY
    return by_hash(seed, claim_number, mix)
