"""Records built at random, as valid as a careful sender would make them."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from x12.transactions.ack_999.model import (
    Acknowledgement999,
    ElementError,
    SegmentError,
    SetAcknowledgement,
)
from x12.transactions.adjustments import Adjustment
from x12.transactions.claim_837p.model import (
    Address,
    BillingProvider,
    BillingProviderLoop,
    Claim,
    ClaimBatch837P,
    FacilityParty,
    LineAdjudication,
    Ndc,
    OtherPayer,
    Party,
    PatientLoop,
    PayerParty,
    ProviderParty,
    Receiver,
    ServiceLine,
    Submitter,
    SubscriberLoop,
)
from x12.transactions.remittance_835.model import (
    BankAccount,
    PartyIdentity,
    ProviderAdjustment,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
)

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NPIS = st.sampled_from(["2000000010", "2000000028", "2000000036", "2000000044"])
STATES = st.sampled_from(["CO", "NY", "TX", "PR"])
CODES = st.sampled_from(["99213", "99214", "20610", "J3301", "87880", "G0439"])
DIAGNOSES = ["M1711", "I10", "E119", "J020", "Z0000", "C7A00", "S52501A", "U071"]
REASONS = st.sampled_from(["45", "253", "97", "16", "A1", "B7"])
FILING_CODES = st.sampled_from(["MB", "CI", "BL", "MC", "16"])
CENTS = st.integers(min_value=0, max_value=500_000).map(lambda cents: Decimal(cents) / 100)
DAYS = st.dates(min_value=date(2025, 1, 1), max_value=date(2026, 11, 1))
MODIFIERS = st.lists(st.sampled_from(["25", "59", "RT", "LT", "QW"]), max_size=4, unique=True)


def words(longest: int, shortest: int = 1) -> SearchStrategy[str]:
    """Text as it is written: capitals, digits and inner blanks and marks."""
    signs = st.text(LETTERS + "0123456789 '-.&", min_size=shortest, max_size=longest)
    return signs.map(lambda text: " ".join(text.split())).filter(lambda t: len(t) >= shortest)


def numbers(longest: int, shortest: int = 2) -> SearchStrategy[str]:
    return st.text(LETTERS + "0123456789", min_size=shortest, max_size=longest)


ADDRESSES = st.builds(
    Address,
    line1=words(40).map(lambda text: f"1 {text}"),
    line2=st.just("") | words(40),
    city=words(30, 2),
    state=STATES,
    zip=st.from_regex(r"[1-9][0-9]{8}", fullmatch=True),
)
PROVIDERS = st.builds(
    ProviderParty,
    last_name=words(40),
    first_name=words(25),
    npi=NPIS,
    middle_name=st.just("") | words(10),
    taxonomy_code=st.sampled_from(["", "207Q00000X"]),
)
REFERRING = PROVIDERS.map(lambda p: ProviderParty(p.last_name, p.first_name, p.npi))
PAYERS = st.builds(PayerParty, name=words(40), payer_id=numbers(12), address=st.none() | ADDRESSES)


@st.composite
def adjustments(draw: DrawFn, total: Decimal) -> tuple[Adjustment, ...]:
    """Up to nine trios that come to `total`, by group so that each CAS is whole."""
    count = draw(st.integers(min_value=0, max_value=8))
    parts = [draw(CENTS) + 1 for _ in range(count)]
    rest = total - sum(parts, Decimal(0))
    parts += [rest] if rest else []
    groups = sorted(draw(st.sampled_from(["CO", "OA", "PR"])) for _ in parts)
    return tuple(
        Adjustment(group, draw(REASONS), part, draw(st.none() | st.just(Decimal(1))))
        for group, part in zip(groups, parts, strict=True)
    )


@st.composite
def service_lines(draw: DrawFn, number: int, diagnoses: int, prefix: str) -> ServiceLine:
    first = draw(DAYS)
    pointers = st.lists(
        st.integers(min_value=1, max_value=diagnoses), min_size=1, max_size=4, unique=True
    )
    drug = st.builds(
        Ndc,
        code=st.from_regex(r"[0-9]{11}", fullmatch=True),
        quantity=st.integers(min_value=1, max_value=999).map(Decimal),
        unit_code=st.sampled_from(["ML", "UN", "GR"]),
    )
    return ServiceLine(
        line_number=number,
        procedure_code=draw(CODES),
        charge_amount=draw(CENTS),
        units=Decimal(draw(st.integers(min_value=1, max_value=99))),
        pointers=tuple(draw(pointers)),
        service_date_from=first,
        line_control_number=f"{prefix}L{number}",
        modifiers=tuple(draw(MODIFIERS)),
        service_date_to=draw(st.none() | st.just(date(2026, 11, 2))),
        description=draw(st.just("") | words(30)),
        place_of_service_code=draw(st.sampled_from(["", "22"])),
        ndc=draw(st.none() | drug),
        rendering=draw(st.none() | PROVIDERS),
        extra=draw(st.sampled_from([(), (("REF", "9B", "REPRICED"),)])),
    )


@st.composite
def claims(draw: DrawFn, number: str, earlier: PayerParty | None) -> Claim:
    diagnoses = draw(st.lists(st.sampled_from(DIAGNOSES), min_size=1, max_size=8, unique=True))
    count = draw(st.integers(min_value=1, max_value=3))
    lines = [draw(service_lines(n, len(diagnoses), number)) for n in range(1, count + 1)]
    others: tuple[OtherPayer, ...] = ()
    if earlier is not None:
        lines = [draw(decided(line, earlier.payer_id)) for line in lines]
        paid = sum((line.adjudications[0].paid_amount for line in lines), Decimal(0))
        others = (draw(other_payers(earlier, paid)),)
    frequency = draw(st.sampled_from(["1", "7", "8"]))
    facility = st.builds(FacilityParty, name=words(40), address=ADDRESSES, npi=NPIS)
    return Claim(
        patient_control_number=number,
        charge_amount=sum((line.charge_amount for line in lines), Decimal(0)),
        place_of_service_code="11",
        diagnoses=tuple(diagnoses),
        lines=tuple(lines),
        frequency_code=frequency,
        payer_claim_number="" if frequency == "1" else draw(numbers(20)),
        prior_authorization_number=draw(st.just("") | numbers(20)),
        referral_number=draw(st.just("") | numbers(20)),
        clia_number=draw(st.sampled_from(["", "06D0000001"])),
        patient_paid_amount=draw(st.none() | CENTS),
        note=draw(st.just("") | words(80)),
        rendering=draw(st.none() | PROVIDERS),
        referring=draw(st.none() | REFERRING),
        facility=draw(st.none() | facility),
        other_payers=others,
        extra=draw(st.sampled_from([(), (("DTP", "431", "D8", "20261001"), ("REF", "EA", "MR1"))])),
    )


@st.composite
def other_payers(draw: DrawFn, payer: PayerParty, paid: Decimal) -> OtherPayer:
    subscriber = Party(draw(words(30)), draw(words(20)), member_id=draw(numbers(15)))
    return OtherPayer(
        payer_responsibility="P",
        relationship_code="18",
        claim_filing_code=draw(FILING_CODES),
        subscriber=subscriber,
        payer=payer,
        group_number=draw(st.just("") | numbers(20)),
        paid_amount=paid,
        remark_codes=draw(st.sampled_from([(), ("MA01",), ("MA01", "MA18")])),
        payer_claim_number=draw(st.just("") | numbers(20)),
    )


@st.composite
def decided(draw: DrawFn, line: ServiceLine, payer_id: str) -> ServiceLine:
    paid = min(draw(CENTS), line.charge_amount)
    decision = LineAdjudication(
        payer_id=payer_id,
        paid_amount=paid,
        procedure_code=line.procedure_code,
        units=line.units,
        adjudicated_on=date(2026, 11, 16),
        modifiers=line.modifiers,
        adjustments=draw(adjustments(line.charge_amount - paid)),
        remaining_amount=draw(CENTS),
    )
    values = {name: getattr(line, name) for name in ServiceLine.__dataclass_fields__}
    return ServiceLine(**{**values, "adjudications": (decision,)})


@st.composite
def parties(draw: DrawFn, *, described: bool, member: bool) -> Party:
    return Party(
        last_name=draw(words(40)),
        first_name=draw(words(25)),
        middle_name=draw(st.just("") | words(10)),
        suffix=draw(st.sampled_from(["", "JR"])),
        member_id=draw(numbers(20)) if member else "",
        address=draw(ADDRESSES) if described else None,
        birth_date=draw(st.dates(date(1920, 1, 1), date(2024, 12, 31))) if described else None,
        sex=draw(st.sampled_from(["F", "M", "U"])) if described else "",
    )


@st.composite
def subscribers(draw: DrawFn, next_number: Callable[[], str]) -> SubscriberLoop:
    is_patient, is_secondary = draw(st.booleans()), draw(st.booleans())
    payer = draw(PAYERS)
    earlier = draw(PAYERS.filter(lambda other: other.payer_id != payer.payer_id))
    count = draw(st.integers(min_value=1, max_value=2))
    made = tuple(
        draw(claims(next_number(), earlier if is_secondary else None)) for _ in range(count)
    )
    patient = PatientLoop(
        draw(st.sampled_from(["01", "19", "G8"])), draw(parties(described=True, member=False)), made
    )
    return SubscriberLoop(
        payer_responsibility="S" if is_secondary else "P",
        claim_filing_code=draw(FILING_CODES),
        subscriber=draw(parties(described=is_patient, member=True)),
        payer=payer,
        relationship_code="18" if is_patient else "",
        group_number=draw(st.just("") | numbers(20)),
        claims=made if is_patient else (),
        patients=() if is_patient else (patient,),
    )


@st.composite
def batches(draw: DrawFn) -> ClaimBatch837P:
    counter = iter(range(1, 1_000))

    def next_number() -> str:
        return f"CLM{next(counter):04d}"

    provider = st.builds(
        BillingProvider,
        name=words(50),
        npi=NPIS,
        tax_id=st.from_regex(r"[1-9][0-9]{8}", fullmatch=True),
        address=ADDRESSES,
        tax_id_qualifier=st.sampled_from(["EI", "SY"]),
        taxonomy_code=st.sampled_from(["", "207Q00000X"]),
        first_name=st.just("") | words(20),
        pay_to=st.none() | ADDRESSES,
    )
    loops = [
        BillingProviderLoop(
            draw(provider),
            tuple(draw(subscribers(next_number)) for _ in range(draw(st.integers(1, 2)))),
        )
        for _ in range(draw(st.integers(1, 2)))
    ]
    return ClaimBatch837P(
        reference=draw(numbers(30)),
        created_at=datetime(2026, 11, 23, 9, 30),
        submitter=Submitter(draw(words(50)), draw(numbers(15)), draw(words(40)), "3035550100"),
        receiver=Receiver(draw(words(50)), draw(numbers(15))),
        billing_providers=tuple(loops),
    )


@st.composite
def remittance_lines(draw: DrawFn, number: str) -> RemittanceLine:
    charge = draw(CENTS)
    paid = min(draw(CENTS), charge)
    return RemittanceLine(
        procedure_code=draw(CODES),
        charge_amount=charge,
        paid_amount=paid,
        units=Decimal(draw(st.integers(min_value=1, max_value=99))),
        modifiers=tuple(draw(MODIFIERS)),
        submitted_procedure_code=draw(st.just("") | CODES),
        service_date_from=draw(DAYS),
        service_date_to=date(2026, 11, 2),
        line_control_number=number,
        allowed_amount=draw(st.none() | CENTS),
        adjustments=draw(adjustments(charge - paid)),
        remark_codes=draw(st.sampled_from([(), ("N706",), ("M15", "N19")])),
    )


@st.composite
def remittance_claims(draw: DrawFn, number: str) -> RemittanceClaim:
    lines = tuple(draw(remittance_lines(f"{number}L{n}")) for n in range(draw(st.integers(0, 3))))
    charge = sum((line.charge_amount for line in lines), Decimal(0))
    paid = sum((line.paid_amount for line in lines), Decimal(0))
    own: tuple[Adjustment, ...] = ()
    if not lines:
        charge = draw(CENTS)
        paid = min(draw(CENTS), charge)
        own = draw(adjustments(charge - paid))
    every = [*own, *(one for line in lines for one in line.adjustments)]
    share = sum((one.amount for one in every if one.group_code == "PR"), Decimal(0))
    return RemittanceClaim(
        patient_control_number=number,
        status_code=draw(st.sampled_from(["1", "2", "3", "19"])),
        charge_amount=charge,
        paid_amount=paid,
        patient_responsibility_amount=share,
        filing_code="12",
        payer_claim_number=draw(numbers(30)),
        facility_code="11",
        frequency_code="1",
        patient_last_name=draw(words(40)),
        patient_first_name=draw(words(20)),
        member_id=draw(numbers(15)),
        crossover_payer_name=draw(st.just("") | words(30)),
        crossover_payer_id="54321",
        remark_codes=draw(st.sampled_from([(), ("MA01",), ("MA01", "MA18")])),
        adjustments=own,
        supplemental_amounts=draw(st.sampled_from([(), (("I", Decimal("1.25")),)])),
        lines=lines,
        extra=draw(st.sampled_from([(), (("REF", "1L", "GROUP1"), ("QTY", "CA", "1"))])),
    )


@st.composite
def remittances(draw: DrawFn) -> Remittance:
    made = tuple(draw(remittance_claims(f"CLM{n:04d}")) for n in range(draw(st.integers(0, 4))))
    made = tuple(
        claim
        if claim.crossover_payer_name
        else RemittanceClaim(
            **{
                **{n: getattr(claim, n) for n in RemittanceClaim.__dataclass_fields__},
                "crossover_payer_id": "",
            }
        )
        for claim in made
    )
    paid = sum((claim.paid_amount for claim in made), Decimal(0))
    held = tuple(
        ProviderAdjustment(
            "2000000010", date(2026, 12, 31), "WO", draw(numbers(20)), draw(CENTS) + 1
        )
        for _ in range(draw(st.integers(0, 8)))
    )
    payment = paid - sum((one.amount for one in held), Decimal(0))
    if payment < 0:
        forward = ProviderAdjustment("2000000010", date(2026, 12, 31), "FB", "NEXT", payment)
        held, payment = (*held, forward), Decimal(0)
    bank = BankAccount("888888884", draw(numbers(12)))
    by_bank = payment > 0
    return Remittance(
        payment_amount=payment,
        method_code="ACH" if by_bank else "NON",
        handling_code="I" if by_bank else "H",
        paid_on=date(2026, 11, 16),
        trace_number=draw(numbers(30)),
        payer_identifier="1841111111",
        payer=PartyIdentity(
            draw(words(40)), line1="1 PAYER WAY", city="DENVER", state="CO", zip="80202",
            contact_name="EDI HELP", phone="8005550100",
        ),
        payee=PartyIdentity(draw(words(40)), "2000000010", "XX", tax_id="841234567"),
        production_on=draw(st.none() | st.just(date(2026, 11, 13))),
        claims=made,
        provider_adjustments=held,
        payer_bank=bank if by_bank else None,
        payee_bank=bank if by_bank else None,
        payment_format="CCP" if by_bank else "",
    )  # fmt: skip


ELEMENT_ERRORS = st.builds(
    ElementError,
    position=st.integers(min_value=1, max_value=20),
    error_code=st.sampled_from(["1", "5", "7", "I9"]),
    component=st.none() | st.integers(min_value=1, max_value=6),
    bad_value=st.just("") | words(20),
)
SEGMENT_ERRORS = st.builds(
    SegmentError,
    segment_id=st.sampled_from(["CLM", "SV1", "N4", "HI"]),
    position=st.integers(min_value=1, max_value=9_999),
    loop_id=st.sampled_from(["2300", "2400"]),
    error_code=st.just("8"),
    context=st.just("") | numbers(17),
    elements=st.lists(ELEMENT_ERRORS, min_size=1, max_size=3).map(tuple),
)


@st.composite
def acknowledgements(draw: DrawFn) -> Acknowledgement999:
    rejected = draw(st.lists(st.booleans(), min_size=1, max_size=4))
    sets = tuple(
        SetAcknowledgement(
            "837", f"{number:04d}", "R" if bad else "A", "005010X222A1",
            tuple(draw(st.lists(SEGMENT_ERRORS, min_size=1, max_size=3))) if bad else (),
            ("5",) if bad else (),
        )
        for number, bad in enumerate(rejected, 1)
    )  # fmt: skip
    accepted = rejected.count(False)
    verdict = "A" if accepted == len(sets) else "P" if accepted else "R"
    return Acknowledgement999(
        "HC", 1, "005010X222A1", sets, verdict, len(sets), len(sets), accepted
    )
