"""837P segments to records: the levels of the guide, one function each."""

from collections.abc import Callable, Iterable
from typing import Any

from x12.cursor import Cursor
from x12.segment import Segment
from x12.transactions.adjustments import Kept
from x12.transactions.claim_837p.model import (
    BillingProvider,
    BillingProviderLoop,
    ClaimBatch837P,
    ClaimT,
    Party,
    PatientLoop,
    PayerParty,
    Receiver,
    Submitter,
    SubscriberLoop,
)
from x12.transactions.claim_837p.read_claim import read_claims
from x12.transactions.claim_837p.read_parties import (
    NO_ADDRESS,
    read_address,
    read_party,
    read_payer,
)
from x12.transactions.heads import read_head

_CLAIM_OR_LEVEL = ("HL", "SE", "CLM")


ReadClaims = Callable[[Cursor], tuple[ClaimT, ...]]


def read(rows: Iterable[list[str]], component: str) -> ClaimBatch837P:
    """The record of one transaction; a date that cannot be read becomes 1970-01-01."""
    return ClaimBatch837P(**read_batch(Cursor(rows, component), read_claims))


def read_batch(at: Cursor, claims: ReadClaims[ClaimT]) -> dict[str, Any]:
    """The fields of a batch of either guide; `claims` reads those that stand at a level."""
    head, bht = read_head(at)
    submitter, receiver = _submitter(at)
    loops: list[BillingProviderLoop[ClaimT]] = []
    while not at.at_end:
        if at.here.id == "HL" and at.here[3] == "20":
            loops.append(read_provider_loop(at, claims))
        else:
            at.next()
    return {
        **head, "submitter": submitter, "receiver": receiver, "billing_providers": tuple(loops),
        "purpose_code": bht[2], "claim_or_encounter": bht[6],
    }  # fmt: skip


def _submitter(at: Cursor) -> tuple[Submitter, Receiver]:
    who = to = contact = Segment([""])
    extra: list[tuple[str, ...]] = []
    while not at.at_end and at.here.id not in {"HL", "SE"}:
        segment = at.next()
        if segment.id == "NM1" and segment[1] == "41":
            who = segment
        elif segment.id == "NM1" and segment[1] == "40":
            to = segment
        elif segment.id == "PER" and not contact.id and segment[3] == "TE" and not segment[5]:
            contact = segment
        else:
            extra.append(segment.kept())
    submitter = Submitter(who[3], who[9], contact[2], contact[4], tuple(extra))
    return submitter, Receiver(to[3], to[9])


def read_provider_loop(at: Cursor, claims: ReadClaims[ClaimT]) -> BillingProviderLoop[ClaimT]:
    """2000A and what stands below it."""
    found: dict[str, Any] = {
        "name": "", "npi": "", "tax_id": "", "address": NO_ADDRESS,
        "segment_number": at.next().position,
    }  # fmt: skip
    extra: list[tuple[str, ...]] = []
    plan: list[tuple[str, ...]] = []
    role = ""
    while not at.at_end and at.here.id not in _CLAIM_OR_LEVEL:
        segment = at.next()
        role = segment[1] if segment.id == "NM1" else role
        if role not in {"", "85", "87"}:
            plan.append(segment.kept())
        elif segment.id == "PRV" and not role:
            found["taxonomy_code"] = segment[3]
        elif segment.id == "NM1" and role == "85":
            found |= {
                "name": segment[3], "first_name": segment[4], "middle_name": segment[5],
                "suffix": segment[7], "npi": segment[9],
            }  # fmt: skip
        elif segment.id == "N3":
            found["address" if role == "85" else "pay_to"] = read_address(at, segment)
        elif segment.id == "REF" and segment[1] in {"EI", "SY"} and not found["tax_id"]:
            found |= {"tax_id_qualifier": segment[1], "tax_id": segment[2]}
        elif segment.id == "PER" and _is_phone(segment) and "phone" not in found:
            found |= {"contact_name": segment[2], "phone": segment[4]}
        elif segment.id != "NM1":
            extra.append(segment.kept())
    provider = BillingProvider(**found, pay_to_plan=tuple(plan), extra=tuple(extra))
    subscribers: list[SubscriberLoop[ClaimT]] = []
    while at.here.id == "HL" and at.here[3] == "22":
        subscribers.append(read_subscriber_loop(at, claims))
    return BillingProviderLoop(provider, tuple(subscribers))


def _is_phone(per: Segment) -> bool:
    """Whether a contact is nothing but a name and a telephone number."""
    return bool(per[2]) and per[3] == "TE" and not per[5]


def read_subscriber_loop(at: Cursor, read: ReadClaims[ClaimT]) -> SubscriberLoop[ClaimT]:
    """2000B and what stands below it."""
    position = at.next().position
    sbr = at.take("SBR") or Segment(["SBR"])
    subscriber, payer = Party("", ""), PayerParty("", "")
    extra: list[tuple[str, ...]] = []
    while not at.at_end and at.here.id not in _CLAIM_OR_LEVEL:
        segment = at.next()
        if segment.id == "NM1" and segment[1] == "IL":
            subscriber = read_party(at, segment)
        elif segment.id == "NM1" and segment[1] == "PR":
            payer = read_payer(at, segment)
        else:
            extra.append(segment.kept())
    claims = read(at)
    patients: list[PatientLoop[ClaimT]] = []
    while at.here.id == "HL" and at.here[3] == "23":
        patients.append(read_patient_loop(at, read))
    return SubscriberLoop(
        payer_responsibility=sbr[1],
        claim_filing_code=sbr[9],
        subscriber=subscriber,
        payer=payer,
        relationship_code=sbr[2],
        group_number=sbr[3],
        group_name=sbr[4],
        insurance_type_code=sbr[5],
        claims=claims,
        patients=tuple(patients),
        extra=tuple(extra),
        segment_number=position,
    )


def read_patient_loop(at: Cursor, read: ReadClaims[ClaimT]) -> PatientLoop[ClaimT]:
    """2000C and its claims."""
    position = at.next().position
    relationship, party, extra = "", Party("", ""), _NOTHING
    while not at.at_end and at.here.id not in _CLAIM_OR_LEVEL:
        segment = at.next()
        if segment.id == "PAT":
            relationship = segment[1]
            extra = (segment.kept(),) if any(segment.elements[2:]) else ()
        elif segment.id == "NM1" and segment[1] == "QC":
            party = read_party(at, segment)
        else:
            extra += (segment.kept(),)
    return PatientLoop(relationship, party, read(at), extra, position)


_NOTHING: Kept = ()
