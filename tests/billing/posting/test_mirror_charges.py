"""Charges taken back leave the books by mirrors; money on them, or paper about them, refuses it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import verify
from billing.ledger import invariants
from billing.ledger.accounts import Account
from billing.ledger.balances import balance, open_items
from billing.models import Journal, Payment
from billing.selectors.visits import visits_of
from billing.services.issue_statement import issue_statement
from billing.services.take_back_payment import take_back_payment
from billing.services.take_patient_payment import take_patient_payment
from claims.models import Claim
from claims.services.build_claims import build_claims
from claims.services.recheck_claim import recheck_claim
from claims.services.return_claim import return_claim
from claims.services.send_transmission import send_due
from claims.verify import check_totals
from claims.verify import check_voided as check_voided_claims
from coding.models import CodingCase
from coding.services.finish_case import finish_case
from coding.services.hold_case import return_case
from core import clock
from core.errors import ApplicationError
from core.models import Practice, TimelineEntry
from core.states import IllegalTransition
from patients.models import Patient
from patients.services.record_coverage import change_coverage
from tests.billing.road import charged_visit, new_patient
from tests.claims.conftest import NOVEMBER_23
from tests.factories.claims import World, batch_of, coded_case, joan, make_claim, make_world

D = Decimal
NOVEMBER_2 = date(2026, 11, 2)
REASON = "The note tells of the left knee."
PROOFS = [
    invariants.check_journals, invariants.check_zero, invariants.check_keys,
    invariants.check_mirrors, verify.check_charges, verify.check_voided, verify.check_owed_once,
    verify.check_credits, verify.check_unapplied, verify.check_claims, verify.check_patients,
    verify.check_payments, check_totals, check_voided_claims,
]  # fmt: skip


@pytest.fixture
def world(in_summit: Practice) -> World:
    with clock.travel(NOVEMBER_23):
        yield make_world(in_summit)


@pytest.fixture
def patient(world: World) -> Patient:
    return joan(world)


def test_the_ledger_is_back_at_zero_and_each_journal_has_its_mirror(
    world: World, patient: Patient
) -> None:
    claim = make_claim(world, patient, "99214-25 /ab", "20610-RT /a", on=NOVEMBER_2)
    return_claim(claim=claim, reason=REASON)
    assert open_items(world.practice) == []
    assert balance(world.practice, Account.CHARGES) == 0
    originals = Journal.objects.filter(reverses=None)
    assert originals.count() == 2
    assert not originals.filter(mirror=None).exists()
    claim.refresh_from_db()
    patient.refresh_from_db()
    assert claim.insurance_balance_amount == patient.insurance_balance_amount == 0
    told = TimelineEntry.objects.get(kind="charges.unposted")
    assert told.details["note"].count("J") == 2


def test_what_moved_between_payers_is_mirrored_first(world: World, patient: Patient) -> None:
    claim = make_claim(world, patient, "99213", on=NOVEMBER_2)
    change_coverage(coverage=patient.coverages.get(), plan=world.acme_plan, member_id="AHP222333")
    recheck_claim(claim)
    assert balance(world.practice, Account.INSURANCE_AR, payer_id=world.acme.pk) == D("135.00")
    return_claim(claim=claim, reason=REASON)
    assert open_items(world.practice) == []
    kinds = list(Journal.objects.order_by("number").values_list("source_kind", flat=True))
    assert kinds == ["charge", "responsibility", "mirror", "mirror"]


def test_the_account_shows_the_visit_as_it_is_coded_now(world: World, patient: Patient) -> None:
    claim = make_claim(world, patient, "99213", on=NOVEMBER_2)
    return_claim(claim=claim, reason=REASON)
    assert visits_of(world.practice, [patient.pk]) == []
    finish_case(case=CodingCase.objects.get())
    [visit] = visits_of(world.practice, [patient.pk])
    assert (visit.charge_amount, len(visit.lines)) == (D("135.00"), 1)


def uninsured(world: World, patient: Patient) -> CodingCase:
    change_coverage(coverage=patient.coverages.get(), effective_to=date(2025, 1, 1))
    return coded_case(world, patient, "99213", on=NOVEMBER_2)


def pay(patient: Patient, amount: str) -> Payment:
    return take_patient_payment(
        patient=patient, amount=D(amount), method="cash", received_on=date(2026, 11, 20)
    )


def refused(case: CodingCase) -> str:
    written = Journal.objects.count()
    with pytest.raises(ApplicationError) as error:
        return_case(case=case, reason=REASON)
    assert Journal.objects.count() == written
    assert set(case.lines.values_list("state", flat=True)) == {"released"}
    return error.value.message


def test_what_the_patient_paid_on_is_refused_until_the_receipt_is_taken_back(
    world: World, patient: Patient
) -> None:
    case = uninsured(world, patient)
    payment = pay(patient, "35")
    assert "Take the receipt back first" in refused(case)
    assert payment.number in refused(case)
    take_back_payment(payment=payment, reason="Taken anew after coding")
    return_case(case=case, reason=REASON)
    assert open_items(world.practice) == []


def test_where_money_paid_before_was_used_it_is_refused(world: World, patient: Patient) -> None:
    pay(patient, "30")
    case = uninsured(world, patient)
    assert "Correcting paid charges is not in Claimline yet" in refused(case)


def test_what_stands_on_an_issued_statement_is_refused(world: World, patient: Patient) -> None:
    case = uninsured(world, patient)
    statement = issue_statement(guarantor=patient.guarantor)
    assert f"Statement {statement.number} asks the patient for these charges" in refused(case)


def test_a_statement_over_another_visit_is_in_nobodys_way(world: World, patient: Patient) -> None:
    charged_visit(new_patient(world.practice, patient.guarantor), ["50"])
    issue_statement(guarantor=patient.guarantor)
    return_case(case=uninsured(world, patient), reason=REASON)
    assert balance(world.practice, Account.PATIENT_AR, patient_id=patient.pk) == 0


# --- whatever a practice does, the books hold ---------------------------------------------------


class Office:
    """One visit, and what people may do about it in any order; what is refused changes nothing."""

    def __init__(self, world: World, patient: Patient) -> None:
        self.world, self.patient = world, patient
        self.case = coded_case(world, patient, "99214-25 /ab", "20610-RT /a", on=NOVEMBER_2)

    def build(self) -> None:
        build_claims(self.case)

    def give_back(self) -> None:
        return_case(case=CodingCase.objects.get(), reason=REASON)

    def give_claim_back(self) -> None:
        return_claim(claim=self.newest(), reason=REASON)

    def code_again(self) -> None:
        finish_case(case=CodingCase.objects.get())

    def change_payer(self) -> None:
        coverage = self.patient.coverages.get()
        to_acme = coverage.plan_id == self.world.medicare_plan.pk
        change_coverage(
            coverage=coverage,
            plan=self.world.acme_plan if to_acme else self.world.medicare_plan,
            member_id="AHP222333" if to_acme else "1EG4TE5MK73",
        )

    def check_again(self) -> None:
        recheck_claim(self.newest())

    def lose_coverage(self) -> None:
        change_coverage(coverage=self.patient.coverages.get(), effective_to=date(2025, 1, 1))

    def pay(self) -> None:
        pay(self.patient, "20")

    def take_back(self) -> None:
        payment = Payment.objects.order_by("-pk").first()
        if payment is not None:
            take_back_payment(payment=payment, reason="Typed wrong")

    def send(self) -> None:
        batch_of(self.world, self.newest())
        send_due()

    def newest(self) -> Claim:
        found = Claim.objects.order_by("-pk").first()
        if found is None:
            raise ApplicationError("There is no claim yet.")
        return found


ACTS: dict[str, Callable[[Office], None]] = {
    name: act for name, act in vars(Office).items() if callable(act) and not name.startswith("__")
}
del ACTS["newest"]


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(st.sampled_from(sorted(ACTS)), min_size=2, max_size=8))
def test_in_whatever_order_people_act_no_cent_is_lost_or_owed_twice(
    world: World, patient: Patient, acts: list[str]
) -> None:
    with transaction.atomic():
        office = Office(world, patient)
        for name in acts:
            try:
                with transaction.atomic():
                    ACTS[name](office)
            except (ApplicationError, IllegalTransition):
                pass  # refused, and rolled back
            assert [said for proof in PROOFS for said in proof().problems] == [], acts
        transaction.set_rollback(True)
