"""Two payers and one visit: the second gets what the first left, and the patient only the rest.

All through the front door; what workers would do is done by the sweeps.
"""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from billing.ledger.accounts import Account
from billing.ledger.balances import balance, open_items
from claims.models import Claim, SubmissionBatch
from core import clock, sweeping
from core.choices import Role
from core.models import Practice
from core.services.documents import read_document
from patients.models import Coverage
from tests.cast import client_of
from tests.claims.conftest import NOVEMBER_23
from tests.claims.documents import document, enveloped
from tests.factories.claims import LONG_AGO, World, joan, make_claim, make_world, on_paper
from tests.factories.cob import W01, plan_of, post_by_itself, remit, sent, supplement

pytestmark = [pytest.mark.scenario, pytest.mark.django_db]
D = Decimal
DAY = date(2026, 11, 2)


@pytest.fixture
def world(in_summit: Practice, settings: object, tmp_path: object) -> World:
    settings.CLAIMLINE_VAR_DIR = tmp_path  # type: ignore[attr-defined]
    with clock.travel(NOVEMBER_23):
        yield make_world(in_summit)  # type: ignore[misc]


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


def work() -> None:
    for name in ("claims.outbox", "claims.inbox", "news"):
        sweeping.run_one(name)


def post(client: Client, name: str, *args: object, **form: object) -> str:
    response = client.post(reverse(name, args=args), form, follow=True)
    work()
    return str(response.content.decode())


def page(client: Client, claim: Claim, tab: str = "") -> str:
    url = reverse("claims:detail", args=[claim.public_id])
    return str(client.get(f"{url}?tab={tab}" if tab else url).content.decode())


def upload(world: World, text: str) -> None:
    """The payer's remittance, brought by hand."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    poster = client_of(world.practice, Role.POSTER)
    file = SimpleUploadedFile("remit.835", text.encode())
    poster.post(
        reverse("claims:remittance-upload"), {"partner": str(world.partner.pk), "file": file}
    )
    work()


def visit(world: World) -> Claim:
    """The W-01 visit of a patient with Medicare and a supplement, sent to Medicare."""
    patient = joan(world)
    supplement(world, patient)
    return sent(world, make_claim(world, patient, *W01, on=DAY))


def proven() -> None:
    said = StringIO()
    call_command("verify", stdout=said)
    assert "FAILED" not in said.getvalue()


def test_primary_paid_then_secondary_built_sent_and_paid(world: World, biller: Client) -> None:
    claim = visit(world)
    upload(world, enveloped(document("w10.835", SFM1001=claim)))

    claim.refresh_from_db()
    shown = page(biller, claim)
    assert "Payers in order" in shown
    assert "it goes to Acme Supplement with the next batch" in shown
    assert "Made the secondary claim for Acme Supplement" in shown or (
        "made the secondary claim for Acme Supplement" in shown
    )
    assert "SVD*MCRPB*101.92*HC:99214:25**1" in page(biller, claim, "raw")
    assert balance(world.practice, Account.PATIENT_AR, patient_id=claim.patient_id) == 0

    post(biller, "claims:batch-build", partner=str(world.partner.public_id), act="send")
    claim.refresh_from_db()
    assert (claim.version.rank, claim.version.state) == (2, "sent")
    # The supplement leaves 10.00 of the first line to the patient.
    upload(
        world,
        remit(
            claim, "ACME SUPPLEMENT", ("16", "OA*23*174~PR*3*10"), ("13.6", "OA*23*136.4"),
            ("1.6", "OA*23*38.4"), status="2", trace="T7",
        ),
    )  # fmt: skip
    claim.refresh_from_db()
    assert (claim.insurance_balance_amount, claim.patient_balance_amount) == (0, D("10.00"))
    assert balance(world.practice, Account.CONTRACTUAL) == D("184.00")
    shown = page(biller, claim)
    assert "is the patient’s share" in shown or "is the patient&#x27;s share" in shown
    proven()


def test_what_the_payer_forwarded_is_not_sent_again(world: World, biller: Client) -> None:
    claim = visit(world)
    upload(world, enveloped(document("w11.835", SFM1001=claim)))

    claim.refresh_from_db()
    shown = page(biller, claim)
    assert "passed it on to Acme Supplement by itself: nothing is sent" in shown
    post(biller, "claims:batch-build", partner=str(world.partner.public_id), act="send")
    refused = post(biller, "claims:bill-next", claim.public_id, reason="")
    assert "Say why you bill it all the same." in refused
    assert SubmissionBatch.objects.count() == 1

    upload(world, enveloped(document("w21.835", SFM1001=claim)))
    claim.refresh_from_db()
    assert (claim.version.state, claim.patient_balance_amount) == ("closed", 0)
    assert open_items(world.practice) == []
    assert SubmissionBatch.objects.count() == 1
    proven()


def test_the_biller_does_not_bill_it_and_the_patient_owes_the_rest(
    world: World, biller: Client
) -> None:
    claim = visit(world)
    upload(world, enveloped(document("w10.835", SFM1001=claim)))
    assert "Say why it is not billed." in post(biller, "claims:decline-next", claim.public_id)
    shown = post(
        biller,
        "claims:decline-next",
        claim.public_id,
        because="not_in_force",
        reason="Supplement ended in October.",
    )
    assert "Not billed: Supplement ended in October." in shown
    claim.refresh_from_db()
    assert claim.patient_balance_amount == D("41.20")
    proven()


def test_w04_medicare_second_to_the_employers_plan(world: World, biller: Client) -> None:
    patient = joan(world)
    Coverage.objects.filter(patient=patient).update(rank=2)
    group = plan_of(world, "Acme Group", "60001", "CI")
    front = client_of(world.practice, Role.FRONT_DESK)
    form = {
        "plan": group.pk, "rank": 1, "member_id": "GRPMEMBER1", "group_number": "GRP77",
        "effective_from": f"{LONG_AGO:%m/%d/%Y}", "relationship_code": "18",
    }  # fmt: skip
    front.post(reverse("patients:coverage-new", args=[patient.public_id]), form)
    claim = sent(world, make_claim(world, patient, "99214 /a", on=DAY))
    upload(world, remit(claim, "ACME GROUP", ("128", "CO*45*40~PR*2*32"), trace="T1"))

    claim.refresh_from_db()
    assert "Medicare is second, and nothing says why" in page(biller, claim, "edits")
    plan = patient.coverages.get(rank=1)
    asked = front.post(
        reverse("patients:coverage-edit", args=[plan.public_id]),
        {**form, "employment_code": "own", "employee_count": "30"},
        follow=True,
    )
    assert asked.status_code == 200
    assert "ready to send" in post(biller, "claims:recheck", claim.public_id)
    claim.refresh_from_db()
    sent(world, claim)

    text = read_document(SubmissionBatch.objects.get(attempts__version=claim.version).document)
    for segment in ("SBR*S*18***12****MB~", "SBR*P*18*GRP77******CI~", "AMT*D*128~"):
        assert segment in text.decode()
    upload(
        world,
        remit(
            claim, "MEDICARE PART B", ("31.36", "OA*23*168~CO*253*.64"), status="2", trace="T2"
        ),
    )  # fmt: skip
    claim.refresh_from_db()
    assert (claim.version.state, claim.patient_balance_amount) == ("closed", 0)
    assert balance(world.practice, Account.SEQUESTRATION) == D("0.64")
    assert balance(world.practice, Account.CONTRACTUAL) == D("40.00")
    proven()


def test_on_paper_the_first_payers_decision_goes_behind_the_form(
    world: World, biller: Client
) -> None:
    from io import BytesIO

    import pikepdf

    claim = visit(world)
    partner = on_paper(world, Coverage.objects.get(rank=2).plan.payer)
    post_by_itself()
    upload(world, enveloped(document("w10.835", SFM1001=claim)))
    claim.refresh_from_db()
    shown = post(biller, "claims:batch-build", partner=str(partner.public_id), act="send")
    assert "Print page 2 on plain paper" in shown
    batch = SubmissionBatch.objects.get(partner=partner)
    content = read_document(batch.document)
    with pikepdf.open(BytesIO(content)) as pdf:
        assert len(pdf.pages) == 2
    proven()
