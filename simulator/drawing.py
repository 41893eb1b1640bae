"""Claims drawn by chance, the same for the same seed: fictional people with visits that add up."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

import x12
from simulator.claims import Line
from simulator.config import Config
from simulator.money import ZERO, cents
from simulator.payer import PayerConfig
from simulator.pricing import allowed_amount
from x12.transactions.adjustments import Adjustment
from x12.transactions.claim_837p.model import (
    Address,
    BillingProvider,
    BillingProviderLoop,
    Claim,
    ClaimBatch837P,
    LineAdjudication,
    OtherPayer,
    Party,
    PayerParty,
    ProviderParty,
    Receiver,
    ServiceLine,
    Submitter,
    SubscriberLoop,
)

SENDER = "SUMMIT01"
FIRST_DAY = date(2026, 1, 5)
SECONDARY_SHARE = 0.05
_MEMBERS = 20_000
_HOME = Address("12 ELM ST", "ANYTOWN", "CO", "800015678")
_OFFICE = Address("100 MAIN ST STE 200", "ANYTOWN", "CO", "800011234")
_PROVIDER = BillingProvider(
    "SUMMIT FAMILY MEDICINE PLLC", "2000000010", "841234567", _OFFICE, taxonomy_code="207Q00000X"
)
_DOCTOR = ProviderParty("REYES", "ANA", "2000000028", taxonomy_code="207Q00000X")
_VISITS = (("99213", "148"), ("99214", "210"), ("99212", "95"), ("99203", "185"), ("99215", "290"))
_OTHERS = (("87880", "30"), ("20610", "150"), ("11102", "180"), ("80053", "48"), ("80048", "36"),
           ("93000", "60"), ("93005", "40"), ("71046", "80"), ("36415", "12"))  # fmt: skip
_DIAGNOSES = ("J020", "I10", "E119", "M1711", "R0789")
_DAYS_BEFORE = 3


def draw_files(config: Config, count: int, *, seed: int, per_file: int) -> Iterator[bytes]:
    """837P files with `count` claims in all, one business day a file."""
    day = FIRST_DAY
    for place, start in enumerate(range(0, count, per_file), 1):
        numbers = range(start + 1, min(start + per_file, count) + 1)
        yield _file(config, place, day, [_subscriber(config, seed, n, day) for n in numbers])
        day += timedelta(days=3 if day.weekday() == 4 else 1)


def _file(config: Config, place: int, day: date, loops: Sequence[SubscriberLoop[Claim]]) -> bytes:
    at = datetime.combine(day, time(9, 30), UTC).replace(tzinfo=None)
    batch = ClaimBatch837P(
        f"B{place:09d}",
        at,
        Submitter("SUMMIT FAMILY MEDICINE PLLC", SENDER, "BILLING OFFICE", "3035550100"),
        Receiver(config.clearinghouse_name, config.clearinghouse_id),
        (BillingProviderLoop(_PROVIDER, tuple(loops)),),
    )
    envelope = x12.Envelope(
        SENDER, config.clearinghouse_id, at, place, place, acknowledgement_requested=False
    )
    return x12.write_interchange(envelope, [batch])


def _subscriber(config: Config, seed: int, number: int, day: date) -> SubscriberLoop[Claim]:
    draw = Random(f"{seed}|{number}")  # noqa: S311 - fiction, the same for the same seed
    payers = list(config.payers.values())
    member = draw.randrange(1, _MEMBERS)
    person = Party(
        f"TESTPERSON{member % 97:02d}", f"PAT{member % 89:02d}", member_id=f"AHP{member:09d}",
        address=_HOME, birth_date=date(1950 + member % 60, 1 + member % 12, 1 + member % 28),
        sex="FM"[member % 2],
    )  # fmt: skip
    claim = _claim(draw, f"D{number:07d}", day - timedelta(days=_DAYS_BEFORE))
    if len(payers) > 1 and draw.random() < SECONDARY_SHARE:
        first, second = draw.sample(payers, 2)
        return _loop(second, "S", person, _after(first, person, claim, day))
    return _loop(draw.choice(payers), "P", person, claim)


def _loop(payer: PayerConfig, rank: str, person: Party, claim: Claim) -> SubscriberLoop[Claim]:
    # Medicare after another payer would need a reason for being second, which is no matter here.
    filing = "MB" if payer.name.startswith("MEDICARE") and rank == "P" else "CI"
    return SubscriberLoop(
        rank, filing, person, PayerParty(payer.name, payer.payer_id), "18", claims=(claim,)
    )


def _claim(draw: Random, number: str, day: date) -> Claim:
    picked = [draw.choice(_VISITS), *draw.sample(_OTHERS, draw.choice((0, 0, 1, 1, 2, 3)))]
    lines = tuple(
        ServiceLine(
            place, code, Decimal(charge) + Decimal(draw.randrange(100)) / 100, Decimal(1), (1,),
            day, f"{number}L{place}", modifiers=("25",) if place == 1 and len(picked) > 1 else (),
        )
        for place, (code, charge) in enumerate(picked, 1)
    )  # fmt: skip
    total = sum((line.charge_amount for line in lines), ZERO)
    diagnosis = draw.choice(_DIAGNOSES)
    return Claim(number, total, "11", (diagnosis,), lines, rendering=_DOCTOR)


def _after(first: PayerConfig, person: Party, claim: Claim, day: date) -> Claim:
    """The claim with loops 2320, 2330 and 2430: the first payer left a fifth to the patient."""
    lines = tuple(_decided(line, first, day) for line in claim.lines)
    paid = sum((line.adjudications[0].paid_amount for line in lines), ZERO)
    other = OtherPayer(
        "P", "18", "CI", replace(person, birth_date=None, sex=""),
        PayerParty(first.name, first.payer_id), paid_amount=paid,
    )  # fmt: skip
    return replace(claim, lines=lines, other_payers=(other,))


def _decided(line: ServiceLine, first: PayerConfig, day: date) -> ServiceLine:
    allowed = allowed_amount(
        Line(line.line_number, line.procedure_code, line.modifiers, line.charge_amount, line.units,
             line.service_date_from, None, line.line_control_number), first,
    )  # fmt: skip
    patient = cents(allowed / 5)
    adjustments = [
        Adjustment("CO", "45", line.charge_amount - allowed), Adjustment("PR", "2", patient),
    ]  # fmt: skip
    told = LineAdjudication(
        first.payer_id, allowed - patient, line.procedure_code, line.units,
        day - timedelta(days=1), line.modifiers,
        adjustments=tuple(one for one in adjustments if one.amount), remaining_amount=patient,
    )  # fmt: skip
    return replace(line, adjudications=(told,))
