"""The tour of docs/tour.md, played: one encounter from the front desk to a paid, proven ledger."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from billing.models import LedgerEntry, Payment, Statement
from claims.choices import VersionState
from claims.models import Claim, InboundMessage, Remittance
from coding.models import CodingCase
from core import clock
from core.choices import Role
from core.models import TimelineEntry
from core.services.api_tokens import issue_api_token
from core.services.documents import read_document
from core.tenancy import practice_scope
from patients.models import Encounter, Patient
from tests.scenarios.stack import Stack, wait_for

pytestmark = [pytest.mark.scenario, pytest.mark.django_db(transaction=True)]

JOAN = {
    "first_name": "Joan", "middle_name": "Q", "last_name": "Testpatient",
    "birth_date": "1950-04-12", "sex": "F", "address_line1": "12 Elm St", "city": "Anytown",
    "state_code": "CO", "zip_code": "800015678", "release_code": "Y",
    "release_signed_on": "2026-01-05", "benefits_code": "Y", "benefits_signed_on": "2026-01-05",
}  # fmt: skip
NOTE = "Right knee pain, worse on stairs. Blood pressure at goal. Knee injected today."
STORY = [
    "encounter.recorded", "note.added", "case.opened", "diagnosis.added", "line.added",
    "case.finished", "charges.released", "charges.posted", "claim.built", "claim.checked",
    "claim.batched", "claim.sent", "claim.accepted", "claim.received", "claim.paid",
    "claim.on_statement", "claim.patient_paid", "claim.closed",
]  # fmt: skip


def post(client: Client, name: str, *args: object, **form: object) -> None:
    response = client.post(reverse(name, args=args), form)
    assert response.status_code in {200, 204, 302, 303}, response.content.decode()[:2000]


def test_one_encounter_from_the_front_desk_to_a_paid_and_proven_ledger(stack: Stack) -> None:
    stack.start_worker()
    with practice_scope(stack.practice):
        patient = register(stack)
        encounter = record_visit(stack, patient)
        case = code(stack, encounter)
        claim = wait_for("the claim is built", lambda: claim_of(case, VersionState.READY))
        send(stack, claim)
        wait_for("the claim is adjudicated", lambda: claim_of(case, VersionState.ADJUDICATED))
        check_answers(claim)
        bill_and_take_payment(stack, patient)
        wait_for("the claim is closed", lambda: claim_of(case, VersionState.CLOSED))
        check_story(case)
    call_command("verify")


def register(stack: Stack) -> Patient:
    """Registered at the front desk, with her coverage."""
    desk = stack.signed_in(Role.FRONT_DESK)
    post(desk, "patients:new", **JOAN)
    patient = Patient.objects.get()
    post(
        desk, "patients:coverage-new", patient.public_id,
        plan=stack.world.medicare_plan.pk, rank=1, member_id="1EG4-TE5-MK73",
        effective_from="2015-04-01", relationship_code="18",
    )  # fmt: skip
    assert patient.coverages.get().member_id == "1EG4TE5MK73"
    return patient


def record_visit(stack: Stack, patient: Patient) -> Encounter:
    """A visit with its clinical note, by screen; two more by CSV and by the API."""
    desk = stack.signed_in(Role.FRONT_DESK)
    world, day = stack.world, clock.today(stack.practice) - timedelta(days=3)
    post(
        desk, "patients:encounter-new", patient.public_id,
        service_date_from=f"{day:%Y-%m-%d}", rendering_provider=world.reyes.pk,
        facility=world.facility.pk, billing_provider=world.billing_provider.pk,
        visit_kind="office", note_text=NOTE, note_is_signed="on",
    )  # fmt: skip
    encounter = Encounter.objects.get()
    row = f"{patient.mrn},{day:%Y-%m-%d},{world.reyes.npi}"
    _, token = issue_api_token(practice=stack.practice, name="EHR", scopes=["encounters:write"])
    answer = Client().post(
        reverse("api-encounters"),
        {"patient_mrn": patient.mrn, "service_date_from": f"{day:%Y-%m-%d}",
         "rendering_provider_npi": world.reyes.npi, "note": NOTE},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "visit-1"},
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    by_csv(desk, f"patient_mrn,service_date_from,rendering_provider_npi\n{row}\n")
    wait_for("three visits", lambda: Encounter.objects.count() == 3)
    return encounter


def by_csv(desk: Client, text: str) -> None:
    """Upload a file of encounters; a worker takes it in."""
    file = SimpleUploadedFile("visits.csv", text.encode(), content_type="text/csv")
    response = desk.post(reverse("patients:encounter-import"), {"file": file})
    assert response.status_code in {200, 302, 303}, response.content.decode()[:2000]


def code(stack: Stack, encounter: Encounter) -> CodingCase:
    """Two diagnoses, two lines, finished; the charges are in the ledger at once."""
    coder = stack.signed_in(Role.CODER)
    case = CodingCase.objects.get(encounter=encounter)
    for text in ("m17.11", "i10"):
        post(coder, "coding:diagnosis-add", case.public_id, q=text)
    for text in ("99214-25 /ab", "20610-rt /a"):
        post(coder, "coding:line-add", case.public_id, q=text)
    post(coder, "coding:finish", case.public_id)
    assert owed() == (Decimal("350.00"), Decimal("0.00"))
    return case


def send(stack: Stack, claim: Claim) -> None:
    """The biller sends what is ready; a worker writes and carries the 837P."""
    biller = stack.signed_in(Role.BILLER)
    post(biller, "claims:batch-build", partner=str(stack.world.partner.public_id), act="send")
    wait_for("the 837P is sent", lambda: TimelineEntry.objects.filter(kind="claim.sent").exists())
    sent = TimelineEntry.objects.get(kind="claim.sent")
    assert sent.document is not None
    text = read_document(sent.document).decode()
    assert f"CLM*{claim.control_number}*350***11:B:1*Y*A*Y*Y~" in text
    assert "HI*ABK:M1711*ABF:I10~" in text


def check_answers(claim: Claim) -> None:
    """TA1, 999, two 277CA and the 835 came as signed callbacks, each kept as it was."""
    kinds = sorted(InboundMessage.objects.values_list("kind", "state"))
    assert kinds == [
        ("277ca", "applied"), ("277ca", "applied"), ("835", "applied"), ("999", "applied"),
        ("ta1", "applied"),
    ]  # fmt: skip
    remittance = Remittance.objects.get()
    assert remittance.state == "posted"
    # 130 and 68 allowed; 20 % coinsurance; Medicare keeps 2 % of what it would pay.
    assert owed() == (Decimal("0.00"), Decimal("39.60"))
    assert remittance.payment_amount == Decimal("155.23")
    claim.refresh_from_db()
    assert claim.patient_balance_amount == Decimal("39.60")


def bill_and_take_payment(stack: Stack, patient: Patient) -> None:
    """The statement as a PDF, and the patient's payment: the balance is zero."""
    biller = stack.signed_in(Role.BILLER)
    post(biller, "billing:statement-issue", patient.public_id)
    statement = Statement.objects.get()
    assert statement.balance_amount == Decimal("39.60")
    pdf = biller.get(reverse("billing:statement-pdf", args=[statement.public_id]))
    assert pdf.status_code == 200
    assert pdf.content.startswith(b"%PDF")
    desk = stack.signed_in(Role.FRONT_DESK)
    post(
        desk, "billing:payment-new", patient.public_id, amount="39.60", method="check",
        received_on=f"{clock.today(stack.practice):%Y-%m-%d}", reference="1001", spread="oldest",
    )  # fmt: skip
    assert Payment.objects.get().amount == Decimal("39.60")
    assert owed() == (Decimal("0.00"), Decimal("0.00"))


def check_story(case: CodingCase) -> None:
    """Every step stands on the claim's timeline, with who did it."""
    told = set(TimelineEntry.objects.values_list("kind", flat=True))
    assert set(STORY) <= told, set(STORY) - told


def claim_of(case: CodingCase, state: str) -> Claim | None:
    """The claim of a case once it is in `state`."""
    return Claim.objects.filter(
        charge_lines__charge_line__case=case, current_version__state=state
    ).first()


def owed() -> tuple[Decimal, Decimal]:
    """What insurers and patients owe, as the ledger says."""
    sums = {1100: Decimal("0.00"), 1200: Decimal("0.00")}
    for account, amount in LedgerEntry.objects.values_list("account_id", "amount"):
        if account in sums:
            sums[account] += amount
    return sums[1100], sums[1200]
