"""Institutional claims built at random, as valid as a careful hospital would make them."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.x12.strategies import (
    ADDRESSES,
    CENTS,
    FILING_CODES,
    MODIFIERS,
    NPIS,
    PAYERS,
    adjustments,
    numbers,
    other_payers,
    parties,
    words,
)
from x12.transactions.claim_837i.model import (
    ClaimBatch837I,
    CodedDiagnosis,
    CodedProcedure,
    InstitutionalClaim,
    InstitutionalLine,
    Occurrence,
    ValueCode,
)
from x12.transactions.claim_837p.model import (
    BillingProvider,
    BillingProviderLoop,
    FacilityParty,
    LineAdjudication,
    Ndc,
    PatientLoop,
    PayerParty,
    ProviderParty,
    Receiver,
    Submitter,
    SubscriberLoop,
)

FIRST, LAST = date(2026, 8, 1), date(2026, 8, 6)
_OTHERS = ["E119", "Z0000", "C7A00", "J020", "I10", "N186", "R079", "D649"]
_POA = st.sampled_from(["", "Y", "N", "U", "W"])
_STAY_DAYS = st.dates(min_value=FIRST, max_value=LAST)
ATTENDING = st.builds(
    ProviderParty, last_name=words(40), first_name=words(25), npi=NPIS,
    middle_name=st.just("") | words(10), taxonomy_code=st.sampled_from(["", "207R00000X"]),
)  # fmt: skip
OPERATING = st.builds(ProviderParty, last_name=words(40), first_name=words(25), npi=NPIS)
_UNIQUE = {"max_size": 3, "unique_by": lambda one: one.code}
OCCURRENCES = st.builds(Occurrence, st.sampled_from(["11", "32", "A1", "18"]), _STAY_DAYS)
SPANS = st.builds(Occurrence, st.sampled_from(["70", "74", "M0"]), st.just(FIRST), st.just(LAST))
VALUES = st.builds(ValueCode, st.sampled_from(["80", "81", "A1", "45"]), CENTS)
PROCEDURES = st.builds(
    CodedProcedure, st.sampled_from(["0B110F5", "30233N1", "5A1955Z"]), _STAY_DAYS
)


@st.composite
def diagnoses(draw: DrawFn, codes: list[str], most: int) -> tuple[CodedDiagnosis, ...]:
    chosen = draw(st.lists(st.sampled_from(codes), max_size=most, unique=True))
    return tuple(CodedDiagnosis(code, draw(_POA)) for code in chosen)


@st.composite
def lines(draw: DrawFn, number: int, prefix: str, payer_id: str) -> InstitutionalLine:
    procedure = draw(st.sampled_from(["", "80053", "71046"]))
    charge, paid = draw(CENTS), Decimal(0)
    decided: tuple[LineAdjudication, ...] = ()
    revenue = draw(st.sampled_from(["0120", "0250", "0300", "0450"]))
    modifiers = tuple(draw(MODIFIERS)) if procedure else ()
    units = Decimal(draw(st.integers(min_value=1, max_value=30)))
    if payer_id:
        paid = min(draw(CENTS), charge)
        decided = (
            LineAdjudication(
                payer_id=payer_id, paid_amount=paid, procedure_code=procedure,
                units=units, adjudicated_on=date(2026, 9, 16), modifiers=modifiers,
                procedure_qualifier="HC" if procedure else "", revenue_code=revenue,
                adjustments=draw(adjustments(charge - paid)), remaining_amount=draw(CENTS),
            ),
        )  # fmt: skip
    drug = st.builds(
        Ndc, code=st.from_regex(r"[0-9]{11}", fullmatch=True),
        quantity=st.integers(min_value=1, max_value=99).map(Decimal),
        unit_code=st.sampled_from(["ML", "UN"]),
    )  # fmt: skip
    return InstitutionalLine(
        line_number=number, revenue_code=revenue, charge_amount=charge, units=units,
        unit_code=draw(st.sampled_from(["DA", "UN"])), procedure_code=procedure,
        modifiers=modifiers, description=draw(st.just("") | words(30)) if procedure else "",
        non_covered_amount=draw(st.none() | st.just(Decimal(0))),
        service_date_from=draw(st.none() | st.just(FIRST)),
        line_control_number=draw(st.sampled_from(["", f"{prefix}L{number}"])),
        ndc=draw(st.none() | drug), adjudications=decided,
        extra=draw(st.sampled_from([(), (("REF", "9B", "REPRICED"),)])),
    )  # fmt: skip


@st.composite
def claims(draw: DrawFn, number: str, earlier: PayerParty | None) -> InstitutionalClaim:
    count = draw(st.integers(min_value=1, max_value=4))
    payer_id = earlier.payer_id if earlier else ""
    made = [draw(lines(place, number, payer_id)) for place in range(1, count + 1)]
    paid = sum((one.adjudications[0].paid_amount for one in made if earlier), Decimal(0))
    frequency = draw(st.sampled_from(["1", "2", "7", "8"]))
    has_hour = draw(st.booleans())
    return InstitutionalClaim(
        patient_control_number=number,
        charge_amount=sum((one.charge_amount for one in made), Decimal(0)),
        facility_type_code=draw(st.sampled_from(["11", "13", "21", "85"])),
        statement_from=FIRST,
        statement_to=LAST,
        principal_diagnosis=CodedDiagnosis("I2510", draw(_POA)),
        lines=tuple(made),
        frequency_code=frequency,
        admitted_at=datetime(2026, 8, 1, 10, 30) if has_hour else datetime(2026, 8, 1),
        admission_has_hour=has_hour,
        discharge_hour=draw(st.sampled_from(["", "1130"])),
        admission_type_code=draw(st.sampled_from(["1", "3"])),
        admission_source_code=draw(st.sampled_from(["1", "2"])),
        patient_status_code=draw(st.sampled_from(["01", "30"])),
        admitting_diagnosis=draw(st.sampled_from(["", "R079"])),
        patient_reasons=tuple(draw(st.lists(st.sampled_from(["R079", "R110", "R51"]), max_size=3))),
        external_causes=draw(diagnoses(["W010XXA", "Y92230"], 2)),
        other_diagnoses=draw(diagnoses(_OTHERS, 8)),
        drg_code=draw(st.sampled_from(["", "281"])),
        procedures=tuple(draw(st.lists(PROCEDURES, **_UNIQUE))),
        occurrence_spans=tuple(draw(st.lists(SPANS, **_UNIQUE))),
        occurrences=tuple(draw(st.lists(OCCURRENCES, **_UNIQUE))),
        value_codes=tuple(draw(st.lists(VALUES, **_UNIQUE))),
        condition_codes=draw(st.sampled_from([(), ("17",), ("C1", "17")])),
        patient_due_amount=draw(st.none() | CENTS),
        payer_claim_number=draw(numbers(20)) if frequency in "78" else "",
        prior_authorization_number=draw(st.just("") | numbers(20)),
        referral_number=draw(st.just("") | numbers(20)),
        medical_record_number=draw(st.just("") | numbers(20)),
        attending=draw(st.none() | ATTENDING),
        operating=draw(st.none() | OPERATING),
        facility=draw(st.none() | st.builds(FacilityParty, name=words(40), address=ADDRESSES,
                                             npi=NPIS)),
        other_payers=(draw(other_payers(earlier, paid)),) if earlier else (),
        extra=draw(st.sampled_from([(), (("REF", "LU", "CO"), ("NTE", "ADD", "SEE RECORD"))])),
    )  # fmt: skip


@st.composite
def subscribers(draw: DrawFn, next_number: Callable[[], str]) -> SubscriberLoop[InstitutionalClaim]:
    is_patient, is_secondary = draw(st.booleans()), draw(st.booleans())
    payer = draw(PAYERS)
    earlier = draw(PAYERS.filter(lambda other: other.payer_id != payer.payer_id))
    made = (draw(claims(next_number(), earlier if is_secondary else None)),)
    patient = PatientLoop("19", draw(parties(described=True, member=False)), made)
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
def institutional_batches(draw: DrawFn) -> ClaimBatch837I:
    counter = iter(range(1, 1_000))
    provider = st.builds(
        BillingProvider, name=words(50), npi=NPIS,
        tax_id=st.from_regex(r"[1-9][0-9]{8}", fullmatch=True), address=ADDRESSES,
        taxonomy_code=st.sampled_from(["", "282N00000X"]), pay_to=st.none() | ADDRESSES,
    )  # fmt: skip
    loops = tuple(
        BillingProviderLoop(
            draw(provider),
            tuple(
                draw(subscribers(lambda: f"INST{next(counter):04d}"))
                for _ in range(draw(st.integers(1, 2)))
            ),
        )
        for _ in range(draw(st.integers(1, 2)))
    )
    return ClaimBatch837I(
        reference=draw(numbers(30)),
        created_at=datetime(2026, 11, 23, 9, 30),
        submitter=Submitter(draw(words(50)), draw(numbers(15)), draw(words(40)), "3035550100"),
        receiver=Receiver(draw(words(50)), draw(numbers(15))),
        billing_providers=loops,
    )
