"""People and organisations of an 837P to segments."""

from x12.transactions.claim_837p.model import (
    Address,
    FacilityParty,
    Party,
    PayerParty,
    ProviderParty,
)
from x12.writer import SetWriter


def add_address(out: SetWriter, address: Address) -> None:
    """N3 and N4."""
    out.add("N3", address.line1, address.line2)
    out.add("N4", address.city, address.state, address.zip, address.country)


def add_party(out: SetWriter, role: str, party: Party) -> None:
    """A subscriber or patient: NM1, and N3, N4 and DMG where it has them."""
    out.add(
        "NM1", role, "1" if party.is_person else "2", party.last_name, party.first_name,
        party.middle_name, "", party.suffix,
        party.member_id_qualifier if party.member_id else "", party.member_id,
    )  # fmt: skip
    if party.address:
        add_address(out, party.address)
    if party.birth_date:
        out.add("DMG", "D8", party.birth_date, party.sex)
    out.keep(party.extra, "REF", "PER")


def add_payer(out: SetWriter, payer: PayerParty, *, numbers: bool = True) -> None:
    """A payer: NM1, its address where it has one, and its other `numbers`."""
    out.add("NM1", "PR", "2", payer.name, "", "", "", "", payer.payer_id_qualifier, payer.payer_id)
    if payer.address:
        add_address(out, payer.address)
    if numbers:
        out.keep(payer.extra, "REF")


def add_provider(out: SetWriter, role: str, provider: ProviderParty) -> None:
    """A provider in a role: NM1, PRV where the role has one, and other numbers."""
    out.add(
        "NM1", role, "1" if provider.first_name else "2", provider.last_name,
        provider.first_name, provider.middle_name, "", provider.suffix,
        "XX" if provider.npi else "", provider.npi,
    )  # fmt: skip
    mark = {"82": "PE", "71": "AT"}.get(role)
    if mark and provider.taxonomy_code:
        out.add("PRV", mark, "PXC", provider.taxonomy_code)
    out.keep(provider.extra)


def add_facility(out: SetWriter, facility: FacilityParty) -> None:
    """2310C: where the service was given."""
    qualifier = "XX" if facility.npi else ""
    out.add("NM1", "77", "2", facility.name, "", "", "", "", qualifier, facility.npi)
    add_address(out, facility.address)
    out.keep(facility.extra)
