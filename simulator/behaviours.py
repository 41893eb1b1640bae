"""Which scenario a claim meets: by a hash of its number, or forced by a marker.

The same seed and the same claim always give the same fate. Trouble does not strike twice: a claim
that comes again after it was rejected, denied or replaced is paid, unless a marker lists a scenario
for each time.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

DEFAULT_MIX: Mapping[str, int] = {
    "pay": 78,
    "bundle": 6,
    "deny_co16": 5,
    "reject_payer": 4,
    "reject_clearinghouse": 2,
    "zero_pay": 2,
    "deny_line_co16": 1,
    "deny_co50": 1,
    "deny_co197": 1,
}
PAY = "pay"

Fates = Mapping[str, Sequence[str]]  # names of scenarios, by the marker of a claim


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


def by_hash(seed: int, claim_number: str, mix: Mapping[str, int]) -> str:
    """The fate that the weights of `mix` give to this claim."""
    digest = hashlib.sha256(f"{seed}|{claim_number}".encode()).digest()
    place = int.from_bytes(digest[:8]) % sum(mix.values())
    for name, weight in mix.items():
        if place < weight:
            return name
        place -= weight
    raise AssertionError("the weights were counted wrongly")


def forced(
    fates: Fates, claim_number: str, member_id: str, last_name: str, charge: Decimal
) -> Sequence[str]:
    """The scenarios that are set, one for each time the claim comes; empty when none is.

    A key is a claim number, a member id, `$` and the claim's charge with its cents, or `*` and the
    end of the patient's last name.
    """
    for key in (claim_number, member_id, f"${charge:.2f}"):
        if key and key in fates:
            return fates[key]
    for key, found in fates.items():
        if key.startswith("*") and last_name.upper().endswith(key[1:].upper()):
            return found
    return ()


def choose(
    *,
    seed: int,
    mix: Mapping[str, int],
    fates: Sequence[str],
    claim_number: str,
    times_seen: int,
    is_primary: bool,
) -> str:
    """The fate of a claim that this payer has seen `times_seen` times before.

    Chance meets only the first coming of a primary claim; after that it is paid.
    """
    if fates:
        return fates[times_seen] if times_seen < len(fates) else PAY
    if times_seen or not is_primary:
        return PAY
    return by_hash(seed, claim_number, mix)
