"""A claim goes back to its coder before it is sent, and another one goes out in its place.

All through the front door; what workers would do is done by the sweeps.
"""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from billing.ledger.accounts import Account
from billing.ledger.balances import balance, open_items, trial_balance
from claims.models import Claim, SubmissionBatch
from coding.choices import LineState
from coding.models import ChargeLine, CodingCase
from core import clock, sweeping
from core.choices import Role
from core.models import Practice, TimelineEntry
from core.services.documents import read_document
from patients.models import Patient
from tests.cast import client_of
from tests.factories.claims import World, joan, make_world, ready_case

pytestmark = [pytest.mark.scenario, pytest.mark.django_db]
REASON = "The note tells of one problem: 99214 is too high."
STORY = [
    "case.finished", "charges.released", "charges.posted", "claim.built", "claim.checked",
    "charges.voided", "claim.voided", "charges.unposted", "line.changed", "case.finished",
    "charges.released", "charges.posted", "claim.built", "claim.checked", "claim.batched",
    "claim.sent",
]  # fmt: skip


@pytest.fixture
def world(in_summit: Practice) -> World:
    return make_world(in_summit)


def post(client: Client, name: str, *args: object, **form: object) -> str:
    response = client.post(reverse(name, args=args), form, follow=True)
    assert response.status_code == 200, response.content.decode()[:2000]
    sweeping.run_all()
    return str(response.content.decode())


def test_released_returned_coded_again_and_sent(world: World) -> None:
    patient = joan(world)
    day = clock.today(world.practice) - timedelta(days=1)
    case = ready_case(world, patient, on=day)
    coder, biller = client_of(world.practice, Role.CODER), client_of(world.practice, Role.BILLER)

    code(coder, case)
    first = Claim.objects.get()
    assert owed(patient) == Decimal("350.00")

    page = post(biller, "claims:return", first.public_id, reason=REASON)
    assert "Returned to the coder before a payer had it" in page
    back_to_zero(world, first, patient)

    change(coder, case)
    second = Claim.objects.exclude(pk=first.pk).get()
    assert owed(patient) == Decimal("285.00")
    assert second.control_number in page_of(biller, first)

    send(biller, world, first, second)
    story = TimelineEntry.objects.filter(kind__in=STORY).order_by("pk")
    assert list(story.values_list("kind", flat=True)) == STORY
    said = StringIO()
    call_command("verify", stdout=said)
    assert "voided charges are out of the ledger (3): ok" in said.getvalue()


def code(coder: Client, case: CodingCase) -> None:
    """Two diagnoses, a visit and its injection."""
    for typed in ("m17.11", "i10"):
        post(coder, "coding:diagnosis-add", case.public_id, q=typed)
    for typed in ("99214-25 /ab", "20610-rt /a"):
        post(coder, "coding:line-add", case.public_id, q=typed)
    post(coder, "coding:finish", case.public_id)


def back_to_zero(world: World, claim: Claim, patient: Patient) -> None:
    """Nothing is open, nothing was earned; the claim is void, and its lines are kept."""
    assert open_items(world.practice) == []
    assert {row.balance_amount for row in trial_balance(world.practice)} == {Decimal("0.00")}
    claim.refresh_from_db()
    assert (claim.version.state, claim.insurance_balance_amount) == ("voided", 0)
    assert owed(patient) == 0
    assert ChargeLine.objects.filter(state=LineState.VOID).count() == 2


def change(coder: Client, case: CodingCase) -> None:
    """The coder sees why it came back, codes one level less and finishes."""
    page = str(coder.get(reverse("coding:case", args=[case.public_id])).content.decode())
    assert REASON in page
    draft = ChargeLine.objects.get(state=LineState.DRAFT, procedure_code="99214")
    post(coder, "coding:line-edit", case.public_id, draft.public_id, q="99213-25 /ab")
    post(coder, "coding:finish", case.public_id)


def page_of(biller: Client, claim: Claim) -> str:
    url = reverse("claims:detail", args=[claim.public_id])
    return str(biller.get(url).content.decode())


def send(biller: Client, world: World, first: Claim, second: Claim) -> None:
    """Only the new claim goes out, with line numbers of its own."""
    post(biller, "claims:batch-build", partner=str(world.partner.public_id), act="send")
    second.refresh_from_db()
    assert second.version.state == "sent"
    text = read_document(SubmissionBatch.objects.get().document).decode()
    assert f"CLM*{second.control_number}*285*" in text
    assert first.control_number not in text
    void = ChargeLine.objects.filter(state=LineState.VOID)
    assert not any(line.control_number in text for line in void)


def owed(patient: Patient) -> Decimal:
    patient.refresh_from_db()
    assert patient.insurance_balance_amount == balance(
        patient.practice, Account.INSURANCE_AR, patient_id=patient.pk
    )
    return patient.insurance_balance_amount
