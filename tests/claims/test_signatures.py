"""A claim says only what is on file: the scrub, CLM08 to CLM10, OI, and boxes 12 and 13."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.claim_facts import Row
from claims.edi.write_837p import write_alone
from claims.models import Claim, ScrubFinding
from claims.paper.boxes import paper_claim
from claims.services.recheck_claim import recheck_claim
from core import sweeping
from core.choices import Role
from patients.models import Patient
from patients.services.register_patient import update_patient
from patients.services.save_claim_data import save_claim_data
from tests.cast import client_of
from tests.factories.claims import World, joan, make_claim
from tests.factories.patients import SIGNED

pytestmark = pytest.mark.django_db
NOTHING = dict.fromkeys(SIGNED, "") | {"release_signed_on": None, "benefits_signed_on": None}
BY_LAW = NOTHING | {"release_code": "I", "benefits_code": "N"}


@pytest.fixture
def patient(world: World) -> Patient:
    return joan(world)


def claim_of(world: World, patient: Patient, **signed: Any) -> Claim:
    update_patient(patient=patient, **signed)
    return make_claim(world, patient, "99213", on=date(2026, 11, 2))


def findings(claim: Claim) -> dict[str, ScrubFinding]:
    found = ScrubFinding.objects.filter(
        version=claim.current_version_id, code__startswith="IDN-2", cleared_at__isnull=True
    )
    return {one.code: one for one in found}


def clm(snapshot: Row) -> list[str]:
    text = write_alone(dict(snapshot), "CHECK").decode()
    (segment,) = [one for one in text.split("~\n") if one.startswith("CLM*")]
    return segment.split("*")[6:]


def boxes(snapshot: Row) -> dict[str, str]:
    return paper_claim(snapshot).forms[0]


def test_what_is_signed_is_said_with_its_day(world: World, patient: Patient) -> None:
    claim = claim_of(world, patient, release_signed_on=date(2026, 3, 4))
    assert findings(claim) == {}
    snapshot = claim.version.snapshot
    assert clm(snapshot) == ["Y", "A", "Y", "Y"]
    found = boxes(snapshot)
    assert (found["12"], found["12.date"]) == ("SIGNATURE ON FILE", "03 04 2026")
    assert found["13"] == "SIGNATURE ON FILE"


def test_a_release_by_law_and_benefits_not_assigned_are_said_so(
    world: World, patient: Patient
) -> None:
    claim = claim_of(world, patient, **BY_LAW)
    assert findings(claim) == {}
    snapshot = claim.version.snapshot
    assert clm(snapshot) == ["Y", "A", "N", "I"]
    found = boxes(snapshot)
    assert (found["12"], found.get("12.date"), found.get("13")) == ("RELEASED BY LAW", None, None)


def test_without_a_release_the_claim_stops_and_the_link_opens_the_field(
    world: World, patient: Patient
) -> None:
    claim = claim_of(world, patient, **NOTHING)
    assert claim.version.state == "scrub_failed"
    assert {code: one.severity for code, one in findings(claim).items()} == {
        "IDN-20": "E", "IDN-21": "O",
    }  # fmt: skip
    biller = client_of(world.practice, Role.BILLER)
    page = biller.get(reverse("claims:detail", args=[claim.public_id]), {"tab": "edits"})
    field = f"{reverse('patients:edit', args=[patient.public_id])}#id_release_code"
    assert field in page.content.decode()


def test_signed_at_last_the_waiting_claim_is_ready_by_itself(
    world: World, patient: Patient
) -> None:
    claim = claim_of(world, patient, **NOTHING)
    desk: Client = client_of(world.practice, Role.FRONT_DESK)
    form = {
        name: getattr(patient, name)
        for name in ("first_name", "last_name", "sex", "address_line1", "city", "state_code",
                     "zip_code")
    }  # fmt: skip
    form |= {"birth_date": "1950-04-12", "release_code": "Y", "release_signed_on": "2026-11-20",
             "benefits_code": "Y", "benefits_signed_on": "2026-11-20"}  # fmt: skip
    answer = desk.post(reverse("patients:edit", args=[patient.public_id]), form)
    assert answer.status_code == 303
    sweeping.run_one("news")
    claim.refresh_from_db()
    assert (claim.version.state, findings(claim)) == ("ready", {})


def test_the_visits_own_word_goes_before_what_is_on_file(world: World, patient: Patient) -> None:
    claim = claim_of(world, patient, **NOTHING)
    encounter = claim.charge_lines.first().charge_line.encounter
    told = {"signatures": {"release": "I", "benefits": "W", "signed_by": "P"}}
    save_claim_data(encounter=encounter, values=told)
    claim.refresh_from_db()
    claim = Claim.objects.get(pk=claim.pk)
    recheck_claim(claim)
    claim.refresh_from_db()
    assert findings(claim) == {}
    assert clm(claim.version.snapshot) == ["Y", "A", "W", "I", "P"]


def test_a_signature_that_is_only_claimed_at_the_visit_is_not_on_file(
    world: World, patient: Patient
) -> None:
    claim = claim_of(world, patient, **NOTHING)
    encounter = claim.charge_lines.first().charge_line.encounter
    save_claim_data(encounter=encounter, values={"signatures": {"release": "Y", "benefits": "Y"}})
    recheck_claim(Claim.objects.get(pk=claim.pk))
    claim.refresh_from_db()
    assert set(findings(claim)) == {"IDN-20", "IDN-21"}


def test_a_claim_frozen_before_signatures_were_kept_says_what_it_said(
    world: World, patient: Patient
) -> None:
    snapshot = dict(claim_of(world, patient).version.snapshot)
    del snapshot["signatures"]
    assert clm(snapshot) == ["Y", "A", "Y", "Y"]
    found = boxes(snapshot)
    assert (found["12"], found.get("12.date"), found["13"]) == (
        "SIGNATURE ON FILE", None, "SIGNATURE ON FILE",
    )  # fmt: skip
