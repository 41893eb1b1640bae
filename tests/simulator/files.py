"""837P files to send to the simulator: fictional people, figures that add up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

import x12
from x12.transactions.claim_837p.model import (
    Address,
    BillingProvider,
    BillingProviderLoop,
    Claim,
    ClaimBatch837P,
    Party,
    PatientLoop,
    PayerParty,
    ProviderParty,
    Receiver,
    ServiceLine,
    Submitter,
    SubscriberLoop,
)

HOME = Address("12 ELM ST", "ANYTOWN", "CO", "800015678")
PROVIDER = BillingProvider(
    "SUMMIT FAMILY MEDICINE PLLC",
    "2000000010",
    "841234567",
    Address("100 MAIN ST STE 200", "ANYTOWN", "CO", "800011234"),
    taxonomy_code="207Q00000X",
)
REYES = ProviderParty("REYES", "ANA", "2000000028", taxonomy_code="207Q00000X")
SEEN_ON = date(2026, 11, 2)


@dataclass(frozen=True)
class Visit:
    """One claim to send, said shortly."""

    number: str
    lines: tuple[tuple[str, str], ...] = (("99213", "140"), ("87880", "30"))
    payer_id: str = "12345"
    filing_code: str = "CI"
    member_id: str = "AHP222333444"
    last_name: str = "NGUYEN"
    frequency_code: str = "1"
    earlier_number: str = ""
    rank: str = "P"
    child: str = ""
    day: date = SEEN_ON
    extra: tuple[tuple[str, ...], ...] = ()
    total: str = ""


def claims_file(
    visits: Sequence[Visit],
    *,
    control_number: int = 101,
    sender_id: str = "SUMMIT01",
    receiver_id: str = "OPENCH01",
    asks_for_ta1: bool = False,
    provider: BillingProvider = PROVIDER,
) -> bytes:
    """One interchange, one set, with a subscriber loop for each visit."""
    at = datetime(2026, 11, 23, 9, 30)
    batch = ClaimBatch837P(
        f"B{control_number:09d}",
        at,
        Submitter("SUMMIT FAMILY MEDICINE PLLC", sender_id, "BILLING OFFICE", "3035550100"),
        Receiver("OPEN CLEARINGHOUSE", receiver_id),
        (BillingProviderLoop(provider, tuple(_subscriber(visit) for visit in visits)),),
    )
    envelope = x12.Envelope(
        sender_id, receiver_id, at, control_number, control_number,
        acknowledgement_requested=asks_for_ta1,
    )  # fmt: skip
    return x12.write_interchange(envelope, [batch])


def _subscriber(visit: Visit) -> SubscriberLoop:
    person = Party(
        visit.last_name, "DAVID", member_id=visit.member_id, address=HOME,
        birth_date=date(1979, 6, 15), sex="M",
    )  # fmt: skip
    loop: SubscriberLoop[Claim] = SubscriberLoop(
        visit.rank, visit.filing_code, person, PayerParty("ACME HEALTH PLAN", visit.payer_id), "18"
    )
    if not visit.child:
        return replace(loop, claims=(_claim(visit),))
    child = Party(visit.last_name, visit.child, address=HOME, birth_date=date(2018, 9, 3), sex="F")
    holder = replace(person, address=None, birth_date=None, sex="")
    patient = PatientLoop("19", child, (_claim(visit),))
    return replace(loop, subscriber=holder, relationship_code="", patients=(patient,))


def _claim(visit: Visit) -> Claim:
    lines = tuple(
        ServiceLine(
            number,
            code.partition("-")[0],
            Decimal(charge),
            Decimal(1),
            (1,),
            visit.day,
            f"{visit.number}L{number}",
            modifiers=tuple(code.split("-")[1:]),
        )
        for number, (code, charge) in enumerate(visit.lines, 1)
    )
    return Claim(
        visit.number,
        Decimal(visit.total)
        if visit.total
        else sum((line.charge_amount for line in lines), Decimal(0)),
        "11",
        ("J020",),
        lines,
        frequency_code=visit.frequency_code,
        payer_claim_number=visit.earlier_number,
        rendering=REYES,
        extra=visit.extra,
    )


def recounted(content: bytes) -> bytes:
    """`content` of one set, changed by hand, with its SE01 made right again."""
    before, _, after = content.partition(b"~\nSE*")
    count = before[before.index(b"ST*837") :].count(b"~") + 2
    return before + b"~\nSE*%d*" % count + after.partition(b"*")[2]
