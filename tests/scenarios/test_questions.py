"""Questions to payers with every part real: browser, Celery worker, and the payer simulator."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from claims.choices import VersionState
from claims.models import Claim, EligibilityCheck, InboundMessage, StatusInquiry
from core import clock
from core.choices import Role
from core.tenancy import practice_scope
from patients.models import Patient
from tests.factories.claims import joan, lily, make_claim
from tests.scenarios.stack import Stack, wait_for

pytestmark = [pytest.mark.scenario, pytest.mark.django_db(transaction=True)]


def set_fates(stack: Stack, **fates: str) -> None:
    """What becomes of questions; the simulator takes a changed configuration up within a second."""
    path = stack.folder / "simulator.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"inquiries": fates}))


def check_now(stack: Stack, patient: Patient) -> EligibilityCheck:
    coverage = patient.coverages.get()
    desk = stack.signed_in(Role.FRONT_DESK)
    day = clock.today(stack.practice)
    answer = desk.post(
        reverse("claims:eligibility-ask", args=[coverage.public_id]),
        {"service_on": f"{day:%Y-%m-%d}", "service_type": "30"},
    )
    assert answer.status_code == 303, answer.content.decode()[:2000]
    return EligibilityCheck.objects.latest("id")


def settled(check: EligibilityCheck) -> Any:
    check.refresh_from_db()
    return not check.is_open


def page_of(stack: Stack, patient: Patient) -> str:
    url = reverse("claims:eligibility", args=[patient.coverages.get().public_id])
    return " ".join(stack.signed_in(Role.FRONT_DESK).get(url).content.decode().split())


def test_coverage_is_asked_and_told_while_the_patient_stands_at_the_desk(stack: Stack) -> None:
    with practice_scope(stack.practice):
        patient, child = joan(stack.world), lily(stack.world)
        set_fates(stack, AHP123456789="aaa_77")
        stack.start_worker()
        check = check_now(stack, patient)
        wait_for("the payer answers", lambda: settled(check))
        assert check.verdict == "active"
        assert "Active on" in page_of(stack, patient)
        refused = check_now(stack, child)
        wait_for("the payer refuses", lambda: settled(refused))
        assert refused.verdict == "not_told"
        assert "not the patient under that policy" in page_of(stack, child)
        assert InboundMessage.objects.filter(source="reply", kind="271").count() == 2


def test_a_payer_that_is_down_is_asked_again_by_the_worker(stack: Stack) -> None:
    with practice_scope(stack.practice):
        patient = joan(stack.world)
        set_fates(stack, **{"1EG4TE5MK73": "down"})
        stack.start_worker()
        check = check_now(stack, patient)

        def was_tried() -> bool:
            check.refresh_from_db()
            return bool(check.last_error)

        wait_for("the worker tries", was_tried)
        assert check.state == "queued"
        assert "asked again" in page_of(stack, patient)
        set_fates(stack)
        EligibilityCheck.objects.update(due_at=clock.now() + timedelta(seconds=2))
        wait_for("the payer answers after all", lambda: settled(check))
        assert check.verdict == "active"


def test_a_claim_is_asked_about_and_the_payer_says_where_it_is(stack: Stack) -> None:
    with practice_scope(stack.practice):
        day = clock.today(stack.practice) - timedelta(days=3)
        patient = joan(stack.world)
        claim = make_claim(stack.world, patient, "99213", on=day)
        set_scenario(stack, claim.control_number, "pend")
        stack.start_worker()
        biller = stack.signed_in(Role.BILLER)
        biller.post(reverse("claims:batch-build"), {"ids": str(claim.public_id), "act": "send"})
        wait_for("the payer has it", lambda: state_of(claim) == VersionState.PAYER_RECEIVED)
        biller.post(reverse("claims:ask-status", args=[claim.public_id]))
        inquiry = StatusInquiry.objects.get()

        def told() -> bool:
            inquiry.refresh_from_db()
            return not inquiry.is_open

        wait_for("the payer says where it is", told)
        assert (inquiry.state, inquiry.category_code) == ("answered", "P3")
        assert state_of(claim) == VersionState.PENDED
        page = biller.get(reverse("claims:detail", args=[claim.public_id])).content.decode()
        assert "medical records (317)" in page


def set_scenario(stack: Stack, claim_number: str, fate: str) -> None:
    path = stack.folder / "simulator.json"
    settings = json.loads(path.read_text())
    settings["scenarios"] = {claim_number: fate}
    settings["delays_seconds"] |= {"835": 60}
    path.write_text(json.dumps(settings))


def state_of(claim: Claim) -> str:
    claim.version.refresh_from_db()
    return claim.version.state
