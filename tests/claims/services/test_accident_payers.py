"""The carrier of an accident pays first, then everybody else in their order (domain C.1, C.5)."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from claims.choices import VersionState as V
from claims.models import Claim, SubmissionBatch
from claims.services.bill_next_payer import bill_next_payer_now
from claims.services.decline_next_payer import decline_next_payer
from claims.services.recheck_claim import recheck_claim
from core.choices import Role
from core.services.documents import read_document
from patients.models import Coverage, Patient
from patients.services.record_case import record_case, set_encounter_case
from patients.services.record_coverage import change_coverage, record_coverage
from tests.cast import client_of
from tests.factories.claims import LONG_AGO, World, joan, make_claim
from tests.factories.cob import (
    answered,
    joans,
    plan_of,
    post_by_itself,
    remit,
    sent,
    supplement,
    told,
)

pytestmark = pytest.mark.django_db
D = Decimal
NOVEMBER_2 = date(2026, 11, 2)
CARRIER_LEFT_FORTY = ("85", "CO*45*10~PR*1*40")


@pytest.fixture
def hurt(world: World) -> Claim:
    """Joan has Medicare and a supplement; the crash is her auto carrier's first."""
    patient = joan(world)
    supplement(world, patient)
    crash = record_case(
        patient=patient, name="Crash", is_auto=True, accident_on=date(2026, 10, 30),
        state_code="CO",
    )  # fmt: skip
    record_coverage(
        patient=patient, plan=plan_of(world, "Road Insurance", "ROAD1", "AM"), case=crash,
        member_id="RD1234567", effective_from=LONG_AGO,
    )  # fmt: skip
    post_by_itself()
    return sent(world, make_claim(world, patient, "99213", on=NOVEMBER_2, injury=crash))


def written(claim: Claim) -> list[str]:
    batch = SubmissionBatch.objects.get(attempts__version=claim.version)
    return read_document(batch.document).decode().replace("\n", "").split("~")


def carrier_decides(world: World, claim: Claim) -> None:
    told(world, remit(claim, "ROAD INSURANCE", CARRIER_LEFT_FORTY), claim)


def test_after_the_carrier_comes_the_plan_and_not_the_supplement(world: World, hurt: Claim) -> None:
    assert (hurt.version.rank, hurt.version.payer.name) == (1, "Road Insurance")
    carrier_decides(world, hurt)
    version = hurt.version
    assert (version.rank, version.payer.name, version.state) == (2, "Medicare Part B", V.READY)
    carrier, after = version.snapshot["other_payers"]
    assert (carrier["payer"]["name"], carrier["coverage"]["rank"]) == ("Road Insurance", 1)
    assert carrier["decision"]["paid_amount"] == "85.00"
    assert (after["payer"]["name"], after["coverage"]["rank"]) == ("Acme Supplement", 3)
    assert after["decision"] is None
    sent(world, hurt)
    assert "SBR*S*18***14****MB" in written(hurt), "no-fault or auto: why Medicare is second"
    assert "AMT*D*85" in written(hurt)


def test_each_later_payer_hears_of_each_decision_from_the_one_who_made_it(
    world: World, hurt: Claim
) -> None:
    carrier_decides(world, hurt)
    sent(world, hurt)
    told(
        world,
        remit(hurt, "MEDICARE PART B", ("20", "OA*23*85~CO*45*10~PR*2*20"), status="2", trace="T2"),
        hurt,
    )
    version = hurt.version
    assert (version.rank, version.payer.name) == (3, "Acme Supplement")
    told_of = {
        other["payer"]["name"]: other["decision"]["paid_amount"]
        for other in version.snapshot["other_payers"]
    }
    assert told_of == {"Road Insurance": "85.00", "Medicare Part B": "20.00"}
    assert hurt.insurance_balance_amount == D(20)


def test_the_page_and_the_bucket_know_the_plan_as_next(world: World, hurt: Claim) -> None:
    carrier_decides(world, hurt)
    biller = client_of(world.practice, Role.BILLER)
    page = biller.get(reverse("claims:detail", args=[hurt.public_id])).content.decode()
    chain = page[page.index('id="chain"') :]
    assert chain.index("Road Insurance") < chain.index("Medicare Part B")
    assert chain.index("Medicare Part B") < chain.index("Acme Supplement")
    Claim.objects.filter(pk=hurt.pk).update(current_version=hurt.versions.get(number=1))
    assert in_bucket(biller, hurt)


def in_bucket(biller: Client, claim: Claim) -> bool:
    found = biller.get(reverse("claims:worklist"), {"bucket": "secondary-due"})
    return f">{claim.control_number}<" in found.content.decode()


def test_the_plan_may_be_passed_over_and_its_part_is_the_supplements(
    world: World, hurt: Claim
) -> None:
    carrier_decides(world, hurt)
    decline_next_payer(claim=hurt, reason="Medicare is not to know of it.")
    hurt.refresh_from_db()
    assert (hurt.version.rank, hurt.version.payer.name) == (3, "Acme Supplement")
    assert hurt.insurance_balance_amount == D(40)


def test_a_carrier_that_comes_to_light_later_does_not_make_the_plan_pay_twice(
    world: World,
) -> None:
    claim = joans(world, covered=False)
    answered(world, "w10.835", claim)
    crash = record_case(
        patient=claim.patient, name="Crash", is_auto=True, accident_on=date(2026, 10, 30),
        state_code="CO",
    )  # fmt: skip
    record_coverage(
        patient=claim.patient, plan=plan_of(world, "Road Insurance", "ROAD1", "AM"), case=crash,
        member_id="RD1234567", effective_from=LONG_AGO,
    )  # fmt: skip
    link = claim.charge_lines.select_related("charge_line__encounter").first()
    assert link is not None
    set_encounter_case(encounter=link.charge_line.encounter, case=crash)
    supplement(world, claim.patient)
    assert bill_next_payer_now(claim=claim).payer.name == "Acme Supplement"


def test_a_decision_is_told_only_of_the_payer_that_made_it(world: World) -> None:
    claim = joans(world)
    answered(world, "w10.835", claim)
    replaced = medicare_of(claim.patient)
    change_coverage(coverage=replaced, plan=world.acme_plan, member_id="AHP123456789")
    version = recheck_claim(claim)
    other = version.snapshot["other_payers"][0]
    assert (other["payer"]["name"], other["decision"]) == ("Acme Health Plan", None)
    assert version.state == V.SCRUB_FAILED
    assert version.findings.filter(code="COB-06").exists()


def medicare_of(patient: Patient) -> Coverage:
    return Coverage.objects.get(patient=patient, plan__payer__name="Medicare Part B")
