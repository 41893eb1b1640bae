"""Modifiers by their codes alone: enough to notice one that is none. No wording is kept here.

Level I (CPT) codes are numbers of the AMA, whose words we do not have; Level II (HCPCS) ones come
from the loaded release, and from the table below while there is none. Domain A.4, MOD-22.
"""

from itertools import product


def _spread(text: str) -> frozenset[str]:
    """`A1-9 AA` as codes: what follows a dash runs from the character before it."""
    found: set[str] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        until = ord(last) if last else ord(first[1])
        found |= {f"{first[0]}{chr(at)}" for at in range(ord(first[1]), until + 1)}
    return frozenset(found)


LEVEL_ONE = _spread("22-7 32-3 47 50-9 62-3 66 73-4 76-9 80-2 90-3 95-7 99 1P 2P 3P 8P P1-6")
# Origin and destination of an ambulance trip are two letters of these.
_PLACES = "DEGHIJNPRSX"
AMBULANCE = frozenset(map("".join, product(_PLACES, _PLACES)))
# Families of Level II codes as CMS has given them out; wide on purpose: a code of a family that
# CMS never used passes, one of no family does not.
LEVEL_TWO_FAMILIES = _spread(
    "A1-9 AA-Z BA-U CA-T DA E1-4 EA-Y F1-9 FA-Y G0-9 GA-Z H9 HA-Z J1-5 JA-Z K0-4 KA-Z LC-U "
    "M2 MA-S N1-3 NB-U PA-T Q0-9 QA-Z RA-T SA-Z T1-9 TA-W U1-9 UA-S V1-9 VM VP X1-5 XE XP XS XU "
    "ZA-C"
)
STARTER = LEVEL_ONE | AMBULANCE | LEVEL_TWO_FAMILIES
