"""The claim world of the tests: one clearinghouse, two payers, and coded visits, all fictional.

Set-up rows are written as an admin would; patients, visits, charges and claims are made by the
services only.
"""

from dataclasses import dataclass
from datetime import date

from claims.choices import PartnerKind, TransportKind, Usage
from claims.models import Claim, PayerFilingSettings, TradingPartner
from claims.services.build_claims import build_claims
from claims.services.queue_batch import queue_batch
from coding.grammar import parse_line
from coding.models import (
    ChargeItem,
    CodeSetRelease,
    CodingCase,
    FeeSchedule,
    FeeScheduleItem,
    IcdCode,
)
from coding.services.check_case import check_case, override_finding
from coding.services.diagnoses import add_diagnosis
from coding.services.finish_case import finish_case
from coding.services.lines import add_line
from core.findings import Severity
from core.models import Practice
from patients.models import (
    BillingProvider,
    Case,
    Patient,
    Payer,
    PayerPlan,
    Provider,
    ServiceFacility,
)
from patients.services.record_case import set_encounter_case
from patients.services.record_coverage import record_coverage
from patients.services.record_encounter import record_encounter
from patients.services.register_patient import register_patient
from tests.factories.patients import SIGNED

LONG_AGO = date(2020, 1, 1)
FEES = {
    "99213": "135", "99214": "200", "20610": "150", "J3301": "10", "87880": "30", "73721": "950",
    "11102": "180", "J2001": "15", "88305": "60", "93005": "40", "93010": "30", "97110": "45",
    "97140": "40",
}  # fmt: skip
DIAGNOSES = {"M1711": True, "I10": True, "J020": True, "M17": False, "M25561": True}
ADDRESS = {"city": "Anytown", "state_code": "CO"}
NOTE = "Seen for the complaint; examined; plan agreed."


@dataclass
class World:
    """What a practice needs before its first claim."""

    practice: Practice
    partner: TradingPartner
    billing_provider: BillingProvider
    facility: ServiceFacility
    reyes: Provider
    cole: Provider
    medicare: Payer
    acme: Payer
    medicare_plan: PayerPlan
    acme_plan: PayerPlan


def make_world(practice: Practice, *, transport: str = TransportKind.FOLDER) -> World:
    """Providers, payers, a route and the reference data; `practice` must be in scope."""
    load_reference_data(practice)
    partner = make_partner(practice, transport)
    billing = BillingProvider.objects.create(
        practice=practice, name="Summit Family Medicine PLLC", npi="2000000010",
        tax_id="841234567", taxonomy_code="207Q00000X", phone="3035550100",
        address_line1="100 Main St Ste 200", zip_code="800011234", **ADDRESS,
    )  # fmt: skip
    facility = ServiceFacility.objects.create(
        practice=practice, name="Summit Main Street", npi="", zip_code="800011234",
        address_line1="100 Main St Ste 200", clia_number="06D0000001", **ADDRESS,
    )  # fmt: skip
    reyes = Provider.objects.create(
        practice=practice, first_name="Ana", last_name="Reyes", npi="2000000028",
        taxonomy_code="207Q00000X",
    )  # fmt: skip
    cole = Provider.objects.create(
        practice=practice, first_name="Ben", last_name="Cole", npi="2000000036",
        taxonomy_code="208000000X",
    )  # fmt: skip
    medicare = make_payer(practice, partner, "Medicare Part B", "MCRPB", by_year=True)
    acme = make_payer(practice, partner, "Acme Health Plan", "12345", limit=90)
    return World(
        practice, partner, billing, facility, reyes, cole, medicare, acme,
        PayerPlan.objects.create(
            practice=practice, payer=medicare, name="Part B", claim_filing_code="MB"
        ),
        PayerPlan.objects.create(
            practice=practice, payer=acme, name="Acme PPO", claim_filing_code="CI"
        ),
    )  # fmt: skip


def load_reference_data(practice: Practice) -> None:
    """A few diagnosis codes, and the practice's own services with their fees."""
    release, is_new = CodeSetRelease.objects.get_or_create(
        kind="icd10cm", label="test", defaults={"effective_from": LONG_AGO, "state": "active"}
    )
    if is_new:
        IcdCode.objects.bulk_create(
            IcdCode(
                release=release, code=code, title=f"Diagnosis {code}", is_billable=billable,
                parent_code="", chapter=1,
            )
            for code, billable in DIAGNOSES.items()
        )  # fmt: skip
    schedule = FeeSchedule.objects.create(
        practice=practice, name="Standard", is_standard=True, effective_from=LONG_AGO
    )
    for code, fee in FEES.items():
        ChargeItem.objects.create(
            practice=practice, procedure_code=code, short_name=f"Service {code}",
            effective_from=LONG_AGO,
        )  # fmt: skip
        FeeScheduleItem.objects.create(
            practice=practice, schedule=schedule, procedure_code=code, fee_amount=fee
        )


def make_partner(practice: Practice, transport: str, **columns: str) -> TradingPartner:
    """A clearinghouse that takes our files as real."""
    return TradingPartner.objects.create(
        practice=practice,
        **{
            "name": "Open Clearinghouse",
            "kind": PartnerKind.CLEARINGHOUSE,
            "transport": transport,
            "sender_id": "SUMMIT01",
            "receiver_id": "OPENCH01",
            "usage": Usage.PRODUCTION,
            "endpoint_url": "http://127.0.0.1:9" if transport == TransportKind.HTTPS else "",
            "outbound_folder": f"folders/{practice.public_id}/out",
            "inbound_folder": f"folders/{practice.public_id}/in",
            **columns,
        },
    )


def make_payer(
    practice: Practice,
    partner: TradingPartner,
    name: str,
    number: str,
    *,
    limit: int = 365,
    by_year: bool = False,
) -> Payer:
    """A payer reached through `partner`."""
    payer = Payer.objects.create(practice=practice, name=name, payer_number=number)
    PayerFilingSettings.objects.create(
        practice=practice,
        payer=payer,
        partner=partner,
        filing_limit_days=limit,
        files_by_calendar_year=by_year,
    )
    return payer


def on_paper(world: World, *payers: Payer) -> TradingPartner:
    """A route by mail, and these payers on it, with an address each."""
    partner = TradingPartner.objects.create(
        practice=world.practice, name="Paper, by mail", kind=PartnerKind.PAYER,
        transport=TransportKind.PAPER,
    )  # fmt: skip
    for payer in payers:
        PayerFilingSettings.objects.filter(payer=payer).update(partner=partner)
        payer.address_line1, payer.zip_code = "PO Box 12", "800010012"
        payer.city, payer.state_code = "Anytown", "CO"
        payer.save()
    return partner


def joan(world: World) -> Patient:
    """W-01: Medicare, herself the subscriber."""
    patient = register_patient(
        practice=world.practice, first_name="Joan", middle_name="Q", last_name="Testpatient",
        birth_date=date(1950, 4, 12), sex="F", address_line1="12 Elm St", zip_code="800015678",
        **ADDRESS, **SIGNED,
    )  # fmt: skip
    record_coverage(
        patient=patient, plan=world.medicare_plan, member_id="1EG4TE5MK73",
        effective_from=LONG_AGO,
    )  # fmt: skip
    return patient


def lily(world: World) -> Patient:
    """W-02: a child on her father's plan."""
    patient = register_patient(
        practice=world.practice, first_name="Lily", last_name="Carter",
        birth_date=date(2018, 9, 3), sex="F", address_line1="45 Oak Ave", zip_code="800012222",
        **ADDRESS, **SIGNED,
    )  # fmt: skip
    record_coverage(
        patient=patient, plan=world.acme_plan, member_id="AHP123456789", group_number="55001",
        relationship_code="19", effective_from=LONG_AGO, subscriber_first_name="Mark",
        subscriber_last_name="Carter", subscriber_birth_date=date(1985, 1, 1),
        subscriber_sex="M",
    )  # fmt: skip
    return patient


def nguyen(world: World, number: int = 1) -> Patient:
    """An adult on the Acme plan; `number` tells several of them apart."""
    patient = register_patient(
        practice=world.practice, first_name="David", last_name="Nguyen",
        birth_date=date(1980, 1, number), sex="M", address_line1=f"{number} Pine Rd",
        zip_code="800013333", **ADDRESS, **SIGNED,
    )  # fmt: skip
    record_coverage(
        patient=patient, plan=world.acme_plan, member_id=f"AHP22233344{number}",
        effective_from=LONG_AGO,
    )  # fmt: skip
    return patient


def ready_case(world: World, patient: Patient, *, on: date) -> CodingCase:
    """A visit with its note, which nobody has coded yet."""
    encounter = record_encounter(
        practice=world.practice, patient=patient, rendering_provider=world.reyes,
        facility=world.facility, billing_provider=world.billing_provider, service_date_from=on,
        note_text=NOTE,
    )  # fmt: skip
    return CodingCase.objects.get(encounter=encounter)


def coded_case(
    world: World,
    patient: Patient,
    *typed: str,
    on: date,
    diagnoses: tuple[str, ...] = ("M1711", "I10"),
    provider: Provider | None = None,
    reason: str = "",
    injury: Case | None = None,
) -> CodingCase:
    """A visit, coded, finished and released. Lines are typed as coders type them.

    With a `reason` the coder overrides whatever may be overridden.
    """
    encounter = record_encounter(
        practice=world.practice, patient=patient, rendering_provider=provider or world.reyes,
        facility=world.facility, billing_provider=world.billing_provider, service_date_from=on,
        note_text=NOTE,
    )  # fmt: skip
    if injury:
        set_encounter_case(encounter=encounter, case=injury)
    case = CodingCase.objects.get(encounter=encounter)
    for code in diagnoses:
        add_diagnosis(case=case, code=code)
    for text in typed:
        add_line(case=case, typed=parse_line(text))
    case.refresh_from_db()
    for found in check_case(case).findings if reason else ():
        if found.severity == Severity.OVERRIDABLE:
            override_finding(case=case, code=found.code, facts=found.message[:300], reason=reason)
    finish_case(case=case)
    return case


def make_claim(world: World, patient: Patient, *typed: str, on: date, **options: object) -> Claim:
    """A claim built and scrubbed from one coded visit."""
    case = coded_case(world, patient, *typed, on=on, **options)  # type: ignore[arg-type]
    return build_claims(case)[0]


def batch_of(world: World, *claims: Claim) -> object:
    """One queued batch with these claims."""
    for claim in claims:
        claim.refresh_from_db()
    return queue_batch(partner=world.partner, versions=[claim.current_version for claim in claims])
