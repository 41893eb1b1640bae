"""What happens to a claim's money stands on the claim's own timeline."""

from datetime import date

import pytest

from billing.services.tell_claims import tell_claims
from core.models import Practice, TimelineEntry
from core.money import dollars
from tests.factories.claims import joan, make_claim, make_world

pytestmark = pytest.mark.django_db


def test_one_entry_a_claim_with_the_claims_own_sum(in_summit: Practice) -> None:
    world = make_world(in_summit)
    patient = joan(world)
    claims = [
        make_claim(world, patient, "99213", "20610-RT", on=date(2026, 11, 2)),
        make_claim(world, patient, "99214", on=date(2026, 11, 3)),
    ]
    amounts = {
        link.charge_line_id: dollars("12.50")
        for claim in claims
        for link in claim.charge_lines.all()
    }
    tell_claims(amounts, kind="claim.patient_paid", sentence="took {amount} from the patient")
    told = TimelineEntry.objects.filter(kind="claim.patient_paid").order_by("id")
    assert [entry.sentence for entry in told] == [
        "took $25.00 from the patient",
        "took $12.50 from the patient",
    ]
    assert [entry.subject_id for entry in told] == [claim.pk for claim in claims]
