"""W-05 to the letter: denied for want of an authorization, corrected, sent again."""

from datetime import date

import pytest
from django.urls import reverse

from claims.models import Claim, SubmissionBatch
from claims.services.build_claims import build_claims
from coding.grammar import parse_line
from coding.models import CodingCase
from coding.services.diagnoses import add_diagnosis
from coding.services.finish_case import finish_case
from coding.services.lines import add_line
from core.choices import Role
from core.services.documents import read_document
from patients.models import Provider
from patients.services.record_coverage import record_coverage
from patients.services.record_encounter import record_encounter
from patients.services.register_patient import register_patient
from tests.cast import client_of
from tests.claims.documents import document, enveloped
from tests.factories.claims import ADDRESS, LONG_AGO, NOTE, World
from tests.factories.cob import post_by_itself, sent, told
from tests.factories.patients import SIGNED
from tests.x12.files import worked

pytestmark = pytest.mark.django_db
OCTOBER_15 = date(2026, 10, 15)


@pytest.fixture
def claim(world: World) -> Claim:
    """The MRI of David's knee, referred by Dr. Patel, at Acme."""
    david = register_patient(
        practice=world.practice, first_name="David", last_name="Nguyen",
        birth_date=date(1979, 6, 15), sex="M", address_line1="9 Pine Ct", zip_code="800013333",
        **ADDRESS, **SIGNED,
    )  # fmt: skip
    record_coverage(
        patient=david, plan=world.acme_plan, member_id="AHP222333444", group_number="55001",
        effective_from=LONG_AGO,
    )  # fmt: skip
    patel = Provider.objects.create(
        practice=world.practice, first_name="Ravi", last_name="Patel", npi="2000000044"
    )
    encounter = record_encounter(
        practice=world.practice, patient=david, rendering_provider=world.reyes,
        referring_provider=patel, facility=world.facility,
        billing_provider=world.billing_provider, service_date_from=OCTOBER_15, note_text=NOTE,
    )  # fmt: skip
    case = CodingCase.objects.get(encounter=encounter)
    add_diagnosis(case=case, code="M25561")
    add_line(case=case, typed=parse_line("73721-RT /a"))
    finish_case(case=case)
    post_by_itself()
    return sent(world, build_claims(case)[0])


def body(text: str) -> list[str]:
    """From the first HL to the last segment before SE."""
    found = [part.strip() for part in text.replace("\n", "").split("~") if part.strip()]
    start = next(n for n, part in enumerate(found) if part.startswith("HL*"))
    return found[start : next(n for n, part in enumerate(found) if part.startswith("SE*"))]


def test_w05_the_denied_claim_goes_out_again_to_the_letter(world: World, claim: Claim) -> None:
    told(world, enveloped(document("w12.835", SFM1003=claim)), claim)
    biller, desk = (client_of(world.practice, role) for role in (Role.BILLER, Role.FRONT_DESK))
    page = biller.get(reverse("claims:detail", args=[claim.public_id])).content.decode()
    assert "Work the denial" in page

    recorded = desk.post(
        reverse("patients:authorization-new", args=[claim.patient.public_id]),
        {
            "kind": "authorization", "payer": world.acme.pk, "number": "AUTH778899",
            "effective_from": "10/01/2026", "unit": "units",
        },
    )  # fmt: skip
    assert recorded.status_code in {302, 303}, recorded.content.decode()
    url = reverse("claims:correct", args=[claim.public_id])
    biller.post(url, {"reason": "The authorization was missing."})
    claim.refresh_from_db()
    sent(world, claim)

    batch = SubmissionBatch.objects.get(attempts__version=claim.version)
    line = claim.version.lines.get().control_number
    expected = worked("w05").decode().replace("SFM1003L1", line)
    expected = expected.replace("SFM1003", claim.control_number)
    found = body(read_document(batch.document).decode())
    # The example leaves out who Dr. Reyes is by taxonomy, which W-01 says.
    assert [part for part in found if not part.startswith("PRV*PE")] == body(expected)
