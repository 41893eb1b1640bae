"""People and organisations of an 837P: each from its NM1 to the next one."""

from collections.abc import Collection

from x12 import values
from x12.cursor import Cursor
from x12.segment import Segment
from x12.transactions.adjustments import Kept
from x12.transactions.claim_837p.model import (
    Address,
    FacilityParty,
    Party,
    PayerParty,
    ProviderParty,
)

NO_ADDRESS = Address("", "", "", "")
_OF_PROVIDER = {"PRV", "N3", "N4", "REF", "PER"}


def read_address(at: Cursor, n3: Segment) -> Address:
    """The address of this N3 and the N4 that follows it."""
    n4 = at.take("N4") or Segment(["N4"])
    return Address(n3[1], n4[1], n4[2], n4[3], n3[2], n4[4])


def read_party(at: Cursor, nm1: Segment) -> Party:
    """A subscriber or patient."""
    n3 = at.take("N3")
    address = read_address(at, n3) if n3 else None
    dmg = at.take("DMG") or Segment(["DMG"])
    return Party(
        last_name=nm1[3],
        first_name=nm1[4],
        middle_name=nm1[5],
        suffix=nm1[7],
        member_id=nm1[9],
        address=address,
        birth_date=values.day(dmg[2]),
        sex=dmg[3],
        is_person=nm1[2] != "2",
        member_id_qualifier=nm1[8] or "MI",
        extra=kept_while(at, {"REF", "PER"}),
    )


def read_payer(at: Cursor, nm1: Segment) -> PayerParty:
    """A payer; its other numbers are kept in `extra`."""
    n3 = at.take("N3")
    address = read_address(at, n3) if n3 else None
    return PayerParty(nm1[3], nm1[9], address, nm1[8] or "PI", kept_while(at, {"REF"}))


def read_provider(at: Cursor, nm1: Segment, *, with_taxonomy: bool | None = None) -> ProviderParty:
    """A provider in a role. Only the taxonomy of one who renders or attends has a field."""
    has_field = nm1[1] == "82" if with_taxonomy is None else with_taxonomy
    prv = at.take("PRV") if has_field else None
    return ProviderParty(
        last_name=nm1[3],
        first_name=nm1[4],
        npi=nm1[9],
        middle_name=nm1[5],
        taxonomy_code=prv[3] if prv else "",
        suffix=nm1[7],
        extra=kept_while(at, _OF_PROVIDER),
    )


def read_facility(at: Cursor, nm1: Segment) -> FacilityParty:
    """Where the service was given."""
    n3 = at.take("N3")
    address = read_address(at, n3) if n3 else NO_ADDRESS
    return FacilityParty(nm1[3], address, nm1[9], kept_while(at, {"REF", "PER"}))


def read_other_role(at: Cursor, nm1: Segment) -> Kept:
    """A role without a field of its own, with all that belongs to it."""
    return (nm1.kept(), *kept_while(at, _OF_PROVIDER))


def kept_while(at: Cursor, segment_ids: Collection[str]) -> Kept:
    """The next segments as they are, as long as they have one of these ids."""
    kept: list[tuple[str, ...]] = []
    while at.here.id in segment_ids:
        kept.append(at.next().kept())
    return tuple(kept)
